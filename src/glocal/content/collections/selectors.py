"""Which collections a market shows on a day, and what they hold."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from uuid import UUID

from glocal.content.catalog import facade as catalog
from glocal.content.collections.errors import CollectionNotFound
from glocal.content.collections.models import Collection
from glocal.content.collections.types import Kept, Shelf, ShelfPage
from glocal.platform.kernel.cache import ProcessCache
from glocal.platform.markets import facade as markets

MOST_SIZE = 48
kept: ProcessCache[str, tuple[Kept, ...]] = ProcessCache(seconds=60, size=64)
first: ProcessCache[tuple[UUID, datetime, int], tuple[UUID, ...]] = ProcessCache(seconds=600, size=512)


def in_use(market: str) -> tuple[Kept, ...]:
    """The collections of a market that were not withdrawn, in their order; one statement a minute."""
    return kept.get(market, lambda: _read(market))


def _read(market: str) -> tuple[Kept, ...]:
    rows = Collection.objects.filter(market=market, active=True).order_by("position", "slug")
    return tuple(
        Kept(
            row.pk,
            row.market,
            row.slug,
            row.title,
            row.text,
            row.festival,
            row.starts_on,
            row.ends_on,
            tuple(row.product_ids),
            row.category,
            row.facets,
            row.position,
            row.updated_at,
        )
        for row in rows
    )


def is_shown(collection: Kept, day: date) -> bool:
    """Whether it is on, on a day of its market."""
    if (collection.starts_on and day < collection.starts_on) or (collection.ends_on and day > collection.ends_on):
        return False
    shown = markets.occasions(collection.market, day, day)
    return not collection.festival or any(row.festival.code == collection.festival for row in shown)


def shown_on(market: str, day: date) -> tuple[Kept, ...]:
    """The collections that a market shows on a day there."""
    return tuple(row for row in in_use(market) if is_shown(row, day))


def shelf_of(collection: Kept, language: str) -> Shelf:
    title, text = markets.pick(collection.title, language), markets.pick(collection.text, language)
    return Shelf(collection.slug, title, text, collection.festival)


def cards(collection: Kept, language: str, *, page: int = 1, size: int = 24) -> catalog.CardPage:
    """What it holds and is for sale now; one statement when the catalogue's counts are warm."""
    if not collection.product_ids:
        try:
            return catalog.cards(
                market=collection.market,
                language=language,
                category=collection.category or None,
                facets=collection.facets,
                page=page,
                size=size,
            )
        except catalog.CategoryNotFound:  # it was there when the collection was made
            return catalog.CardPage((), 0, 1, 1, ())
    pages = max(1, -(-len(collection.product_ids) // size))
    page = min(max(page, 1), pages)
    part = collection.product_ids[(page - 1) * size : page * size]
    found = catalog.cards_of(collection.market, language, part)
    return catalog.CardPage(found, len(collection.product_ids), page, pages, ())


def first_cards(found: Sequence[Kept], language: str, size: int) -> tuple[tuple[catalog.Card, ...], ...]:
    """The first few of each, for shelves: which they are is kept for ten minutes, what they say is read anew.

    One statement for all of them when warm, and one or two more for each rule when not.
    """
    ids = [first.get((row.id, row.updated_at, size), partial(_first_ids, row, language, size)) for row in found]
    wanted = [key for keys in ids for key in keys]
    read = {card.product_id: card for card in catalog.cards_of(found[0].market, language, wanted)} if wanted else {}
    return tuple(tuple(read[key] for key in keys if key in read) for keys in ids)


def _first_ids(collection: Kept, language: str, size: int) -> tuple[UUID, ...]:
    if collection.product_ids:
        return collection.product_ids[:size]
    return tuple(card.product_id for card in cards(collection, language, size=size).cards)


def shelf_page(*, market: str, language: str, slug: str, day: date, page: int = 1, size: int = 24) -> ShelfPage:
    """A collection with a page of its cards. Raises UnknownMarket, CollectionNotFound."""
    markets.get(market)
    found = next((row for row in shown_on(market, day) if row.slug == slug), None)
    if found is None:
        raise CollectionNotFound(field="slug", slug=slug[:60])
    return ShelfPage(shelf_of(found, language), cards(found, language, page=page, size=min(size, MOST_SIZE)))
