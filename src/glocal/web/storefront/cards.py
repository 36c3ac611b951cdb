"""Product cards as HTML. Of each kind of card (sold out, from a price, an estimate ...) the template is rendered once,
as a mould with places for what it says; a card fills one and is kept. A list is then mostly joining strings.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from glocal.content.catalog.facade import Card
from glocal.content.media.facade import Picture
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.web.storefront import estimates, pictures
from glocal.web.storefront.requests import ShopRequest

_PLACES = {
    name: chr(0xE110 + place)
    for place, name in enumerate(("href", "title", "brand", "picture", "price", "sold", "about"))
}
"""Characters for private use, which stand for what a card says while its kind is rendered."""
_PARTS = re.compile(f"([{''.join(_PLACES.values())}])")
Cover = tuple[UUID, int, int, str, str, tuple[int, ...]]


def joined(request: ShopRequest, cards: Iterable[Card], *, first: int = 0) -> SafeString:
    """The cards one after the other; the pictures of the ``first`` few are fetched at once."""
    return mark_safe("".join(one(request, card, hurry=place < first) for place, card in enumerate(cards)))  # noqa: S308


def one(request: ShopRequest, card: Card, *, hurry: bool = False) -> SafeString:
    cover = card.cover
    return _html(
        request.prefix,
        request.language,
        request.market.code,
        card.slug,
        card.title,
        card.brand,
        (cover.id, cover.width, cover.height, cover.colour, cover.base, cover.widths) if cover else None,
        card.price,
        card.from_price,
        card.all_in,
        card.all_in_estimate,
        card.in_stock,
        card.sold_count,
        hurry,
        estimates.about(request, card.all_in or card.price),
    )


@lru_cache(maxsize=8192)  # some 8 MB; every value that the card shows is in the key, so it cannot be stale
def _html(
    prefix: str,
    language: str,
    market_code: str,
    slug: str,
    title: str,
    brand: str,
    cover: Cover | None,
    price: Money,
    from_price: bool,
    all_in: Money | None,
    estimate: bool,
    in_stock: bool,
    sold_count: int,
    hurry: bool,
    about: str,
) -> SafeString:
    market = markets.get(market_code)
    picture = Picture(cover[0], cover[1], cover[2], cover[3], {}, cover[4], cover[5]) if cover else None
    said = {
        _PLACES["href"]: f"{prefix}/p/{slug}",
        _PLACES["title"]: escape(title),
        _PLACES["brand"]: escape(brand),
        _PLACES["picture"]: pictures.framed(picture, pictures.CARD, name=title, first=hurry),
        _PLACES["price"]: escape(markets.format_money(all_in or price, language, market)),
        _PLACES["about"]: escape(about),
        _PLACES["sold"]: escape(markets.format_number(sold_count, language, market)),
    }
    mould = _mould(
        language,
        bool(brand),
        from_price,
        all_in is not None,
        estimate,
        in_stock=in_stock,
        sold=bool(sold_count),
        about=bool(about),
    )
    return mark_safe("".join(said.get(part, part) for part in mould))  # noqa: S308


@lru_cache(maxsize=2048)
def _mould(
    language: str,
    brand: bool,
    from_price: bool,
    all_in: bool,
    estimate: bool,
    *,
    in_stock: bool,
    sold: bool,
    about: bool,
) -> tuple[str, ...]:
    """The template of such a card in the language (which is active), parted where something is to be filled in."""
    values = {
        **_PLACES,
        "brand": _PLACES["brand"] if brand else "",
        "sold": _PLACES["sold"] if sold else "",
        "about": _PLACES["about"] if about else "",
        "from_price": from_price,
        "all_in": all_in,
        "estimate": estimate,
        "in_stock": in_stock,
    }
    return tuple(_PARTS.split(get_template("storefront/card.html").render(values)))
