"""The grid pages are looked at in: worlds, directions, widths, light and dark. A page is loaded once, then resized."""

import os
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polib
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.utils.translation import get_language_info, to_locale
from playwright.sync_api import Page

from glocal.platform.markets import facade as markets
from tests.browser.conftest import SOURCE

WIDTHS = (360, 390, 820, 1280)
PHONE, DESK = 390, 1280
HEIGHT = 844
WORLDS = ("spare", "dense", "elegant")
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
AXE_COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
WATCH_SHIFTS = """window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
  if (!entry.hadRecentInput) window.shift += entry.value;
})).observe({type: "layout-shift", buffered: true})"""
# What is drawn only when it comes near would not be measured.
DRAW_ALL = """() => document.querySelectorAll(".card, .foot").forEach((it) => {
  it.style.contentVisibility = "visible";
})"""
CUT_OFF = """() => {
  const page = document.scrollingElement;
  const found = page.scrollWidth > page.clientWidth ? [`the page is ${page.scrollWidth} px wide`] : [];
  const kinds = `button, a, label, legend, summary, th, td, dt, dd, h1, h2, h3, p, .chip, .price, .option span,
    .choice > span, .count, .leg__name, output`;
  for (const it of document.querySelectorAll(kinds)) {
    const style = getComputedStyle(it);
    if (style.display === "inline" || it.closest(".hidden-visually") || !it.checkVisibility()) continue;
    const wide = it.scrollWidth - it.clientWidth, high = it.scrollHeight - it.clientHeight;
    if (style.webkitLineClamp !== "none") continue;  // a long name ends in dots, on purpose
    const clips = style.overflowY !== "visible";
    if (wide <= 1 && !(clips && high > 1)) continue;
    found.push(`cut off: <${it.localName} ${it.className}> ${it.textContent.trim()}`);
  }
  return found;
}"""


@dataclass(frozen=True)
class Walk:
    """A place of the shop, and the worlds that its pages are put into. ``axes`` are the widths that axe looks at, which
    takes longer than all else; only there is the page also looked at in the dark.
    """

    place: str
    worlds: tuple[str, ...]
    axes: tuple[int, ...]


@cache
def text_width(language: str) -> int:
    """How much room the interface's texts take together: a wide character takes two, a mark over another none."""
    locale = "th" if language == "en" else to_locale(language)
    texts: list[str] = []
    for path in SOURCE.rglob(f"locale/{locale}/LC_MESSAGES/django.po"):
        texts += [entry.msgid if language == "en" else entry.msgstr for entry in polib.pofile(str(path))]
    letters = (letter for text in texts for letter in text if not unicodedata.combining(letter))
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in letters)


def walks() -> list[Walk]:
    """Each world in the longest language it is sold in, every world from right to left, and other scripts for their
    sizes; with GLOCAL_GRID=all every language of every world.
    """
    offered: dict[str, dict[str, str]] = {world: {} for world in WORLDS}
    for market in markets.all_markets():
        for language in market.languages:
            offered[market.theme].setdefault(language, markets.prefix_of(language, market.code)[1:])
    if os.environ.get("GLOCAL_GRID") == "all":
        return [Walk(place, (world,), (PHONE,)) for world, places in offered.items() for place in places.values()]
    found = []
    for world, places in offered.items():
        longest = max((language for language in places if not is_right_to_left(language)), key=text_width)
        found.append(Walk(places[longest], (world,), (PHONE,)))
    every = {language: (place, world) for world, places in offered.items() for language, place in places.items()}
    for language, _name in settings.LANGUAGES:
        place, world = every[language]
        if is_right_to_left(language):
            found.append(Walk(place, (world, *(other for other in WORLDS if other != world)), (PHONE, DESK)))
        elif to_locale(language) in {"th", "zh_Hans"}:
            found.append(Walk(place, (world,), ()))
    return found


def is_right_to_left(language: str) -> bool:
    return bool(get_language_info(language)["bidi"])


def faults_of(page: Page, walk: Walk, name: str) -> list[str]:
    """What is cut off or cannot be read on the page as it stands, in each cell of the grid."""
    page.evaluate(DRAW_ALL)
    faults: list[str] = []
    for world in walk.worlds:
        page.evaluate("world => document.documentElement.dataset.theme = world", world)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            where = f"{world} at {width} px"
            faults += [f"{where} {fault}" for fault in page.evaluate(CUT_OFF)]
            if width in walk.axes and world == walk.worlds[0]:
                faults += [f"{where} {fault}" for fault in unreadable(page, AXE)]
            _keep_picture(page, f"{name}~{walk.place}~{world}~{width}")
        if walk.axes and (world == walk.worlds[0] or "GLOCAL_SCREENSHOTS" in os.environ):
            faults += _in_the_dark(page, walk.place, world, name)
    return faults


def _in_the_dark(page: Page, place: str, world: str, name: str) -> list[str]:
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": PHONE, "height": HEIGHT})
    faults = [f"{world} in the dark {fault}" for fault in unreadable(page, AXE_COLOURS)]
    _keep_picture(page, f"{name}~{place}~{world}~dark")
    page.emulate_media(color_scheme="light")
    return faults


def unreadable(page: Page, options: dict[str, Any]) -> list[str]:
    """What axe says against the page."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    answer = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{found['id']}: {node['html'][:140]} {(node['any'] or [{'message': ''}])[0]['message']}"
        for found in answer["violations"]
        for node in found["nodes"][:3]
    ]


def _keep_picture(page: Page, name: str) -> None:
    """Into the folder GLOCAL_SCREENSHOTS, if there is one."""
    if folder := os.environ.get("GLOCAL_SCREENSHOTS"):
        whole = not page.locator("#sheet[open]").count()
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole, animations="disabled")
