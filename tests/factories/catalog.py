"""Products on sale, made through the catalogue's own door."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID

from glocal.content.catalog import facade as catalog
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class MadeProduct:
    """``variants`` by article number, in the order given."""

    id: UUID
    slug: str
    variants: dict[str, UUID]

    @property
    def variant_id(self) -> UUID:
        """Of the first variant."""
        return next(iter(self.variants.values()))


def make_product(
    *,
    prices: Mapping[str, int] | None = None,
    title: str | Mapping[str, str] = "",
    skus: Mapping[str, Mapping[str, str]] | None = None,
    weight_g: int = 250,
    in_stock: bool = True,
    **fields: Any,
) -> MadeProduct:
    """A product on sale in the markets named in ``prices`` (minor units by market; default TH 59,900 and US 1,999).

    ``skus`` maps article numbers to their options (default: one variant without). ``fields`` go to ``ProductInput``.
    Prices go to the catalogue itself: no history in pricing, no stock in inventory; ``in_stock`` is what cards show.
    """
    number = next(_numbers)
    texts = {"en": title} if isinstance(title, str) and title else title or {"en": f"Product {number}"}
    options = skus or {f"SKU-{number}": {}}
    given = catalog.ProductInput(
        **{
            "external_id": f"made-{number}",
            "external_source": "tests",
            "title": texts,
            "variants": [catalog.VariantInput(sku, weight_g, chosen) for sku, chosen in options.items()],
            "hs_code": "330499",
            "origin": "CN",
            **fields,
        }
    )
    product_id = catalog.save_products([given])[0]
    found = catalog.variant_ids(list(options))
    variants = {sku: found[sku] for sku in options}
    priced = {"TH": 59_900, "US": 1_999} if prices is None else prices
    catalog.list_in_markets([product_id], priced)
    catalog.set_prices(
        [
            catalog.PriceChange(variant_id, market, Money(minor, markets.get(market).currency))
            for variant_id in variants.values()
            for market, minor in priced.items()
        ]
    )
    if in_stock:
        catalog.set_in_stock(dict.fromkeys(variants.values(), True))
    return MadeProduct(product_id, catalog.slugs_of([product_id])[product_id], variants)
