"""The provider's books: what a payment is, and every way its state may change.

``requires_action`` → ``authorised`` | ``captured`` | ``pending`` | ``declined`` | ``voided``; ``pending`` → the same;
``authorised`` → ``captured`` | ``voided``; ``captured`` takes refunds until nothing is left. Everything here runs in
the caller's transaction (``Store.change``), and every change of state writes its webhook in that transaction.
"""

import secrets
import time
from typing import Annotated, Any, Literal

import msgspec

from glocal.sandbox.cards import Instrument
from glocal.sandbox.errors import Refused, not_found
from glocal.sandbox.store import Store
from glocal.sandbox.webhooks import Webhooks

SLOW_SECONDS = 4.0
WALLETS = ("paypal", "grabpay", "dana")
_OPEN = ("requires_action", "pending")
_Amount = Annotated[int, msgspec.Meta(gt=0, le=10**14)]
ORIGIN = r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?"
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class PaymentIn(msgspec.Struct, forbid_unknown_fields=True):
    """A request for money: ``amount`` in minor units, ``exponent`` of them to one major unit.

    ``reference`` is for the shop's programs, ``description`` what its people are shown.
    """

    amount: _Amount
    currency: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}$")]
    exponent: Annotated[int, msgspec.Meta(ge=0, le=4)]
    method: Literal["card", "paypal", "grabpay", "dana"]
    reference: _Name
    return_url: Annotated[str, msgspec.Meta(pattern=rf"^{ORIGIN}([/?#][^\s\"'<>]*)?$", max_length=2000)]
    token: str | None = None
    saved_method: str | None = None
    save: bool = False
    customer: _Name | None = None
    description: _Name | None = None
    capture: Literal["automatic", "manual"] = "automatic"
    lang: Annotated[str, msgspec.Meta(max_length=20)] = "en"
    expires_in: Annotated[int, msgspec.Meta(ge=30, le=86_400)] = 3600


class Refund(msgspec.Struct):
    id: str
    amount: int
    reference: str
    created: float
    status: str = "succeeded"


class Payment(msgspec.Struct):
    """One payment as it is kept; ``due`` is when it settles or expires by itself (epoch seconds)."""

    id: str
    request: PaymentIn
    created: float
    status: str = "requires_action"
    due: float | None = None
    instrument: Instrument | None = None
    saved_method: str | None = None
    decline_code: str | None = None
    captured: int = 0
    refunded: int = 0
    refunds: list[Refund] = []

    def page(self) -> str:
        """The path of the page where the payer's next step is."""
        if self.request.method != "card":
            return f"/wallet/{self.id}"
        return f"/pay/{self.id}" if self.instrument is None else f"/challenge/{self.id}"

    def public(self, base_url: str) -> dict[str, object]:
        """What the merchant sees."""
        asked = self.request
        shown: dict[str, object] = {
            "id": self.id,
            "status": self.status,
            "reference": asked.reference,
            "amount": asked.amount,
            "currency": asked.currency,
            "exponent": asked.exponent,
            "method": asked.method,
            "capture": asked.capture,
            "captured": self.captured,
            "refunded": self.refunded,
            "created": int(self.created),
            "refunds": [
                {"id": one.id, "amount": one.amount, "reference": one.reference, "status": one.status}
                for one in self.refunds
            ],
        }
        if self.status == "requires_action":
            shown["action"] = {"type": "redirect", "url": base_url + self.page()}
        if self.decline_code:
            shown["decline_code"] = self.decline_code
        if self.saved_method:
            shown["saved_method"] = self.saved_method
        if self.instrument is not None:
            shown["instrument"] = self.instrument.public()
        return shown


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Payment).decode
_decode_instrument = msgspec.json.Decoder(Instrument).decode


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(12)}"


