"""Pure decisions of the catalogue: what a sound product is, what it is called in an address, what it is filtered by."""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.utils.text import slugify
from django.utils.translation import gettext_lazy, gettext_noop

from glocal.content.catalog.errors import InvalidProduct
from glocal.content.catalog.types import ProductInput, Texts, VariantInput

MOST_VARIANTS = 200
NAMED_TWICE = gettext_noop("it occurs twice in one batch; keep one.")
_CODE = re.compile(r"[a-z0-9][a-z0-9_.+-]{0,59}")
_PATH = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*){0,4}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_HS_CODE = re.compile(r"[0-9]{6,10}")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a batch a fault was found, to name it in the error."""

    product: str
    path: str

    def refuse(self, field: str, mend: str) -> InvalidProduct:
        # Translated when somebody reads it, in that person's language.
        return InvalidProduct(field=f"{self.path}.{field}", product=self.product, mend=gettext_lazy(mend))


def clean_text(text: str) -> str:
    """Without control characters (PostgreSQL refuses NUL) and outer space."""
    return _INVISIBLE.sub("", text).strip()


def clean_texts(texts: Texts) -> dict[str, str]:
    """Language codes in lower case, empty texts dropped."""
    cleaned = {language.lower(): clean_text(text) for language, text in texts.items()}
    return {language: text for language, text in cleaned.items() if text}


def is_code(text: str) -> bool:
    return bool(_CODE.fullmatch(text))


def is_path(text: str) -> bool:
    return bool(_PATH.fullmatch(text))


def code_of(text: str) -> str:
    """An ASCII code for any text; a digest when it has no Latin letters."""
    return slugify(text.casefold())[:60].strip("-") or hashlib.sha256(text.encode()).hexdigest()[:10]


def sound(product: ProductInput, path: str) -> ProductInput:
    """The product with its texts cleaned and codes normalised.

    Raises InvalidProduct with the field and how to mend it; ``path`` is where it stands in the batch (``products[3]``).
    """
    external_id = clean_text(product.external_id)
    place = Place(external_id or "?", path)
    if not external_id or len(external_id) > 120 or not product.external_source or len(product.external_source) > 40:
        raise place.refuse("external_id", gettext_noop("give it an id of 1 to 120 characters and its source."))
    title = clean_texts(product.title)
    if not title or max(map(len, title.values())) > 300:
        raise place.refuse("title", gettext_noop("give it a title of at most 300 characters in at least one language."))
    category = product.category.strip("/").lower()
    if category and not _PATH.fullmatch(category):
        raise place.refuse("category", gettext_noop("write the category like beauty/skincare, at most five levels."))
    hs_code = re.sub(r"[.\s]", "", product.hs_code)
    if hs_code and not _HS_CODE.fullmatch(hs_code):
        raise place.refuse("hs_code", gettext_noop("write 6 to 10 digits of the customs tariff number."))
    origin = product.origin.strip().upper()
    if origin and not _COUNTRY.fullmatch(origin):
        raise place.refuse("origin", gettext_noop("write the country of origin with two letters, such as CN."))
    return replace(
        product,
        external_id=external_id,
        title=title,
        summary=clean_texts(product.summary),
        description=clean_texts(product.description),
        category=category,
        brand=clean_text(product.brand)[:120],
        attributes=_sound_attributes(product.attributes, place),
        hs_code=hs_code,
        origin=origin,
        variants=_sound_variants(product.variants, {picture.id for picture in product.pictures}, place),
    )


def _sound_attributes(attributes: Mapping[str, Any], place: Place) -> dict[str, Any]:
    cleaned: dict[str, Any] = {}
    for code, value in attributes.items():
        if not _CODE.fullmatch(code):
            raise place.refuse(f"attributes.{code}", gettext_noop("write attribute codes in small Latin letters."))
        if isinstance(value, Mapping):
            cleaned[code] = clean_texts(value)
        elif isinstance(value, str) or not all(_CODE.fullmatch(choice) for choice in value):
            raise place.refuse(f"attributes.{code}", gettext_noop("give a list of value codes, or texts by language."))
        else:
            cleaned[code] = list(dict.fromkeys(value))
    return cleaned


def _sound_variants(variants: Sequence[VariantInput], pictures: Collection[UUID], place: Place) -> list[VariantInput]:
    if not 1 <= len(variants) <= MOST_VARIANTS:
        raise place.refuse("variants", gettext_noop("give it at least one variant and at most 200."))
    cleaned, seen = [], set()
    for position, variant in enumerate(variants):
        field = f"variants[{position}]"
        sku = clean_text(variant.sku)
        if not 1 <= len(sku) <= 64:
            raise place.refuse(
                f"{field}.sku", gettext_noop("give the variant an article number of 1 to 64 characters.")
            )
        if not 0 <= variant.weight_g <= 1_000_000:
            raise place.refuse(f"{field}.weight_g", gettext_noop("give the weight in grams, at most 1,000,000."))
        if not all(_CODE.fullmatch(code) and _CODE.fullmatch(value) for code, value in variant.options.items()):
            raise place.refuse(f"{field}.options", gettext_noop("write option and value codes in small Latin letters."))
        if variant.picture_id is not None and variant.picture_id not in pictures:
            raise place.refuse(f"{field}.picture_id", gettext_noop("name one of the product's own pictures."))
        choice = tuple(sorted(variant.options.items()))
        if choice in seen or sku in seen:
            raise place.refuse(field, gettext_noop("two variants are the same; give each its own number and options."))
        seen |= {choice, sku}
        cleaned.append(replace(variant, sku=sku, options=dict(variant.options)))
    return cleaned


def slugs_for(products: Sequence[ProductInput], taken: Iterable[str]) -> list[str]:
    """An address for each new product, unlike all ``taken`` ones and each other; after a clash with its digest."""
    used = set(taken)
    slugs = []
    for product in products:
        slug = wanted_slug(product)
        if slug in used:
            slug = digested_slug(product)
        used.add(slug)
        slugs.append(slug)
    return slugs


def digested_slug(product: ProductInput) -> str:
    """The address with eight letters of the product's identity, so that it is the same at every import."""
    digest = hashlib.sha256(f"{product.external_source}:{product.external_id}".encode()).hexdigest()
    return f"{wanted_slug(product)}-{digest[:8]}"


def wanted_slug(product: ProductInput) -> str:
    """From the English title, or the first one; the id when the title has no Latin letters."""
    title = product.slug or product.title.get("en") or next(iter(product.title.values()))
    return (
        slugify(title.casefold())[:80].strip("-")
        or slugify(f"{product.external_source}-{product.external_id}")[:80].strip("-")
        or "product"
    )


def ancestors(path: str) -> list[str]:
    """``a``, ``a/b``, ``a/b/c`` for ``a/b/c``."""
    parts = path.split("/") if path else []
    return ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]


def product_tokens(product: ProductInput, facets: Iterable[str]) -> list[str]:
    """What listings of the product are found under: its categories, its brand, its choices among ``facets``."""
    tokens = [f"c={path}" for path in ancestors(product.category)]
    if product.brand:
        tokens.append(f"brand={code_of(product.brand)}")
    shown = set(facets)
    for code, value in product.attributes.items():
        if code in shown and not isinstance(value, Mapping):
            tokens += [f"{code}={choice}" for choice in value]
    return tokens
