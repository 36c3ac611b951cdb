"""Search: what shoppers mean, find and do not find. Languages are Django's codes in lower case; days are UTC."""

from glocal.content.catalog.facade import Found
from glocal.content.search.errors import InvalidSynonym
from glocal.content.search.finding import find
from glocal.content.search.learning import rebuild
from glocal.content.search.logbook import note
from glocal.content.search.suggesting import Hint, suggest
from glocal.content.search.synonyms import load_delivered, remove_synonym, save_synonym

__all__ = [
    "Found",
    "Hint",
    "InvalidSynonym",
    "find",
    "load_delivered",
    "note",
    "rebuild",
    "remove_synonym",
    "save_synonym",
    "suggest",
]
