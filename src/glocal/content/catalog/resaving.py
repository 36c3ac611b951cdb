"""Saving products again from what is stored, so that what is derived from dictionary texts and rules follows them."""

import json
from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from glocal.content.catalog import caches, listings, searching, services, vocabulary
from glocal.content.catalog.models import Product, Variant
from glocal.content.catalog.types import ProductInput, VariantInput
from glocal.content.media.facade import picture_from_dict
from glocal.platform.eventing import transactional

BATCH = 200
_RENEW = """
UPDATE catalog_product AS product SET search = {document}, search_version = {version}
FROM jsonb_to_recordset(%s::jsonb) AS given(id uuid, plain text, stemmed jsonb) WHERE product.id = given.id
"""


def resave_products(*, category_paths: Collection[str] = (), attribute_codes: Collection[str] = ()) -> int:
    """Renew search texts and facets of the active products in the categories (and below) or with the attributes.

    Each batch is a transaction of its own; returns how many products were looked at.
    """
    condition = Q(pk__in=())
    for path in category_paths:
        condition |= Q(category__path=path) | Q(category__path__startswith=f"{path}/")
    for code in attribute_codes:
        with_option = Variant.objects.filter(options__has_key=code).values("product_id")
        condition |= Q(attributes__has_key=code) | Q(pk__in=with_option)
    wanted = Product.objects.filter(condition, status=Product.Status.ACTIVE)
    done, last = 0, UUID(int=0)
    while ids := list(wanted.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        _resave(ids)
        done, last = done + len(ids), ids[-1]
    return done


@transactional
def _resave(product_ids: Sequence[UUID]) -> None:
    services.save_products([as_input(product) for product in _whole(product_ids)])
    listings.refresh(product_ids)  # an option that became a facet changes listings but no product


def renew_documents() -> int:
    """Write anew the search documents that older rules made; nothing else of the products. Returns how many."""
    old = Product.objects.filter(search_version__lt=searching.VERSION, status=Product.Status.ACTIVE)
    done, last = 0, UUID(int=0)
    while ids := list(old.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        _renew(ids)
        done, last = done + len(ids), ids[-1]
    if done:
        caches.forget()
    return done


@transactional
def _renew(product_ids: Sequence[UUID]) -> None:
    listings.lock(product_ids)
    words = vocabulary.load()
    documents = {product.pk: services.document_of(as_input(product), words) for product in _whole(product_ids)}
    rows = [{"id": str(key), "plain": made.plain, "stemmed": made.stemmed} for key, made in documents.items()]
    configs = sorted({config for made in documents.values() for config in made.stemmed})
    with connection.cursor() as cursor:
        cursor.execute(
            _RENEW.format(document=services.document_sql(configs), version=searching.VERSION), [json.dumps(rows)]
        )


def _whole(product_ids: Sequence[UUID]) -> QuerySet[Product]:
    """The products with what ``as_input`` reads of them; two statements."""
    active = Variant.objects.filter(active=True).order_by("position", "pk")
    rows = Product.objects.filter(pk__in=product_ids).select_related("category", "brand").order_by("pk")
    return rows.prefetch_related(Prefetch("variants", active))


def as_input(product: Product) -> ProductInput:
    """The product as ``save_products`` takes it."""
    return ProductInput(
        external_source=product.external_source,
        external_id=product.external_id,
        title=product.title,
        variants=[VariantInput(v.sku, v.weight_g, v.options, v.picture_id) for v in product.variants.all()],
        category=product.category.path if product.category else "",
        brand=product.brand.name if product.brand else "",
        summary=product.summary,
        description=product.description,
        attributes=product.attributes,
        hs_code=product.hs_code,
        origin=product.origin,
        pictures=[picture_from_dict(picture) for picture in product.gallery],
    )