class Payments:
    """All payments, tokens and saved methods of the sandbox."""

    def __init__(self, store: Store, webhooks: Webhooks, base_url: str) -> None:
        self._store, self._webhooks, self.base_url = store, webhooks, base_url

    def create(self, asked: PaymentIn) -> Payment:
        """Take a request for money; with a token or a saved method it is tried at once."""
        now = time.time()
        payment = Payment(new_id("pay"), asked, now, due=now + asked.expires_in)
        if asked.save and asked.customer is None:
            raise Refused(422, "customer_missing", "A method can be saved only for a customer.", "customer")
        self._store.db.execute(
            "INSERT INTO payments VALUES (?, ?, ?, ?, ?)", (payment.id, asked.reference, now, payment.due, b"")
        )
        if asked.saved_method is not None:
            self._try(payment, self._saved(asked.customer or "", asked.saved_method, asked.method))
            payment.saved_method = asked.saved_method
        elif asked.token is not None:
            self._try(payment, self._spend_token(asked.token))
        self._keep(payment)
        return payment

    def get(self, payment_id: str) -> Payment:
        row = self._store.one("SELECT doc FROM payments WHERE id = ?", payment_id)
        if row is None:
            raise not_found("payment")
        return _decode(row["doc"])

    def by_reference(self, reference: str) -> list[Payment]:
        """Newest first."""
        sql = "SELECT doc FROM payments WHERE reference = ? ORDER BY created DESC LIMIT 100"
        return [_decode(row["doc"]) for row in self._store.all(sql, reference)]

    def refunded_since(self, moment: float, after: int, count: int) -> list[tuple[int, Payment]]:
        """Payments with a refund made at ``moment`` or later, each with the refund's place in the list."""
        sql = (
            "SELECT r.seq, p.doc FROM refunds r JOIN payments p ON p.id = r.payment "
            "WHERE r.created >= ? AND r.seq > ? ORDER BY r.seq LIMIT ?"
        )
        return [(row["seq"], _decode(row["doc"])) for row in self._store.all(sql, moment, after, count)]

    def recent(self, count: int) -> list[Payment]:
        return [
            _decode(row["doc"])
            for row in self._store.all("SELECT doc FROM payments ORDER BY created DESC LIMIT ?", count)
        ]

    def present_card(self, payment_id: str, card: Instrument) -> Payment:
        """The payer typed a card on the hosted page."""
        payment = self.get(payment_id)
        if payment.status == "requires_action" and payment.instrument is None:
            self._try(payment, card)
            self._keep(payment)
        return payment

    def approve(self, payment_id: str) -> Payment:
        """The payer said yes, in the bank's challenge or in the wallet; a repeat changes nothing."""
        payment = self.get(payment_id)
        if payment.status != "requires_action":
            return payment
        if payment.request.method in WALLETS:
            wallet = payment.request.method
            payment.instrument = Instrument(wallet, "approve", label="s•••@sandbox.example")
        elif payment.instrument is None:
            return payment
        self._authorise(payment)
        self._keep(payment)
        return payment

    def refuse(self, payment_id: str, code: str) -> Payment:
        """The payer said no, or did not manage to say yes; a repeat changes nothing."""
        payment = self.get(payment_id)
        if payment.status == "requires_action":
            self._decline(payment, code)
            self._keep(payment)
        return payment

    def capture(self, payment_id: str, amount: int | None) -> Payment:
        """Take what was authorised, or less of it once; the rest is let go."""
        payment = self.get(payment_id)
        if payment.status != "authorised":
            raise Refused(409, "not_capturable", f"A payment that is {payment.status} can't be captured.")
        if amount is not None and amount > payment.request.amount:
            raise Refused(422, "amount_too_large", "More than was authorised.", "amount")
        payment.status, payment.captured, payment.due = "captured", amount or payment.request.amount, None
        self._tell(payment, "payment.captured")
        self._keep(payment)
        return payment

    def void(self, payment_id: str) -> Payment:
        """Let go of what was not captured; voiding twice is voiding once."""
        payment = self.get(payment_id)
        if payment.status in (*_OPEN, "authorised"):
            payment.status, payment.due = "voided", None
            self._tell(payment, "payment.voided")
            self._keep(payment)
        elif payment.status != "voided":
            raise Refused(409, "not_voidable", f"A payment that is {payment.status} can't be voided.")
        return payment

    def refund(self, payment_id: str, amount: int | None, reference: str) -> tuple[Payment, Refund]:
        """Give money back, in parts if wished, never more than was captured."""
        payment = self.get(payment_id)
        left = payment.captured - payment.refunded
        if payment.status != "captured" or left == 0:
            raise Refused(409, "not_refundable", "Nothing is left to refund on this payment.")
        if amount is not None and amount > left:
            raise Refused(422, "amount_too_large", f"Only {left} minor units are left to refund.", "amount")
        refund = Refund(new_id("re"), amount or left, reference, time.time())
        payment.refunds.append(refund)
        payment.refunded += refund.amount
        row = (payment.id, refund.created)
        self._store.db.execute("INSERT INTO refunds (payment, created) VALUES (?, ?)", row)
        self._tell(payment, "refund.succeeded")
        self._keep(payment)
        return payment, refund

    def settle_due(self, now: float) -> None:
        """What time alone decides: slow cards come through, forgotten payments expire."""
        for row in self._store.all("SELECT doc FROM payments WHERE due <= ? ORDER BY due LIMIT 200", now):
            payment = _decode(row["doc"])
            if payment.status == "pending":
                self._authorise(payment)
            else:
                self._decline(payment, "expired")
            self._keep(payment)

    def tokenise(self, card: Instrument) -> str:
        """A token for a typed card, good for one payment."""
        token = new_id("tok")
        self._store.db.execute("INSERT INTO tokens VALUES (?, ?, ?)", (token, time.time(), _encode(card)))
        return token

    def methods(self, customer: str) -> list[dict[str, Any]]:
        sql = "SELECT id, doc FROM methods WHERE customer = ? ORDER BY created DESC"
        rows = self._store.all(sql, customer)
        return [{"id": row["id"], **_decode_instrument(row["doc"]).public()} for row in rows]

    def forget_method(self, customer: str, method: str) -> None:
        gone = self._store.db.execute("DELETE FROM methods WHERE customer = ? AND id = ?", (customer, method))
        if gone.rowcount == 0:
            raise not_found("saved method")

    def _spend_token(self, token: str) -> Instrument:
        row = self._store.db.execute("DELETE FROM tokens WHERE id = ? RETURNING doc", (token,)).fetchone()
        if row is None:
            raise Refused(422, "invalid_token", "This token is unknown or was used before.", "token")
        return _decode_instrument(row["doc"])

    def _saved(self, customer: str, method: str, kind: str) -> Instrument:
        row = self._store.one("SELECT doc FROM methods WHERE customer = ? AND id = ?", customer, method)
        found = _decode_instrument(row["doc"]) if row is not None else None
        if found is None or found.kind != kind:
            raise Refused(422, "invalid_saved_method", "This customer has no such saved method.", "saved_method")
        return found

    def _try(self, payment: Payment, instrument: Instrument) -> None:
        payment.instrument = instrument
        if instrument.outcome == "approve":
            self._authorise(payment)
        elif instrument.outcome == "slow":
            payment.status, payment.due = "pending", time.time() + SLOW_SECONDS
            self._tell(payment, "payment.pending")
        elif instrument.outcome != "challenge":
            self._decline(payment, instrument.outcome)

    def _authorise(self, payment: Payment) -> None:
        asked = payment.request
        payment.due = None
        if asked.save and asked.customer and payment.instrument is not None and payment.saved_method is None:
            payment.saved_method = new_id("pm")
            row = (payment.saved_method, asked.customer, time.time(), _encode(payment.instrument))
            self._store.db.execute("INSERT INTO methods VALUES (?, ?, ?, ?)", row)
        if asked.capture == "automatic":
            payment.status, payment.captured = "captured", asked.amount
        else:
            payment.status = "authorised"
        self._tell(payment, f"payment.{payment.status}")

    def _decline(self, payment: Payment, code: str) -> None:
        payment.status, payment.decline_code, payment.due = "declined", code, None
        self._tell(payment, "payment.declined")

    def _tell(self, payment: Payment, event: str) -> None:
        self._webhooks.add(event, payment.id, payment.public(self.base_url))

    def _keep(self, payment: Payment) -> None:
        sql = "UPDATE payments SET due = ?, doc = ? WHERE id = ?"
        self._store.db.execute(sql, (payment.due, _encode(payment), payment.id))
