"""The real retailer's first weeks, counted straight from the file and compared with what the shop then knows.

A slice of the file, in its order, keeps the suite quick; ``glocal bench import`` reads all of it, with these counts.
"""

from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pyarrow.parquet
import pytest
from django.db import connection
from django.db.models import Sum

from glocal.content.catalog import facade as catalog
from glocal.platform.accounts.models import Person
from glocal.platform.eventing.models import Delivery
from glocal.platform.eventing.relay import drain
from glocal.platform.kernel.ids import uuid7
from glocal.platform.markets import facade as markets
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.imports import facade as imports
from glocal.transaction.orders import facade as orders
from glocal.transaction.orders.models import Order, OrderLine
from tests.factories.sale import request_for, wanted
from tests.transaction.imports.files import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]

FILE = "data/online_retail_2010-12_2011-06.parquet"
ROWS = 20_000
LONDON = {
    "name": "Ada Shopper",
    "line1": "10 Downing Street",
    "city": "London",
    "postcode": "SW1A 2AA",
    "phone": "+442079250918",
}


@pytest.fixture
def rows(shared_folder):
    """The first lines of the file, as they are."""
    return pyarrow.parquet.read_table(shared_folder / FILE).slice(0, ROWS).to_pylist()


@pytest.fixture
def run(rows, shared_folder, tmp_path):
    whole = pyarrow.parquet.read_table(shared_folder / FILE)
    pyarrow.parquet.write_table(whole.slice(0, ROWS), tmp_path / "slice.parquet")
    return read(tmp_path / "slice.parquet")


def pence(row):
    return int((Decimal(str(row["UnitPrice"])) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def is_return(row):
    return row["InvoiceNo"].startswith("C")


def fault(row):
    """Why the row is no sale and no return, by the file's own description."""
    if (row["Quantity"] < 0) != is_return(row):
        return "correction"
    return None if pence(row) >= 1 else "no_price"


def sold_by_sku(accepted):
    units = defaultdict(int)
    for row in accepted:
        units[row["StockCode"]] += row["Quantity"]
    return units


def test_the_shop_knows_what_the_file_says(rows, run):
    accepted = [row for row in rows if fault(row) is None]
    left_out = Counter(fault(row) for row in rows if fault(row))
    invoices = {row["InvoiceNo"] for row in accepted}
    returns = {row["InvoiceNo"] for row in accepted if is_return(row)}
    customers = {row["CustomerID"] for row in accepted if row["CustomerID"] is not None}
    revenue = sum(pence(row) * row["Quantity"] for row in accepted)
    assert len(returns) > 100
    assert len(left_out) == 2

    assert run.rows_done == run.rows_total == ROWS
    assert Counter(issue.code for issue in imports.issues_of(run.id)) == left_out
    assert run.issues_count == sum(left_out.values())
    assert run.orders_new == Order.objects.count() == len(invoices)
    assert Order.objects.filter(kind="return").count() == len(returns)
    assert run.people_new == Person.objects.filter(external_source=imports.SOURCE).count() == len(customers)
    assert run.products_new == len({row["StockCode"] for row in accepted})
    assert orders.revenue_of(imports.SOURCE)["GBP"].minor == revenue
    assert OrderLine.objects.count() == len(accepted)
    assert OrderLine.objects.aggregate(Sum("quantity"))["quantity__sum"] == sum(abs(r["Quantity"]) for r in accepted)


def test_each_customer_has_the_invoices_of_the_file_at_their_time(rows, run):
    invoice = next(row for row in rows if row["CustomerID"] and row["Country"] == "France" and fault(row) is None)
    order = Order.objects.get(number=f"online-retail-{invoice['InvoiceNo']}")
    person = Person.objects.get(pk=order.person_id)
    assert (person.external_id, person.email) == (str(invoice["CustomerID"]), None)
    assert order.placed_at.replace(tzinfo=None) == invoice["InvoiceDate"]  # London keeps UTC in winter
    assert order.address == {"country": "France"}


def test_goods_are_on_sale_as_first_sold_and_services_are_not(rows, run):
    first, sold = {}, sold_by_sku(row for row in rows if fault(row) is None)
    for row in rows:
        if fault(row) is None:
            first.setdefault(row["StockCode"], row)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT variant.sku, offer.price_minor, listing.sold_count, listing.live"
            " FROM catalog_listing AS listing JOIN catalog_variant AS variant USING (product_id)"
            " JOIN catalog_offer AS offer ON offer.variant_id = variant.id WHERE listing.market = 'GB'"
        )
        found = {sku: rest for sku, *rest in cursor.fetchall()}
    assert {"POST", "DOT", "M"}.isdisjoint(found)
    assert found["85123A"] == [255, sold["85123A"], True]
    prices = {sku: pence(row) for sku, row in first.items() if sku[:5].isdigit() and not is_return(row)}
    assert len(prices) > 2000
    assert {sku: rest[0] for sku, rest in found.items() if sku in prices} == prices


@pytest.mark.django_db(transaction=True)
def test_a_shopper_in_britain_buys_one_of_the_retailers_products(run):
    drain()  # prices and stock are told to checkout, which works out what the goods cost all in
    assert not Delivery.objects.exclude(state="done").exists()
    variant_id = catalog.variant_ids(["22423"])["22423"]
    place = markets.check_address("GB", LONDON, "en")
    lines = wanted(variant_id, 2)
    quote = checkout.quote_for(markets.get("GB"), "en", lines, address=place)
    assert quote.total.currency == "GBP"
    assert quote.total.minor > 2 * 1095
    bought = checkout.buy(request_for(lines, market="GB", address=place, buyer=checkout.Buyer(uuid7())))
    order = Order.objects.get(pk=bought.order_id)
    assert (order.status, order.total) == ("placed", quote.total)
