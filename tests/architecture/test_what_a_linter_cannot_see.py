"""Ties between packages that are not imports: foreign keys, names in strings, the wiring table."""

import ast
import inspect
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.utils.module_loading import import_string

from glocal.settings import wiring

SOURCE = Path(import_module("glocal").__file__).parent
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "/migrations/" not in path.as_posix())
OPEN_TO_KEYS = {"accounts", "markets"}
# Look-ups by name that would pass the import contracts by.
BACK_DOORS = {"get_model", "get_app_config", "import_module", "import_string", "__import__"}
# Who may turn a dotted path into code, and why.
LOADERS = {
    "platform/eventing/apps.py",  # each installed package's handlers, when Django starts
    "transaction/payments/providers.py",  # the adapter that settings/wiring.py names
    "supply/shipping/ports.py",  # the same
    "platform/markets/feeds.py",  # the same
    "content/catalog/ports.py",  # the same
    "platform/accounts/ports.py",  # the same
}


def our_models():
    return [
        model for config in apps.get_app_configs() if config.name.startswith("glocal.") for model in config.get_models()
    ]


def test_no_foreign_key_leaves_its_package_but_to_people_and_markets():
    models = our_models()
    assert len(models) > 30
    leaving = {
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in models
        for field in [*model._meta.get_fields()]
        if field.is_relation and not field.auto_created and field.related_model is not None
        if field.related_model._meta.app_label not in {model._meta.app_label, *OPEN_TO_KEYS}
        # Django's own groups and permissions, which its admin asks a person model for.
        and field.related_model._meta.app_label != "auth"
    }
    assert leaving == set()


def names_used(path: Path) -> set[str]:
    used: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            used.add(name)
    return used


def test_nobody_reaches_another_package_by_a_name_in_a_string():
    found = {
        path.relative_to(SOURCE).as_posix(): sorted(names_used(path) & BACK_DOORS)
        for path in MODULES
        if names_used(path) & BACK_DOORS
    }
    assert set(found) <= LOADERS, found
    assert "get_model" not in {name for names in found.values() for name in names}


def test_no_statement_touches_another_packages_table():
    labels = {config.label for config in apps.get_app_configs() if config.name.startswith("glocal.")}
    # The outbox is open ground: hot statements write their event with the change.
    tables = {model._meta.db_table for model in our_models() if model._meta.app_label != "eventing"}
    trespassers: set[str] = set()
    for path in MODULES:
        parts = path.relative_to(SOURCE).parts
        if len(parts) < 3 or parts[1] not in labels:
            continue
        text = path.read_text()
        trespassers |= {
            f"{'/'.join(parts)}: {table}" for table in tables if not table.startswith(parts[1]) and table in text
        }
    assert trespassers == set()


@pytest.mark.parametrize("port", sorted(wiring.PORTS))
def test_every_wired_adapter_can_be_imported(port):
    for deployment in (wiring.EMBEDDED, wiring.DISTRIBUTED):
        assert inspect.isclass(import_string(wiring.PORTS[port][deployment]))


def test_every_adapter_is_wired():
    wired = {path for columns in wiring.PORTS.values() for path in columns.values()}
    adapters = set()
    for path in SOURCE.rglob("adapters/*.py"):
        if path.stem == "__init__":
            continue
        name = ".".join(("glocal", *path.relative_to(SOURCE).with_suffix("").parts))
        module = import_module(name)
        ports = import_module(name.rsplit(".", 2)[0] + ".ports")
        shapes = [
            shape for _, shape in inspect.getmembers(ports, inspect.isclass) if getattr(shape, "_is_protocol", False)
        ]
        adapters |= {
            f"{name}.{label}"
            for label, item in inspect.getmembers(module, inspect.isclass)
            if item.__module__ == name and any(_fits(item, shape) for shape in shapes)
        }
    assert len(adapters) >= 3
    assert adapters <= wired


def _fits(item: type, shape: type) -> bool:
    asked = {name for name in vars(shape) if not name.startswith("_")}
    return bool(asked) and asked <= set(dir(item))
