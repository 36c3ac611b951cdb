"""What stands beside a product on its page, and why, said as it is."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from glocal.content.catalog import facade as catalog
from glocal.web.storefront import cards
from glocal.web.storefront.requests import ShopRequest

IN_COMMON = {
    "shelf": gettext_noop("the same shelf"),
    "traits": gettext_noop("the same features"),
    "name": gettext_noop("a similar name"),
    "price": gettext_noop("a similar price"),
    "maker": gettext_noop("the same maker"),
}


def values(request: ShopRequest, shown: catalog.ProductPage) -> dict[str, Any]:
    """For ``storefront/beside.html``."""
    said = [_(IN_COMMON[name]) for name in shown.similar_in if name in IN_COMMON]
    return {
        "together": cards.joined(request, shown.together),
        "similar": cards.joined(request, shown.similar),
        "in_common": pgettext("between the parts of a list", ", ").join(said),
    }
