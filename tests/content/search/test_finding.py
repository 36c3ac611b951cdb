"""From what people type to what they see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glocal.content.catalog import facade as catalog
from glocal.content.catalog.offers import follow_sales
from glocal.content.search import facade as search
from glocal.content.search import learning, rules
from glocal.content.search.errors import InvalidSynonym
from glocal.content.search.models import Word
from glocal.platform.kernel.cache import clear_all
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    make_product(title={"en": "Tide Line Mug", "th": "แก้วมัค", "zh-hans": "潮线马克杯"}, slug="mug", brand="Yunlark")
    make_product(title={"en": "Mushroom Lamp", "zh-hans": "蘑菇台灯"}, slug="lamp")
    make_product(title={"en": "Sunset Power Bank", "zh-hans": "晚霞无线充电宝"}, slug="bank")
    make_product(title={"en": "Cobble Earbuds", "zh-hans": "卵石无线蓝牙耳机", "th": "หูฟังไร้สาย"}, slug="earbuds")
    search.rebuild()


def find(text, language="en", **asked):
    return search.find(market="TH", language=language, text=text, **asked)


def slugs(found):
    return [card.slug for card in found.page.cards or found.others]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("typed", "slug", "taken_for"),
    [
        ("mushrom", "lamp", "mushroom"),
        ("mushroom lmap", "lamp", "mushroom lamp"),
        ("sunest", "bank", "sunset"),
        ("powerbank", "bank", "power bank"),
        ("ear buds", "earbuds", "earbuds"),
        ("yunlrak", None, "yunlark"),
        ("MUSHR\u200bOMO", "lamp", "mushroom"),
    ],
)
def test_a_typing_error_is_mended_and_said(typed, slug, taken_for):
    found = find(typed)
    assert (found.how, found.taken_for) == ("mended", taken_for)
    assert slug is None or slugs(found) == [slug]


@pytest.mark.usefixtures("shop")
def test_what_is_found_as_typed_is_not_mended():
    assert find("mug").how == find("mushr").how == find("lamps").how == "typed"


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("typed", "language", "slug"),
    [
        ("purple mushroom", "en", "lamp"),  # a word that nothing has
        ("蓝色马克杯", "zh-hans", "mug"),
        ("蓝牙降噪耳机", "zh-hans", "earbuds"),
        ("แก้วมัคสีฟ้า", "th", "mug"),
        ("หูฟังบลูทูธ", "th", "earbuds"),
    ],
)
def test_when_nothing_has_all_of_it_the_nearest_is_shown(typed, language, slug):
    found = find(typed, language)
    assert found.how == "nearest"
    assert slugs(found)[0] == slug


@pytest.mark.usefixtures("shop")
def test_when_nothing_is_near_what_sells_is_shown():
    found = find("zeppelin")
    assert found.how == "nothing"
    assert len(found.others) == 4
    assert find(" ").how == "nothing"


@pytest.mark.usefixtures("shop")
def test_what_only_other_markets_sell_leads_to_the_shelf_where_it_would_stand():
    make_product(title="Zeppelin kite", slug="kite", category="play/kites", prices={"US": 900})
    make_product(title="Wooden train", slug="train", category="play/trains", prices={"TH": 900})
    make_product(title="Dirigible secret", slug="secret", category="play/trains", prices={})
    found = find("zeppelin")
    assert found.how == "nothing"
    assert found.shelf.path == "play"
    assert slugs(found) == ["train"]
    assert find("dirigible").shelf is None  # no market shows it, so nothing is told of it
    assert len(find("dirigible").others) == 5


@pytest.mark.usefixtures("shop")
def test_synonyms_find_what_each_other_finds_and_operators_change_them():
    assert find("coffee cup").how != "typed"
    key = search.save_synonym(language="en", phrases=["Mug", "coffee cup"], actor_id=None)
    assert slugs(find("coffee cup")) == ["mug"]
    assert slugs(find("yunlark coffee cup")) == ["mug"]
    search.remove_synonym(synonym_id=key, actor_id=None)
    clear_all()
    assert find("coffee cup").how != "typed"


@pytest.mark.usefixtures("shop")
def test_a_synonym_inside_a_run_without_spaces_counts():
    search.save_synonym(language="zh-hans", phrases=["马克杯", "咖啡杯"], actor_id=None)
    assert slugs(find("潮线咖啡杯", "zh-hans")) == ["mug"]


def test_a_word_of_another_language_in_latin_letters_is_no_synonym():
    make_product(title="Frying pan", slug="pan")
    make_product(title="Bread box", slug="bread")
    search.save_synonym(language="es", phrases=["pan", "bread"], actor_id=None)
    assert slugs(find("pan")) == ["pan"]
    assert set(slugs(find("pan", "es"))) == {"pan", "bread"}


@pytest.mark.parametrize("phrases", [[], ["mug"], ["mug", " MUG "], ["!", "?"], [f"word{n}" for n in range(21)]])
def test_a_group_of_synonyms_has_two_to_twenty_that_differ(phrases):
    with pytest.raises(InvalidSynonym):
        search.save_synonym(language="en", phrases=phrases, actor_id=None)


def test_what_sells_and_is_there_comes_first_among_equals():
    ids = {
        slug: make_product(title=f"Mug {slug}", slug=slug, in_stock=slug != "gone").id
        for slug in ("new", "gone", "hit")
    }
    catalog.count_sold([(ids["hit"], "TH", 50), (ids["gone"], "TH", 50)])
    follow_sales()
    assert slugs(find("mug")) == ["hit", "new", "gone"]


@pytest.mark.usefixtures("shop")
def test_statements_are_few_and_the_same_however_many_words_are_typed():
    counts = {}
    for typed in ("mug", "tide line mug " * 4, "mushrom lmap", "zeppelin airship dirigible"):
        clear_all()
        find("warm")
        with CaptureQueriesContext(connection) as captured:
            find(typed)
        counts[typed] = len(captured)
        with CaptureQueriesContext(connection) as again:
            find("mug")
    assert counts["mug"] == counts["tide line mug " * 4] == 2
    assert len(again) <= 2
    assert max(counts.values()) <= 7


HOSTILE = [
    "a" * 10_000,
    "ข" * 10_000,
    "杯" * 10_000,
    "& | ! ( ) <-> :* ' \" \\",
    "mug:* & !rice",
    "'mug",
    "%s %(market)s {0} $1",
    "\0mug\0",
    "m\u200bu\u200dg",
    "\ud800",
    "\u202egum",
    "mug杯แก้วكوب" * 50,
    "مуг",  # Latin look-alikes
    "'; DROP TABLE search_word; --",
    "for the of",
    "🧴🧴🧴",
]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_is_typed_breaks_search_or_suggestions_or_the_log(text):
    found = find(text)
    search.suggest(market="TH", language="th", text=text)
    search.note(market="TH", language="th", text=text, found=found.page.total)


@pytest.mark.usefixtures("shop")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_any_text_is_answered(text):
    find(text)


@pytest.mark.usefixtures("shop")
def test_suggestions_mend_what_is_mistyped():
    hints = search.suggest(market="TH", language="en", text="mushrom")
    assert hints == (search.Hint("query", "mushroom", "mushroom"), search.Hint("product", "Mushroom Lamp", "lamp"))
    with CaptureQueriesContext(connection) as captured:
        assert search.suggest(market="TH", language="en", text="Mushrom ") == hints
    assert len(captured) == 0


@given(word=st.text("abcde", min_size=3, max_size=9), at=st.integers(0, 8))
def test_one_letter_less_more_or_swapped_is_one_error(word, at):
    at %= len(word)
    assert rules.distance(word, word, 2) == 0
    assert rules.distance(word, word[:at] + word[at + 1 :], 2) == 1
    assert rules.distance(word, f"{word[:at]}x{word[at:]}", 2) == 1
    if at + 1 < len(word) and word[at] != word[at + 1]:
        swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        assert rules.distance(word, swapped, 2) == 1
        assert set(rules.keys_of(word)) & set(rules.keys_of(swapped))


def test_words_are_learned_from_products_and_forgotten_with_them():
    made = make_product(title="Mushroom lamp")
    for _ in range(2):
        learning.learn([made.id])
    assert set(Word.objects.values_list("word", flat=True)) == {"mushroom", "lamp"}
    catalog.archive_products([made.id])
    search.rebuild()
    assert not Word.objects.filter(word="mushroom").exists()


def test_numbers_and_unspaced_writing_are_no_words_to_mend():
    make_product(title={"en": "AB12 x1 杯子", "th": "แก้ว"})
    search.rebuild()
    assert not Word.objects.exists()


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(("typed", "slug"), [("充電寶", "bank"), ("無線藍牙耳機", "earbuds"), ("馬克杯", "mug")])
def test_traditional_chinese_finds_what_is_written_simplified(typed, slug):
    assert slugs(find(typed, "zh-hans")) == [slug]
    assert find(typed, "zh-hans").how == "typed"


def test_simplified_chinese_finds_what_is_written_traditional():
    make_product(title={"zh-hant": "陶瓷檯燈"}, slug="ceramic-lamp")
    assert slugs(find("台灯", "zh-hans")) == slugs(find("檯燈", "zh-hans")) == ["ceramic-lamp"]


def test_japanese_stays_as_it_is():
    make_product(title={"ja": "髪のオイル"}, slug="oil")
    assert slugs(find("髪のオイル", "ja")) == ["oil"]


def test_synonyms_and_categories_written_in_traditional_chinese_count_for_both_ways_of_writing(db):
    catalog.save_categories([catalog.CategoryInput("hair", {"zh-hant": "頭髮護理"})])
    make_product(title={"zh-hant": "洗髮精"}, slug="shampoo", category="hair")
    search.save_synonym(language="zh-hans", phrases=["洗頭水", "洗髮精"], actor_id=None)
    clear_all()
    for typed in ("洗頭水", "洗头水"):
        found = search.find(market="TH", language="zh-hans", text=typed)
        assert [card.slug for card in found.page.cards] == ["shampoo"]
        assert catalog.suggest("TH", "zh-hans", "头发")[0].value == "hair"
