"""Reads of checkout."""

from uuid import UUID

from django.db.models import Sum

from glocal.platform.accounts import facade as accounts
from glocal.platform.http.problems import text_of
from glocal.platform.kernel.errors import DomainError
from glocal.platform.markets import facade as markets
from glocal.supply.shipping import facade as shipping
from glocal.transaction.checkout import quoting
from glocal.transaction.checkout.errors import AddressElsewhere
from glocal.transaction.checkout.models import CartLine
from glocal.transaction.checkout.services.carts import cart_of
from glocal.transaction.checkout.types import Buyer, BuySheet, CartView, Quote, Wanted
from glocal.transaction.payments import facade as payments


def cart_lines(buyer: Buyer) -> tuple[Wanted, ...]:
    """What is in the buyer's cart, in the order it was put in. One statement."""
    lines = CartLine.objects.filter(**cart_of(buyer)).order_by("pk").values_list("variant_id", "quantity")
    return tuple(Wanted(variant_id, quantity) for variant_id, quantity in lines)


def cart_count(buyer: Buyer) -> int:
    """Units in the buyer's cart. One statement."""
    return CartLine.objects.filter(**cart_of(buyer)).aggregate(units=Sum("quantity"))["units"] or 0


def default_destination(market: markets.Market) -> shipping.Destination:
    """Where a shopper of the market probably is, until an address says more."""
    return shipping.Destination(market.code, market.default_region or "", "")


def destination_of(address: markets.Address, market: markets.Market) -> shipping.Destination:
    """Where an address of the market is; prices and tax of a market hold inside it only. Raises AddressElsewhere."""
    if address.country != market.code:
        raise AddressElsewhere(field="country", market=market.code)
    return shipping.Destination(address.country, address.region, address.postcode)


def cart_view(buyer: Buyer, market: markets.Market, language: str) -> CartView:
    """The cart with its landed total at the market's default place. At most three statements.

    What cannot be sold any more is listed in ``unavailable`` and left out of the total.
    """
    wanted = cart_lines(buyer)
    if not wanted:
        return CartView((), (), 0, None, None)
    goods = quoting.look_up(market, wanted)
    unavailable = tuple(line.variant_id for line in wanted if line.variant_id not in goods.items)
    goods = quoting.Goods(
        market, tuple(line for line in wanted if line.variant_id in goods.items), goods.items, goods.stock
    )
    lines = tuple(quoting.line_view(goods, line, language) for line in goods.wanted)
    count = sum(line.quantity for line in lines)
    priced, problem = _try_quote(goods, default_destination(market), language, None) if lines else (None, None)
    return CartView(lines, unavailable, count, priced, problem)


def sheet(
    buyer: Buyer,
    market: markets.Market,
    language: str,
    *,
    lines: tuple[Wanted, ...] | None = None,
    address: markets.Address | None = None,
    delivery_code: str | None = None,
) -> BuySheet:
    """All that the buyer confirms with one tap.

    ``lines`` None takes the cart; a known person's address is filled in. A ``delivery_code`` that is not on offer, or
    not worth its price, gives way to the cheapest.

    Raises BadQuantity, CartEmpty, AddressElsewhere.
    """
    wanted = quoting.joined(lines if lines is not None else cart_lines(buyer))
    person = accounts.person(buyer.person_id) if buyer.person_id else None
    address_id: UUID | None = None
    if address is None and person is not None:
        kept = [saved for saved in accounts.addresses_of(person.id) if saved.address.country == market.code]
        if kept:
            chosen = next((saved for saved in kept if saved.is_default), kept[0])
            address, address_id = chosen.address, chosen.id
    destination = destination_of(address, market) if address else default_destination(market)
    goods = quoting.look_up(market, wanted)
    priced, problem = _try_quote(goods, destination, language, delivery_code, compare=True)
    return BuySheet(
        quote=priced,
        problem=problem,
        address=address,
        address_id=address_id,
        email=(person.email or "") if person else "",
        methods=payments.methods_for(market.code),
        saved_methods=tuple(payments.saved_methods(buyer.person_id)) if buyer.person_id else (),
    )


def quote_for(
    market: markets.Market,
    language: str,
    lines: tuple[Wanted, ...],
    *,
    address: markets.Address | None = None,
    delivery_code: str | None = None,
) -> Quote:
    """What ``lines`` cost, all in, at ``address`` or the market's default place.

    Raises BadQuantity, AddressElsewhere, NotForSale, SoldOut, NoDelivery, UnknownDelivery.
    """
    destination = destination_of(address, market) if address else default_destination(market)
    goods = quoting.look_up(market, quoting.joined(lines))
    return quoting.quote(goods, destination=destination, language=language, delivery_code=delivery_code)


def quote_to(
    market: markets.Market, language: str, lines: tuple[Wanted, ...], *, region: str = "", postcode: str = ""
) -> Quote:
    """What ``lines`` cost, all in, at a place of which no more is known; the market's default place when nothing is.

    Raises as ``quote_for``.
    """
    default = default_destination(market)
    destination = shipping.Destination(market.code, region or default.region, postcode)
    return quoting.quote(quoting.look_up(market, quoting.joined(lines)), destination=destination, language=language)


def _try_quote(
    goods: quoting.Goods,
    destination: shipping.Destination,
    language: str,
    delivery_code: str | None,
    *,
    compare: bool = False,
) -> tuple[Quote | None, str | None]:
    try:
        priced = quoting.quote(
            goods, destination=destination, language=language, delivery_code=delivery_code, compare=compare
        )
        return priced, None
    except DomainError as error:
        return None, text_of(error)
