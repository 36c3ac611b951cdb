"""What every payment provider's adapter must do; an adapter's test class inherits it and knows how its shopper acts."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from glocal.platform.kernel.ids import uuid7
from glocal.platform.kernel.money import Money
from glocal.transaction.payments.errors import BadSignature, BadWebhook, ProviderRefused, ProviderUnavailable
from glocal.transaction.payments.ports import PaymentProvider, PaymentRequest

AMOUNT = Money(123_400, "IDR")


class ProviderSuite:
    """Inherit and give: ``provider``; ``token(kind)`` for good, challenged and poor cards; ``act(url, yes)``;
    ``webhook(payment_id)`` -> headers, body; ``go_down()``."""

    provider: PaymentProvider

    def token(self, kind: str) -> str:
        raise NotImplementedError

    def act(self, action_url: str, *, yes: bool) -> None:
        raise NotImplementedError

    def webhook(self, payment_id: UUID) -> tuple[dict[str, str], bytes]:
        raise NotImplementedError

    def go_down(self) -> None:
        raise NotImplementedError

    def request(self, **changes: object) -> PaymentRequest:
        asked: dict[str, object] = {
            "payment_id": uuid7(),
            "amount": AMOUNT,
            "method": "card",
            "capture": "automatic",
            "return_url": "http://shop.test/return",
            "language": "th",
            "expires_in": 900,
        }
        return PaymentRequest(**asked | changes)  # type: ignore[arg-type]

    def test_a_good_card_is_captured_in_full_and_in_our_minor_units(self):
        state = self.provider.start(self.request(token=self.token("good")))
        assert (state.state, state.amount, state.captured, state.refunded) == ("captured", AMOUNT, 123_400, 0)
        assert state.reference
        assert state.instrument is not None
        assert len(state.instrument.last4) == 4

    def test_starting_twice_asks_once(self):
        request = self.request(token=self.token("good"))
        assert self.provider.start(request) == self.provider.start(request)

    def test_a_poor_card_is_declined_with_a_code(self):
        state = self.provider.start(self.request(token=self.token("poor")))
        assert (state.state, state.captured) == ("declined", 0)
        assert state.decline_code == "insufficient_funds"

    def test_a_challenge_is_an_action_and_its_answer_can_be_found(self):
        for yes, wanted in ((True, "captured"), (False, "declined")):
            request = self.request(token=self.token("challenged"))
            state = self.provider.start(request)
            assert state.state == "action"
            self.act(state.action_url, yes=yes)
            found = self.provider.find(request.payment_id)
            assert found is not None
            assert found.state == wanted

    def test_a_wallet_is_an_action(self):
        state = self.provider.start(self.request(method="dana"))
        assert state.state == "action"
        assert state.action_url.startswith("http")

    def test_a_used_or_unknown_token_is_refused(self):
        with pytest.raises(ProviderRefused):
            self.provider.start(self.request(token="tok_unknown"))

    def test_a_payment_it_never_had_is_not_found(self):
        assert self.provider.find(uuid7()) is None

    def test_what_is_held_can_be_taken_or_let_go(self):
        for_capture = self.provider.start(self.request(token=self.token("good"), capture="manual"))
        assert for_capture.state == "authorised"
        taken = self.provider.capture(for_capture.reference, AMOUNT, key=str(uuid7()))
        assert (taken.state, taken.captured) == ("captured", AMOUNT.minor)
        for_void = self.provider.start(self.request(token=self.token("good"), capture="manual"))
        assert self.provider.void(for_void.reference, key=str(uuid7())).state == "voided"
        with pytest.raises(ProviderRefused):
            self.provider.void(taken.reference, key=str(uuid7()))

    def test_refunds_add_up_are_given_once_per_key_and_end_with_nothing_left(self):
        paid = self.provider.start(self.request(token=self.token("good")))
        first = str(uuid7())
        for _ in range(2):
            part = self.provider.refund(paid.reference, Money(100_000, "IDR"), key=first)
            assert (part.state, part.refunded) == ("captured", 100_000)
        with pytest.raises(ProviderRefused):
            self.provider.refund(paid.reference, Money(23_401, "IDR"), key=str(uuid7()))
        rest = self.provider.refund(paid.reference, Money(23_400, "IDR"), key=str(uuid7()))
        assert (rest.state, rest.refunded) == ("refunded", AMOUNT.minor)

    def test_what_went_back_is_told_to_who_asks(self):
        begun = datetime.now(UTC) - timedelta(seconds=5)
        paid = [self.request(token=self.token("good")) for _ in range(3)]
        references = [self.provider.start(request).reference for request in paid]
        for reference in references[:2]:
            self.provider.refund(reference, Money(100, "IDR"), key=str(uuid7()))
        ours = {request.payment_id for request in paid}
        told = {
            one.payment_id: one.state.refunded for one in self.provider.refunds_since(begun) if one.payment_id in ours
        }
        assert told == {request.payment_id: 100 for request in paid[:2]}
        assert not list(self.provider.refunds_since(datetime.now(UTC) + timedelta(minutes=1)))

    def test_a_saved_card_pays_again_until_it_is_forgotten(self):
        customer = str(uuid7())
        saved = self.provider.start(self.request(token=self.token("good"), customer=customer, save=True))
        assert saved.saved_reference
        again = self.request(customer=customer, saved_reference=saved.saved_reference)
        assert self.provider.start(again).state == "captured"
        self.provider.forget_method(customer, saved.saved_reference)
        self.provider.forget_method(customer, saved.saved_reference)
        with pytest.raises(ProviderRefused):
            self.provider.start(self.request(customer=customer, saved_reference=saved.saved_reference))

    def test_a_webhook_opens_only_with_its_own_signature(self):
        request = self.request(token=self.token("good"))
        self.provider.start(request)
        headers, body = self.webhook(request.payment_id)
        envelope = self.provider.open_envelope(headers, body)
        assert envelope.event_id
        assert envelope.subject == str(request.payment_id)
        for wrong in (body + b" ", body.replace(b"123400", b"1")):
            with pytest.raises(BadSignature):
                self.provider.open_envelope(headers, wrong)
        for missing in ({}, dict.fromkeys(headers, "t=,v1="), dict.fromkeys(headers, "t=²,v1=x")):
            with pytest.raises(BadSignature):
                self.provider.open_envelope(missing, body)

    def test_a_webhook_tells_what_asking_tells(self):
        request = self.request(token=self.token("good"))
        self.provider.start(request)
        _, body = self.webhook(request.payment_id)
        notice = self.provider.read_notice(body)
        assert notice is not None
        assert (notice.payment_id, notice.state) == (request.payment_id, self.provider.find(request.payment_id))

    def test_a_webhook_that_makes_no_sense_is_refused(self):
        for body in (b"", b"{", b"[]", b'{"id": 1}', b"\xff\xfe"):
            with pytest.raises(BadWebhook):
                self.provider.read_notice(body)

    def test_a_provider_that_is_down_took_nothing(self):
        request = self.request(token=self.token("good"))
        self.go_down()
        with pytest.raises(ProviderUnavailable):
            self.provider.start(request)

    def test_its_card_fields_name_the_page_they_are_for(self):
        fields = self.provider.hosted_fields(origin="https://shop.test", language="ar", theme="dense")
        assert fields.url.startswith(fields.origin)
        assert "shop.test" in fields.url
