"""Collections: products of a market that are shown together for a time, by dates or by a festival of the calendar."""

from glocal.content.collections.errors import CollectionNotFound, InvalidCollection
from glocal.content.collections.selectors import cards, first_cards, shelf_of, shelf_page, shown_on
from glocal.content.collections.services import save_collection, withdraw_collection
from glocal.content.collections.types import CollectionInput, Kept, Shelf, ShelfPage

__all__ = [
    "CollectionInput",
    "CollectionNotFound",
    "InvalidCollection",
    "Kept",
    "Shelf",
    "ShelfPage",
    "cards",
    "first_cards",
    "save_collection",
    "shelf_of",
    "shelf_page",
    "shown_on",
    "withdraw_collection",
]
