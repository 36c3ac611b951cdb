"""The catalogue for programs: what a market's shop shows, nothing more."""

from typing import TypedDict
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Query, Router, Status
from ninja.files import UploadedFile

from glocal.content.catalog import facade as catalog
from glocal.content.catalog.ports import finder
from glocal.content.catalog.schemas import (
    CardOut,
    CardPageOut,
    CategoryOut,
    FacetOut,
    FacetValueOut,
    LandedOut,
    ListIn,
    OptionOut,
    OptionValueOut,
    PictureOut,
    PlaceIn,
    ProductIn,
    ProductOut,
    ProductsIn,
    SavedOut,
    SizeChartOut,
    SizeChartsIn,
    SizeRowOut,
    SpinOut,
    StoredChartOut,
    VariantOut,
)
from glocal.content.media import facade as media
from glocal.platform.http.callers import require_markets, require_scope
from glocal.platform.http.problems import REFUSALS
from glocal.platform.http.schemas import MoneyOut
from glocal.platform.markets import facade as markets

router = Router(tags=["catalogue"])

MOST_FRAME_BYTES = 2 * 1024**2


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
    pictures = {picture.id: picture for picture in page.gallery}
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
        options=[_option(option) for option in page.options],
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
                picture=PictureOut.of(pictures.get(variant.picture_id) if variant.picture_id else None),
                prior_price=MoneyOut.of(variant.prior) if variant.prior else None,
                reduced_at=variant.reduced_at,
            )
            for variant in page.variants
        ],
        size_chart=SizeChartOut.of(page.size_chart, query.market),
        spin=SpinOut(count=page.spin.count, first=PictureOut.of(page.spin.first)) if page.spin else None,
    )


def _option(option: catalog.ProductOption) -> OptionOut:
    values = [OptionValueOut(code=value.code, label=value.label, hex=value.hex) for value in option.values]
    return OptionOut(code=option.code, label=option.label, values=values)


@router.get("/products/{slug}/spin", response={200: list[PictureOut], **REFUSALS}, summary="One turn of a product")
def get_spin(request: HttpRequest, slug: str, query: Query[PlaceIn]) -> list[PictureOut]:
    """The frames of a product's turn, in order. 404 where there is none."""
    frames = catalog.spin_frames(markets.get(query.market).code, slug)
    return [shown for frame in frames if (shown := PictureOut.of(frame)) is not None]


@router.get("/categories", response={200: list[CategoryOut], **REFUSALS}, summary="The category tree")
def list_categories(request: HttpRequest, query: Query[PlaceIn]) -> list[CategoryOut]:
    """Categories that have something for sale in the market."""
    return [_category(node) for node in catalog.category_tree(markets.get(query.market).code, query.language)]


def _category(node: catalog.CategoryNode) -> CategoryOut:
    return CategoryOut(path=node.path, label=node.label, children=[_category(child) for child in node.children])


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
        external_source=_source(business_unit),
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


@router.post(
    "/operator/products/{product_id}/spin",
    response={204: None, **REFUSALS},
    summary="Give a product its turn",
    tags=["operator"],
)
def set_spin(request: HttpRequest, product_id: UUID, frames: File[list[UploadedFile]]) -> Status[None]:
    """Pictures in order, each a like step further round: 8 to 72 files of JPEG, PNG, WebP or AVIF.

    A request holds 2 MB; the console takes larger ones, of 2 MB each. Repeating it changes nothing. Only products of
    your business unit. Scope catalogue:write.
    """
    token = require_scope(request, "catalogue:write")
    source = _source(token.business_unit)
    catalog.require_frames(product_id=product_id, count=len(frames), source=source)
    for position, frame in enumerate(frames):
        if (frame.size or 0) > MOST_FRAME_BYTES:
            raise media.FileTooBig(field=f"frames[{position}]", megabytes=MOST_FRAME_BYTES // 1024**2)
    pictures = media.store_images(images=[media.NewImage(frame.read(), name=frame.name or "") for frame in frames])
    catalog.set_spin(product_id=product_id, frames=pictures, actor_id=token.person_id, source=source)
    return Status(204, None)


@router.delete(
    "/operator/products/{product_id}/spin",
    response={204: None, **REFUSALS},
    summary="Take a product's turn away",
    tags=["operator"],
)
def remove_spin(request: HttpRequest, product_id: UUID) -> Status[None]:
    """Repeating it changes nothing. Scope catalogue:write."""
    token = require_scope(request, "catalogue:write")
    source = _source(token.business_unit)
    catalog.set_spin(product_id=product_id, frames=(), actor_id=token.person_id, source=source)
    return Status(204, None)


@router.get(
    "/operator/size-charts",
    response={200: list[StoredChartOut], **REFUSALS},
    summary="Your size charts",
    tags=["operator"],
)
def list_size_charts(request: HttpRequest) -> list[StoredChartOut]:
    """Scope catalogue:read."""
    token = require_scope(request, "catalogue:read")
    return [
        StoredChartOut(
            code=stored.code,
            category=stored.category,
            brand=stored.brand,
            option=stored.chart.option,
            rows=[
                SizeRowOut(size=row.size, labels=dict(row.labels), millimetres=dict(row.millimetres))
                for row in stored.chart.rows
            ],
        )
        for stored in catalog.size_charts(_source(token.business_unit))
    ]


@router.put(
    "/operator/size-charts",
    response={204: None, **REFUSALS},
    summary="Make or renew size charts",
    tags=["operator"],
)
def save_size_charts(request: HttpRequest, body: SizeChartsIn) -> Status[None]:
    """All or none, matched by your business unit and ``code``; repeating it changes nothing. Scope catalogue:write."""
    token = require_scope(request, "catalogue:write")
    charts = [
        catalog.SizeChartInput(
            code=chart.code,
            category=chart.category,
            brand=chart.brand,
            option=chart.option,
            rows=[catalog.SizeRowInput(row.size, row.labels, row.cm) for row in chart.rows],
        )
        for chart in body.charts
    ]
    catalog.save_size_charts(charts, source=_source(token.business_unit), actor_id=token.person_id)
    return Status(204, None)


@router.delete(
    "/operator/size-charts/{code}",
    response={204: None, **REFUSALS},
    summary="Take a size chart away",
    tags=["operator"],
)
def remove_size_chart(request: HttpRequest, code: str) -> Status[None]:
    """Scope catalogue:write."""
    token = require_scope(request, "catalogue:write")
    catalog.remove_size_chart(code, source=_source(token.business_unit), actor_id=token.person_id)
    return Status(204, None)


def _source(business_unit: str) -> str:
    """Of what a business unit's programs bring in."""
    return f"api-{business_unit}"
