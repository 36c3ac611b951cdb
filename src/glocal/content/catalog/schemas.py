"""The shapes in which programs meet the catalogue."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from ninja import Field, Schema

from glocal.content.catalog import facade as catalog
from glocal.content.media.facade import Picture
from glocal.platform.http.schemas import Input, Language, MoneyOut, PageIn

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


class OptionValueOut(Schema):
    """``hex`` is the colour's own value; empty where it has none."""

    code: str
    label: str
    hex: str


class OptionOut(Schema):
    """An axis in which the variants differ."""

    code: str
    label: str
    values: list[OptionValueOut]


class SizeRowOut(Schema):
    """``labels`` by system; ``millimetres`` are the least and the most of each measure."""

    size: str
    labels: dict[str, str]
    millimetres: dict[str, tuple[int, int]]


class SizeChartOut(Schema):
    """``system`` is the one that people of the market know best; empty when the chart has none of theirs."""

    option: str
    system: str
    systems: list[str]
    measures: list[str]
    rows: list[SizeRowOut]

    @classmethod
    def of(cls, chart: catalog.SizeChart | None, market: str) -> "SizeChartOut | None":
        if chart is None:
            return None
        rows = [SizeRowOut(size=r.size, labels=dict(r.labels), millimetres=dict(r.millimetres)) for r in chart.rows]
        return cls(
            option=chart.option,
            system=catalog.system_in(market, chart),
            systems=list(chart.systems),
            measures=list(chart.measures),
            rows=rows,
        )


class SpinOut(Schema):
    """A turn of the product; its frames in order are at /products/{slug}/spin."""

    count: int
    first: PictureOut | None


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
    """``prior_price``: the price is a cut made at ``reduced_at``, and this was the lowest of the 30 days before it.

    ``picture`` shows this variant, if one does.
    """

    id: UUID
    sku: str
    label: str
    options: dict[str, str]
    price: MoneyOut
    landed: LandedOut | None
    in_stock: bool
    weight_g: int
    picture: PictureOut | None
    prior_price: MoneyOut | None
    reduced_at: datetime | None


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
    options: list[OptionOut]
    variants: list[VariantOut]
    size_chart: SizeChartOut | None
    spin: SpinOut | None


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


Centimetres = Annotated[Decimal, Field(gt=0, le=300)]


class SizeRowIn(Input):
    """``labels`` by system (EU, US, UK, FR, ASIA, CN, JP, MX, BR); ``cm`` one figure, or the least and the most."""

    size: Code
    labels: dict[Code, Annotated[str, Field(max_length=20)]] = {}
    cm: dict[Code, Centimetres | tuple[Centimetres, Centimetres]] = {}


class SizeChartIn(Input):
    """For your products in ``category`` and below and of ``brand`` (empty: all of them) that differ in ``option``."""

    code: str = Field(..., min_length=1, max_length=80)
    category: str = Field("", max_length=200, examples=["fashion/shoes"])
    brand: str = Field("", max_length=120)
    option: Code = "size"
    rows: list[SizeRowIn] = Field(..., min_length=1, max_length=60)


class SizeChartsIn(Input):
    charts: list[SizeChartIn] = Field(..., min_length=1, max_length=50)


class StoredChartOut(Schema):
    """A chart as it was given; measures in millimetres, least and most."""

    code: str
    category: str
    brand: str
    option: str
    rows: list[SizeRowOut]
