"""The catalogue for programs: what a market's shop shows, nothing more."""

from typing import Annotated, Literal, TypedDict
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from glocal.content.catalog import facade as catalog
from glocal.content.catalog.ports import finder
from glocal.content.media.facade import Picture
from glocal.platform.http.callers import require_markets, require_scope
from glocal.platform.http.problems import REFUSALS
from glocal.platform.http.schemas import Input, Language, MoneyOut, PageIn
from glocal.platform.markets import facade as markets

router = Router(tags=["catalogue"])

MARKET = Field("US", min_length=2, max_length=2, description="Market, ISO 3166-1 alpha-2.", examples=["TH"])


class PictureOut(Schema):
    url: str
    width: int
    height: int
    colour: str
    srcset_avif: str
    srcset_jpeg: str

    @classmethod
    def of(cls, picture: Picture | None) -> "PictureOut | None":
        if picture is None:
            return None
        return cls(
            url=picture.src(720),
            width=picture.width,
            height=picture.height,
            colour=picture.colour,
            srcset_avif=picture.srcset("avif"),
            srcset_jpeg=picture.srcset("jpeg"),
        )


class CardOut(Schema):
    """A product in a list. ``all_in`` is the landed price of one unit at the market's default place."""

    product_id: UUID
    slug: str
    title: str
    brand: str
    price: MoneyOut
    from_price: bool
    all_in: MoneyOut | None
    all_in_estimate: bool
    in_stock: bool
    cover: PictureOut | None


class FacetValueOut(Schema):
    code: str
    label: str
    count: int
    selected: bool


class FacetOut(Schema):
    code: str
    label: str
    values: list[FacetValueOut]


class CardPageOut(Schema):
    """``total`` is a lower bound when ``capped``.

    ``how`` a search found: ``typed``, as asked; ``mended``, for ``taken_for``; ``nearest``, ``others`` have a part of
    what was asked; ``nothing``, ``others`` is what sells well, in category ``shelf`` if that could be told.
    """

    items: list[CardOut]
    total: int
    capped: bool
    page: int
    pages: int
    facets: list[FacetOut]
    how: Literal["typed", "mended", "nearest", "nothing"]
    taken_for: str
    others: list[CardOut]
    shelf: str | None


class LandedOut(Schema):
    """How the all-in price of one unit comes about, in minor units of ``currency``."""

    goods: int
    shipping: int
    tax: int
    duty: int
    fees: int
    total: int
    currency: str
    estimate: bool
    days_min: int
    days_max: int


class VariantOut(Schema):
    id: UUID
    sku: str
    label: str
    options: dict[str, str]
    price: MoneyOut
    landed: LandedOut | None
    in_stock: bool
    weight_g: int


class ProductOut(Schema):
    id: UUID
    slug: str
    title: str
    summary: str
    description: str
    brand: str
    origin: str
    hs_code: str
    gallery: list[PictureOut | None]
    variants: list[VariantOut]


class CategoryOut(Schema):
    path: str
    label: str
    children: list["CategoryOut"] = []


class PlaceIn(Input):
    market: str = MARKET
    language: Language = "en"


class ListIn(PageIn, PlaceIn):
    category: str | None = Field(None, max_length=200)
    q: str = Field("", max_length=1_000, description="Words to search for.")
    sort: Literal["popular", "new", "price", "-price"] = "popular"
    facet: list[str] = Field([], max_length=40, description="Choices such as colour:coral; may be repeated.")


class _Asked(TypedDict):
    market: str
    language: str
    category: str | None
    facets: dict[str, list[str]]
    sort: str
    page: int
    size: int


def _card(card: catalog.Card) -> CardOut:
    return CardOut(
        product_id=card.product_id,
        slug=card.slug,
        title=card.title,
        brand=card.brand,
        price=MoneyOut.of(card.price),
        from_price=card.from_price,
        all_in=MoneyOut.of(card.all_in) if card.all_in else None,
        all_in_estimate=card.all_in_estimate,
        in_stock=card.in_stock,
        cover=PictureOut.of(card.cover),
    )


def _chosen(facets: list[str]) -> dict[str, list[str]]:
    chosen: dict[str, list[str]] = {}
    for choice in facets:
        code, _, value = choice.partition(":")
        chosen.setdefault(code, []).append(value)
    return chosen


@router.get("/products", response={200: CardPageOut, **REFUSALS}, summary="List or search products")
def list_products(request: HttpRequest, query: Query[ListIn]) -> CardPageOut:
    """A page of what a market's shop sells, with facets to narrow it by; ``q`` finds what the shop's search finds."""
    asked = _Asked(
        market=markets.get(query.market).code,
        language=query.language,
        category=query.category,
        facets=_chosen(query.facet),
        sort=query.sort,
        page=query.page,
        size=query.size,
    )
    words = query.q.strip()
    found = finder()(text=words, **asked) if words else catalog.Found(catalog.cards(**asked), "typed")
    page = found.page
    return CardPageOut(
        items=[_card(card) for card in page.cards],
        total=page.total,
        capped=page.capped,
        page=page.page,
        pages=page.pages,
        facets=[_facet(facet) for facet in page.facets],
        how=found.how,
        taken_for=found.taken_for,
        others=[_card(card) for card in found.others],
        shelf=found.shelf.path if found.shelf else None,
    )


