"""What we would like to do beside what a visit needs. None is in use unless the installation's settings name it."""

from types import MappingProxyType

from django.conf import settings
from django.utils.translation import gettext_noop

from glocal.platform.privacy.types import Purpose

PURPOSES = MappingProxyType(
    {
        row.code: row
        for row in (
            Purpose(
                "measurement",
                gettext_noop("Measurement"),
                gettext_noop("Count which pages are read and where people get stuck, to make the shop better."),
            ),
            Purpose(
                "personalisation",
                gettext_noop("A shop that fits you"),
                gettext_noop("Show first what goes with the things you looked at here."),
            ),
        )
    }
)
VERSION = "2026-11-23"
"""Of the texts above. Whoever agreed to older ones is asked again, so change it with their meaning only."""


def in_use() -> tuple[Purpose, ...]:
    """The purposes of this installation (``GLOCAL_PURPOSES``). Raises KeyError for one that has no text."""
    return tuple(PURPOSES[code] for code in settings.OPTIONAL_PURPOSES)
