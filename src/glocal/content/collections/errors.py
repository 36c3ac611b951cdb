from django.utils.translation import gettext_noop

from glocal.platform.kernel.errors import Invalid, NotFound


class CollectionNotFound(NotFound):
    """None of that name in the market, or not on this day: the two look the same."""

    code = "collection_not_found"
    message = gettext_noop("There is no such collection here now.")


class InvalidCollection(Invalid):
    """``why`` says in English what is wrong; operators and programs read it."""

    code = "invalid_collection"
    message = gettext_noop("The collection cannot be kept: {why}.")
