"""What operators do in the console goes through the services, is audited, and is refused with its reason."""

import pyarrow
import pyarrow.parquet
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from glocal.content.catalog import facade as catalog
from glocal.platform.audit.models import AuditEntry
from glocal.platform.console.records import list_url, record_url
from glocal.platform.eventing.models import Delivery, OutboxEvent
from glocal.platform.mail.jobs import send_batch
from glocal.platform.mail.models import OutgoingMail
from glocal.supply.inventory.models import Balance
from glocal.transaction.imports.models import ImportRun
from glocal.transaction.payments.models import ProviderWebhook
from glocal.transaction.pricing import facade as pricing
from tests.factories.catalog import make_product
from tests.factories.inventory import free, warehouse
from tests.factories.sale import sell
from tests.web.console.conftest import operator, signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop")]


def audited(action):
    return AuditEntry.objects.filter(action=action).count()


def balance_page(variant_id, code):
    row = Balance.objects.get(variant_id=variant_id, warehouse__code=code)
    return record_url("inventory.balance", row.pk)


def test_goods_are_booked_in_once_however_often_the_form_is_sent(manager):
    made = make_product()
    sent = {
        "step": "receive",
        "sku": next(iter(made.variants)),
        "warehouse": str(warehouse("US-LAX").id),
        "quantity": 7,
        "reason": "DN 1",
        "reference": "console:1",
    }
    for _ in range(2):
        assert manager.post(list_url("inventory.balance"), sent).status_code == 302
    assert free(made.variant_id) == 7


def test_an_unknown_article_is_named_and_the_form_keeps_what_was_typed(manager):
    sent = {"step": "receive", "sku": "NO-SUCH", "warehouse": str(warehouse("US-LAX").id), "quantity": 7}
    answer = manager.post(list_url("inventory.balance"), sent)
    assert answer.status_code == 422
    assert "No article has this number" in answer.content.decode()
    assert "NO-SUCH" in answer.content.decode()


def test_stock_is_adjusted_and_counted_with_a_reason(manager):
    variant_id = sell(10, warehouse="US-LAX")
    page = balance_page(variant_id, "US-LAX")
    manager.post(page, {"step": "adjust", "quantity": -3, "reason": "broken", "reference": "a"})
    assert free(variant_id) == 7
    manager.post(page, {"step": "count", "quantity": 9, "reason": "year's end", "reference": "b"})
    assert free(variant_id) == 9
    assert (audited("inventory.adjust"), audited("inventory.count")) == (1, 1)


def test_no_more_can_be_taken_off_the_books_than_is_there(manager):
    variant_id = sell(10, warehouse="US-LAX")
    sent = {"step": "adjust", "quantity": -11, "reason": "lost", "reference": "a"}
    assert manager.post(balance_page(variant_id, "US-LAX"), sent).status_code == 422
    assert free(variant_id) == 10
    assert not audited("inventory.adjust")


def test_the_stock_of_another_unit_or_of_all_is_not_theirs_to_book(manager):
    for code in ("TH-BKK", "CN-SZX"):
        variant_id = sell(10, warehouse=code)
        sent = {"step": "adjust", "quantity": -1, "reason": "x", "reference": code}
        assert manager.post(balance_page(variant_id, code), sent).status_code == 404
        assert free(variant_id) == 10


def test_a_new_price_holds_at_once_and_the_old_one_stays_in_the_history(manager):
    variant_id = sell(10)
    sku = catalog.variant_labels([variant_id])[variant_id].sku
    for amount in ("24.50", "22.00"):
        sent = {"step": "set", "sku": sku, "market": "US", "amount": amount}
        assert manager.post(list_url("pricing.pricerow"), sent).status_code == 302
    assert [row.money.minor for row in pricing.history(variant_id, "US")] == [2450, 2200]
    assert catalog.items_for_sale("US", [variant_id])[variant_id].price.minor == 2200


def test_no_price_is_set_in_a_market_that_is_not_theirs(manager):
    variant_id = sell(10)
    sku = catalog.variant_labels([variant_id])[variant_id].sku
    sent = {"step": "set", "sku": sku, "market": "TH", "amount": "1"}
    assert manager.post(list_url("pricing.pricerow"), sent).status_code == 422
    assert not pricing.history(variant_id, "TH")


def test_a_text_in_one_language_changes_and_the_others_stay(manager):
    made = make_product(title={"en": "Mug", "th": "แก้ว"}, summary={"en": "Holds tea."})
    page = record_url("catalog.product", made.id)
    manager.post(page, {"step": "texts", "language": "en", "title": "Stoneware mug", "summary": "Holds tea."})
    shown = catalog.product_page(market="US", language="en", slug=made.slug)
    assert (shown.title, shown.summary) == ("Stoneware mug", "Holds tea.")
    assert catalog.product_page(market="TH", language="th", slug=made.slug).title == "แก้ว"
    assert catalog.cards(market="US", language="en", query="stoneware").total == 1
    entry = AuditEntry.objects.get(action="catalog.change_texts")
    assert (entry.before, entry.after) == ({"title": "Mug"}, {"title": "Stoneware mug"})


def test_a_product_is_hidden_in_one_market_and_shown_again(manager):
    made = make_product()
    page = record_url("catalog.product", made.id)
    manager.post(page, {"step": "hide", "market": "US"})
    assert not catalog.items_for_sale("US", [made.variant_id])
    assert catalog.items_for_sale("TH", [made.variant_id])
    manager.post(page, {"step": "show", "market": "US"})
    assert catalog.items_for_sale("US", [made.variant_id])
    assert manager.post(page, {"step": "hide", "market": "TH"}).status_code == 422


