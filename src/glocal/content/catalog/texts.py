"""Changing a product's texts in one language, by a person."""

from collections.abc import Mapping
from uuid import UUID

from glocal.content.catalog.errors import ProductNotFound
from glocal.content.catalog.models import Product
from glocal.content.catalog.services import one_at_a_time, save_products
from glocal.content.catalog.types import ProductInput, VariantInput
from glocal.content.media.facade import Picture
from glocal.platform.audit import facade as audit
from glocal.platform.eventing import transactional

FIELDS = ("title", "summary", "description")


@transactional
def change_texts(*, product_id: UUID, language: str, texts: Mapping[str, str], actor_id: UUID | None) -> None:
    """Set title, summary or description in one language (an empty text removes it); audited, and the search follows.

    An archived product is not found: saving one would bring it back.

    Raises ProductNotFound, InvalidProduct.
    """
    one_at_a_time()
    active = Product.objects.filter(status=Product.Status.ACTIVE)
    product = active.select_related("category", "brand").filter(pk=product_id).first()
    if product is None:
        raise ProductNotFound(product=product_id)
    before = {name: getattr(product, name).get(language, "") for name in FIELDS}
    after = before | {name: text.strip() for name, text in texts.items() if name in FIELDS}
    if after == before:
        return
    changed = {name: _with(getattr(product, name), language, after[name]) for name in FIELDS}
    save_products([_as_given(product, changed)])
    audit.record(
        actor_id=actor_id,
        action="catalog.change_texts",
        object_type="product",
        object_id=product_id,
        before={name: before[name] for name in FIELDS if before[name] != after[name]},
        after={name: after[name] for name in FIELDS if before[name] != after[name]},
        note=language,
    )


def _with(texts: Mapping[str, str], language: str, text: str) -> dict[str, str]:
    others = {code: kept for code, kept in texts.items() if code != language}
    return others | {language: text} if text else others


def _as_given(product: Product, texts: Mapping[str, Mapping[str, str]]) -> ProductInput:
    """The product as ``save_products`` takes it, with other texts."""
    variants = product.variants.filter(active=True).order_by("position", "id")
    return ProductInput(
        external_source=product.external_source,
        external_id=product.external_id,
        title=texts["title"],
        summary=texts["summary"],
        description=texts["description"],
        variants=[VariantInput(row.sku, row.weight_g, row.options, row.picture_id) for row in variants],
        category=product.category.path if product.category else "",
        brand=product.brand.name if product.brand else "",
        attributes=product.attributes,
        hs_code=product.hs_code,
        origin=product.origin,
        pictures=[Picture.from_dict(picture) for picture in product.gallery],
        slug=product.slug,
    )
