"""What every carrier's adapter must do; each adapter's tests inherit from it and give it a carrier that runs."""

import io
from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import datetime

import pytest
from pypdf import PdfReader

from glocal.platform.kernel.ids import uuid7
from glocal.supply.shipping.errors import CarrierRefused, CarrierUnavailable, SignatureInvalid
from glocal.supply.shipping.ports import Carrier, Consignment, CustomsLine, Party
from glocal.supply.shipping.rules import STEPS


def parcel(**changes) -> Consignment:
    asked = Consignment(
        reference=f"TEST-{uuid7()}",
        service="standard",
        sender=Party("Glocal CN-SZX", ("1 Science Park Road",), "Shenzhen", "", "518000", "CN"),
        receiver=Party("สมชาย ใจดี", ("99/1 ถนนสุขุมวิท",), "กรุงเทพฯ", "", "10110", "TH", "+66812345678"),
        weight_g=480,
        currency="THB",
        lines=(CustomsLine("Silk scarf", "621410", "CN", 2, "350.00"),),
    )
    return replace(asked, **changes)


class CarrierSuite(ABC):
    """The port's contract. Subclasses say how their carrier is reached, broken and made to speak."""

    @pytest.fixture
    @abstractmethod
    def carrier(self) -> Carrier:
        """The adapter under test, with its carrier running."""

    @abstractmethod
    def advance(self, tracking_number: str) -> None:
        """Let the parcel take its next step."""

    @abstractmethod
    def break_down(self, how: str) -> None:
        """Make the carrier fail from now on: ``outage``, ``timeout_after_success``."""

    @abstractmethod
    def mend(self) -> None:
        """Make it work again."""

    @abstractmethod
    def message_about(self, tracking_number: str) -> tuple[dict[str, str], bytes]:
        """A signed message the carrier sent about the parcel: headers, names in lower case, and body."""

    def test_a_parcel_gets_a_number_and_a_label(self, carrier):
        accepted = carrier.create_shipment(parcel())
        assert accepted.tracking_number
        (page,) = PdfReader(io.BytesIO(carrier.label(accepted.label_url))).pages
        assert accepted.tracking_number in page.extract_text()

    def test_the_same_reference_makes_one_parcel(self, carrier):
        wanted = parcel()
        assert carrier.create_shipment(wanted) == carrier.create_shipment(wanted)

    def test_a_parcel_it_cannot_take_is_refused_with_a_reason(self, carrier):
        wrong = CustomsLine("Silk scarf", "", "CN", 1, "1.00")
        with pytest.raises(CarrierRefused) as refusal:
            carrier.create_shipment(parcel(lines=(wrong,)))
        assert refusal.value.details["reason"]

    def test_steps_are_told_once_each_with_aware_times(self, carrier):
        number = carrier.create_shipment(parcel()).tracking_number
        self.advance(number)
        first, second = carrier.events(number), carrier.events(number)
        assert first == second
        assert len({event.id for event in first}) == len(first) >= 2
        assert all(event.code in STEPS and event.at.tzinfo for event in first)
        assert all(isinstance(event.at, datetime) for event in first)

    def test_an_unknown_number_is_refused(self, carrier):
        with pytest.raises(CarrierRefused):
            carrier.events("NO-SUCH-PARCEL")

    def test_a_label_is_called_off_before_it_is_used_and_not_after(self, carrier):
        number = carrier.create_shipment(parcel()).tracking_number
        for _ in range(2):
            carrier.call_off(number)
        gone = carrier.create_shipment(parcel()).tracking_number
        self.advance(gone)
        for wrong in (gone, "NO-SUCH-PARCEL"):
            with pytest.raises(CarrierRefused):
                carrier.call_off(wrong)

    def test_an_outage_says_that_a_repeat_may_succeed(self, carrier):
        self.break_down("outage")
        with pytest.raises(CarrierUnavailable):
            carrier.create_shipment(parcel())
        self.mend()

    def test_a_parcel_taken_on_whose_answer_was_lost_is_not_taken_on_twice(self, carrier):
        wanted = parcel()
        self.break_down("timeout_after_success")
        with pytest.raises(CarrierUnavailable):
            carrier.create_shipment(wanted)
        self.mend()
        assert carrier.create_shipment(wanted) == carrier.create_shipment(wanted)

    def test_its_message_is_read_and_a_forged_one_is_not(self, carrier):
        number = carrier.create_shipment(parcel()).tracking_number
        headers, body = self.message_about(number)
        news = carrier.read_message(headers, body)
        assert news.tracking_number == number
        assert set(news.events) <= set(carrier.events(number))
        for headers_, body_ in ((headers, body.replace(b"label_created", b"delivered")), ({}, body)):
            with pytest.raises(SignatureInvalid):
                carrier.read_message(headers_, body_)
