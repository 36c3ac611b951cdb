"""The demo brand's goods, read from the files in ``catalogue/`` and ``photos/``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from glocal.content.catalog import facade as catalog

FOLDER = Path(__file__).resolve().parent
SOURCE = "demo"


@dataclass(frozen=True, slots=True)
class Good:
    """One product of the files: what the catalogue takes, its base prices in US dollars by SKU, and its photos."""

    raw: Mapping[str, Any]
    prices: Mapping[str, Decimal]
    photos: tuple[Path, ...]

    @property
    def code(self) -> str:
        return str(self.raw["code"])

    @property
    def photo_alt(self) -> dict[str, str]:
        return texts(self.raw["photo_alt"])


def texts(given: Mapping[str, str]) -> dict[str, str]:
    """With Django's language codes (``zh-hans`` for the files' ``zh-Hans``)."""
    return {language.lower(): text for language, text in given.items()}


@cache
def _read(name: str) -> Any:
    return yaml.safe_load((FOLDER / "catalogue" / f"{name}.yaml").read_text(encoding="utf-8"))


def goods() -> Iterator[Good]:
    """Every product of the demo, in the files' order."""
    for name in ("beauty", "fashion", "home", "digital"):
        for raw in _read(name):
            prices = {variant["sku"]: Decimal(variant["price_usd"]) for variant in raw["variants"]}
            yield Good(raw, prices, tuple(FOLDER / "photos" / photo for photo in raw["photos"]))


def categories() -> list[catalog.CategoryInput]:
    return [
        catalog.CategoryInput(row["path"], texts(row["name"]), number) for number, row in enumerate(_read("categories"))
    ]


def attributes() -> list[catalog.AttributeInput]:
    """The attributes of the files, and the options that only products name."""
    found = {row["code"]: row for row in _read("attributes")}
    for good in goods():
        for option in good.raw.get("options", ()):
            row = found.setdefault(option["code"], {"code": option["code"], "name": option["name"], "values": []})
            known = {value["code"] for value in row.setdefault("values", [])}
            row["values"] += [value for value in option["values"] if value["code"] not in known]
    return [_attribute(number, row) for number, row in enumerate(found.values())]


def _attribute(number: int, row: Mapping[str, Any]) -> catalog.AttributeInput:
    return catalog.AttributeInput(
        code=row["code"],
        name=texts(row["name"]),
        values=[
            catalog.ValueInput(value["code"], texts(value["name"]), value.get("hex", ""))
            for value in row.get("values", ())
        ],
        is_facet=row.get("is_facet", bool(row.get("values"))),
        position=number,
    )
