"""What day it is in the market: the festival that the shop shows, if there is one."""

from django.utils.translation import gettext as _

from glocal.platform.kernel import clock
from glocal.platform.markets import facade as markets
from glocal.web.storefront.requests import ShopRequest


def today(request: ShopRequest) -> markets.Occasion | None:
    """The festival of this day, by the market's own clock. No statement."""
    return markets.festival_at(request.market.code, markets.local_day(clock.now(), request.market))


def tone_of(request: ShopRequest) -> str:
    """The colours of this day; empty on most days."""
    occasion = today(request)
    return occasion.festival.tone if occasion else ""


def days_text(request: ShopRequest, occasion: markets.Occasion) -> str:
    """When it is, as people there write days."""
    first, last = (
        markets.format_date(day, request.language, request.market, style="day")
        for day in (occasion.first, occasion.last)
    )
    return first if first == last else _("{first} to {last}").format(first=first, last=last)


def greeting(request: ShopRequest) -> dict[str, str] | None:
    """What the first page says to it."""
    occasion = today(request)
    if occasion is None:
        return None
    festival = occasion.festival
    return {"name": _(festival.name), "text": _(festival.greeting), "days": days_text(request, occasion)}
