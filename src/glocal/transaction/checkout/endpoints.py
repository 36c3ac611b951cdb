"""Quotes, cart and purchase for programs."""

from datetime import date
from typing import Annotated
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Field, Query, Router, Schema, Status
from pydantic import BaseModel

from glocal.content.catalog import facade as catalog
from glocal.platform.http.callers import VISITED, token_of, visitor_of
from glocal.platform.http.idempotency import KEYED, key_of
from glocal.platform.http.problems import REFUSALS, ProblemOut
from glocal.platform.http.schemas import Input, Language, MoneyOut, answered, parameters
from glocal.platform.kernel.errors import DomainError
from glocal.platform.markets import facade as markets
from glocal.supply.shipping import facade as shipping
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.checkout.models import MOST_UNITS
from glocal.transaction.orders import facade as orders

router = Router(tags=["checkout"])


Quantity = Annotated[int, Field(ge=1, le=MOST_UNITS)]
ReturnUrl = Annotated[str, Field(max_length=500, pattern=r"^https?://[^\s]+$")]


class WantedIn(Input):
    variant_id: UUID
    quantity: Quantity = 1


class AddressIn(Input):
    """An address; which fields a country needs is answered by /markets/{code}/address-form."""

    country: str = Field(..., max_length=2)
    name: str = Field("", max_length=200)
    company: str = Field("", max_length=200)
    line1: str = Field("", max_length=200)
    line2: str = Field("", max_length=200)
    district: str = Field("", max_length=200)
    city: str = Field("", max_length=200)
    region: str = Field("", max_length=200)
    postcode: str = Field("", max_length=40)
    phone: str = Field("", max_length=40)


class QuoteIn(Input):
    market: str = Field(..., max_length=2)
    language: Language = "en"
    lines: list[WantedIn] = Field(..., max_length=50)
    address: AddressIn | None = None
    delivery: str | None = Field(None, max_length=20)


class TotalsOut(Schema):
    """total = goods + shipping + tax_added + duty + fees; ``tax_included`` is the tax inside goods and shipping."""

    goods: MoneyOut
    shipping: MoneyOut
    tax_added: MoneyOut
    tax_included: MoneyOut
    duty: MoneyOut
    fees: MoneyOut
    estimate: bool

    @classmethod
    def of(cls, totals: orders.Totals) -> "TotalsOut":
        return cls(
            goods=MoneyOut.of(totals.goods),
            shipping=MoneyOut.of(totals.shipping),
            tax_added=MoneyOut.of(totals.tax_added),
            tax_included=MoneyOut.of(totals.tax_included),
            duty=MoneyOut.of(totals.duty),
            fees=MoneyOut.of(totals.fees),
            estimate=totals.estimate,
        )


class BuyProblemOut(ProblemOut):
    """``total`` is what it costs now (code total_changed); ``available`` what is left of a variant (sold_out)."""

    total: MoneyOut | None = None
    variant_id: UUID | None = None
    available: int | None = None


class DeliveryOut(Schema):
    """A delivery; ``cost`` is its freight, ``total`` what the whole order costs with it, tax and duty too."""

    code: str
    cost: MoneyOut
    total: MoneyOut
    earliest: date
    latest: date

    @classmethod
    def of(cls, choice: checkout.DeliveryChoice) -> "DeliveryOut":
        option = choice.option
        return cls(
            code=option.code,
            cost=MoneyOut.of(option.cost),
            total=MoneyOut.of(choice.total),
            earliest=option.earliest,
            latest=option.latest,
        )


class MissingOut(Schema):
    """A delivery that is not on offer; ``text`` says why, for people."""

    code: str
    reason: str
    text: str


class DeliveriesOut(Schema):
    variant_id: UUID
    region: str
    postcode: str
    available: int
    deliveries: list[DeliveryOut]
    missing: list[MissingOut]


class DeliveriesIn(Input):
    market: str = Field("US", min_length=2, max_length=2)
    language: Language = "en"
    sku: str = Field("", max_length=64, description="Of one variant; the first one without.")
    postcode: str = Field("", max_length=40)
    region: str = Field("", max_length=80)


class LineOut(Schema):
    variant_id: UUID
    sku: str
    title: str
    options: str
    quantity: int
    unit: MoneyOut
    line: MoneyOut
    available: int

    @classmethod
    def of(cls, line: checkout.QuotedLine) -> "LineOut":
        return cls(
            variant_id=line.variant_id,
            sku=line.sku,
            title=line.title,
            options=line.options,
            quantity=line.quantity,
            unit=MoneyOut.of(line.unit),
            line=MoneyOut.of(line.line),
            available=line.available,
        )


