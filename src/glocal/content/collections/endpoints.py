"""Collections for programs: what a market shows today, and keeping them."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.params.functions import Query

from glocal.content.collections import facade as collections
from glocal.platform.http.callers import require_markets, require_scope
from glocal.platform.http.problems import REFUSALS
from glocal.platform.http.schemas import Input, Language, MoneyOut
from glocal.platform.kernel import clock
from glocal.platform.markets import facade as markets

router = Router(tags=["catalogue"])

MARKET: Any = Query("US", min_length=2, max_length=2, description="Market, ISO 3166-1 alpha-2.")


class ItemOut(Schema):
    """A product of a collection; ``all_in`` is the landed price of one unit at the market's default place."""

    product_id: UUID
    slug: str
    title: str
    price: MoneyOut
    all_in: MoneyOut | None
    in_stock: bool


class CollectionOut(Schema):
    """A collection that the market shows today. ``festival`` is a code of its calendar, empty for none."""

    slug: str
    title: str
    text: str
    festival: str


class CollectionPageOut(CollectionOut):
    items: list[ItemOut]
    page: int
    pages: int


class CollectionIn(Input):
    """``product_ids`` in that order, else what ``category`` and ``facets`` find."""

    title: Annotated[dict[str, str], Field(examples=[{"en": "For Songkran", "th": "ต้อนรับสงกรานต์"}], max_length=20)]
    text: Annotated[dict[str, str], Field(max_length=20)] = {}
    festival: Annotated[str, Field(max_length=30, examples=["songkran"])] = ""
    starts_on: date | None = None
    ends_on: date | None = None
    product_ids: Annotated[list[UUID], Field(max_length=400)] = []
    category: Annotated[str, Field(max_length=200)] = ""
    facets: Annotated[dict[str, list[str]], Field(max_length=10)] = {}
    position: Annotated[int, Field(ge=-1000, le=1000)] = 0


class CollectionSavedOut(Schema):
    id: UUID


@router.get("/collections", response={200: list[CollectionOut], **REFUSALS}, summary="Collections of today")
def list_collections(request: HttpRequest, market: str = MARKET, language: Language = "en") -> list[CollectionOut]:
    """Those that the market shows today, by its own clock."""
    found = collections.shown_on(market, _today(market))
    shelves = (collections.shelf_of(row, language) for row in found)
    return [_shelf(shelf) for shelf in shelves]


@router.get("/collections/{slug}", response={200: CollectionPageOut, **REFUSALS}, summary="A collection")
def get_collection(
    request: HttpRequest,
    slug: str,
    market: str = MARKET,
    language: Language = "en",
    page: Annotated[int, Field(ge=1, le=50)] = 1,
) -> CollectionPageOut:
    found = collections.shelf_page(market=market, language=language, slug=slug, day=_today(market), page=page)
    items = [
        ItemOut(
            product_id=card.product_id,
            slug=card.slug,
            title=card.title,
            price=MoneyOut.of(card.price),
            all_in=MoneyOut.of(card.all_in) if card.all_in else None,
            in_stock=card.in_stock,
        )
        for card in found.page.cards
    ]
    shelf = _shelf(found.shelf).model_dump()
    return CollectionPageOut(**shelf, items=items, page=found.page.page, pages=found.page.pages)


@router.put(
    "/operator/collections/{market}/{slug}",
    response={200: CollectionSavedOut, **REFUSALS},
    summary="Make or change a collection",
    tags=["operator"],
)
def save_collection(request: HttpRequest, market: str, slug: str, body: CollectionIn) -> CollectionSavedOut:
    """Repeating it changes nothing. Scope catalogue:write."""
    token = require_scope(request, "catalogue:write")
    require_markets(token, [market], "market")
    given = collections.CollectionInput(market=market, slug=slug, **body.model_dump())
    return CollectionSavedOut(id=collections.save_collection(given, actor_id=token.person_id))


@router.delete(
    "/operator/collections/{market}/{slug}",
    response={204: None, **REFUSALS},
    summary="Withdraw a collection",
    tags=["operator"],
)
def withdraw_collection(request: HttpRequest, market: str, slug: str) -> Status[None]:
    """Saving it again brings it back. Scope catalogue:write."""
    token = require_scope(request, "catalogue:write")
    require_markets(token, [market], "market")
    collections.withdraw_collection(market=market, slug=slug, actor_id=token.person_id)
    return Status(204, None)


def _today(market: str) -> date:
    return markets.local_day(clock.now(), markets.get(market))


def _shelf(shelf: collections.Shelf) -> CollectionOut:
    return CollectionOut(slug=shelf.slug, title=shelf.title, text=shelf.text, festival=shelf.festival)
