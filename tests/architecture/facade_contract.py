"""An import-linter contract: from another package, only its facade."""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class FacadeOnlyContract(Contract):
    """No module imports from inside a package it does not belong to; ``<package>.facade`` is the one door.

    ``groups`` name the folders whose children are packages. ``open_packages`` are ground that everybody stands on;
    ``api_door`` is the one module that mounts the packages' ``endpoints``.
    """

    groups = fields.ListField(subfield=fields.StringField())
    open_packages = fields.ListField(subfield=fields.StringField())
    api_door = fields.StringField()

    def _package_of(self, module: str) -> str | None:
        parts = module.split(".")
        return ".".join(parts[1:3]) if len(parts) > 2 and parts[1] in self.groups else None  # type: ignore[operator]

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        broken: list[dict[str, object]] = []
        for imported in sorted(graph.modules):
            package = self._package_of(imported)
            if package is None or package in self.open_packages or imported == f"glocal.{package}.facade":  # type: ignore[operator]
                continue
            for importer in sorted(graph.find_modules_that_directly_import(imported)):
                if importer == self.api_door and imported == f"glocal.{package}.endpoints":
                    continue
                if self._package_of(importer) != package:
                    broken.extend(graph.get_import_details(importer=importer, imported=imported))
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for detail in check.metadata["broken"]:
            output.print_error(
                f"{detail['importer']}:{detail['line_number']}: {detail['line_contents']}  "
                "<- past a facade; import the package's facade instead"
            )
