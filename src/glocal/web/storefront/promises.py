"""What may be sent back and until when, in the words of a page: the law's days, our own, goods left out."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from glocal.platform.markets import facade as markets
from glocal.web.storefront.requests import ShopRequest


def of_product(request: ShopRequest, kind: str) -> list[str]:
    """Sentences for the page of a product whose goods come back as ``kind`` (``markets.KINDS``)."""
    law, own = markets.law_of(request.market.code), markets.own_promise()
    days = 0 if kind in own.excluded else own.days
    by_law = 0 if kind in law.excluded else law.days
    told = [_for_any_reason(days, law if by_law else None)]
    if kind == markets.SEALED:
        told.append(_("For hygiene, it comes back only while its seal is unbroken."))
    if by_law and law.delivery_back:
        told.append(_("If the whole order comes back in that time, what its delivery cost is paid back too."))
    told.append(_("If something is wrong with it, tell us within {n} days.").format(n=law.guarantee))
    return told


def _for_any_reason(days: int, law: markets.Law | None) -> str:
    if law is None and not days:
        return _("It cannot be sent back for a change of mind.")
    if law is None:
        return _("You can send it back for any reason within {n} days of delivery: our own promise.").format(n=days)
    if law.count == "working":
        text = _("You can send it back for any reason within {n} days of delivery; the law gives {m} working days.")
        return text.format(n=max(days, law.days), m=law.days)
    if law.days < days:
        text = _("You can send it back for any reason within {n} days of delivery; the law gives {m}.")
        return text.format(n=days, m=law.days)
    return _("You can send it back for any reason within {n} days of delivery, as the law says.").format(n=law.days)


def of_lines(kinds: Sequence[str], market: str) -> str:
    """What the form says of the goods in it that have rules of their own; empty when there are none."""
    own, law = markets.own_promise(), markets.law_of(market)
    told = []
    if markets.SEALED in kinds:
        told.append(_("Things with a seal for hygiene come back only while it is unbroken, unless something is wrong."))
    if any(kind in own.excluded and (not law.days or kind in law.excluded) for kind in kinds):
        told.append(_("Some things in this order cannot be sent back for a change of mind."))
    return " ".join(told)
