"""What goes in and out of the catalogue. Translated texts are mappings of language code to text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple
from uuid import UUID

from glocal.content.media.facade import Picture
from glocal.platform.kernel.money import Money

Texts = Mapping[str, str]
Sort = Literal["popular", "new", "price", "-price"]


@dataclass(frozen=True, slots=True)
class CategoryInput:
    """``path`` such as ``beauty/skincare``; missing parents are made and named after their path.

    ``return_kind`` is one of ``markets.KINDS``; an empty one is that of the category above.
    """

    path: str
    name: Texts
    position: int = 0
    return_kind: str = ""


@dataclass(frozen=True, slots=True)
class ValueInput:
    """One choice of an attribute; ``hex`` (``#rrggbb``) for colours."""

    code: str
    name: Texts
    hex: str = ""


@dataclass(frozen=True, slots=True)
class AttributeInput:
    """A property that products have or that their variants differ in (an option)."""

    code: str
    name: Texts
    values: Sequence[ValueInput] = ()
    is_facet: bool = True
    position: int = 0


@dataclass(frozen=True, slots=True)
class VariantInput:
    """What can be bought: ``options`` maps attribute code to value code (``{"colour": "sand", "size": "m"}``).

    ``picture_id``: which of the product's pictures shows this variant, if one does.
    """

    sku: str
    weight_g: int
    options: Mapping[str, str] = field(default_factory=dict)
    picture_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ProductInput:
    """A product as an import or the console gives it; (``external_source``, ``external_id``) says which one it is.

    ``attributes`` maps an attribute code to value codes (a choice, can be a facet) or to translated free text.
    Attributes, values, categories and brands that do not exist yet are made. ``origin`` is an ISO 3166-1 country,
    ``hs_code`` 6 to 10 digits; the first of ``pictures`` is the cover. Variants that are no longer in the list are
    withdrawn from sale.
    """

    external_id: str
    title: Texts
    variants: Sequence[VariantInput]
    external_source: str = "glocal"
    category: str = ""
    brand: str = ""
    summary: Texts = field(default_factory=dict)
    description: Texts = field(default_factory=dict)
    attributes: Mapping[str, Sequence[str] | Texts] = field(default_factory=dict)
    hs_code: str = ""
    origin: str = ""
    pictures: Sequence[Picture] = ()
    slug: str = ""


@dataclass(frozen=True, slots=True)
class PriceChange:
    """The price of a variant in a market from now on, in that market's currency; None takes it off sale there.

    When it is a cut: ``prior`` is the lowest price of the 30 days before it, which began at ``reduced_at`` (aware).
    """

    variant_id: UUID
    market: str
    price: Money | None
    prior: Money | None = None
    reduced_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LandedChange:
    """A whole price worked out elsewhere: goods, shipping, tax, duty, fees, total (minor units), currency, estimate,
    days_min, days_max (from today in the market), and parcels (warehouse, working days on the way) to tell the days
    anew. It is ignored if ``goods`` is no longer the variant's price. None: it cannot be worked out.
    """

    variant_id: UUID
    market: str
    landed: Mapping[str, Any] | None


class Sold(NamedTuple):
    """``quantity`` sold (negative: returned) of a product in a market."""

    product_id: UUID
    market: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Card:
    """A product in a list. ``from_price``: its variants differ in price and this is the lowest."""

    product_id: UUID
    slug: str
    title: str
    brand: str
    cover: Picture | None
    price: Money
    from_price: bool
    all_in: Money | None
    all_in_estimate: bool
    in_stock: bool
    sold_count: int


@dataclass(frozen=True, slots=True)
class FacetValue:
    """``count``: products that would be listed with this choice, given the choices in the other facets."""

    code: str
    label: str
    count: int
    selected: bool
    hex: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    code: str
    label: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class CardPage:
    """``total`` is exact unless ``capped``: then there are at least that many, and facet counts are lower bounds."""

    cards: tuple[Card, ...]
    total: int
    page: int
    pages: int
    facets: tuple[Facet, ...]
    capped: bool = False


@dataclass(frozen=True, slots=True)
class Crumb:
    path: str
    label: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    ``how``: what was typed is here; or what was probably meant (``taken_for``); or products that have a part of it
    (``others``); or nothing, and ``others`` is what sells well: on the shelf where it would stand (``shelf``), if one
    can be told.
    """

    page: CardPage
    how: Literal["typed", "mended", "nearest", "nothing"]
    taken_for: str = ""
    others: tuple[Card, ...] = ()
    shelf: Crumb | None = None


@dataclass(frozen=True, slots=True)
class CategoryNode:
    """A category that has something for sale in the market, with those below it."""

    path: str
    label: str
    children: tuple["CategoryNode", ...] = ()


@dataclass(frozen=True, slots=True)
class LabelledAttribute:
    """``values`` are texts in the language asked for."""

    code: str
    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OptionValue:
    code: str
    label: str
    hex: str = ""


@dataclass(frozen=True, slots=True)
class ProductOption:
    """An axis in which the variants differ, with the values that are on sale."""

    code: str
    label: str
    values: tuple[OptionValue, ...]


@dataclass(frozen=True, slots=True)
class VariantView:
    """``landed`` as given by ``set_landed``: minor units of its currency; None until worked out.

    ``prior``: the price is a cut made at ``reduced_at`` (aware UTC), and this was the lowest of the 30 days before it.
    """

    id: UUID
    sku: str
    options: Mapping[str, str]
    label: str
    price: Money
    landed: Mapping[str, Any] | None
    in_stock: bool
    weight_g: int
    picture_id: UUID | None = None
    prior: Money | None = None
    reduced_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SizeRowInput:
    """``labels`` is what the size is called by system (``{"EU": "38", "US": "7.5"}``), ``cm`` what it measures: a
    number of centimetres, or the least and the most.
    """

    size: str
    labels: Mapping[str, str] = field(default_factory=dict)
    cm: Mapping[str, Decimal | tuple[Decimal, Decimal]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SizeChartInput:
    """A chart by its ``code``, for the products in ``category`` and below and of ``brand`` (empty: all of them) that
    differ in ``option``, whose value codes are the rows' sizes.
    """

    code: str
    rows: Sequence[SizeRowInput]
    category: str = ""
    brand: str = ""
    option: str = "size"


@dataclass(frozen=True, slots=True)
class SizeRow:
    """``millimetres``: the least and the most of each measure, equal when it is one figure."""

    size: str
    labels: Mapping[str, str]
    millimetres: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class SizeChart:
    """The chart of one product; ``systems`` and ``measures`` in the order in which its maker wrote them."""

    option: str
    systems: tuple[str, ...]
    measures: tuple[str, ...]
    rows: tuple[SizeRow, ...]


@dataclass(frozen=True, slots=True)
class SpinView:
    """A turn of the product in ``count`` frames; the others are answered by ``spin_frames``."""

    first: Picture
    count: int


@dataclass(frozen=True, slots=True)
class ProductPage:
    """``title_in`` and ``description_in`` name the language these fall back to; empty where they are in the one asked
    for.
    """

    id: UUID
    slug: str
    title: str
    summary: str
    description: str
    trail: tuple[Crumb, ...]
    brand: str
    gallery: tuple[Picture, ...]
    attributes: tuple[LabelledAttribute, ...]
    options: tuple[ProductOption, ...]
    variants: tuple[VariantView, ...]
    origin: str
    hs_code: str
    sold_count: int
    similar: tuple[Card, ...]
    similar_in: tuple[str, ...]
    together: tuple[Card, ...]
    spin: SpinView | None = None
    size_chart: SizeChart | None = None
    title_in: str = ""
    description_in: str = ""


@dataclass(frozen=True, slots=True)
class SaleItem:
    """A variant on sale in a market, as a cart or order line needs it. ``cover`` is ``Picture.as_dict``."""

    variant_id: UUID
    product_id: UUID
    sku: str
    slug: str
    title: dict[str, str]
    options_text: dict[str, str]
    price: Money
    weight_g: int
    hs_code: str
    origin: str
    category: str
    cover: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class VariantRef:
    id: UUID
    sku: str
    product_id: UUID


@dataclass(frozen=True, slots=True)
class ProductName:
    """``title`` by language."""

    slug: str
    title: dict[str, str]


@dataclass(frozen=True, slots=True)
class VariantLabel:
    """What people who work with a variant call it: article number, product title by language, options by attribute."""

    id: UUID
    sku: str
    product_id: UUID
    title: dict[str, str]
    options: dict[str, str]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``kind``: product (``value`` is its slug), category (path) or brand (facet value)."""

    kind: Literal["product", "category", "brand"]
    label: str
    value: str
