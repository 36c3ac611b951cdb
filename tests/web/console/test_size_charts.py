"""Size charts and turns of products, as the catalogue's people keep them in the console."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from glocal.content.catalog import facade as catalog
from glocal.content.catalog.models import SizeChart, Spin
from glocal.platform.accounts.models import Person
from glocal.platform.console.records import list_url, record_url
from glocal.platform.markets import facade as markets
from tests.factories.catalog import make_product
from tests.factories.media import image_bytes
from tests.web.console.conftest import PASSWORD, operator, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]
TABLE = "size\tEU\tUS\tfoot_length\tchest\n37\t37\tW 6.5\t23.5\t\n38\t38\tW 7.5\t23.6-24.1\t84–88\n"
CHART = {"step": "add", "code": "shoes", "category": "fashion/shoes", "brand": "", "option": "size", "table": TABLE}


def keeper():
    everywhere = [(unit, "catalogue") for unit in sorted({row.business_unit for row in markets.all_markets()})]
    return signed_in(operator("cato@glocal.test", *everywhere))


def test_a_chart_is_pasted_from_a_spreadsheet_changed_and_removed():
    client = keeper()
    assert client.post(list_url("catalog.sizechart"), CHART).status_code == 302
    chart = SizeChart.objects.get()
    assert [row["mm"] for row in chart.rows] == [
        {"foot_length": [235, 235]},
        {"foot_length": [236, 241], "chest": [840, 880]},
    ]
    address = record_url("catalog.sizechart", chart.pk)
    page = client.get(address).content.decode()
    assert "23.6-24.1" in page
    less = CHART | {"step": "change", "table": "size,EU\n37,37"}
    assert client.post(address, less).status_code == 302
    chart.refresh_from_db()
    assert len(chart.rows) == 1
    assert client.post(address, {"step": "remove"}).status_code == 302
    assert not SizeChart.objects.exists()


@pytest.mark.parametrize(
    "table",
    ["", "a,b\n1,2", "size,EU,nose\n37,37,4", "size,chest\n37,wide", "size,chest\n37,9-8", "size,EU\n37,37\n37,38"],
)
def test_a_table_that_makes_no_sense_comes_back_with_what_is_wrong(table):
    answer = keeper().post(list_url("catalog.sizechart"), CHART | {"table": table})
    assert answer.status_code == 422
    assert not SizeChart.objects.exists()


def test_charts_are_changed_by_those_who_edit_the_catalogue_everywhere():
    statuses = {}
    for who, person in {
        "anonymous": None,
        "shopper": Person.objects.create_user("ada@example.test", PASSWORD),
        "one market": operator("tida@glocal.test", ("sea", "catalogue", "TH")),
        "viewer": operator("vera@glocal.test", ("na", "viewer", "US")),
    }.items():
        statuses[who] = signed_in(person).post(list_url("catalog.sizechart"), CHART).status_code
    assert statuses == {"anonymous": 302, "shopper": 302, "one market": 404, "viewer": 404}
    assert not SizeChart.objects.exists()


def test_a_product_is_given_its_turn_and_loses_it():
    cup, client = make_product(), keeper()
    address = record_url("catalog.product", cup.id)
    names = [f"{number:02}.jpg" for number in range(8, 0, -1)]
    shots = [SimpleUploadedFile(name, image_bytes(300, 300, colour=(int(name[:2]) * 9, 90, 40))) for name in names]
    assert client.post(address, {"step": "spin", "frames": shots[:5]}).status_code == 422
    for shot in shots:
        shot.seek(0)
    assert client.post(address, {"step": "spin", "frames": shots}).status_code == 302
    colours = [frame["colour"] for frame in Spin.objects.get(product_id=cup.id).frames]
    assert colours == sorted(colours)  # in the order of their names, not of the upload
    assert client.post(address, {"step": "spin"}).status_code == 302
    assert not Spin.objects.exists()
    assert catalog.product_page(market="US", language="en", slug=cup.slug).spin is None
