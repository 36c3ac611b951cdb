"""Light and dark: every text can be read in every world, and a person's own choice holds, with script and without."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from glocal.sandbox.pages import theme_rules
from glocal.web.storefront.scheme import SCHEME

WORLDS = ("spare", "dense", "elegant")
TEXT, SHAPE = 4.5, 3.0
"""Contrast that WCAG 2.2 AA asks of text, and of lines that say where something is."""
TEXTS = {
    "ink": ("ground", "surface", "sunk", "tint"),
    "ink-soft": ("ground", "surface", "sunk"),
    "accent-text": ("ground", "surface", "tint"),
    "accent-ink": ("accent",),
    "deal-ink": ("deal",),
    "good": ("ground", "surface"),
    "warn": ("ground", "surface"),
    "bad": ("ground", "surface", "bad-tint"),
    "surface": ("bad",),
    "ground": ("ink",),
    "masthead-ink": ("masthead",),
    "hero-ink": ("hero",),
    "foot-ink": ("foot",),
    "foot-soft": ("foot",),
}
SHAPES = {"line-strong": ("ground", "surface"), "accent-text": ("ground", "surface", "sunk", "tint")}


def tokens(sheet: str, world: str) -> dict[str, str]:
    css = Path(finders.find(f"storefront/css/{sheet}.css")).read_text()
    block = re.search(rf'\[data-theme="{world}"\] {{(.*?)}}', css, re.DOTALL)[1]
    return dict(re.findall(r"--([\w-]+): ([^;]+);", block))


def in_scheme(world: str, scheme: str) -> dict[str, str]:
    light = tokens("tokens", "spare") | tokens("tokens", world)
    return light if scheme == "light" else light | tokens("dark", world)


def brightness(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    digits = colour.removeprefix("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


def too_faint(colours: dict[str, str], pairs: dict[str, tuple[str, ...]], wanted: float) -> list[str]:
    return [
        f"{front} on {ground}: {found:.2f}"
        for front, grounds in pairs.items()
        for ground in grounds
        if (found := contrast(colours[front], colours[ground])) < wanted
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("world", WORLDS)
def test_every_text_can_be_read_on_its_ground(world, scheme):
    colours = in_scheme(world, scheme)
    assert too_faint(colours, TEXTS, TEXT) + too_faint(colours, SHAPES, SHAPE) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("world", WORLDS)
def test_the_providers_frame_wears_the_same_colours(world, scheme):
    rules = theme_rules(world if scheme == "light" else f"{world},dark")
    said = {name: value.lower() for name, value in re.findall(r"--([\w-]+):(#[^;]+);", rules)}
    ours = in_scheme(world, scheme) | {"accent-ink": said.get("accent-ink", "#fff")}
    ours |= {"accent": ours["accent-text"], "line": ours["line-strong"], "surface": ours["surface"]}
    assert {name: brightness(value) for name, value in said.items()} == {name: brightness(ours[name]) for name in said}


def head(page: str) -> dict[str, str]:
    """For which devices each of the two holds."""
    return dict(re.findall(r'media="([^"]+)" data-scheme="(light|dark)"', page)[:2][at][::-1] for at in (0, 1))


DEVICE = {of: f"(prefers-color-scheme: {of})" for of in ("light", "dark")}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/en-US/", "/th-TH/bag", "/ar-AE/places", "/en-US/no-such-page"])
def test_a_choice_holds_on_every_page_from_the_first_byte(client: Client, path: str) -> None:
    assert head(client.get(path).content.decode()) == DEVICE
    chosen = client.get("/scheme/dark", headers={"referer": f"http://testserver{path}?q=1"})
    assert chosen["Location"] == f"http://testserver{path}?q=1"
    page = client.get(path).content.decode()
    assert head(page) == {"light": "not all", "dark": "all"}
    assert 'content="dark"' in page
    client.get("/scheme/light")
    assert head(client.get(path).content.decode()) == {"light": "all", "dark": "not all"}
    client.get("/scheme/device")
    assert head(client.get(path).content.decode()) == DEVICE


@pytest.mark.django_db
def test_the_choice_is_said_to_who_does_not_see_it(client: Client) -> None:
    client.cookies[SCHEME.name] = "dark"
    marked = re.findall(
        r'<a[^>]*data-choose="(\w+)" aria-current="true">([^<]*)<', client.get("/en-US/places").content.decode()
    )
    assert set(marked) == {("dark", "Dark")}


@pytest.mark.django_db
@pytest.mark.parametrize("made_up", ["", "black", '"><script>', "dark; x"])
def test_a_made_up_choice_is_none(client: Client, made_up: str) -> None:
    client.cookies[SCHEME.name] = made_up
    assert head(client.get("/en-US/").content.decode()) == DEVICE


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com/", "javascript:alert(1)", ""])
def test_a_choice_leads_to_no_other_site(client: Client, elsewhere: str) -> None:
    answer = client.get("/scheme/dark", headers={"referer": elsewhere})
    assert answer["Location"] == "/"
    assert answer.cookies[SCHEME.name].value == "dark"