def _facet(facet: catalog.Facet) -> FacetOut:
    values = [
        FacetValueOut(code=value.code, label=value.label, count=value.count, selected=value.selected)
        for value in facet.values
    ]
    return FacetOut(code=facet.code, label=facet.label, values=values)


@router.get("/products/{slug}", response={200: ProductOut, **REFUSALS}, summary="One product")
def get_product(request: HttpRequest, slug: str, query: Query[PlaceIn]) -> ProductOut:
    """A product as its page shows it, with every variant's price and landed cost."""
    page = catalog.product_page(market=markets.get(query.market).code, language=query.language, slug=slug)
    return ProductOut(
        id=page.id,
        slug=page.slug,
        title=page.title,
        summary=page.summary,
        description=page.description,
        brand=page.brand,
        origin=page.origin,
        hs_code=page.hs_code,
        gallery=[PictureOut.of(picture) for picture in page.gallery],
        variants=[
            VariantOut(
                id=variant.id,
                sku=variant.sku,
                label=variant.label,
                options=dict(variant.options),
                price=MoneyOut.of(variant.price),
                landed=LandedOut(**variant.landed) if variant.landed else None,
                in_stock=variant.in_stock,
                weight_g=variant.weight_g,
            )
            for variant in page.variants
        ],
    )


@router.get("/categories", response={200: list[CategoryOut], **REFUSALS}, summary="The category tree")
def list_categories(request: HttpRequest, query: Query[PlaceIn]) -> list[CategoryOut]:
    """Categories that have something for sale in the market."""
    return [_category(node) for node in catalog.category_tree(markets.get(query.market).code, query.language)]


def _category(node: catalog.CategoryNode) -> CategoryOut:
    return CategoryOut(path=node.path, label=node.label, children=[_category(child) for child in node.children])


LanguageTag = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?$")]
Texts = dict[LanguageTag, Annotated[str, Field(max_length=20_000)]]
Code = Annotated[str, Field(max_length=60)]


class VariantIn(Input):
    sku: str = Field(..., min_length=1, max_length=64)
    weight_g: int = Field(..., ge=0, le=1_000_000)
    options: dict[Code, Code] = Field({}, description="Value code by option code, such as colour: sand.")


class ProductIn(Input):
    """A product by your own ``external_id``. Texts are by language; variants you leave out are withdrawn."""

    external_id: str = Field(..., min_length=1, max_length=120)
    title: Texts
    variants: list[VariantIn] = Field(..., min_length=1, max_length=200)
    category: str = Field("", max_length=200, examples=["beauty/skincare"])
    brand: str = Field("", max_length=120)
    summary: Texts = {}
    description: Texts = {}
    attributes: dict[Code, list[Code] | Texts] = {}
    hs_code: str = Field("", max_length=20)
    origin: str = Field("", max_length=2)


class ProductsIn(Input):
    """``markets`` are those in which the products shall be listed from now on; prices are set apart."""

    products: list[ProductIn] = Field(..., min_length=1, max_length=100)
    markets: list[str] = Field([], max_length=30)


class SavedOut(Schema):
    external_id: str
    product_id: UUID
    variants: dict[str, UUID]


@router.put(
    "/operator/products",
    response={200: list[SavedOut], **REFUSALS},
    summary="Make or renew products",
    tags=["operator"],
)
def save_products(request: HttpRequest, body: ProductsIn) -> list[SavedOut]:
    """All or none, matched by your business unit and ``external_id``; repeating it changes nothing.

    Scope catalogue:write.
    """
    token = require_scope(request, "catalogue:write")
    require_markets(token, body.markets, "markets")
    given = [_product(product, token.business_unit) for product in body.products]
    ids = catalog.take_products(given, markets=body.markets, actor_id=token.person_id)
    by_sku = catalog.variant_ids([variant.sku.strip() for product in body.products for variant in product.variants])
    return [
        SavedOut(
            external_id=product.external_id,
            product_id=product_id,
            variants={variant.sku: by_sku[variant.sku.strip()] for variant in product.variants},
        )
        for product, product_id in zip(body.products, ids, strict=True)
    ]


def _product(body: ProductIn, business_unit: str) -> catalog.ProductInput:
    return catalog.ProductInput(
        external_source=f"api-{business_unit}",
        external_id=body.external_id,
        title=body.title,
        variants=[catalog.VariantInput(variant.sku, variant.weight_g, variant.options) for variant in body.variants],
        category=body.category,
        brand=body.brand,
        summary=body.summary,
        description=body.description,
        attributes=body.attributes,
        hs_code=body.hs_code,
        origin=body.origin,
    )
