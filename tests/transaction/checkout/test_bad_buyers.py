"""People who try: other countries' prices, other people's pages, other people's cards."""

from dataclasses import replace
from itertools import chain, repeat
from uuid import uuid4

import pytest

from glocal.platform.eventing.models import Delivery
from glocal.platform.eventing.relay import drain
from glocal.platform.kernel.ids import uuid7
from glocal.platform.mail.jobs import message_of
from glocal.platform.mail.models import OutgoingMail
from glocal.platform.markets import facade as markets
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.orders import facade as orders
from glocal.transaction.orders.models import Order
from glocal.transaction.orders.services import placing
from glocal.transaction.payments import facade as payments
from glocal.transaction.payments.models import Payment, SavedMethod
from glocal.transaction.payments.types import ProviderState
from tests.factories.inventory import free
from tests.factories.sale import BANGKOK, address, request_for, sell, wanted

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop")]


def captured(bought):
    payment = payments.payment(bought.payment_id)
    said = ProviderState("captured", payment.amount, captured=payment.amount.minor, reference=f"pay_{payment.id}")
    payments.apply(bought.payment_id, said)
    drain()
    assert not Delivery.objects.exists(), list(Delivery.objects.values_list("error", flat=True))


def test_one_countrys_prices_and_taxes_are_not_for_an_address_in_another():
    variant_id = sell(10)
    request = request_for(wanted(variant_id))
    thai = address(BANGKOK, "TH")
    with pytest.raises(checkout.AddressElsewhere) as refusal:
        checkout.buy(replace(request, address=thai))
    assert refusal.value.field == "country"
    with pytest.raises(checkout.AddressElsewhere):
        checkout.quote_for(markets.get("US"), "en", wanted(variant_id), address=thai)
    assert free(variant_id) == 10


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "//evil.example/",
        "/relative",
        "https://evil.example/return",
        "https://localhost.evil.example/",
        "https://localhost@evil.example/",
        "https://evil.example\\@localhost/",
        "https://[half",
        "data:text/html,hello",
        "",
    ],
)
def test_nobody_is_sent_to_a_strangers_page_after_paying(url):
    variant_id = sell(10)
    request = request_for(wanted(variant_id))
    with pytest.raises(checkout.BadReturnUrl):
        checkout.buy(replace(request, return_url=url))
    bought = checkout.buy(request)
    with pytest.raises(checkout.BadReturnUrl):
        checkout.pay_again(
            order=orders.order_by_id(bought.order_id), method="card", key=f"again-{uuid4()}", return_url=url
        )
    assert Payment.objects.count() == 1


def test_another_shop_front_that_the_operator_named_is_no_stranger(settings):
    settings.RETURN_HOSTS = [".brand.example"]
    request = request_for(wanted(sell(10)))
    assert checkout.buy(replace(request, return_url="https://shop.brand.example/thanks?x=1")).number


@pytest.mark.parametrize("language", ["zz", "xx-nowhere", "../../etc", "th", "", "EN"])
def test_an_order_in_a_language_nobody_speaks_there_is_paid_and_written_about_in_the_markets_own(language):
    bought = checkout.buy(replace(request_for(wanted(sell(10))), language=language))
    captured(bought)
    assert orders.order_by_id(bought.order_id).status == "paid"
    letter = message_of(OutgoingMail.objects.get(template="order_paid"))
    assert f"/en-US/orders/{bought.number}" in letter.body


def test_somebody_elses_saved_card_pays_nothing():
    card = SavedMethod.objects.create(person_id=uuid7(), provider="sandbox", reference="pm_theirs", method="card")
    variant_id = sell(10)
    request = request_for(wanted(variant_id))
    for thief in (checkout.Buyer(uuid7()), checkout.Buyer(uuid7(), uuid7())):
        with pytest.raises(payments.SavedMethodNotFound):
            checkout.buy(replace(request, buyer=thief, saved_method_id=card.id))
    assert not Order.objects.exists()
    assert free(variant_id) == 10


def test_an_order_number_drawn_twice_is_drawn_again(monkeypatch):
    variant_id = sell(10)
    numbers = chain(repeat("SAME-0001", 2), ["NEXT-0002"])
    monkeypatch.setattr(placing, "new_number", lambda: next(numbers))
    first, second = (checkout.buy(request_for(wanted(variant_id))) for _ in range(2))
    assert (first.number, second.number) == ("SAME-0001", "NEXT-0002")
    assert free(variant_id) == 8


def test_names_with_control_letters_are_cleaned_and_stored():
    place = address({**address().as_dict(), "name": "Ada\x00\u202e\ud800 Shopper"})
    bought = checkout.buy(replace(request_for(wanted(sell(10))), address=place))
    assert orders.order_by_id(bought.order_id).address["name"] == "Ada Shopper"
