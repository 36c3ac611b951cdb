"""The demo brand's goods, read from the files in ``catalogue/`` and ``photos/``."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

import yaml
from babel import Locale
from babel.numbers import format_decimal
from babel.units import format_unit

from glocal.content.catalog import facade as catalog
from glocal.content.collections import facade as collections
from glocal.platform.markets import facade as markets

FACETS = frozenset({"colour", "choice"})
YES_NO = {
    "en": ("Yes", "No"),
    "zh-hans": ("是", "否"),
    "th": ("ใช่", "ไม่ใช่"),
    "vi": ("Có", "Không"),
    "id": ("Ya", "Tidak"),
    "ms": ("Ya", "Tidak"),
    "es": ("Sí", "No"),
    "pt": ("Sim", "Não"),
    "ar": ("نعم", "لا"),
}
UNITS = {
    "ml": "volume-milliliter",
    "g": "mass-gram",
    "cm": "length-centimeter",
    "mm": "length-millimeter",
    "m": "length-meter",
    "h": "duration-hour",
    "min": "duration-minute",
    "W": "power-watt",
}
"""Units of the files by their names in CLDR; others, such as mAh, are written the same everywhere."""

FOLDER = Path(__file__).resolve().parent
SOURCE = "demo"


@dataclass(frozen=True, slots=True)
class Good:
    """One product of the files: what the catalogue takes, its base prices in US dollars by SKU, and its photos."""

    raw: Mapping[str, Any]
    prices: Mapping[str, Decimal]
    photos: tuple[Path, ...]
    frames: tuple[Path, ...] = ()
    """One turn of the product, in order."""

    @property
    def code(self) -> str:
        return str(self.raw["code"])

    def alt(self, photo: Path) -> dict[str, str]:
        """What a photo shows; that of another colour is named after it."""
        shown = next((row["options"] for row in self.raw["variants"] if row.get("photo") == photo.name), None)
        if shown is None or photo == self.photos[0]:
            return texts(self.raw["photo_alt"])
        names = [
            texts(value["name"])
            for option in self.raw["options"]
            for value in option["values"]
            if shown[option["code"]] == value["code"]
        ]
        return {
            language: ", ".join([title, *(name[language] for name in names)])
            for language, title in texts(self.raw["title"]).items()
        }


def texts(given: Mapping[str, str]) -> dict[str, str]:
    """With Django's language codes (``zh-hans`` for the files' ``zh-Hans``)."""
    return {language.lower(): text for language, text in given.items()}


@cache
def _read(name: str) -> Any:
    return yaml.safe_load((FOLDER / "catalogue" / f"{name}.yaml").read_text(encoding="utf-8"))


def gatherings() -> Iterator[collections.CollectionInput]:
    """The demo's collections: one of each for every market that keeps one of its festivals."""
    for row in _read("collections"):
        for festival in markets.festivals():
            for market in festival.markets if festival.code in row["festivals"] else ():
                slug = row["slug"] if len(row["festivals"]) == 1 else f"{row['slug']}-{festival.code.replace('_', '-')}"
                yield collections.CollectionInput(
                    market=market,
                    slug=slug,
                    title=texts(row["title"]),
                    text=texts(row["text"]),
                    festival=festival.code,
                    category=row["category"],
                )


def goods() -> Iterator[Good]:
    """Every product of the demo, in the files' order."""
    for name in ("beauty", "fashion", "home", "digital"):
        for raw in _read(name):
            prices = {variant["sku"]: Decimal(variant["price_usd"]) for variant in raw["variants"]}
            photos = tuple(FOLDER / "photos" / photo for photo in raw["photos"])
            turn = sorted((FOLDER / "spins" / raw["code"].lower()).glob("*.webp")) if raw.get("spin") else []
            yield Good(raw, prices, photos, tuple(turn))


def categories() -> list[catalog.CategoryInput]:
    """Parents before their children, in the files' order."""
    found = []
    for parent in _read("categories"):
        found.append((parent["code"], parent))
        found += [(f"{parent['code']}/{child['code']}", child) for child in parent["children"]]
    return [
        catalog.CategoryInput(path, texts(row["name"]), number, row.get("returns", ""))
        for number, (path, row) in enumerate(found)
    ]


