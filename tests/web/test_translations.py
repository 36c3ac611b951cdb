"""Every text speaks every language of the shop."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation import gettext, override, to_locale

from glocal.platform.http.problems import problem_of, text_of
from glocal.supply.shipping import errors as shipping_errors
from glocal.supply.shipping import facade as shipping
from glocal.supply.shipping.models import Shipment
from glocal.transaction.orders import facade as orders
from glocal.transaction.orders.models import Order

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
HOLES = re.compile(r"%\(\w+\)[sd]|{\w*}|%[sd]|<[^>]+>")


def entries(language: str) -> Iterator[polib.POEntry]:
    """Of all catalogues: the product's and the packages' own."""
    for path in sorted((ROOT / "src/glocal").rglob(f"locale/{to_locale(language)}/LC_MESSAGES/django.po")):
        yield from (entry for entry in polib.pofile(str(path)) if not entry.obsolete)


def key(entry: polib.POEntry) -> tuple[str, str, str]:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def said(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_text_is_translated_and_compiled() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/messages", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_shop_speaks_nine_languages() -> None:
    assert len(LANGUAGES) == 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_all_the_texts_that_any_language_has(language: str) -> None:
    wanted = {key(entry) for other in LANGUAGES for entry in entries(other)}
    found = {key(entry) for entry in entries(language) if entry.translated()}
    assert len(wanted) > 700
    assert f"{len(found)} of {len(wanted)}" == f"{len(wanted)} of {len(wanted)}", sorted(wanted - found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_what_is_filled_in(language: str) -> None:
    """A form for one or two may leave the number out: it says it in words."""
    for entry in filter(polib.POEntry.translated, entries(language)):
        for text in said(entry):
            wanted, holes = (Counter(HOLES.findall(one)) for one in (entry.msgid_plural or entry.msgid, text))
            assert holes <= wanted if entry.msgid_plural else holes == wanted, (entry.msgid, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_shouts(language: str) -> None:
    assert [text for entry in entries(language) for text in said(entry) if re.search("[!！]", text)] == []


def test_no_arabic_sentence_ends_in_an_amount() -> None:
    """The signs of its currencies end in a full stop of their own."""
    amount = re.compile(r"({|%\()(amount|tax|total|value|now|refunded|included|taxes|price|fee)(}|\)s)\.")
    assert [text for entry in entries("ar") for text in said(entry) if amount.search(text)] == []


def test_no_portuguese_sentence_ends_in_a_day() -> None:
    """Its months are cut short with a full stop of their own: “23 de nov.”."""
    day = re.compile(r"({|%\()(day|first|last|later|earliest|latest)(}|\)s)(</strong>)?\.")
    assert [text for entry in entries("pt") for text in said(entry) if day.search(text)] == []


def test_letters_go_on_with_a_capital_after_the_greeting() -> None:
    said_in_letters = re.compile(r'translate "([^"]+)"|blocktranslate %}((?:(?!{%).)+)')
    for path in (ROOT / "src/glocal").rglob("templates/mail/*"):
        if path.suffix in {".txt", ".mjml"} and path.name != "layout.mjml":
            for found in said_in_letters.finditer(path.read_text()):
                assert not (found[1] or found[2])[0].islower(), f"{path.name}: {found[0]}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_says_the_state_of_an_order_and_of_a_parcel_in_the_persons_words(language: str) -> None:
    assert orders.STATES.keys() == set(Order.Status)
    assert shipping_errors.STATES.keys() == set(Shipment.Status)
    with override(language):
        for code, word in orders.STATES.items():
            told = text_of(orders.OrderCannotChange(state=code))
            assert gettext(word) in told
        for code, word in shipping_errors.STATES.items():
            told = text_of(shipping.ShipmentCannotChange(number="P-1", state=code, wanted="packed"))
            assert gettext(word) in told
            assert gettext("packed") in told


def test_programs_read_the_state_as_a_code() -> None:
    with override("ar"):
        answer = json.loads(problem_of(orders.OrderCannotChange(state="shipped")).content)
        parcel = shipping.ShipmentCannotChange(number="P-1", state="shipped", wanted="packed")
        other = json.loads(problem_of(parcel).content)
    assert (answer["status"], answer["code"], answer["state"]) == (409, "order_cannot_change", "shipped")
    assert (other["code"], other["state"], other["wanted"]) == ("shipment_cannot_change", "shipped", "packed")
