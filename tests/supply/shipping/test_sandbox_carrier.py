"""The sandbox carrier's adapter against the running sandbox."""

from datetime import timedelta

import pytest

from glocal.platform.kernel import clock
from glocal.settings.wiring import PORTS
from glocal.supply.shipping.adapters import sandbox as adapter
from glocal.supply.shipping.errors import SignatureInvalid, UnknownCarrier
from glocal.supply.shipping.ports import carrier as carrier_named
from tests.sandbox.server import eventually
from tests.supply.shipping.carrier_suite import CarrierSuite, parcel


class TestSandboxCarrier(CarrierSuite):
    @pytest.fixture
    def carrier(self, sandbox, receiver, monkeypatch):
        monkeypatch.setattr(adapter, "READ_SECONDS", 4.0)
        adapter._pool.cache_clear()
        self.sandbox, self.receiver = sandbox, receiver
        yield carrier_named("sandbox")
        adapter._pool.cache_clear()

    def advance(self, tracking_number):
        self.sandbox.api.post(f"/sandbox/parcels/{tracking_number}/advance").raise_for_status()

    def break_down(self, how):
        self.sandbox.fault(how)

    def mend(self):
        self.sandbox.calm()

    def message_about(self, tracking_number):
        return eventually(lambda: self.receiver.about(tracking_number))[0]

    def test_an_old_message_is_not_taken(self, carrier):
        headers, body = self.message_about(carrier.create_shipment(parcel()).tracking_number)
        with clock.shifted(timedelta(minutes=6)), pytest.raises(SignatureInvalid):
            carrier.read_message(headers, body)

    def test_the_key_goes_to_the_carriers_own_address_only(self, carrier):
        accepted = carrier.create_shipment(parcel())
        elsewhere = accepted.label_url.replace(self.sandbox.url, "http://elsewhere.test:9")
        assert carrier.label(elsewhere).startswith(b"%PDF")


def test_the_wiring_names_only_carriers_that_have_a_suite():
    wired = {port.rpartition(".")[2] for port in PORTS if port.startswith("supply.shipping.")}
    assert wired == {"sandbox"}
    with pytest.raises(UnknownCarrier):
        carrier_named("pigeon")
