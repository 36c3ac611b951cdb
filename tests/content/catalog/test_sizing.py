"""Size charts: which one a product has, and who may write what."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glocal.content.catalog import facade as catalog
from glocal.content.catalog.models import SizeChart
from glocal.platform.audit.models import AuditEntry
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db
SHOES = {"SHOE-37": {"size": "37"}, "SHOE-38": {"size": "38"}}


def row(size, cm="23.5", **labels):
    return catalog.SizeRowInput(size, labels, {"foot_length": Decimal(cm)})


def chart(code="shoes", *rows, **fields):
    return catalog.SizeChartInput(code, rows or (row("37", EU="37", US="6.5"), row("38", "24.1", EU="38")), **fields)


def shown(product, market="US"):
    return catalog.product_page(market=market, language="en", slug=product.slug).size_chart


def test_a_product_has_the_chart_of_its_nearest_category_and_brand():
    shoe = make_product(skus=SHOES, category="fashion/shoes", brand="Weft")
    catalog.save_size_charts([chart("all", row("37", "20"))])
    assert shown(shoe).rows[0].millimetres == {"foot_length": (200, 200)}
    catalog.save_size_charts([chart("fashion", row("37", "21"), category="fashion")])
    assert shown(shoe).rows[0].millimetres == {"foot_length": (210, 210)}
    catalog.save_size_charts([chart("weft", row("37", "22"), category="fashion", brand="Weft")])
    assert shown(shoe).rows[0].millimetres == {"foot_length": (220, 220)}
    catalog.save_size_charts([chart("shoes", row("37", "23"), category="fashion/shoes")])
    assert shown(shoe).rows[0].millimetres == {"foot_length": (230, 230)}


def test_a_chart_holds_only_for_the_products_of_its_own_source():
    shoe = make_product(skus=SHOES)
    catalog.save_size_charts([chart()], source="api-sea")
    assert shown(shoe) is None
    catalog.save_size_charts([chart()], source="tests")
    assert [found.size for found in shown(shoe).rows] == ["37", "38"]


def test_only_sizes_that_are_sold_are_shown_and_a_chart_without_any_is_none():
    assert shown(make_product(skus={"CAP": {"size": "m"}})) is None
    catalog.save_size_charts([chart("shoes", row("37"), row("99"))])
    assert [found.size for found in shown(make_product(skus=SHOES)).rows] == ["37"]
    assert shown(make_product(skus={"BAG": {}})) is None


def test_a_page_with_a_chart_takes_one_statement_warm(django_assert_num_queries):
    catalog.save_size_charts([chart()])
    shoe = make_product(skus=SHOES)
    assert shown(shoe)
    with django_assert_num_queries(1):
        assert shown(shoe)


def test_systems_and_measures_keep_the_order_they_were_given_in():
    measures = {"waist": Decimal(70), "chest": (Decimal(84), Decimal(88))}
    rows = [catalog.SizeRowInput("37", {"US": "M", "EU": "38", "ASIA": "L"}, measures)]
    catalog.save_size_charts([chart("tops", *rows)])
    found = shown(make_product(skus=SHOES))
    assert (found.systems, found.measures) == (("US", "EU", "ASIA"), ("waist", "chest"))
    assert found.rows[0].millimetres == {"waist": (700, 700), "chest": (840, 880)}


@pytest.mark.parametrize(
    ("market", "system"), [("US", "US"), ("TH", "ASIA"), ("DE", "EU"), ("GB", "EU"), ("BR", "EU"), ("FR", "EU")]
)
def test_people_of_a_market_read_the_system_they_know(market, system):
    catalog.save_size_charts([chart("tops", catalog.SizeRowInput("37", {"EU": "38", "US": "M", "ASIA": "L"}))])
    assert catalog.system_in(market, shown(make_product(skus=SHOES))) == system


def test_saving_a_chart_again_changes_nothing_and_is_not_noted():
    catalog.save_size_charts([chart()])
    catalog.save_size_charts([chart()])
    assert AuditEntry.objects.filter(action="catalog.save_size_chart").count() == 1
    catalog.save_size_charts([chart("shoes", row("37", "23"))])
    assert AuditEntry.objects.filter(action="catalog.save_size_chart").count() == 2
    assert SizeChart.objects.count() == 1


def test_a_chart_is_taken_away_once():
    catalog.save_size_charts([chart()])
    catalog.remove_size_chart("shoes")
    assert shown(make_product(skus=SHOES)) is None
    with pytest.raises(catalog.SizeChartNotFound):
        catalog.remove_size_chart("shoes")


@pytest.mark.parametrize(
    ("given_chart", "field"),
    [
        (chart(""), "charts[0].code"),
        (chart("x", category="Fashion Shoes"), "charts[0].category"),
        (chart("x", option="The size"), "charts[0].option"),
        (catalog.SizeChartInput("x", []), "charts[0].rows"),
        (chart("x", row("37"), row("37")), "charts[0].rows"),
        (chart("x", row("Extra large")), "charts[0].rows[0].size"),
        (chart("x", row("37", MARS="4")), "charts[0].rows[0].labels"),
        (chart("x", catalog.SizeRowInput("37", {}, {"nose": Decimal(4)})), "charts[0].rows[0].cm"),
        (chart("x", row("37", "0")), "charts[0].rows[0].cm"),
        (chart("x", row("37", "301")), "charts[0].rows[0].cm"),
        (chart("x", catalog.SizeRowInput("37", {}, {"waist": (Decimal(9), Decimal(8))})), "charts[0].rows[0].cm"),
    ],
)
def test_a_chart_that_makes_no_sense_is_refused_at_its_place(given_chart, field):
    with pytest.raises(catalog.InvalidSizeChart) as refused:
        catalog.save_size_charts([given_chart])
    assert refused.value.field == field
    assert not SizeChart.objects.exists()


def test_two_charts_for_the_same_kind_are_refused():
    catalog.save_size_charts([chart("one", category="fashion")])
    with pytest.raises(catalog.InvalidSizeChart):
        catalog.save_size_charts([chart("two", category="fashion")])
    catalog.save_size_charts([chart("two", category="fashion", brand="Weft")])


@settings(max_examples=20, deadline=None)
@given(st.decimals("0.1", "300", places=1))
def test_centimetres_are_kept_to_the_millimetre(cm):
    catalog.save_size_charts([chart("shoes", catalog.SizeRowInput("37", {}, {"waist": cm}))])
    stored = SizeChart.objects.get().rows[0]["mm"]["waist"]
    assert stored == [int(cm * 10)] * 2
