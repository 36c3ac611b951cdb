"""What goods cost at a place, all in: the one computation behind card, cart, sheet and order.

A quote costs one statement (items with their stock) while rate tables and tax rules are warm in the process.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain
from uuid import UUID

from django.db import connection

from glocal.content.catalog import facade as catalog
from glocal.platform.kernel import clock
from glocal.platform.kernel.money import Money, total
from glocal.platform.kernel.parts import together
from glocal.platform.markets import facade as markets
from glocal.supply.inventory import facade as inventory
from glocal.supply.shipping import facade as shipping
from glocal.transaction.checkout.errors import BadQuantity, CartEmpty, NoDelivery, NotForSale, SoldOut, UnknownDelivery
from glocal.transaction.checkout.models import MOST_UNITS
from glocal.transaction.checkout.types import DeliveryChoice, Quote, QuotedLine, Wanted
from glocal.transaction.orders import facade as orders
from glocal.transaction.tax import facade as tax


@dataclass(frozen=True, slots=True)
class Goods:
    """The goods of a quote with what the database says about them."""

    market: markets.Market
    wanted: tuple[Wanted, ...]
    items: Mapping[UUID, catalog.SaleItem]
    stock: Mapping[UUID, tuple[inventory.StockAt, ...]]

    def available(self, variant_id: UUID) -> int:
        return sum(place.available for place in self.stock.get(variant_id, ()))


def joined(lines: Sequence[Wanted]) -> tuple[Wanted, ...]:
    """One line per variant. Raises BadQuantity, CartEmpty."""
    units: dict[UUID, int] = {}
    for line in lines:
        units[line.variant_id] = units.get(line.variant_id, 0) + line.quantity
    if not units:
        raise CartEmpty()
    if any(not 1 <= line.quantity <= MOST_UNITS for line in lines) or any(n > MOST_UNITS for n in units.values()):
        raise BadQuantity()
    return tuple(Wanted(variant, quantity) for variant, quantity in units.items())


FEW = 4
"""Lines up to which goods and stock are read together: each item comes once per warehouse, and that grows."""

_GOODS = """
SELECT {columns} FROM catalog_for_sale LEFT JOIN inventory_stock ON inventory_stock.variant_id = catalog_for_sale.id
"""


@cache
def _answer(*columns: tuple[str, ...]) -> str:
    return _GOODS.format(columns=", ".join(chain(*columns)))


def look_up(market: markets.Market, lines: Sequence[Wanted]) -> Goods:
    """The goods as they are on sale now; one statement, or two for many. Unknown variants are not among ``items``."""
    ids = [line.variant_id for line in lines]
    if len(ids) > FEW:
        return Goods(market, tuple(lines), catalog.items_for_sale(market.code, ids), inventory.stock_at(ids))
    items, stock = catalog.for_sale(market.code, ids), inventory.stock(ids)
    answer = _answer(items.columns, stock.columns)
    with connection.cursor() as cursor:
        cursor.execute(*together(items.part, stock.part, answer=answer))
        rows = cursor.fetchall()
    width = len(items.columns)
    return Goods(
        market,
        tuple(lines),
        items.made_of([row[:width] for row in rows]),
        stock.made_of([row[width:] for row in rows]),
    )


def require_for_sale(goods: Goods, language: str) -> None:
    """Raises NotForSale, SoldOut."""
    for line in goods.wanted:
        item = goods.items.get(line.variant_id)
        if item is None:
            raise NotForSale(field="variant_id", variant_id=str(line.variant_id))
        available = goods.available(line.variant_id)
        if available < line.quantity:
            title = markets.pick(item.title, language)
            raise SoldOut(field="quantity", available=available, title=title, variant_id=str(line.variant_id))


def quote(
    goods: Goods,
    *,
    destination: shipping.Destination,
    language: str,
    delivery_code: str | None = None,
    at: datetime | None = None,
    compare: bool = False,
) -> Quote:
    """Price ``goods`` all in at ``destination``, by the delivery asked for or else the one that is cheapest all in.

    A delivery asked for is priced alone; with ``compare`` so is every other, and one that is not worth choosing drops
    out. Raises NotForSale, SoldOut, NoDelivery, UnknownDelivery.
    """
    require_for_sale(goods, language)
    moment = at or clock.now()
    currency = goods.market.currency
    offered = shipping.options(
        destination=destination,
        items=[_plan_item(goods, line) for line in goods.wanted],
        stock=goods.stock,
        currency=currency,
        on=moment,
        only=None if compare else delivery_code,
    )
    if not offered.options:
        reasons = " ".join(dict.fromkeys(shipping.explain(missing) for missing in offered.missing))
        raise NoDelivery(field="address", reason=reasons)
    lines = tuple(line_view(goods, line, language) for line in goods.wanted)
    sum_of_goods = total((line.line for line in lines), currency)
    priced = [
        _choice(option, tax.quote(_tax_request(goods, option, destination, moment)), sum_of_goods)
        for option in (offered.options if compare else _asked_for(offered.options, delivery_code))
    ]
    choices, pointless = worth_choosing(priced)
    chosen = _chosen(choices, delivery_code)
    return Quote(lines, chosen.totals, chosen.option, choices, (*offered.missing, *pointless), chosen.tax)


def _plan_item(goods: Goods, line: Wanted) -> shipping.PlanItem:
    item = goods.items[line.variant_id]
    return shipping.PlanItem(line.variant_id, line.quantity, item.weight_g, item.price)


def _asked_for(options: Sequence[shipping.ShippingOption], code: str | None) -> Sequence[shipping.ShippingOption]:
    if code is None:
        return options
    for option in options:
        if option.code == code:
            return (option,)
    raise UnknownDelivery(field="delivery")


def _choice(option: shipping.ShippingOption, taxed: tax.TaxQuote, goods: Money) -> DeliveryChoice:
    totals = orders.Totals(
        goods=goods,
        shipping=option.cost,
        tax_added=taxed.tax_added,
        tax_included=taxed.tax_included,
        duty=taxed.duty,
        fees=taxed.fees,
        estimate=taxed.estimate,
    )
    return DeliveryChoice(option, totals, taxed)


def worth_choosing(
    priced: Sequence[DeliveryChoice],
) -> tuple[tuple[DeliveryChoice, ...], tuple[shipping.MissingOption, ...]]:
    """Without those that another one beats in time and in money: cheap freight across a border can cost more in duty
    than it saves. Of two alike the first stays.
    """
    kept, pointless = [], []
    for place, choice in enumerate(priced):
        better = [other for at, other in enumerate(priced) if at != place and _beats(other, choice, earlier=at < place)]
        if not better:
            kept.append(choice)
            continue
        faster = any(other.option.latest < choice.option.latest for other in better)
        pointless.append(shipping.MissingOption(choice.option.code, "not_cheaper" if faster else "not_faster", {}))
    return tuple(kept), tuple(pointless)


def _beats(one: DeliveryChoice, other: DeliveryChoice, *, earlier: bool) -> bool:
    """Whether ``one`` is nowhere worse and somewhere better, or stands ``earlier`` and is the same."""
    sooner = one.option.latest <= other.option.latest and one.option.earliest <= other.option.earliest
    alike = (one.option.latest, one.option.earliest, one.total) == (
        other.option.latest,
        other.option.earliest,
        other.total,
    )
    return sooner and one.total.minor <= other.total.minor and (earlier or not alike)


def _chosen(choices: Sequence[DeliveryChoice], code: str | None) -> DeliveryChoice:
    """The one asked for, while it is worth choosing; else the cheapest all in."""
    asked = next((choice for choice in choices if choice.option.code == code), None)
    return asked or min(choices, key=lambda choice: (choice.total.minor, choice.option.latest))


def _tax_request(
    goods: Goods, option: shipping.ShippingOption, destination: shipping.Destination, moment: datetime
) -> tax.TaxRequest:
    lines = []
    for number, parcel in enumerate(option.parcels):
        for variant_id, quantity in parcel.lines:
            item = goods.items[variant_id]
            amount = item.price * quantity
            lines.append(tax.TaxableLine(f"{number}:{variant_id}", number, item.hs_code, item.origin, quantity, amount))
    return tax.TaxRequest(
        market=goods.market.code,
        region=destination.region or goods.market.default_region,
        tax_point=moment,
        currency=goods.market.currency,
        prices_include_tax=goods.market.prices_include_tax,
        goods=tuple(lines),
        shipping=tuple(parcel.cost for parcel in option.parcels),
        ship_from=tuple(parcel.ship_from for parcel in option.parcels),
    )


def line_view(goods: Goods, line: Wanted, language: str) -> QuotedLine:
    item = goods.items[line.variant_id]
    return QuotedLine(
        variant_id=line.variant_id,
        product_id=item.product_id,
        sku=item.sku,
        slug=item.slug,
        title=markets.pick(item.title, language),
        options=markets.pick(item.options_text, language),
        quantity=line.quantity,
        unit=item.price,
        line=item.price * line.quantity,
        cover=item.cover,
        available=goods.available(line.variant_id),
    )


def draft_lines(goods: Goods, priced: Quote) -> tuple[orders.DraftLine, ...]:
    """The quote's lines as an order keeps them, each with its share of the tax on top and of the duty."""
    duty, added = _shares(goods, priced)
    return tuple(
        orders.DraftLine(
            variant_id=line.variant_id,
            product_id=item.product_id,
            sku=item.sku,
            title=item.title,
            options=item.options_text,
            quantity=line.quantity,
            unit=item.price,
            line=item.price * line.quantity,
            tax=added[line.variant_id],
            duty=duty[line.variant_id],
            weight_g=item.weight_g,
            hs_code=item.hs_code,
            origin=item.origin,
            cover=item.cover,
        )
        for line in goods.wanted
        for item in [goods.items[line.variant_id]]
    )


def _shares(goods: Goods, priced: Quote) -> tuple[dict[UUID, Money], dict[UUID, Money]]:
    """Duty, and tax on top of the price, by variant."""
    currency = goods.market.currency
    duty = {line.variant_id: Money.zero(currency) for line in goods.wanted}
    added = dict(duty)
    named = {str(variant_id): variant_id for variant_id in duty}
    for line in priced.tax.lines:
        variant_id = named[line.ref.split(":", 1)[1]]
        duty[variant_id] += line.duty
        added[variant_id] += line.added
    return duty, added


def draft_parcels(priced: Quote) -> tuple[orders.DraftParcel, ...]:
    return tuple(
        orders.DraftParcel(
            parcel.warehouse_id,
            parcel.ship_from,
            parcel.service_code,
            parcel.lines,
            parcel.cost,
            parcel.weight_g,
            parcel.rate,
        )
        for parcel in priced.option.parcels
    )
