"""A letter as it is sent: subject, plain text, and HTML made of MJML in the colours of its market.

MJML is compiled once a process for each letter, market and language; ``[[name]]`` in the layout is what those settle.
What is left for each letter is to fill a short Django template in: a paid order sends one, and its time is counted.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import mjml
from django.conf import settings
from django.template import TemplateDoesNotExist, engines
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import override

from glocal.platform.mail import purposes
from glocal.platform.mail.registry import Letter
from glocal.platform.mail.themes import THEMES
from glocal.platform.markets import facade as markets

_HERE = "<mj-raw><!-- letter --></mj-raw>"
_SETTLED = re.compile(r"\[\[([\w-]+)]]")
_TALL = {"th": "1.75", "ar": "1.75"}
# Whitespace is free between these. A line of more than 998 letters would have each mail encoded letter by letter, and
# many short ones would have it copied line by line.
_BREAK = re.compile(r"(.{200,}?>)(?=</?(?:table|tbody|tr|td|div)\b)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter in one language, for one market; ``unsubscribe`` is empty where the letter must come."""

    subject: str
    text: str
    html: str
    unsubscribe: str = ""


def render(letter: Letter, *, mail_id: UUID, language: str, market: str, context: Mapping[str, Any]) -> Rendered:
    """Fill a letter in; links in its foot speak of ``mail_id``. Raises TemplateDoesNotExist when nobody wrote it."""
    with override(language):
        values = {**context, "language": language, "market": market}
        subject = " ".join(render_to_string(f"mail/{letter.name}.subject.txt", values).split())
        text = render_to_string(f"mail/{letter.name}.txt", values)
        choices = f"{_prefix(language, market)}/letters/{purposes.token_of(mail_id)}"
        unsubscribe = f"{choices}/stop/{letter.purpose}" if letter.purpose in purposes.CHOSEN else ""
        values |= {"subject": subject, "text": text, "preview": _preview(text), "choices": choices}
        html = _html(letter.name, letter.purpose, language, market).render({**values, "unsubscribe": unsubscribe})
        foot = "\n" + _("Unsubscribe") + f": {unsubscribe}\n" if unsubscribe else ""
        return Rendered(subject, text + foot, html, unsubscribe)


def _prefix(language: str, market: str) -> str:
    return settings.PUBLIC_URL + markets.prefix_of(language, market)


def _preview(text: str) -> str:
    """What lists of mails show beside the subject: the first paragraph after the greeting."""
    paragraphs = text.split("\n\n", 2)
    return " ".join(paragraphs[1 if len(paragraphs) > 1 else 0].split())[:140]


@lru_cache(maxsize=2048)
def _html(name: str, purpose: str, language: str, market: str) -> Any:
    """The letter's MJML inside the layout, as a Django template; a letter without any shows its plain text."""
    settled = _settled(purpose, language, market)
    layout = _SETTLED.sub(lambda found: settled[found[1]], _source("layout"))
    compiled = mjml.mjml2html(layout.replace(_HERE, _body(name)), fonts={})
    return engines["django"].from_string("{% load i18n %}" + _BREAK.sub(r"\1\n", compiled))


def _settled(purpose: str, language: str, market: str) -> dict[str, str]:
    """What purpose, market and the language (which is active) say about the layout."""
    is_rtl = language.startswith("ar")
    theme = THEMES[markets.get(market).theme]
    prefix = _prefix(language, market)
    return {
        "lang": prefix.rpartition("/")[2].rpartition("-")[0],
        "dir": "rtl" if is_rtl else "ltr",
        "start": "right" if is_rtl else "left",
        "end": "left" if is_rtl else "right",
        "leading": _TALL.get(language, "1.6"),
        "home": f"{prefix}/",
        "mark": settings.PUBLIC_URL + static(f"mail/mark-{theme.name}.png"),
        "why": escape(purposes.reason(purpose)),
        "choose": escape(_("Choose what we write about")),
        "stop": escape(_("Unsubscribe")),
        "radius": theme.radius,
        **theme.light,
        **{f"dark-{name}": colour for name, colour in theme.dark.items()},
    }


def _body(name: str) -> str:
    try:
        return _source(name)
    except TemplateDoesNotExist:
        return _source("plain")


def _source(name: str) -> str:
    """A template's text as it stands in its file, from where Django finds templates."""
    engine = engines["django"].engine  # type: ignore[attr-defined]
    for loader in engine.template_loaders:
        for origin in loader.get_template_sources(f"mail/{name}.mjml"):
            with suppress(TemplateDoesNotExist):
                return str(loader.get_contents(origin))
    raise TemplateDoesNotExist(f"mail/{name}.mjml")
