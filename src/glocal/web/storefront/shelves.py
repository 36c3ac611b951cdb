"""Lists of products: the home page, categories, what a search found."""

from dataclasses import dataclass
from typing import TypedDict
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from glocal.content.catalog import facade as catalog
from glocal.content.search import facade as search
from glocal.platform.kernel.errors import NotFound
from glocal.platform.markets import facade as markets
from glocal.web.storefront import cards, festive, gatherings, pictures
from glocal.web.storefront.pages import kept, tree
from glocal.web.storefront.requests import ShopRequest

SHELF, MOST_DOORS = 12, 4
SORTS = {
    "popular": gettext_noop("Our choice"),
    "new": gettext_noop("Newest"),
    "price": gettext_noop("Price, low to high"),
    "-price": gettext_noop("Price, high to low"),
}
PLAIN = {"q", "sort", "page"}
MOST_VALUES, MOST_FACETS, LAST_PAGE = 12, 6, 400


class _Asked(TypedDict):
    market: str
    language: str
    facets: dict[str, tuple[str, ...]]
    sort: str
    page: int


class CategoryNotFound(NotFound):
    """Nothing is for sale under that path here."""

    code = "category_not_found"
    message = gettext_noop("There is nothing on this shelf here.")


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    href: str
    current: bool = False
    count: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class FacetLinks:
    label: str
    links: tuple[Link, ...]
    open: bool


@require_safe
def home(request: ShopRequest) -> HttpResponse:
    """The first page: one lead product, the ways in, what sells here, what is new."""
    code, language = request.market.code, request.language
    popular = catalog.cards(market=code, language=language, size=SHELF + 1)
    newest = catalog.cards(market=code, language=language, sort="new", size=2 * SHELF + 1)
    doors = [(node, catalog.popular_in(code, language, node.path)[:1]) for node in _doors(request)]
    seen = {card.product_id for card in popular.cards}
    fresh = [card for card in newest.cards if card.product_id not in seen][:SHELF]
    shown = [*popular.cards, *fresh, *(card for _node, found in doors for card in found)]
    lead = next((card for card in shown if card.cover), shown[0] if shown else None)  # the largest place needs a photo
    others = [card for card in popular.cards if card != lead][:SHELF]

    def values() -> dict[str, object]:
        return {
            "lead": lead and _lead(request, lead),
            "doors": [_door(request, node, found[0]) for node, found in doors if found],
            "popular": cards.joined(request, others),
            "bought": any(card.sold_count for card in popular.cards),
            "newest": cards.joined(request, fresh),
            "country": markets.country_name(code, language),
            "greeting": greeting,
            "gatherings": gatherings.shelves(request, gathered),
        }

    greeting, gathered = festive.greeting(request), gatherings.today(request)
    facts = (popular.cards, fresh, [found for _node, found in doors], greeting, gathered)
    return kept(request, "home", facts, values, title=_("Good things from many places"))


def _doors(request: ShopRequest) -> tuple[catalog.CategoryNode, ...]:
    return tree(request)[:MOST_DOORS]


def _door(request: ShopRequest, node: catalog.CategoryNode, card: catalog.Card) -> dict[str, object]:
    return {
        "href": f"{request.prefix}/c/{node.path}",
        "label": node.label,
        "picture": pictures.framed(card.cover, pictures.DOOR, name=node.label),
    }


def _lead(request: ShopRequest, card: catalog.Card) -> dict[str, object]:
    return {
        "href": f"{request.prefix}/p/{card.slug}",
        "title": card.title,
        "picture": pictures.framed(card.cover, pictures.HERO, name=card.title, first=True),
        "price": markets.format_money(card.all_in or card.price, request.language, request.market),
        "from_price": card.from_price,
        "all_in": card.all_in is not None,
        "estimate": card.all_in_estimate,
    }


@require_safe
def newest(request: ShopRequest) -> HttpResponse:
    """Everything, the newest first."""
    below = [Link(node.label, f"{request.prefix}/c/{node.path}") for node in tree(request)]
    return listed(request, "/new", title=_("Just arrived"), below=below, usual="new")


@require_safe
def category(request: ShopRequest, path: str) -> HttpResponse:
    """A category with its facets; only the list to htmx."""
    node = next((node for node in _walk(tree(request)) if node.path == path.strip("/")), None)
    if node is None:
        raise CategoryNotFound(path=path)
    below = [Link(child.label, f"{request.prefix}/c/{child.path}") for child in node.children]
    return listed(request, f"/c/{node.path}", title=node.label, category=node.path, below=below)


def _walk(nodes: tuple[catalog.CategoryNode, ...]) -> list[catalog.CategoryNode]:
    return [found for node in nodes for found in (node, *_walk(node.children))]


