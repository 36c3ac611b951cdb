"""Letters as they look: HTML in the market's colours and direction, with the plain text beside it."""

import re
from html.parser import HTMLParser
from pathlib import Path
from uuid import UUID

import pytest
from django.core import mail as outbox
from django.template import Context, Template, engines
from django.template.loader import render_to_string
from django.utils.translation import override

import glocal
from glocal.platform.mail import rendering
from glocal.platform.mail.facade import Message, queue
from glocal.platform.mail.jobs import send_batch
from glocal.platform.mail.registry import Letter, letter_named, letters
from glocal.platform.mail.rendering import render
from glocal.platform.mail.themes import THEMES, TOKENS
from glocal.platform.markets import facade as markets

pytestmark = pytest.mark.django_db

SOURCE = Path(glocal.__file__).parent
PLACES = [(language, market.code) for market in markets.all_markets() for language in market.languages]
CANCELLED = {"number": "G7K3-92QF", "name": "<b>Ada</b>", "total": "$5", "link": "http://localhost/", "refunded": ""}


def rendered(name, language="en", market="US", context=None):
    letter = letter_named(name)
    values = letter.sample(language, market) if context is None else context
    return render(letter, mail_id=UUID(int=7), language=language, market=market, context=values)


class Balanced(HTMLParser):
    """Fails on a tag that is closed out of turn, and remembers pictures and links."""

    def __init__(self):
        super().__init__()
        self.open, self.pictures, self.links = [], [], []

    def handle_starttag(self, tag, attrs):
        if tag == "img":
            self.pictures.append(dict(attrs))
        if tag == "a":
            self.links.append(dict(attrs)["href"])
        if tag not in {"meta", "img", "br", "link"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        if tag in {"img", "meta"}:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def parsed(html):
    parser = Balanced()
    parser.feed(re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL))
    assert parser.open == []
    return parser


@pytest.mark.parametrize("letter", letters(), ids=lambda letter: letter.name)
def test_every_letter_is_whole_in_every_language_and_market(letter):
    for language, market in PLACES:
        done = rendered(letter.name, language, market)
        html = parsed(done.html)
        assert done.subject
        assert len(done.text) > 40
        assert all("alt" in picture for picture in html.pictures)
        assert all(link.startswith(("http", "mailto:")) for link in html.links)
        assert not re.search(r"{{|{%|%\(\w+\)s|<mj-", done.html)
        assert max(len(line) for line in done.html.encode().splitlines()) < 998  # else it would be sent in base64
        assert len(done.html.encode()) < 12_000
        assert "googleapis" not in done.html  # a letter asks nobody but us for anything


def test_every_letter_that_a_package_writes_is_registered_and_has_text_and_mjml():
    found = {path.name.partition(".")[0] for path in SOURCE.rglob("templates/mail/*.txt")}
    for name in found & {letter.name for letter in letters()}:
        parts = {path.name for path in SOURCE.rglob(f"templates/mail/{name}.*")}
        assert parts == {f"{name}.subject.txt", f"{name}.txt", f"{name}.mjml"}
    assert {letter.name for letter in letters()} <= found


def test_a_letter_runs_right_to_left_in_arabic_and_in_its_markets_colours():
    arabic, thai = rendered("order_paid", "ar", "AE").html, rendered("order_paid", "th", "TH").html
    assert '<html lang="ar" dir="rtl"' in arabic
    assert "text-align:right" in arabic
    assert "direction:ltr" not in arabic
    assert THEMES["elegant"].light["ground"] in arabic
    # A short letter does not fill its window: what is below it is dark as well.
    assert f"body, .ground {{ background: {THEMES['elegant'].dark['ground']} !important; }}" in arabic
    assert '<html lang="th" dir="ltr"' in thai
    assert THEMES["dense"].light["accent"] in thai


