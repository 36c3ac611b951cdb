"""Every text speaks every language of the shop."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation import to_locale

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
    for entry in entries(language):
        for text in said(entry):
            wanted, holes = (Counter(HOLES.findall(one)) for one in (entry.msgid_plural or entry.msgid, text))
            assert holes <= wanted if entry.msgid_plural else holes == wanted, (entry.msgid, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_shouts(language: str) -> None:
    assert [text for entry in entries(language) for text in said(entry) if re.search("[!！]", text)] == []
