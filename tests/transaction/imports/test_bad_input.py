"""A wrong row is named with line, field and mend and the rest goes on; a wrong file is refused as a whole."""

from datetime import date, datetime, timedelta

import pyarrow
import pyarrow.parquet
import pytest
from django.db import transaction

from glocal.platform.kernel import clock
from glocal.transaction.imports import facade as imports
from glocal.transaction.imports.models import ImportRun
from glocal.transaction.orders.models import Order, OrderLine
from tests.factories.catalog import make_product
from tests.transaction.imports.files import line, many, read, refusals, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"InvoiceNo": None}, "InvoiceNo", "missing"),
        ({"InvoiceNo": " \x00\t"}, "InvoiceNo", "missing"),
        ({"InvoiceNo": "5" * 11}, "InvoiceNo", "too_long"),
        ({"StockCode": None}, "StockCode", "missing"),
        ({"StockCode": "8" * 61}, "StockCode", "too_long"),
        ({"Quantity": None}, "Quantity", "missing"),
        ({"Quantity": 0}, "Quantity", "not_a_number"),
        ({"Quantity": -3}, "Quantity", "correction"),
        ({"Quantity": 2**62}, "Quantity", "too_many_units"),
        ({"InvoiceNo": "C540009"}, "Quantity", "return_of_nothing"),
        ({"UnitPrice": None}, "UnitPrice", "missing"),
        ({"UnitPrice": float("nan")}, "UnitPrice", "missing"),
        ({"UnitPrice": float("inf")}, "UnitPrice", "not_a_number"),
        ({"UnitPrice": 0.0}, "UnitPrice", "no_price"),
        ({"UnitPrice": 0.004}, "UnitPrice", "no_price"),
        ({"UnitPrice": -11062.06}, "UnitPrice", "no_price"),
        ({"UnitPrice": 1e300}, "UnitPrice", "price_too_high"),
        ({"InvoiceDate": None}, "InvoiceDate", "missing"),
        ({"InvoiceDate": datetime(1799, 1, 1)}, "InvoiceDate", "not_a_time"),  # noqa: DTZ001
        ({"InvoiceDate": datetime(2200, 1, 1)}, "InvoiceDate", "in_the_future"),  # noqa: DTZ001
    ],
)
def test_a_wrong_row_is_left_out_and_named_and_the_others_are_kept(tmp_path, change, field, code):
    run = read(written(tmp_path / "file", [line(), line("540002") | change, line("540003")]))
    assert refusals(run) == [(2, field, code)]
    assert (run.state, run.rows_done, run.issues_count, run.orders_new) == ("done", 3, 1, 2)
    issue = next(imports.issues_of(run.id))
    assert len(issue.text) > 20
    assert "{" not in issue.text


def test_an_hour_that_has_not_come_is_refused(tmp_path):
    soon = (clock.now() + timedelta(hours=30)).replace(tzinfo=None)
    assert refusals(read(written(tmp_path / "file", [line(InvoiceDate=soon)]))) == [(1, "InvoiceDate", "in_the_future")]


@pytest.mark.parametrize(
    ("column", "type_", "value", "code"),
    [
        ("InvoiceDate", pyarrow.string(), "yesterday", "not_a_time"),
        ("InvoiceDate", pyarrow.date32(), date(2011, 3, 1), "not_a_time"),
        ("InvoiceDate", pyarrow.timestamp("s"), 10**12, "missing"),
        ("Quantity", pyarrow.float64(), 1.5, "not_a_number"),
        ("Quantity", pyarrow.string(), "two", "not_a_number"),
        ("UnitPrice", pyarrow.string(), "12,75", "not_a_number"),
    ],
)
def test_a_column_of_another_type_is_named_row_by_row(tmp_path, column, type_, value, code):
    rows = [line(**{column: value}), line("540002", **{column: value})]
    assert refusals(read(written(tmp_path / "file", rows, **{column: type_}))) == [(1, column, code), (2, column, code)]


def test_numbers_that_a_spreadsheet_made_of_codes_are_codes_again(tmp_path):
    rows = [line(Quantity=2.0, CustomerID=17850.0), line("540002", CustomerID=float("nan"))]
    types = {"CustomerID": pyarrow.float64(), "Quantity": pyarrow.float64()}
    run = read(written(tmp_path / "file", rows, **types))
    assert (run.issues_count, run.people_new) == (0, 1)
    assert list(Order.objects.order_by("key").values_list("person_id", flat=True))[1] is None


