"""A letter as it is sent: subject, plain text, and HTML made of MJML in the colours of its market.

What letter, market and language settle is done once a process: MJML is compiled, texts are translated, ``[[name]]`` in
the layout is filled in. What is left for each letter is three short Django templates without tags of translation: a
paid order sends one, and its time is counted.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import mjml
from django.conf import settings
from django.template import Context, Template, TemplateDoesNotExist, engines
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
_TRANSLATED = re.compile(
    r"{% translate \"([^\"\\]+)\" %}|{% blocktranslate %}((?:(?!{%).)+){% endblocktranslate %}", re.DOTALL
)
_PLACE = re.compile(r"{{\s*([\w.]+)\s*}}")
_INDENTED = re.compile(r"\s*\n\s*")
# Whitespace is free between these. A line of more than 998 bytes must not be sent as it is, and many short ones would
# be copied one by one.
_BREAK = re.compile(r"(.{200,}?>)\s*(?=</?(?:table|tbody|tr|td|div)\b)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter in one language, for one market; ``unsubscribe`` is empty where the letter must come."""

    subject: str
    text: str
    html: str
    unsubscribe: str = ""


@dataclass(frozen=True, slots=True)
class _Settled:
    """What all letters of one kind in one language and market have in common."""

    subject: Template
    text: Template
    html: Template
    letters: str
    unsubscribe: str
    question: str


def render(letter: Letter, *, mail_id: UUID, language: str, market: str, context: Mapping[str, Any]) -> Rendered:
    """Fill a letter in; links in its foot speak of ``mail_id``. Raises TemplateDoesNotExist when nobody wrote it."""
    with override(language):
        known = _settled(letter.name, letter.purpose, language, market)
        values = {**context, "language": language, "market": market}
        subject = " ".join(known.subject.render(Context(values)).split())
        text = known.text.render(Context(values))
        choices = f"{known.letters}{purposes.token_of(mail_id)}"
        unsubscribe = f"{choices}/stop/{letter.purpose}" if letter.purpose in purposes.CHOSEN else ""
        values |= {"subject": subject, "text": text, "preview": _preview(text)}
        html = known.html.render(Context({**values, "choices": choices, "unsubscribe": unsubscribe}))
        foot = f"\n{known.question}\n"
        foot += f"\n{known.unsubscribe}: {unsubscribe}\n" if unsubscribe else ""
        return Rendered(subject, text + foot, html, unsubscribe)


def _preview(text: str) -> str:
    """What lists of mails show beside the subject: the first paragraph after the greeting."""
    paragraphs = text.split("\n\n", 2)
    return " ".join(paragraphs[1 if len(paragraphs) > 1 else 0].split())[:140]


@lru_cache(maxsize=2048)
def _settled(name: str, purpose: str, language: str, market: str) -> _Settled:
    """The language is active. A letter without MJML shows its plain text."""
    prefix = settings.PUBLIC_URL + markets.prefix_of(language, market)
    words = _words(purpose, language, market, prefix)
    layout = _SETTLED.sub(lambda found: words[found[1]], _source("layout.mjml"))
    try:
        body = _source(f"{name}.mjml")
    except TemplateDoesNotExist:
        body = _source("plain.mjml")
    html = "{% load i18n %}" + mjml.mjml2html(layout.replace(_HERE, body), fonts={})
    return _Settled(
        _template(_source(f"{name}.subject.txt")),
        _template(_source(f"{name}.txt")),
        _template(html, _small),
        f"{prefix}/letters/",
        _("Unsubscribe"),
        f"{words['ask']} {words['support']}",
    )


def _words(purpose: str, language: str, market: str, prefix: str) -> dict[str, str]:
    """What purpose, market and the language say about the layout."""
    is_rtl = language.startswith("ar")
    theme = THEMES[markets.get(market).theme]
    return {
        "lang": prefix.rpartition("/")[2].rpartition("-")[0],
        "dir": "rtl" if is_rtl else "ltr",
        "start": "right" if is_rtl else "left",
        "end": "left" if is_rtl else "right",
        "leading": _TALL.get(language, "1.6"),
        "home": f"{prefix}/",
        "mark": settings.PUBLIC_URL + static(f"mail/mark-{theme.name}.png"),
        "ask": _("Questions? Write to us:"),
        "support": markets.support_email(market),
        "why": escape(purposes.reason(purpose)),
        "choose": escape(_("Choose what we write about")),
        "stop": escape(_("Unsubscribe")),
        "radius": theme.radius,
        **theme.light,
        **{f"dark-{name}": colour for name, colour in theme.dark.items()},
    }


def _template(source: str, shaped: Callable[[str], str] = str) -> Template:
    """A template that says its texts in the language that is active now, whatever it is when it is filled in."""
    engine = engines["django"].engine  # type: ignore[attr-defined]
    return engine.from_string(shaped(_TRANSLATED.sub(_translated, source)))  # type: ignore[no-any-return]


def _translated(found: re.Match[str]) -> str:
    """As Django's own tags of the plain kind do; those that count or name things stay as they are."""
    source = found[1] or found[2]
    message = _PLACE.sub(r"%(\1)s", source.replace("%", "%%"))
    return _(message) % {name: f"{{{{ {name} }}}}" for name in _PLACE.findall(source)}


def _small(html: str) -> str:
    return _BREAK.sub(r"\1\n", _INDENTED.sub("\n", html))


def _source(name: str) -> str:
    """A template's text as it stands in its file, from where Django finds templates."""
    engine = engines["django"].engine  # type: ignore[attr-defined]
    for loader in engine.template_loaders:
        for origin in loader.get_template_sources(f"mail/{name}"):
            with suppress(TemplateDoesNotExist):
                return str(loader.get_contents(origin))
    raise TemplateDoesNotExist(f"mail/{name}")
