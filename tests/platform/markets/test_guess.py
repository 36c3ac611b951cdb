import pytest
from hypothesis import given
from hypothesis import strategies as st

from glocal.platform.markets import facade as markets


@pytest.mark.parametrize(
    ("header", "market", "language"),
    [
        ("th", "TH", "th"),
        ("ar-SA", "SA", "ar"),
        ("ar", "AE", "ar"),
        ("ar-EG,ar;q=0.9", "AE", "ar"),
        ("en-GB,en;q=0.9", "GB", "en"),
        ("zh-Hans-SG", "SG", "zh-hans"),
        ("zh", "SG", "zh-hans"),
        ("zh-Hans-CN", "SG", "zh-hans"),
        ("en;q=0.1,th;q=0.9", "TH", "th"),
        ("en-US;q=0.4,en-MY;q=0.8", "MY", "en"),
        ("fr-FR,zh;q=0.8,en;q=0.2", "FR", "zh-hans"),
        ("de-DE,de;q=0.9", "DE", "en"),
        ("pt-BR", "BR", "pt"),
        ("pt", "BR", "pt"),
        ("en-US;q=0.1,en-BR", "BR", "en"),
        ("vi", "VN", "vi"),
        ("en-VN", "VN", "en"),
        ("fr-VN", "VN", "vi"),
        ("id-ID,id;q=0.9,en;q=0.8", "ID", "id"),
        ("ms", "MY", "ms"),
        ("ms-SG", "SG", "ms"),
        ("ta-MY", "MY", "en"),
        ("es", "MX", "es"),
        ("es-US,es;q=0.9,en;q=0.8", "US", "es"),
        ("es-AR", "MX", "es"),
        ("fil", "PH", "en"),
        ("th;q=0,en-CA", "CA", "en"),
        ("xx-YY", "US", "en"),
        ("*", "US", "en"),
        ("", "US", "en"),
    ],
)
def test_a_browsers_wish_names_a_market_and_a_language_offered_there(header, market, language):
    guessed, spoken = markets.guess(header)
    assert (guessed.code, spoken) == (market, language)


@given(st.text(max_size=800))
def test_any_header_at_all_gets_a_market_with_a_shop_and_one_of_its_languages(header):
    market, language = markets.guess(header)
    assert market in markets.all_markets()
    assert language in market.languages


def test_a_text_is_picked_in_the_language_else_english_else_any():
    texts = {"en": "Lamp", "th": "โคมไฟ", "ar": ""}
    assert markets.pick(texts, "th") == "โคมไฟ"
    assert markets.pick(texts, "ar") == "Lamp"
    assert markets.pick({"zh-hans": "灯"}, "th") == "灯"
    assert markets.pick({}, "en") == ""
    assert [markets.picked(texts, language) for language in ("th", "ar", "en")] == ["", "en", ""]
    assert markets.picked({"zh-hans": "灯"}, "th") == "zh-hans"
    assert markets.picked({}, "th") == ""