def test_a_file_that_is_no_parquet_is_refused(root):
    sent = {"step": "send", "market": "GB", "warehouse": "DE-LEJ", "opening_stock": 1, "weight_g": 300}
    file = SimpleUploadedFile("sales.csv", b"a,b\n1,2\n")
    answer = root.post(list_url("imports.importrun"), {**sent, "file": file})
    assert answer.status_code == 422
    assert "no Parquet file" in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_an_import_is_queued_and_its_faults_come_home_as_csv(root, tmp_path, settings):
    from glocal.transaction.imports import facade as imports
    from glocal.transaction.imports.retail import COLUMNS

    settings.HOME = tmp_path
    table = pyarrow.table({name: pyarrow.array(["=1+1"]) for name in COLUMNS})
    pyarrow.parquet.write_table(table, tmp_path / "bad.parquet")
    sent = {"step": "send", "market": "GB", "warehouse": "DE-LEJ", "opening_stock": 1, "weight_g": 300}
    file = SimpleUploadedFile("bad.parquet", (tmp_path / "bad.parquet").read_bytes())
    answer = root.post(list_url("imports.importrun"), {**sent, "file": file})
    run = ImportRun.objects.get()
    assert answer["Location"] == record_url("imports.importrun", run.pk)
    imports.run(run.pk)  # the worker's job
    assert b"Rows left out" in root.get(answer["Location"]).content
    report = b"".join(root.get(answer["Location"], {"report": "csv"})).decode()
    assert report.startswith("line,field,code,value,what to do")
    assert ",'=1+1," in report  # a spreadsheet must not run it
    assert audited("imports.begin") == 1


def failing_delivery():
    event = OutboxEvent.objects.create(name="gone.Event", key="k", shard=1, payload={}, relayed_at="2026-01-01T00:00Z")
    return Delivery.objects.create(event=event, handler="gone.handler", key="k", state="stopped", attempts=12)


@pytest.mark.parametrize(("name", "state"), [("retry", "failed"), ("skip", "skipped")])
def test_a_stopped_delivery_is_tried_again_or_let_go(root, name, state):
    delivery = failing_delivery()
    behind = Delivery.objects.create(
        event=OutboxEvent.objects.create(name="gone.Event", key="k", shard=1, payload={}),
        handler="gone.handler",
        key="k",
        state="waiting",
    )
    assert root.post(record_url("eventing.delivery", delivery.pk), {"step": name}).status_code == 302
    delivery.refresh_from_db()
    behind.refresh_from_db()
    assert delivery.state == state
    assert behind.state == ("failed" if name == "skip" else "waiting")
    assert AuditEntry.objects.filter(object_type="delivery", object_id=str(delivery.pk)).count() == 1


def test_a_webhook_is_shown_as_it_came_and_read_again(root):
    hook = ProviderWebhook.objects.create(
        provider="sandbox", event_id="evt_1", body=b'{"odd": "<b>"}', state="failed", error="does not fit"
    )
    page = record_url("payments.providerwebhook", hook.pk)
    assert "&lt;b&gt;" in root.get(page).content.decode()
    assert root.post(page, {"step": "retry"}).status_code == 302
    hook.refresh_from_db()
    assert hook.attempts == 1
    assert audited("payments.retry_webhook") == 1


def test_a_role_is_given_and_taken_away(manager):
    person = operator("nok@glocal.test", ("na", "viewer"))
    page = record_url("accounts.person", person.pk)
    manager.post(page, {"step": "grant", "business_unit": "na", "role": "orders", "market": "US"})
    given = person.roles.get(role="orders")
    assert given.market == "US"
    manager.post(page, {"step": "withdraw", "role": given.pk})
    assert not person.roles.filter(role="orders").exists()
    assert signed_in(person).get("/console/").status_code == 200


def failed_letter(market="US"):
    context = {"number": "G7K3-92QF", "name": "Ada", "total": "$5", "link": "http://localhost/", "refunded": ""}
    return OutgoingMail.objects.create(
        to="ada@example.com", template="order_cancelled", language="en", market=market, context=context,
        state="failed", attempts=6, error="ConnectionRefusedError: no mail server",
    )  # fmt: skip


def test_a_letter_that_was_given_up_is_seen_and_sent_again(manager, mailoutbox):
    letter, foreign = failed_letter(), failed_letter("DE")
    page = record_url("mail.outgoingmail", letter.pk)
    seen = manager.get(page).content.decode()
    assert "no mail server" in seen
    assert "Send again" in seen
    assert "Mail not sent" in manager.get("/console/").content.decode()
    assert manager.post(page, {"step": "resend"}).status_code == 302
    assert manager.post(record_url("mail.outgoingmail", foreign.pk), {"step": "resend"}).status_code == 404
    send_batch()
    assert [message.to for message in mailoutbox] == [["ada@example.com"]]
    letter.refresh_from_db()
    assert (letter.state, letter.attempts, letter.error) == ("sent", 1, "")
    assert "Send again" not in manager.get(page).content.decode()
    manager.post(page, {"step": "resend"})
    send_batch()
    assert len(mailoutbox) == 1
    assert AuditEntry.objects.filter(object_type="mail", object_id=str(letter.pk)).exists()


def test_all_letters_that_were_given_up_in_an_operators_markets_go_out_again(manager, mailoutbox):
    for market in ("US", "CA", "DE"):
        failed_letter(market)
    assert manager.post(list_url("mail.outgoingmail"), {"step": "resend_all"}).status_code == 302
    while send_batch():
        pass
    assert len(mailoutbox) == 2
    assert OutgoingMail.objects.get(state="failed").market == "DE"
