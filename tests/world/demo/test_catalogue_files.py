"""The demo's goods are whole: every text in every language, every code real, every picture there and small."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

DEMO = Path(__file__).resolve().parents[3] / "src/glocal/world/demo"
PHOTOS = DEMO / "photos"
LANGUAGES = {"en", "zh-Hans", "th", "vi", "id", "ms", "es", "pt", "ar"}
SCRIPT = {"zh-Hans": re.compile(r"[一-鿿]"), "th": re.compile(r"[฀-๿]"), "ar": re.compile(r"[؀-ۿ]")}
SMALL_WORDS = {
    "en": {"the", "and", "with", "of", "is", "a", "to"},
    "vi": {"và", "một", "của", "không", "là", "để", "cho", "được", "như", "hai", "có", "từ", "ở", "thì"},
    "id": {"dan", "yang", "dengan", "di", "untuk", "bisa", "tidak", "dari", "tanpa"},
    "ms": {"dan", "yang", "dengan", "di", "untuk", "boleh", "tidak", "dari", "tiada"},
    "es": {"y", "con", "de", "la", "el", "una", "en"},
    "pt": {"e", "com", "de", "um", "uma", "o", "a"},
}


@cache
def read(name: str) -> Any:
    return yaml.safe_load((DEMO / "catalogue" / f"{name}.yaml").read_text(encoding="utf-8"))


SHELVES = ("beauty", "fashion", "home", "digital")
PRODUCTS = [product for shelf in SHELVES for product in read(shelf)]
BY_CODE = pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product["code"])


def repeated(values: list[str]) -> set[str]:
    return {value for value in values if values.count(value) > 1}


def test_there_are_sixty_products_fifteen_to_a_shelf():
    assert [len(read(shelf)) for shelf in SHELVES] == [15, 15, 15, 15]


def test_codes_slugs_skus_and_photos_are_used_once():
    assert not repeated([product["code"] for product in PRODUCTS])
    assert not repeated([product["slug"] for product in PRODUCTS])
    assert not repeated([variant["sku"] for product in PRODUCTS for variant in product["variants"]])
    assert not repeated([photo for product in PRODUCTS for photo in product["photos"]])


@BY_CODE
@pytest.mark.parametrize("field", ["title", "summary", "description", "photo_alt"])
def test_texts_are_written_in_every_language(product: dict[str, Any], field: str):
    texts = product[field]
    assert set(texts) == LANGUAGES
    for language, script in SCRIPT.items():
        assert script.search(texts[language]), f"{field} is not in {language}"
    assert all(text == text.strip() and text for text in texts.values())


@BY_CODE
def test_texts_speak_the_language_they_are_filed_under(product: dict[str, Any]):
    for language, small in SMALL_WORDS.items():
        texts = " ".join(product[field][language] for field in ("summary", "description", "photo_alt"))
        words = set(re.findall(r"\w+", texts.lower()))
        assert words & small, language
    assert len(set(product["description"].values())) == len(LANGUAGES)


@BY_CODE
def test_texts_keep_the_house_style(product: dict[str, Any]):
    assert all(len(text) <= 110 for text in product["summary"].values())
    for field in ("title", "summary", "description"):
        assert not re.search(r"[!！]", " ".join(product[field].values()))


def named(texts: dict[str, str]) -> bool:
    """Whether a name exists in every language; measures and type names may be the same in each."""
    return set(texts) >= LANGUAGES and all(texts[language] for language in LANGUAGES)


def test_categories_attributes_and_brands_are_named_in_every_language():
    for parent in read("categories"):
        assert named(parent["name"])
        assert all(named(child["name"]) for child in parent["children"])
    for attribute in read("attributes").values():
        assert named(attribute["name"])
        assert all(named(value) for value in attribute.get("values", {}).values())
    assert all(named(brand["line"]) for brand in read("brands"))


@BY_CODE
def test_a_product_stands_in_a_known_category_and_brand(product: dict[str, Any]):
    places = {f"{parent['code']}/{child['code']}" for parent in read("categories") for child in parent["children"]}
    assert product["category"] in places
    assert product["brand"] in {brand["name"] for brand in read("brands")}
    assert product["origin"] == "CN"


@BY_CODE
def test_attributes_follow_their_types(product: dict[str, Any]):
    kinds = read("attributes")
    assert "colour" in product["attributes"]
    assert 2 <= len(product["attributes"]) <= 5
    for name, value in product["attributes"].items():
        kind = kinds[name]
        match kind["type"]:
            case "text":
                assert set(value) == LANGUAGES
            case "number":
                assert isinstance(value, int | float)
                assert value > 0
            case "boolean":
                assert isinstance(value, bool)
            case _:
                assert value in kind["values"]


@BY_CODE
def test_variants_are_the_values_of_the_options(product: dict[str, Any]):
    assert len(product["options"]) <= 2
    assert 1 <= len(product["variants"]) <= 6
    values = {option["code"]: {value["code"] for value in option["values"]} for option in product["options"]}
    for option in product["options"]:
        assert named(option["name"])
        assert all(named(value["name"]) for value in option["values"])
    chosen = [tuple(sorted(variant["options"].items())) for variant in product["variants"]]
    assert len(chosen) == len(set(chosen))
    for variant in product["variants"]:
        assert variant["options"].keys() == values.keys()
        assert all(code in values[option] for option, code in variant["options"].items())
        assert variant["sku"].startswith(f"{product['code']}-")
        assert isinstance(variant["weight_g"], int)
        assert variant["weight_g"] > 0
        assert Decimal("1") <= Decimal(variant["price_usd"]) <= Decimal("200")


def test_customs_codes_exist_in_the_harmonized_system(shared_folder: Path):
    table = shared_folder / "vectors/hs/harmonized-system.csv"
    if not table.is_file():
        pytest.skip(f"the customs table is not here: {table}")
    with table.open(encoding="utf-8", newline="") as rows:
        known = {row["hscode"] for row in csv.DictReader(rows) if row["level"] == "6"}
    assert {product["code"]: product["hs_code"] for product in PRODUCTS if product["hs_code"] not in known} == {}


@BY_CODE
def test_every_product_has_photos_that_are_there_square_and_small(product: dict[str, Any]):
    assert product["photos"]
    for name in product["photos"]:
        path = PHOTOS / name
        assert path.stat().st_size <= 250_000
        with Image.open(path) as image:
            assert image.format == "JPEG"
            assert image.width == image.height
            assert image.width >= 700


def test_photos_together_stay_light():
    assert sum(path.stat().st_size for path in PHOTOS.glob("*")) <= 9_000_000


def test_no_photo_lies_about_unused():
    assert {path.name for path in PHOTOS.glob("*.jpg")} == {
        photo for product in PRODUCTS for photo in product["photos"]
    }
