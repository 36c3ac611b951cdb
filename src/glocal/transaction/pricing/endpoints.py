"""Prices for programs: operators', and the evidence behind a cut for everybody."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from glocal.content.catalog import facade as catalog
from glocal.platform.http.callers import keys_of, require_markets, require_scope
from glocal.platform.http.idempotency import KEYED, answer_schema_once
from glocal.platform.http.problems import REFUSALS
from glocal.platform.http.schemas import Input, Moment, MoneyOut, parameters
from glocal.platform.kernel import clock
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.transaction.pricing import facade as pricing

router = Router(tags=["operator"])
public = Router(tags=["catalogue"])
router.add_router("", public)


class PriceIn(Input):
    """``minor`` is in the market's currency. Without ``valid_from`` it holds from now on."""

    variant_id: UUID
    market: str = Field(..., max_length=2)
    minor: int = Field(..., ge=1, le=10**12)
    valid_from: Moment | None = None
    valid_to: Moment | None = None


class PricesIn(Input):
    prices: list[PriceIn] = Field(..., min_length=1, max_length=500)
    source: str = Field("api", max_length=40, description="Who or what set them, for the history.")


class ChangedOut(Schema):
    """How many of the prices were not so already."""

    changed: int


class PastPriceOut(Schema):
    """One span of a price; ``valid_to`` null is open-ended."""

    price: MoneyOut
    valid_from: datetime
    valid_to: datetime | None
    source: str


@router.post(
    "/operator/prices",
    response={200: ChangedOut, **REFUSALS},
    summary="Set prices",
    openapi_extra=parameters(KEYED),
)
def set_prices(request: HttpRequest, body: PricesIn) -> HttpResponse:
    """All or none; what they cover stays in the history. Scope prices:write."""
    token = require_scope(request, "prices:write")
    for position, row in enumerate(body.prices):
        require_markets(token, [row.market], f"prices.{position}.market")

    def lay() -> ChangedOut:
        rows = [
            pricing.NewPrice(
                variant_id=row.variant_id,
                market=row.market,
                money=Money(row.minor, markets.get(row.market).currency),
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                source=body.source,
            )
            for row in body.prices
        ]
        return ChangedOut(changed=pricing.set_prices(rows, actor_id=token.person_id))

    return answer_schema_once(request, scope=keys_of(token), status=200, answer=lay)


@router.get("/operator/prices/{variant_id}", response={200: list[PastPriceOut], **REFUSALS}, summary="Price history")
def get_price_history(request: HttpRequest, variant_id: UUID, market: str) -> list[PastPriceOut]:
    """Past, present and planned prices in order of time. Scope prices:read."""
    require_markets(require_scope(request, "prices:read"), [market], "market")
    return [
        PastPriceOut(
            price=MoneyOut.of(span.money), valid_from=span.valid_from, valid_to=span.valid_to, source=span.source
        )
        for span in pricing.history(variant_id, market)
    ]


class PublicSpanOut(Schema):
    """One span of a price; ``valid_to`` null: it still holds."""

    price: MoneyOut
    valid_from: datetime
    valid_to: datetime | None


class ProductPricesOut(Schema):
    """The prices of a variant in the last sixty days, before delivery.

    ``lowest_30_days``: the lowest of the thirty days before the price began, when it is a cut of less than thirty days
    ago (Directive 98/6/EC, Article 6a); null otherwise. Spans that are only planned are not told.
    """

    variant_id: UUID
    price: MoneyOut
    lowest_30_days: MoneyOut | None
    reduced_at: datetime | None
    spans: list[PublicSpanOut]


class ProductPricesIn(Input):
    market: str = Field("US", min_length=2, max_length=2)
    sku: str = Field("", max_length=64, description="Of one variant; the first one without.")


@public.get("/products/{slug}/prices", response={200: ProductPricesOut, **REFUSALS}, summary="What it cost lately")
def get_prices(request: HttpRequest, slug: str, query: Query[ProductPricesIn]) -> ProductPricesOut:
    """The evidence behind a reduced price."""
    market, now = markets.get(query.market).code, clock.now()
    page = catalog.product_page(market=market, language="en", slug=slug)
    variant = next((one for one in page.variants if query.sku in ("", one.sku)), None)
    if variant is None:
        raise catalog.UnknownVariant(field="sku")
    cut = pricing.reductions([variant.id], market, now).get(variant.id)
    return ProductPricesOut(
        variant_id=variant.id,
        price=MoneyOut.of(variant.price),
        lowest_30_days=MoneyOut.of(cut.was) if cut else None,
        reduced_at=cut.since if cut else None,
        spans=[
            PublicSpanOut(price=MoneyOut.of(span.money), valid_from=span.valid_from, valid_to=_past(span.valid_to, now))
            for span in pricing.recent(variant.id, market, now - pricing.TOLD, now)
        ],
    )


def _past(moment: datetime | None, now: datetime) -> datetime | None:
    """What is planned is nobody's business yet."""
    return moment if moment is not None and moment <= now else None
