"""The sandbox's adapter against a running sandbox."""

from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.conf import settings as django_settings

from glocal.platform.kernel.money import Money
from glocal.transaction.payments.adapters.sandbox import SandboxProvider
from glocal.transaction.payments.errors import BadSignature, ProviderSilent, ProviderUnavailable
from tests.sandbox.server import Receiver, RunningSandbox, eventually, free_port
from tests.transaction.payments.provider_suite import ProviderSuite

CARDS = {"good": "4242424242424242", "challenged": "4000000000003220", "poor": "4000000000009995"}


class TestSandboxProvider(ProviderSuite):
    @pytest.fixture(autouse=True)
    def _connect(self, sandbox: RunningSandbox, receiver: Receiver):
        self.sandbox, self.receiver, self.provider = sandbox, receiver, SandboxProvider()

    def token(self, kind: str) -> str:
        return self.sandbox.token(CARDS[kind])

    def act(self, action_url: str, *, yes: bool) -> None:
        self.sandbox.browser.post(urlsplit(action_url).path, data={"answer": "approve" if yes else "refuse"})

    def webhook(self, payment_id: UUID) -> tuple[dict[str, str], bytes]:
        return eventually(lambda: self.receiver.about(str(payment_id)))[0]

    def go_down(self) -> None:
        self.sandbox.fault("outage")

    def test_nobody_listening_took_nothing_either(self):
        django_settings.SANDBOX = django_settings.SANDBOX | {"url": f"http://127.0.0.1:{free_port()}"}
        with pytest.raises(ProviderUnavailable):
            SandboxProvider().start(self.request())

    def test_silence_after_success_is_not_taken_for_refusal(self, monkeypatch):
        monkeypatch.setattr("glocal.transaction.payments.adapters.sandbox._READ_SECONDS", 0.3)
        provider, request = SandboxProvider(), self.request(token=self.token("good"))
        self.sandbox.fault("timeout_after_success", ms=1500)
        with pytest.raises(ProviderSilent):
            provider.start(request)
        found = provider.find(request.payment_id)
        assert found is not None
        assert (found.state, found.captured) == ("captured", request.amount.minor)

    def test_an_old_signature_is_refused(self, monkeypatch):
        request = self.request(token=self.token("good"))
        self.provider.start(request)
        headers, body = self.webhook(request.payment_id)
        later = int(headers["sandbox-signature"].split(",")[0].removeprefix("t=")) + 301
        monkeypatch.setattr("glocal.transaction.payments.adapters.sandbox.time.time", lambda: later)
        with pytest.raises(BadSignature):
            self.provider.open_envelope(headers, body)

    @pytest.mark.parametrize("amount", [Money(1, "EUR"), Money(5, "VND"), Money(12_345, "AED"), Money(10**12, "IDR")])
    def test_every_currency_keeps_its_amount(self, amount: Money):
        state = self.provider.start(self.request(amount=amount, token=self.token("good")))
        assert (state.amount, state.captured) == (amount, amount.minor)