def attributes() -> list[catalog.AttributeInput]:
    """The attributes of the files, and the options that only products name. Choices become facets."""
    named: dict[str, Any] = {code: dict(row) for code, row in _read("attributes").items()}
    values: dict[str, dict[str, catalog.ValueInput]] = {
        code: {key: _choice(key, value) for key, value in row.get("values", {}).items()} for code, row in named.items()
    }
    for good in goods():
        for option in good.raw.get("options", ()):
            code = option["code"]
            named.setdefault(code, {"name": option["name"], "type": "choice"})
            for value in option["values"]:
                key = option_codes()[good.code, code, value["code"]]
                given = catalog.ValueInput(key, texts(value["name"]), value.get("hex", ""))
                values.setdefault(code, {}).setdefault(key, given)
    return [
        catalog.AttributeInput(code, texts(row["name"]), list(values[code].values()), row["type"] in FACETS, number)
        for number, (code, row) in enumerate(named.items())
    ]


@cache
def option_codes() -> dict[tuple[str, str, str], str]:
    """Value codes of (product, option, value). S of a slipper is not S of a pillow: where two products mean different
    things by one code, the second gets a code of its own.
    """
    meant: dict[tuple[str, str], str] = {}
    codes = {}
    for good in goods():
        for option in good.raw.get("options", ()):
            for value in option["values"]:
                code, name = str(value["code"]).lower(), value["name"]["en"]
                if meant.setdefault((option["code"], code), name) != name:
                    code = f"{code}-{good.code.lower()}"
                codes[good.code, option["code"], value["code"]] = code
    return codes


def variants(good: Good, pictures: Mapping[str, UUID] = MappingProxyType({})) -> list[catalog.VariantInput]:
    """``pictures``: ids by the photo's file name."""
    return [
        catalog.VariantInput(
            row["sku"],
            row["weight_g"],
            {option: option_codes()[good.code, option, value] for option, value in row.get("options", {}).items()},
            pictures.get(row.get("photo", "")),
        )
        for row in good.raw["variants"]
    ]


def size_charts() -> list[catalog.SizeChartInput]:
    return [
        catalog.SizeChartInput(
            code=chart["code"],
            category=chart["category"],
            option=chart["option"],
            rows=[
                catalog.SizeRowInput(
                    option_codes()[row["of"], chart["option"], row["size"]],
                    row.get("labels", {}),
                    {measure: _centimetres(value) for measure, value in row["cm"].items()},
                )
                for row in chart["sizes"]
            ],
        )
        for chart in _read("sizes")
    ]


def _centimetres(value: float | Sequence[float]) -> Decimal | tuple[Decimal, Decimal]:
    if isinstance(value, int | float):
        return Decimal(str(value))
    least, most = value
    return Decimal(str(least)), Decimal(str(most))


def _choice(code: str, value: Mapping[str, str]) -> catalog.ValueInput:
    names = {language: text for language, text in value.items() if language != "hex"}
    return catalog.ValueInput(code, texts(names), value.get("hex", ""))


def facts(good: Good) -> dict[str, Sequence[str] | dict[str, str]]:
    """The good's attributes as the catalogue takes them: codes of choices, everything else as text by language."""
    return {code: _fact(_read("attributes")[code], value) for code, value in good.raw.get("attributes", {}).items()}


def _fact(attribute: Mapping[str, Any], value: Any) -> Sequence[str] | dict[str, str]:
    match attribute["type"]:
        case "text":
            return texts(value)
        case "number":
            return {language: _measure(value, attribute["unit"], language) for language in YES_NO}
        case "boolean":
            return {language: words[0 if value else 1] for language, words in YES_NO.items()}
        case _:
            return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _measure(value: float, unit: str, language: str) -> str:
    locale = Locale.parse(language, sep="-")
    if unit == "1":
        return format_decimal(value, locale=locale)
    if unit in UNITS:
        return format_unit(value, UNITS[unit], "short", locale=locale)
    return f"{format_decimal(value, locale=locale)} {unit}"