def test_control_characters_and_nul_are_taken_out_of_texts(tmp_path):
    run = read(written(tmp_path / "file", [line(Description="CAKE\x00\x07\u202e STAND\x1b", Country="Un\x00ited")]))
    assert run.issues_count == 0
    assert OrderLine.objects.get().title == {"en": "CAKE STAND"}


def test_a_refused_value_with_nul_can_be_reported(tmp_path):
    run = read(written(tmp_path / "file", [line(UnitPrice="1\x00,2")], UnitPrice=pyarrow.string()))
    assert next(imports.issues_of(run.id)).value == "1 ,2"


def test_a_file_that_is_not_parquet_fails_the_run_and_says_so(tmp_path):
    for content in (b"", b"InvoiceNo,StockCode\n1,2\n", b"PAR1" + b"\0" * 64 + b"PAR1"):
        (tmp_path / "file").write_bytes(content)
        with pytest.raises(imports.FileUnreadable):
            read(tmp_path / "file")
    failed = ImportRun.objects.latest("created_at")
    assert failed.state == "failed"
    assert "Parquet" in failed.error
    assert failed.finished_at


@pytest.mark.parametrize("name", ["absent", "."])
def test_a_file_that_is_absent_or_a_folder_is_refused(tmp_path, name):
    with pytest.raises(imports.FileUnreadable):
        read(tmp_path / name)


def test_a_damaged_page_fails_the_run_and_keeps_what_came_before(tmp_path):
    path = tmp_path / "file"
    rows = [line(str(540000 + number)) for number in range(9000)]
    table = pyarrow.Table.from_pylist(rows)
    pyarrow.parquet.write_table(table, path, row_group_size=4500, use_dictionary=False, compression="gzip")
    data = bytearray(path.read_bytes())
    second = pyarrow.parquet.ParquetFile(path).metadata.row_group(1).column(3).data_page_offset
    data[second + 30 : second + 400] = b"\xff" * 370
    path.write_bytes(data)
    with pytest.raises(imports.FileUnreadable):
        read(path)
    assert ImportRun.objects.get().rows_done == 4000


def test_missing_columns_are_named(tmp_path):
    path = tmp_path / "file"
    pyarrow.parquet.write_table(pyarrow.table({"InvoiceNo": ["1"], "StockCode": ["2"]}), path)
    with pytest.raises(imports.ColumnsMissing) as refused:
        read(path)
    assert "UnitPrice" in refused.value.details["columns"]


def test_a_file_without_rows_is_done_at_once(tmp_path):
    run = read(written(tmp_path / "file", []))
    assert (run.state, run.rows_total, run.rows_done, run.orders_new) == ("done", 0, 0, 0)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"market": "XX"}, imports.UnknownOption),
        ({"warehouse": "MOON"}, imports.UnknownOption),
        ({"opening_stock": -1}, imports.OptionOutOfRange),
        ({"opening_stock": 10**9}, imports.OptionOutOfRange),
        ({"weight_g": 0}, imports.OptionOutOfRange),
    ],
)
def test_unknown_options_are_refused_before_anything_is_noted(tmp_path, options, error):
    with pytest.raises(error), transaction.atomic():
        imports.begin(file=tmp_path, options=options, actor_id=None)
    assert not ImportRun.objects.exists()


def test_an_invoice_of_two_customers_keeps_the_first(tmp_path):
    run = read(written(tmp_path / "file", [line(), line(CustomerID=13000), line(CustomerID=None)]))
    assert refusals(run) == [(2, "CustomerID", "not_one_customer"), (3, "CustomerID", "not_one_customer")]
    assert Order.objects.get().total_minor == 2550


def test_an_invoice_whose_lines_lie_far_apart_is_reported_and_not_lost_silently(tmp_path):
    rows = [line(), *many(9000, per_invoice=500), line(Quantity=5)]
    run = read(written(tmp_path / "file", rows))
    assert refusals(run) == [(9002, "InvoiceNo", "invoice_differs")]
    assert Order.objects.get(number="online-retail-540001").total_minor == 2550


def test_an_article_number_of_another_product_of_ours_is_not_taken_over(tmp_path):
    theirs = make_product(skus={"22423": {}})
    run = read(written(tmp_path / "file", [line(), line("540002", "85123A")]))
    assert refusals(run) == [(1, "StockCode", "number_taken")]
    assert not OrderLine.objects.filter(variant_id=theirs.variant_id).exists()
    assert run.orders_new == 1