class QuoteOut(Schema):
    """The landed cost of some goods at a place by one delivery option.

    ``deliveries`` are those worth choosing, or only the one that was asked for.
    """

    lines: list[LineOut]
    totals: TotalsOut
    total: MoneyOut
    delivery: DeliveryOut
    deliveries: list[DeliveryOut]

    @classmethod
    def of(cls, quote: checkout.Quote) -> "QuoteOut":
        offered = {choice.option.code: DeliveryOut.of(choice) for choice in quote.choices}
        return cls(
            lines=[LineOut.of(line) for line in quote.lines],
            totals=TotalsOut.of(quote.totals),
            total=MoneyOut.of(quote.total),
            delivery=offered[quote.option.code],
            deliveries=list(offered.values()),
        )


class CartOut(Schema):
    lines: list[LineOut]
    unavailable: list[UUID]
    count: int
    quote: QuoteOut | None
    problem: str | None


class CartLineIn(Input):
    market: str = Field(..., max_length=2)
    quantity: Quantity = 1


class OrderIn(Input):
    """A purchase. ``expected_total_minor`` is what the shopper was shown; anything else is refused with the new total.

    Without ``lines`` the caller's cart is bought. With ``start_payment`` false the order waits for POST
    /orders/{number}/payments.
    """

    market: str = Field(..., max_length=2)
    language: Language = "en"
    email: str = Field(..., max_length=254)
    address: AddressIn
    lines: list[WantedIn] | None = Field(None, max_length=50)
    delivery: str = Field(..., max_length=20)
    method: str = Field("card", max_length=20)
    token: str | None = Field(None, max_length=200)
    expected_total_minor: int = Field(..., ge=0, le=10**15)
    start_payment: bool = True
    return_url: ReturnUrl | None = None


class PaymentIn(Input):
    method: str = Field("card", max_length=20)
    token: str | None = Field(None, max_length=200)
    return_url: ReturnUrl | None = None


class BoughtOut(BaseModel):
    """``number`` and ``token`` open the order; send the shopper to ``action_url`` when it is not empty."""

    number: str
    token: str
    payment_state: str
    action_url: str
    decline_code: str

    @classmethod
    def of(cls, bought: checkout.Bought) -> "BoughtOut":
        return cls(
            number=bought.number,
            token=bought.token,
            payment_state=bought.payment_state,
            action_url=bought.action_url,
            decline_code=bought.decline_code,
        )


def buyer_of(request: HttpRequest) -> checkout.Buyer:
    """The visitor, or the person whose token may order for them."""
    token = token_of(request)
    person_id = token.person_id if token and "orders:write" in token.scopes else None
    return checkout.Buyer(visitor_of(request), person_id)


def _address(body: AddressIn) -> markets.Address:
    """What is wrong with it is said in the caller's language, as every refusal; the order's is for its letters."""
    country, fields, language = body.country.upper(), body.model_dump(exclude={"country"}), get_language() or "en"
    try:
        return markets.check_address(country, fields, language)
    except markets.UnknownCountry as error:
        error.field = "address.country"
        raise
    except DomainError:
        first, *others = markets.address_faults(country, fields, language)
        for fault in (first, *others):
            fault.field = f"address.{fault.field}"
        first.also = tuple(others)
        raise first from None


def _wanted(lines: list[WantedIn]) -> tuple[checkout.Wanted, ...]:
    return tuple(checkout.Wanted(line.variant_id, line.quantity) for line in lines)


@router.post("/quotes", response={200: QuoteOut, **REFUSALS}, summary="What goods cost, all in")
def create_quote(request: HttpRequest, body: QuoteIn) -> QuoteOut:
    """Goods, shipping, tax and duty at an address, or at the market's default place."""
    address = _address(body.address) if body.address else None
    found = checkout.quote_for(
        markets.get(body.market), body.language, _wanted(body.lines), address=address, delivery_code=body.delivery
    )
    return QuoteOut.of(found)


