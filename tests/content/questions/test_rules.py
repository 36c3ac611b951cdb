"""What a question's text becomes, and what may not stand on a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glocal.content.questions import rules

ANYTHING = st.text(max_size=300)


@pytest.mark.parametrize(
    ("text", "reads", "language"),
    [
        ("Does it fit a 50 cm table?", "en", "en"),
        ("¿Cabe en una mesa de 50 cm?", "es", "es"),
        ("ผิวแพ้ง่ายใช้ได้ไหม", "en", "th"),
        ("敏感肌可以用吗？", "en", "zh-hans"),
        ("هل يناسب البشرة الحساسة؟", "en", "ar"),
        ("Is it warm?", "th", "en"),
        ("USB-C หรือ Lightning ครับ", "th", "th"),
    ],
)
def test_the_language_is_told_by_the_script_and_else_by_the_page(text, reads, language):
    assert rules.language_of(text, reads) == language


@pytest.mark.parametrize(
    ("text", "market", "named"),
    [
        ("Write to ada@example.com please", "US", True),
        ("Call me: 081 234 5678", "TH", True),
        ("Call me: +44 20 7946 0958", "US", True),
        ("Does model 2024-15 fit 1920 x 1080?", "US", False),
        ("Is it 30 cm @ the widest place?", "US", False),
    ],
)
def test_addresses_and_phone_numbers_are_seen(text, market, named):
    assert rules.names_somebody(text, market) is named


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("ada lovelace", "A"),
        ("  Émile", "É"),
        ("เมย์", "ม"),
        ("林晓", "林"),
        ("ßen", "S"),
        ("", ""),
        ("\u202e42", ""),
    ],
)
def test_of_a_name_one_letter_is_left(name, letter):
    assert rules.initial_of(name) == letter


@given(ANYTHING)
def test_a_tidied_text_holds_nothing_unseen_and_tidying_it_again_changes_nothing(text):
    kept = rules.tidied(text)
    assert rules.tidied(kept) == kept
    assert not set(kept) & set("\0\ue0f1\ue0f2\ue0f3\u202e\u2066\u200b\ufeff")
    assert "\n\n\n" not in kept
    assert "\n" not in rules.on_one_line(text)


@given(ANYTHING)
def test_an_initial_is_one_letter_or_none(name):
    assert len(rules.initial_of(name)) <= 1
