"""Finding products by what people type."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from glocal.content.catalog import caches, finds, jobs, searching
from glocal.content.catalog import facade as catalog
from glocal.content.catalog.models import Listing, Product
from glocal.platform.kernel import words
from glocal.platform.kernel.cache import clear_all
from tests.factories.catalog import make_product

RICE = {
    "en": "Rice water moisturising serum",
    "zh-hans": "大米保湿精华液",
    "th": "เซรั่มน้ำข้าวเพิ่มความชุ่มชื้น",
    "ar": "سيروم ماء الأرز المرطّب",
    "vi": "Tinh chất dưỡng ẩm nước gạo đỏ",
}


def found(text, *, language="en", **asked):
    return [card.slug for card in catalog.cards(market="TH", language=language, query=text, **asked).cards]


@pytest.fixture
def shop(db):
    make_product(title=RICE, slug="rice", brand="Süßholz & Co", category="beauty/serums", attributes={"skin": ["dry"]})
    make_product(title={"en": "Bamboo desk lamp"}, slug="lamp", description={"en": "Runs for nine hours"})


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    "text",
    [
        "rice",
        "RICE   serum",
        "serums",  # another form of the word
        "moisturise",
        "moistu",  # not finished typing
        "rice wat",
        "water, rice!",  # order and punctuation mean nothing
        "精华",
        "保湿精华",
        "米",
        "精华 大米",
        "เซรั่ม",
        "ชุ่มชื้น",
        "น้ำข้าว",
        "الأرز",
        "المرطب",  # without the mark it is written with
        "duong am",  # Vietnamese typed without accents
        "do",
        "süßholz",
        "SÜSSHOLZ",
        "sussho",
        "beauty",
        "dry",
    ],
)
def test_a_product_is_found_by(text):
    assert "rice" in found(text)


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("text", ["rice lamp", "华精", "ข้าวน้ำ", "ricex", "nothing", "!!!", "\u200b", "\0", "' | 'lamp"])
def test_a_product_is_not_found_by(text):
    assert "rice" not in found(text)


@pytest.mark.usefixtures("shop")
def test_a_description_is_found_by_its_words():
    assert found("hour") == ["lamp"]


@pytest.mark.django_db
def test_a_title_counts_more_than_a_description_and_an_equal_match_by_sales():
    make_product(title="Cotton towel", description={"en": "Good beside a lamp"}, slug="towel")
    make_product(title="Lamp", slug="lamp")
    assert found("lamp") == ["lamp", "towel"]


@pytest.mark.usefixtures("shop")
def test_search_joins_with_category_facets_and_order():
    make_product(title="Rice bowl", slug="bowl", category="home", prices={"TH": 100})
    assert found("rice", category="home") == ["bowl"]
    assert found("rice", facets={"skin": ["dry"]}) == ["rice"]
    assert found("rice", sort="price") == ["bowl", "rice"]
    page = catalog.cards(market="TH", language="en", query="rice")
    assert {facet.code for facet in page.facets} == {"brand", "skin"}


@pytest.mark.usefixtures("shop")
def test_suggestions_name_categories_brands_and_products():
    assert catalog.suggest("TH", "en", "ser") == (
        catalog.Suggestion("category", "Serums", "beauty/serums"),
        catalog.Suggestion("product", "Rice water moisturising serum", "rice"),
    )
    assert catalog.suggest("TH", "en", "suss")[0] == catalog.Suggestion("brand", "Süßholz & Co", "sussholz-co")
    assert catalog.suggest("TH", "en", " ") == ()


HOSTILE = [
    "a" * 10_000,
    "ข" * 10_000,
    "& | ! ( ) <-> :* ' \" \\",
    "serum:* & !rice",
    "'serum",
    "serum\\",
    "%s %(market)s {0} $1",
    "\0serum\0",
    "ser\u200bum",
    "\ud800",
    "\u202eserum",
    "🧴🧴🧴",
    " ".join(["word"] * 3_000),
    "'; DROP TABLE catalog_product; --",
]


@pytest.mark.django_db
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_is_typed_breaks_the_search(text):
    make_product(title="Serum")
    catalog.cards(market="TH", language="th", query=text)
    catalog.suggest("TH", "th", text)


@pytest.mark.django_db
def test_invisible_characters_inside_a_word_do_not_hide_it():
    make_product(title="Serum", slug="serum")
    assert found("ser\u200bum") == ["serum"]


@pytest.mark.django_db
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_any_text_makes_a_query_that_postgresql_takes(text):
    catalog.cards(market="TH", language="en", query=text)


@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_a_text_holds_the_lexemes_of_its_own_words(text):
    assert {lexeme for word in words.words(text) for lexeme in words.lexemes(word)} <= set(words.lexemes(text))


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(alphabet="abcé 精华大米เซรั่ม-'&", min_size=1, max_size=40).filter(words.normal))
def test_a_product_is_found_by_its_own_title(title):
    product = make_product(title=title)
    asked = catalog.cards(market="TH", language="en", query=title, size=100)
    assert product.id in {card.product_id for card in asked.cards}


@pytest.mark.django_db
def test_a_renamed_category_and_value_find_their_products_under_the_new_name():
    make_product(slug="cup", category="home/drink", attributes={"glaze": ["sea"]}, skus={"C": {"size": "s"}})
    run_job(lambda: catalog.save_categories([catalog.CategoryInput("home/drink", {"en": "Tableware"})]))
    assert found("tableware") == ["cup"]
    assert found("drink") == []
    value = catalog.ValueInput("sea", {"en": "Celadon"})
    run_job(lambda: catalog.save_attributes([catalog.AttributeInput("glaze", {"en": "Glaze"}, [value])]))
    assert found("celadon") == ["cup"]


@pytest.mark.django_db
def test_an_attribute_that_is_no_facet_any_more_leaves_the_lists():
    make_product(attributes={"glaze": ["sea"]}, skus={"C": {"size": "s"}})
    run_job(
        lambda: catalog.save_attributes(
            [catalog.AttributeInput(code, {"en": code}, is_facet=False) for code in ("glaze", "size")]
        )
    )
    assert catalog.cards(market="TH", language="en").facets == ()


def run_job(write):
    """Make a change and run the job that it deferred."""
    before = set(ProcrastinateJob.objects.values_list("id", flat=True))
    write()
    deferred = ProcrastinateJob.objects.filter(task_name="catalog.resave_products").exclude(id__in=before)
    assert len(deferred) == 1
    jobs.resave_products.func(**deferred[0].args)
    caches.forget()


@pytest.mark.django_db
def test_naming_things_as_they_are_starts_no_job():
    category = catalog.CategoryInput("home", {"en": "Home"})
    attribute = catalog.AttributeInput("size", {"en": "Size"}, [catalog.ValueInput("s", {"en": "S"})])
    jobs = ProcrastinateJob.objects.filter(task_name="catalog.resave_products")
    before = jobs.count()  # other tests' jobs outlive them
    for _ in range(2):
        catalog.save_categories([category])
        catalog.save_attributes([attribute])
    assert jobs.count() == before + 2


def _best_sellers(monkeypatch, *slugs, enough=2):
    """Of the products made so far, these are the head."""
    monkeypatch.setattr("glocal.content.catalog.finds.ENOUGH", enough)
    monkeypatch.setattr("glocal.content.catalog.finds.HEAD", len(slugs))
    Listing.objects.filter(product__slug__in=slugs).update(popularity=500)
    assert finds.choose_head() == len(slugs)
    assert set(Product.objects.filter(head_in__contains=["TH"]).values_list("slug", flat=True)) == set(slugs)
    clear_all()


@pytest.mark.django_db
def test_a_word_of_many_products_is_answered_from_the_best_sellers(monkeypatch):
    for number in range(6):
        make_product(title=f"Mug {number}", slug=f"mug-{number}")
    _best_sellers(monkeypatch, "mug-2", "mug-4")
    page = catalog.cards(market="TH", language="en", query="mug")
    assert {card.slug for card in page.cards} == {"mug-2", "mug-4"}
    assert (page.total, page.capped) == (2, True)


@pytest.mark.django_db
def test_a_word_that_few_best_sellers_have_is_looked_for_everywhere(monkeypatch):
    for number in range(6):
        make_product(title=f"Mug {number}" if number else "Mug lamp", slug=f"mug-{number}")
    _best_sellers(monkeypatch, "mug-0", "mug-4", enough=3)
    page = catalog.cards(market="TH", language="en", query="mug")
    assert (len(page.cards), page.total, page.capped) == (6, 6, False)
    assert {card.slug for card in page.cards[:2]} == {"mug-0", "mug-4"}
    assert catalog.cards(market="TH", language="en", query="lamp").total == 1


@pytest.mark.django_db
def test_choices_that_few_best_sellers_meet_are_looked_for_everywhere(monkeypatch):
    for number in range(6):
        colour = "coral" if number in {0, 1, 2} else "sand"
        make_product(title=f"Mug {number}", slug=f"mug-{number}", skus={f"C{number}": {"colour": colour}})
    _best_sellers(monkeypatch, "mug-0", "mug-4", "mug-5")
    chosen = catalog.cards(market="TH", language="en", query="mug", facets={"colour": ["coral"]})
    assert {card.slug for card in chosen.cards} == {"mug-0", "mug-1", "mug-2"}
    assert (chosen.total, chosen.capped) == (3, False)


@pytest.mark.django_db
def test_who_sells_no_longer_leaves_the_best_sellers(monkeypatch):
    for slug in ("one", "two"):
        make_product(title=slug, slug=slug)
    _best_sellers(monkeypatch, "one")
    Listing.objects.filter(product__slug="two").update(popularity=900)
    assert finds.choose_head() == 2
    assert list(Product.objects.filter(head_in__contains=["TH"]).values_list("slug", flat=True)) == ["two"]
    assert finds.choose_head() == 0


@pytest.mark.django_db
def test_the_best_sellers_of_a_market_are_no_others(monkeypatch):
    for number in range(6):
        make_product(title=f"Mug {number}", slug=f"mug-{number}")
    monkeypatch.setattr("glocal.content.catalog.finds.ENOUGH", 1)
    monkeypatch.setattr("glocal.content.catalog.finds.HEAD", 3)
    monkeypatch.setattr("glocal.content.catalog.finds.TOP", 1)
    for market, slugs in (("TH", ["mug-1", "mug-2", "mug-3"]), ("US", ["mug-3", "mug-4", "mug-5"])):
        for place, slug in enumerate(slugs):
            Listing.objects.filter(product__slug=slug, market=market).update(popularity=900 - place)
    finds.choose_head()
    assert Product.objects.get(slug="mug-3").head_in == ["TH", "US", "US1"]
    clear_all()
    assert found("mug") == ["mug-1"]
    assert sorted(found("mug", sort="new")) == ["mug-1", "mug-2", "mug-3"]
    assert [card.slug for card in catalog.cards(market="US", language="en", query="mug").cards] == ["mug-3"]
    assert found("0") == ["mug-0"]


@pytest.mark.django_db
def test_a_search_is_two_statements_however_many_match(monkeypatch, django_assert_num_queries):
    for number in range(6):
        make_product(title=f"Mug {number}", slug=f"mug-{number}")
    _best_sellers(monkeypatch, "mug-1", "mug-3")
    catalog.cards(market="TH", language="en")  # labels are warm
    for typed in ("mug", "5"):
        with django_assert_num_queries(2):
            catalog.cards(market="TH", language="en", query=typed)
    with django_assert_num_queries(1):
        catalog.cards(market="TH", language="en", query="mug", page=2)


@pytest.mark.django_db
def test_what_older_rules_took_down_is_found_once_a_job_has_taken_it_down_anew(django_capture_on_commit_callbacks):
    old, other = make_product(title={"zh-hant": "頭髮護理精華"}, slug="hair"), make_product(title="Lamp", slug="lamp")
    Product.objects.filter(pk=old.id).update(search="'頭髮':1A '髮護':2A", search_version=1)
    untouched = Product.objects.get(pk=other.id).updated_at
    clear_all()
    assert found("頭髮", language="zh-hant") == []
    with django_capture_on_commit_callbacks(execute=True):
        jobs.renew_documents.func(timestamp=0)
    assert found("頭髮", language="zh-hant") == found("头发", language="zh-hans") == ["hair"]
    assert set(Product.objects.values_list("search_version", flat=True)) == {searching.VERSION}
    assert Product.objects.get(pk=other.id).updated_at == untouched
    with CaptureQueriesContext(connection) as asked:
        jobs.renew_documents.func(timestamp=0)
    assert len(asked) == 1
