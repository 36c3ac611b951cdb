"""A letter as it is sent: subject, plain text, and HTML made of MJML in the colours of its market.

MJML is compiled once a process and template: what is left for each letter is to fill a Django template in.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import mjml
from django.conf import settings
from django.template import TemplateDoesNotExist, engines
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import override

from glocal.platform.mail import purposes
from glocal.platform.mail.registry import Letter
from glocal.platform.mail.themes import THEMES
from glocal.platform.markets import facade as markets

_HERE = "<mj-raw><!-- letter --></mj-raw>"
_TALL = {"th": "1.75", "ar": "1.75"}
# Whitespace is free between these; with a line of more than 998 letters each mail would be encoded in slow Python.
_BREAKS = re.compile(r">(?=</?(?:table|tbody|tr|td|div)\b)")


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
        values |= _around(letter, mail_id, language, market, subject, text)
        foot = ""
        if unsubscribe := values["unsubscribe"]:
            foot = "\n" + _("Unsubscribe") + f": {unsubscribe}\n"
        return Rendered(subject, text + foot, _html(letter.name).render(values), unsubscribe)


def _around(letter: Letter, mail_id: UUID, language: str, market: str, subject: str, text: str) -> dict[str, Any]:
    """What the layout shows besides the letter's own values."""
    prefix = settings.PUBLIC_URL + markets.prefix_of(language, market)
    is_rtl = language.startswith("ar")
    paragraphs = [part for part in text.split("\n\n") if part.strip()]
    theme = markets.get(market).theme
    choices = f"{prefix}/letters/{purposes.token_of(mail_id)}"
    return {
        "subject": subject,
        "text": text,
        "preview": " ".join(paragraphs[1 if len(paragraphs) > 1 else 0].split())[:140] if paragraphs else subject,
        "lang": prefix.rpartition("/")[2].rpartition("-")[0],
        "dir": "rtl" if is_rtl else "ltr",
        "start": "right" if is_rtl else "left",
        "end": "left" if is_rtl else "right",
        "leading": _TALL.get(language, "1.6"),
        "theme": THEMES[theme],
        "home": f"{prefix}/",
        "mark": settings.PUBLIC_URL + static(f"mail/mark-{theme}.png"),
        "why": purposes.reason(letter.purpose),
        "choices": choices,
        "unsubscribe": f"{choices}/stop/{letter.purpose}" if letter.purpose in purposes.CHOSEN else "",
    }


@cache
def _html(name: str) -> Any:
    """The letter's MJML inside the layout, as a Django template; a letter without any shows its plain text."""
    compiled = mjml.mjml2html(_source("layout").replace(_HERE, _body(name)), fonts={})
    return engines["django"].from_string("{% load i18n %}" + _BREAKS.sub(">\n", compiled))


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
