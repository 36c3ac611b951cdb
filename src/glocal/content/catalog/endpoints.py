"""The catalogue for programs: what a market's shop shows, nothing more."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from glocal.content.catalog import facade as catalog
from glocal.content.media.facade import Picture
from glocal.platform.http.problems import ProblemOut
from glocal.platform.http.schemas import MoneyOut, PageIn
from glocal.platform.markets import facade as markets

router = Router(tags=["catalogue"])

MARKET = Field("US", min_length=2, max_length=2, description="Market, ISO 3166-1 alpha-2.", examples=["TH"])
LANGUAGE = Field("en", min_length=2, max_length=10, description="Language of the texts.", examples=["th"])


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
    """``total`` is a lower bound when ``capped``."""

    items: list[CardOut]
    total: int
    capped: bool
    page: int
    pages: int
    facets: list[FacetOut]


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


class PlaceIn(Schema):
    market: str = MARKET
    language: str = LANGUAGE


class ListIn(PageIn, PlaceIn):
    category: str | None = Field(None, max_length=200)
    q: str = Field("", max_length=10_000, description="Words to search for.")
    sort: str = Field("popular", description="popular, new, price or -price")
    facet: list[str] = Field([], max_length=40, description="Choices such as colour:coral; may be repeated.")


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


@router.get(
    "/products", response={200: CardPageOut, 404: ProblemOut, 422: ProblemOut}, summary="List or search products"
)
def list_products(request: HttpRequest, query: Query[ListIn]) -> CardPageOut:
    """A page of what a market's shop sells, with facets to narrow it by."""
    market = markets.get(query.market)
    page = catalog.cards(
        market=market.code,
        language=query.language,
        category=query.category,
        query=query.q,
        facets=_chosen(query.facet),
        sort=query.sort,
        page=query.page,
        size=query.size,
    )
    return CardPageOut(
        items=[_card(card) for card in page.cards],
        total=page.total,
        capped=page.capped,
        page=page.page,
        pages=page.pages,
        facets=[
            FacetOut(
                code=facet.code,
                label=facet.label,
                values=[
                    FacetValueOut(code=value.code, label=value.label, count=value.count, selected=value.selected)
                    for value in facet.values
                ],
            )
            for facet in page.facets
        ],
    )


@router.get("/products/{slug}", response={200: ProductOut, 404: ProblemOut}, summary="One product")
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


@router.get("/categories", response={200: list[CategoryOut], 404: ProblemOut}, summary="The category tree")
def list_categories(request: HttpRequest, query: Query[PlaceIn]) -> list[CategoryOut]:
    """Categories that have something for sale in the market."""
    return [_category(node) for node in catalog.category_tree(markets.get(query.market).code, query.language)]


def _category(node: catalog.CategoryNode) -> CategoryOut:
    return CategoryOut(path=node.path, label=node.label, children=[_category(child) for child in node.children])
