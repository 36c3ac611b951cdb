"""A search from what was typed to what is shown: as typed, else mended, else what comes nearest, else what sells."""

from collections.abc import Mapping, Sequence

from glocal.content.catalog import facade as catalog
from glocal.content.catalog.facade import Found
from glocal.content.search import understanding
from glocal.content.search.understanding import Mended, Piece
from glocal.platform.kernel.cache import ProcessCache
from glocal.platform.kernel.words import folded, is_unspaced, normal, runs

NEAREST = 24
_NOTHING = catalog.CardPage((), 0, 1, 1, ())
_mended: ProcessCache[tuple[str, str], Mended | None] = ProcessCache(seconds=60, size=4096)


def find(
    *,
    market: str,
    language: str,
    text: str,
    category: str | None = None,
    facets: Mapping[str, Sequence[str]] | None = None,
    sort: str = "popular",
    page: int = 1,
    size: int = 24,
) -> Found:
    """What a market sells for these words, best first: relevance x sales x stock. See ``catalog.cards`` for the rest.

    At most three statements where something is found as typed (one when warm); at most nine where nothing is.

    Raises UnknownMarket, CategoryNotFound, UnknownSort.
    """

    def cards(query: catalog.SearchQuery) -> catalog.CardPage:
        return catalog.cards(
            market=market,
            language=language,
            category=category,
            query=query,
            facets=facets,
            sort=sort,
            page=page,
            size=size,
        )

    pieces = understanding.pieces(text, language)
    asked = understanding.query(pieces)
    if asked is None:
        return Found(_NOTHING, "nothing", others=_popular(market, language))
    found = cards(asked)
    if found.total or found.facets:  # with facets, the words match and only the choices leave nothing
        return Found(found, "typed")
    mended = _mended.get((language, normal(text)), lambda: understanding.mended(pieces, language))
    if mended is not None:
        found = cards(mended.query)
        if found.total or found.facets:
            return Found(found, "mended", mended.text)
    terms = [*(mended.query.terms if mended else ()), *parts(pieces)]
    if nearest := catalog.nearest(market, language, terms, limit=NEAREST):
        return Found(_NOTHING, "nearest", mended.text if mended else "", nearest)
    if shelf := catalog.shelf_of(market, language, terms):
        there = catalog.cards(market=market, language=language, category=shelf.path, size=8).cards
        return Found(_NOTHING, "nothing", others=there, shelf=shelf)
    return Found(_NOTHING, "nothing", others=_popular(market, language))


def parts(pieces: Sequence[Piece]) -> list[catalog.SearchTerm]:
    """What may occur apart from each other: words; where none are written, two or three neighbouring characters."""
    terms = []
    for piece in pieces:
        plain = folded(piece.text)
        terms.append(piece.term(is_open=False))
        for run in runs(plain):
            if is_unspaced(run) and len(run) > 2 and not piece.others:
                size = 2 if run[0] >= "\u3040" else 3  # a Han word has two characters as a rule; a Thai syllable three
                terms += [catalog.SearchTerm((run[at : at + size],)) for at in range(len(run) - size + 1)]
    return terms


def _popular(market: str, language: str) -> tuple[catalog.Card, ...]:
    return catalog.cards(market=market, language=language, size=8).cards


class ShopFinder:
    """Fills the catalogue's port: programs find what the shop finds."""

    __call__ = staticmethod(find)
