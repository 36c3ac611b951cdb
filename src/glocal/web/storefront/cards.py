"""Product cards as HTML. A card is rendered once for what it says and kept: a list is then mostly joining strings."""

from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from glocal.content.catalog.facade import Card
from glocal.content.media.facade import Picture
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.web.storefront import pictures
from glocal.web.storefront.requests import ShopRequest

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
) -> SafeString:
    market = markets.get(market_code)
    picture = Picture(cover[0], cover[1], cover[2], cover[3], {}, cover[4], cover[5]) if cover else None
    values = {
        "href": f"{prefix}/p/{slug}",
        "title": title,
        "brand": brand,
        "picture": pictures.framed(picture, pictures.CARD, name=title, first=hurry),
        "price": markets.format_money(all_in or price, language, market),
        "from_price": from_price,
        "all_in": all_in is not None,
        "estimate": estimate,
        "in_stock": in_stock,
        "sold": markets.format_number(sold_count, language, market) if sold_count else "",
    }
    return mark_safe(get_template("storefront/card.html").render(values))  # noqa: S308
