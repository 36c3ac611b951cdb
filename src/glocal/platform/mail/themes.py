"""The colours of the three worlds for letters, which have no style sheet: the same values as the shop's tokens.css."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_NAMES = ("ink", "soft", "ground", "surface", "line", "accent", "accent_ink", "link")
TOKENS = ("ink", "ink-soft", "ground", "surface", "line", "accent", "accent-ink", "accent-text")
"""What each colour is called in tokens.css, in the order of the rows below."""

_LIGHT = {
    "spare": "#171614 #5c5850 #fbfaf7 #fff #e2ded4 #14532d #fff #14532d",
    "dense": "#201514 #6d5a57 #fff8f4 #fff #f3dfd6 #cf2f37 #fff #c1272f",
    "elegant": "#1d1811 #645a49 #faf7f0 #fffdf8 #ddd0b4 #1d1811 #f3e3bd #7d5f28",
}
_DARK = {
    "spare": "#f2efe8 #aca699 #141412 #1c1c19 #34332e #8fd0a3 #0b2013 #9ad8ad",
    "dense": "#fff1ec #cbb0a8 #1a1110 #241817 #41302c #ff7d76 #2c0705 #ff978f",
    "elegant": "#f4ead2 #b9aa88 #12100c #1a1711 #45391f #d8b871 #1b1408 #d8b871",
}
_RADIUS = {"spare": "2px", "dense": "12px", "elegant": "0px"}


@dataclass(frozen=True, slots=True)
class Theme:
    """``light`` and ``dark`` hold a colour for each of the same names."""

    name: str
    radius: str
    light: Mapping[str, str]
    dark: Mapping[str, str]


def _colours(row: str) -> Mapping[str, str]:
    return MappingProxyType(dict(zip(_NAMES, row.split(), strict=True)))


THEMES: Mapping[str, Theme] = MappingProxyType(
    {name: Theme(name, _RADIUS[name], _colours(row), _colours(_DARK[name])) for name, row in _LIGHT.items()}
)
