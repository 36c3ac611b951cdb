"""Pictures as HTML: AVIF before JPEG, in the sizes there are, in a box of the picture's own colour."""

import re

from django.utils.html import format_html
from django.utils.safestring import SafeString

from glocal.content.media.facade import Picture
from glocal.platform.markets.facade import pick

CARD = "(min-width: 1000px) 22vw, (min-width: 700px) 32vw, 48vw"
HERO = "(min-width: 900px) 54vw, 100vw"
DOOR = "(min-width: 1000px) 280px, 45vw"
SMALL = "84px"
THUMB = "72px"
CHIP = "28px"

_LATER, _FIRST = SafeString('loading="lazy" decoding="async"'), SafeString('fetchpriority="high"')


def framed(
    picture: Picture | None, sizes: str, *, name: str = "", language: str = "", first: bool = False
) -> SafeString:
    """``picture`` in its frame, which is empty but painted while there is nothing to load.

    Where there is none, the initial of ``name`` stands in its place. ``first``: the page is judged by it, so it is
    fetched at once. Without a ``language`` it has no text of its own: its name stands beside it, and hearing it twice
    would be noise.
    """
    if picture is None:
        return format_html('<div class="frame frame--none"><span aria-hidden="true">{}</span></div>', initial(name))
    if not picture.is_ready:
        return format_html('<div class="frame" style="background:{}"></div>', picture.colour)
    return format_html(
        '<div class="frame" style="background:{}"><picture><source type="image/avif" srcset="{}" sizes="{}">'
        '<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}" {}></picture></div>',
        picture.colour,
        picture.srcset("avif"),
        sizes,
        picture.src(),
        picture.srcset("jpeg"),
        sizes,
        picture.width,
        picture.height,
        pick(picture.alt, language) if language and picture.alt else "",
        _FIRST if first else _LATER,
    )


_LARGER = re.compile(r'(srcset="[^", ]+ \d+w(?:, [^", ]+ \d+w)?), [^"]*"')


def smaller(html: str) -> str:
    """The page with the two smallest sizes of each picture, for who asks to save data."""
    return _LARGER.sub(r'\1"', html)


def initial(name: str) -> str:
    """The first letter or figure of a name, as a capital; in Thai not a vowel that is only written first."""
    letters = [letter for letter in name if letter.isalnum()]
    spoken = next((letter for letter in letters if letter not in "เแโใไ"), "")
    return spoken[:1].upper()
