"""The sandbox carrier: takes a parcel over and moves it along, day by day of its own time scale."""

import secrets
import time
from typing import Annotated

import msgspec

from glocal.sandbox.errors import Refused, not_found
from glocal.sandbox.store import Store
from glocal.sandbox.webhooks import Webhooks

# service -> day on which each step happens; a parcel inside one country skips the border.
SERVICES: dict[str, dict[str, float]] = {
    "local": {"label_created": 0, "picked_up": 0.2, "departed": 0.5, "out_for_delivery": 1.3, "delivered": 1.6},
    "standard": {
        "label_created": 0, "picked_up": 0.5, "departed": 1.5, "customs": 4, "out_for_delivery": 6.3, "delivered": 6.6,
    },
    "express": {
        "label_created": 0, "picked_up": 0.2, "departed": 0.8, "customs": 1.8, "out_for_delivery": 2.7, "delivered": 3,
    },
    "economy": {
        "label_created": 0, "picked_up": 1, "departed": 3, "customs": 8, "out_for_delivery": 12.3, "delivered": 12.7,
    },
}  # fmt: skip
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_Country = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]


class Address(msgspec.Struct):
    """Where a parcel starts or ends; ``lines`` is the street part in the local order and script."""

    name: _Text
    country: _Country
    lines: Annotated[list[_Text], msgspec.Meta(min_length=1, max_length=5)]
    city: str = ""
    region: str = ""
    postcode: str = ""
    phone: str = ""

    def text(self) -> list[str]:
        place = " ".join(part for part in (self.city, self.region, self.postcode) if part)
        return [self.name, *self.lines, *([place] if place else []), self.country]


class CustomsItem(msgspec.Struct):
    """One line of the customs declaration; ``value`` in the shipment's currency, major units, as decimal text."""

    description: _Text
    hs_code: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6,10}$")]
    origin: _Country
    value: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$")]
    qty: Annotated[int, msgspec.Meta(gt=0, le=100_000)]


class ShipmentIn(msgspec.Struct):
    reference: _Text
    service: str
    from_: Address = msgspec.field(name="from")
    to: Address
    weight_g: Annotated[int, msgspec.Meta(gt=0, le=70_000)]
    items: Annotated[list[CustomsItem], msgspec.Meta(min_length=1, max_length=200)]
    currency: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}$")] = "USD"
    lang: Annotated[str, msgspec.Meta(max_length=20)] = "en"


class Step(msgspec.Struct):
    """One tracking event; ``at`` in epoch seconds."""

    status: str
    at: float
    country: str


class Shipment(msgspec.Struct):
    """A parcel: ``steps`` have happened; ``plan`` are the ones to come, as (status, seconds after creation)."""

    tracking_number: str
    request: ShipmentIn
    created: float
    steps: list[Step]
    plan: list[tuple[str, float]]
    ahead: float = 0.0
    cancelled: bool = False

    @property
    def due(self) -> float | None:
        return self.created + self.plan[0][1] - self.ahead if self.plan else None

    def public(self, base_url: str) -> dict[str, object]:
        number = self.tracking_number
        return {
            "tracking_number": number,
            "reference": self.request.reference,
            "service": self.request.service,
            "status": "cancelled" if self.cancelled else self.steps[-1].status,
            "label_url": f"{base_url}/carrier/v1/shipments/{number}/label.pdf",
            "tracking_url": f"{base_url}/track/{number}",
            "estimated_delivery": int(self.created + self.plan[-1][1] - self.ahead) if self.plan else None,
            "events": [{"status": one.status, "at": int(one.at), "country": one.country} for one in self.steps],
        }


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Shipment).decode


class Carrier:
    """All parcels. Like the payments, everything runs in the caller's transaction."""

    def __init__(self, store: Store, webhooks: Webhooks, base_url: str, day_seconds: float) -> None:
        self._store, self._webhooks, self.base_url, self._day = store, webhooks, base_url, day_seconds

    def create(self, asked: ShipmentIn) -> Shipment:
        """Take a parcel over; its tracking number has the form of the postal union's S10, with its check digit."""
        if asked.service not in SERVICES:
            raise Refused(422, "unknown_service", f"Use one of {', '.join(SERVICES)}.", "service")
        domestic = asked.from_.country == asked.to.country
        plan = [
            (status, day * self._day)
            for status, day in SERVICES[asked.service].items()
            if not (domestic and status == "customs")
        ]
        shipment = Shipment(_tracking_number(), asked, time.time(), [], plan)
        row = (shipment.tracking_number, asked.reference, shipment.created, None, b"")
        self._store.db.execute("INSERT INTO shipments VALUES (?, ?, ?, ?, ?)", row)
        self._step(shipment)
        return shipment

    def get(self, number: str) -> Shipment:
        row = self._store.one("SELECT doc FROM shipments WHERE id = ?", number)
        if row is None:
            raise not_found("parcel")
        return _decode(row["doc"])

    def recent(self, count: int) -> list[Shipment]:
        rows = self._store.all("SELECT doc FROM shipments ORDER BY created DESC LIMIT ?", count)
        return [_decode(row["doc"]) for row in rows]

    def cancel(self, number: str) -> Shipment:
        """Cancel a label whose parcel was not picked up; a repeat changes nothing."""
        shipment = self.get(number)
        if shipment.cancelled:
            return shipment
        if len(shipment.steps) > 1:
            raise Refused(409, "too_late", "This parcel is on its way.")
        shipment.plan, shipment.cancelled = [], True
        self._keep(shipment)
        return shipment

    def advance(self, number: str) -> Shipment:
        """Let the next step happen now; the ones after it move forward by as much."""
        shipment = self.get(number)
        if not shipment.plan:
            raise Refused(409, "nothing_to_come", "This parcel has arrived, or its label was cancelled.")
        self._step(shipment, early=True)
        return shipment

    def move_due(self, now: float) -> None:
        """Let every step happen whose time has come."""
        for row in self._store.all("SELECT doc FROM shipments WHERE due <= ? ORDER BY due LIMIT 200", now):
            self._step(_decode(row["doc"]))

    def _step(self, shipment: Shipment, *, early: bool = False) -> None:
        due = shipment.due or 0.0
        at = time.time() if early else due
        shipment.ahead += max(0.0, due - at)
        status, _ = shipment.plan.pop(0)
        away = status in ("label_created", "picked_up", "departed")
        asked = shipment.request
        shipment.steps.append(Step(status, at, asked.from_.country if away else asked.to.country))
        self._keep(shipment)
        self._webhooks.add("shipment.updated", shipment.tracking_number, shipment.public(self.base_url))

    def _keep(self, shipment: Shipment) -> None:
        sql = "UPDATE shipments SET due = ?, doc = ? WHERE id = ?"
        self._store.db.execute(sql, (shipment.due, _encode(shipment), shipment.tracking_number))


def _tracking_number() -> str:
    serial = f"{secrets.randbelow(10**8):08d}"
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(serial, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
    return f"SB{serial}{ {10: 0, 11: 5}.get(rest, rest) }GX"