def test_letters_and_pages_have_the_same_colours():
    styles = SOURCE / "web/storefront/static/storefront/css"
    light, dark = ((styles / f"{name}.css").read_text() for name in ("tokens", "dark"))
    for name, theme in THEMES.items():
        for part, colours in ((light, theme.light), (dark, theme.dark)):
            block = part.partition(f'[data-theme="{name}"] {{')[2].partition("}")[0]
            tokens = dict(re.findall(r"--([\w-]+): ([^;]+);", block))
            assert list(colours.values()) == [tokens[token] for token in TOKENS]


def test_what_a_person_typed_stays_text():
    done = rendered("order_cancelled", context=CANCELLED)
    assert "&lt;b&gt;Ada&lt;/b&gt;" in done.html
    assert "<b>Ada</b>" in done.text


def test_a_letter_goes_out_as_text_and_as_html():
    queue([Message("ada@example.com", "order_cancelled", "ar", "AE", CANCELLED)])
    send_batch()
    (message,) = outbox.outbox
    assert message.body.startswith("مرحب")
    ((html, kind),) = message.alternatives
    assert kind == "text/html"
    assert 'dir="rtl"' in html
    assert b"quoted-printable" not in message.message().as_bytes()


@pytest.mark.parametrize("letter", letters(), ids=lambda letter: letter.name)
def test_texts_translated_ahead_are_those_of_djangos_own_tags(letter):
    for language, market in PLACES:
        context = dict(letter.sample(language, market))
        done = rendered(letter.name, language, market, context)
        with override(language):
            values = {**context, "language": language, "market": market}
            assert done.text.startswith(render_to_string(f"mail/{letter.name}.txt", values))
            assert done.subject == render_to_string(f"mail/{letter.name}.subject.txt", values).strip()


def test_percent_signs_and_names_survive_being_translated_ahead():
    block = "{% blocktranslate %}{{ part }} % of {{whole}}{% endblocktranslate %}"
    source = f'{{% load i18n %}}{{% translate "100 % linen" %}} {block}'
    values = Context({"part": "<5", "whole": "50 %(part)s"})
    filled = rendering._template(source).render(values)
    assert filled == Template(source).render(values) == "100 % linen &lt;5 % of 50 %(part)s"


def test_mjml_is_compiled_once_for_all_letters_of_a_kind(monkeypatch):
    rendered("order_paid")
    monkeypatch.setattr(rendering.mjml, "mjml2html", None)
    assert rendered("order_paid", "th", "TH").html


def test_a_letter_without_mjml_shows_its_text(settings, monkeypatch):
    texts = {"mail/bare.subject.txt": "A & B", "mail/bare.txt": "Hello,\n\nlook at https://example.com/x <now>"}
    loaders = [("django.template.loaders.locmem.Loader", texts), "django.template.loaders.app_directories.Loader"]
    backend = {**settings.TEMPLATES[0], "APP_DIRS": False, "DIRS": []}
    settings.TEMPLATES = [{**backend, "OPTIONS": {**backend["OPTIONS"], "loaders": loaders}}]
    engines.__dict__.pop("templates", None)
    html = render(Letter("bare"), mail_id=UUID(int=1), language="en", market="US", context={}).html
    assert '<a href="https://example.com/x"' in html
    assert "&lt;now&gt;" in html
    rendering._settled.cache_clear()


@pytest.mark.parametrize("form", ["text", "html"])
def test_a_letter_says_where_its_reader_can_write_to(settings, form):
    settings.SUPPORT_EMAILS = {"": "help@example.com", "TH": "thai@example.com"}
    rendering._settled.cache_clear()
    thai, american = (
        getattr(rendered("order_cancelled", language=language, market=market, context=CANCELLED), form)
        for language, market in (("th", "TH"), ("en", "US"))
    )
    rendering._settled.cache_clear()
    assert "thai@example.com" in thai
    assert "help@example.com" in american
    assert "thai@example.com" not in american
