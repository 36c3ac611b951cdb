"""Products from outside, as one audited step."""

from collections.abc import Sequence
from uuid import UUID

from glocal.content.catalog.offers import list_in_markets
from glocal.content.catalog.services import save_products
from glocal.content.catalog.types import ProductInput
from glocal.platform.audit import facade as audit
from glocal.platform.eventing import transactional


@transactional
def take_products(products: Sequence[ProductInput], *, markets: Sequence[str], actor_id: UUID | None) -> list[UUID]:
    """Make or renew products, list them in ``markets`` and note who did it; their ids in the order given.

    Raises as ``save_products``.
    """
    ids = save_products(products)
    if markets:
        list_in_markets(ids, markets)
    for product, product_id in zip(products, ids, strict=True):
        audit.record(
            actor_id=actor_id,
            action="catalog.take_product",
            object_type="product",
            object_id=str(product_id),
            after={"source": product.external_source, "external_id": product.external_id, "markets": list(markets)},
        )
    return ids
