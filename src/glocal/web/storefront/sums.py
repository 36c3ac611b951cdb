"""A total, line by line, as people read it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from glocal.platform.kernel.money import Money
from glocal.transaction.orders import facade as orders
from glocal.web.storefront.estimates import explained
from glocal.web.storefront.pages import money
from glocal.web.storefront.requests import ShopRequest


@dataclass(frozen=True, slots=True)
class Sums:
    """``minor`` is the total as the client sends it back, so that nobody pays another sum than the one shown."""

    parts: tuple[tuple[str, str], ...]
    total: str
    minor: int
    note: str
    about: str = ""


def sums_of(request: ShopRequest, totals: orders.Totals) -> Sums:
    """Lines that are zero are left out, except delivery: that it is free is worth a line."""
    shipping = money(request, totals.shipping) if totals.shipping else _("free")
    parts = [(_("Goods"), money(request, totals.goods)), (_("Delivery"), shipping)]
    for label, amount in ((_("Tax"), totals.tax_added), (_("Duty"), totals.duty), (_("Fees"), totals.fees)):
        if amount:
            parts.append((label, money(request, amount)))
    return Sums(
        tuple(parts),
        money(request, totals.total),
        totals.total.minor,
        _note(request, totals),
        explained(request, totals.total),
    )


def _note(request: ShopRequest, totals: orders.Totals) -> str:
    notes = []
    if totals.tax_included:
        notes.append(_("Includes {tax} of tax.").format(tax=money(request, totals.tax_included)))
    if totals.estimate:
        notes.append(_("Tax and duty are our estimate; what you pay is fixed by this total."))
    return " ".join(notes)


def nothing(request: ShopRequest) -> Sums:
    """While there is no total to show."""
    zero = Money.zero(request.market.currency)
    return Sums((), money(request, zero), 0, "")