def listed(
    request: ShopRequest,
    path: str,
    *,
    title: str,
    category: str = "",
    query: str = "",
    below: list[Link] | None = None,
    usual: str = "popular",
) -> HttpResponse:
    """A page of what stands under ``path``, with facets and orders; only the list to htmx. A first look is counted."""
    sort = request.GET.get("sort", usual)
    sort = sort if sort in SORTS else usual
    number = request.GET.get("page", "1")
    chosen = {key: tuple(request.GET.getlist(key)[:MOST_VALUES]) for key in request.GET if key not in PLAIN}
    asked = _Asked(
        market=request.market.code,
        language=request.language,
        facets=chosen,
        sort=sort,
        page=min(max(int(number), 1), LAST_PAGE) if number.isdecimal() and len(number) < 6 else 1,
    )
    if query:
        result = search.find(text=query, **asked)
        if request.GET.keys() == {"q"} and not request.htmx:
            search.note(
                market=asked["market"],
                language=asked["language"],
                text=query,
                found=result.page.total,
                helped=result.how != "typed",
            )
    else:
        result = search.Found(catalog.cards(category=category or None, **asked), "typed")
    found = result.page
    chosen_here = {facet.code: _selected(facet) for facet in found.facets}
    address = _Address(request.prefix + path, query, sort, usual, chosen_here)

    def values() -> dict[str, object]:
        return {
            "query": query,
            "title": title,
            "below": below or [],
            "how": result.how,
            "taken_for": result.taken_for,
            "shelf": result.shelf and Link(result.shelf.label, f"{request.prefix}/c/{result.shelf.path}"),
            "others": cards.joined(request, result.others),
            **_values(request, address, found),
        }

    template = "list" if request.htmx else "search" if query else "category"
    return kept(request, template, (result, address, below), values, title="" if request.htmx else title)


def _values(request: ShopRequest, address: "_Address", found: catalog.CardPage) -> dict[str, object]:
    total = markets.format_number(found.total, request.language, request.market)
    return {
        "total": total + "+" if found.capped else total,
        "found": found.total,
        "cards": cards.joined(request, found.cards, first=2),
        "facets": [_facet_links(request, address, facet) for facet in _telling(found)],
        "filtered": any(address.chosen.values()),
        "plain": address.plain(),
        "sorts": [
            Link(_(label), address.with_sort(key), key == address.sort) for key, label in _sorts(address).items()
        ],
        "before": address.with_page(found.page - 1) if found.page > 1 else "",
        "after": address.with_page(found.page + 1) if found.page < found.pages else "",
        "number": found.page,
        "pages": found.pages,
    }


def _sorts(address: "_Address") -> dict[str, str]:
    """What each order is called: with words to match, the first is by how well they match."""
    return SORTS | ({"popular": gettext_noop("Best match")} if address.query else {})


def _selected(facet: catalog.Facet) -> tuple[str, ...]:
    return tuple(value.code for value in facet.values if value.selected)


@dataclass(frozen=True, slots=True)
class _Address:
    """Where the list stands, to say where one more choice would lead."""

    path: str
    query: str
    sort: str
    usual: str
    chosen: dict[str, tuple[str, ...]]

    def _to(self, chosen: dict[str, tuple[str, ...]], sort: str, page: int = 1) -> str:
        pairs = [("q", self.query)] if self.query else []
        pairs += [(code, value) for code, values in chosen.items() for value in values]
        pairs += [("sort", sort)] if sort != self.usual else []
        pairs += [("page", str(page))] if page > 1 else []
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    def toggled(self, code: str, value: str) -> str:
        kept = self.chosen[code]
        now = tuple(other for other in kept if other != value) if value in kept else (*kept, value)
        return self._to(self.chosen | {code: now}, self.sort)

    def plain(self) -> str:
        return self._to({}, self.sort)

    def with_sort(self, sort: str) -> str:
        return self._to(self.chosen, sort)

    def with_page(self, page: int) -> str:
        return self._to(self.chosen, self.sort, page)


def _telling(found: catalog.CardPage) -> list[catalog.Facet]:
    """The facets worth their place: what is chosen in stays, others must divide the list; never two of one name."""
    telling: list[catalog.Facet] = []
    for facet in sorted(found.facets, key=lambda facet: not _selected(facet)):
        divides = len(facet.values) > 1 and any(value.count < found.total for value in facet.values)
        named = any(_name(other) == _name(facet) for other in telling)
        if _selected(facet) or (divides and not named and len(telling) < MOST_FACETS):
            telling.append(facet)
    return [facet for facet in found.facets if facet in telling]


def _name(facet: catalog.Facet) -> str:
    return facet.label or _("Brand")


def _facet_links(request: ShopRequest, address: _Address, facet: catalog.Facet) -> FacetLinks:
    links = tuple(
        Link(
            value.label,
            address.toggled(facet.code, value.code),
            value.selected,
            markets.format_number(value.count, request.language, request.market),
            value.hex,
        )
        for value in facet.values
    )
    return FacetLinks(_name(facet), links, any(value.selected for value in facet.values))