@router.get(
    "/cart", response={200: CartOut, **REFUSALS}, summary="The caller's cart", openapi_extra=parameters(VISITED)
)
def get_cart(request: HttpRequest, market: str, language: Language = "en") -> CartOut:
    """What is in the cart, and its landed total at the market's default place."""
    view = checkout.cart_view(buyer_of(request), markets.get(market), language)
    return CartOut(
        lines=[LineOut.of(line) for line in view.lines],
        unavailable=list(view.unavailable),
        count=view.count,
        quote=QuoteOut.of(view.quote) if view.quote else None,
        problem=view.problem,
    )


@router.put(
    "/cart/lines/{variant_id}",
    response={204: None, **REFUSALS},
    summary="Set a quantity",
    openapi_extra=parameters(VISITED),
)
def set_cart_line(request: HttpRequest, variant_id: UUID, body: CartLineIn) -> Status[None]:
    """Put a variant in the cart with exactly this quantity; repeating it changes nothing."""
    buyer, market = buyer_of(request), markets.get(body.market)
    if variant_id not in {line.variant_id for line in checkout.cart_lines(buyer)}:
        checkout.add(buyer=buyer, market=market, variant_id=variant_id, quantity=body.quantity)
    else:
        checkout.set_quantity(buyer=buyer, variant_id=variant_id, quantity=body.quantity)
    return Status(204, None)


@router.delete(
    "/cart/lines/{variant_id}",
    response={204: None, **REFUSALS},
    summary="Take a variant out",
    openapi_extra=parameters(VISITED),
)
def remove_cart_line(request: HttpRequest, variant_id: UUID) -> Status[None]:
    checkout.remove(buyer=buyer_of(request), variant_id=variant_id)
    return Status(204, None)


@router.post(
    "/orders",
    response={201: BoughtOut, **REFUSALS, 409: BuyProblemOut},
    summary="Buy",
    openapi_extra=parameters(VISITED, KEYED),
)
def create_order(request: HttpRequest, body: OrderIn) -> HttpResponse:
    """Place an order and begin its payment. Repeating the key gets the same order; with another purchase, a 409."""
    bought = checkout.buy(
        checkout.BuyRequest(
            key=key_of(request) or "",
            buyer=buyer_of(request),
            market=markets.get(body.market).code,
            language=body.language,
            email=body.email,
            address=_address(body.address),
            delivery_code=body.delivery,
            method=body.method,
            expected_total=body.expected_total_minor,
            return_url=body.return_url or f"{settings.PUBLIC_URL}/",
            lines=_wanted(body.lines) if body.lines is not None else None,
            token=body.token,
            start_payment=body.start_payment,
        )
    )
    return answered(201, BoughtOut.of(bought))


@router.post(
    "/orders/{number}/payments",
    response={201: BoughtOut, **REFUSALS},
    summary="Pay for a waiting order",
    openapi_extra=parameters(KEYED),
)
def pay_order(request: HttpRequest, number: str, token: str, body: PaymentIn) -> Status[BoughtOut]:
    """Begin or try again the payment of an order that waits for it."""
    order = orders.order_for(number=number, person_id=None, token=token)
    bought = checkout.pay_again(
        order=order,
        method=body.method,
        key=key_of(request) or "",
        return_url=body.return_url or f"{settings.PUBLIC_URL}/",
        token=body.token,
    )
    return Status(201, BoughtOut.of(bought))


@router.get("/products/{slug}/deliveries", response={200: DeliveriesOut, **REFUSALS}, summary="When it would come")
def list_deliveries(request: HttpRequest, slug: str, query: Query[DeliveriesIn]) -> DeliveriesOut:
    """Every delivery of one unit to a postcode or region, or to the market's default place; and why one is missing."""
    market, language = markets.get(query.market), query.language
    page = catalog.product_page(market=market.code, language=language, slug=slug)
    variant = next((one for one in page.variants if query.sku in ("", one.sku)), None)
    if variant is None:
        raise catalog.UnknownVariant(field="sku")
    place = markets.check_place(market.code, postcode=query.postcode, region=query.region, language=language)
    lines = (checkout.Wanted(variant.id, 1),)
    found = checkout.quote_to(market, language, lines, region=place.region, postcode=place.postcode)
    return DeliveriesOut(
        variant_id=variant.id,
        region=place.region,
        postcode=place.postcode,
        available=found.lines[0].available,
        deliveries=[DeliveryOut.of(choice) for choice in found.choices],
        missing=[
            MissingOut(code=one.code, reason=one.reason, text=shipping.explain(one, language)) for one in found.missing
        ],
    )
