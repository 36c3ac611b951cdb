"""Pure decisions: the cheapest plan, why there is none, which step a parcel may take. No database, no clock."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any
from uuid import UUID

from glocal.supply.shipping.types import PROMISES, Destination, RateUsed

MOST_WAREHOUSES = 4
_RANK = {promise: rank for rank, promise in enumerate(PROMISES)}
_MOST_TRIES = 3000


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a zone: a country, some of its regions or postcodes, or all but some."""

    country: str
    regions: frozenset[str] = frozenset()
    not_regions: frozenset[str] = frozenset()
    postcodes: tuple[str, ...] = ()
    not_postcodes: tuple[str, ...] = ()

    def covers(self, place: Destination) -> bool:
        """Whether the place lies in it. Nothing is promised for a part of a country until the place is known."""
        postcode = place.postcode.upper()
        return (
            place.country == self.country
            and (not self.regions or place.region in self.regions)
            and place.region not in self.not_regions
            and (not self.postcodes or postcode.startswith(self.postcodes))
            and not (self.not_postcodes and postcode.startswith(self.not_postcodes))
        )


@dataclass(frozen=True, slots=True)
class Step:
    """A line of a rate table: the price up to a weight and, where limited, a value of the goods."""

    weight_g: int
    value: int | None
    price: int
    rate: RateUsed | None = None


@dataclass(frozen=True, slots=True)
class PricedService:
    """A service that reaches the destination, its table in minor units of the order's currency, cheapest step first."""

    code: str
    promise: str
    days_min: int
    days_max: int
    steps: tuple[Step, ...]

    def step(self, weight_g: int, value: int) -> Step | None:
        for step in self.steps:
            if weight_g <= step.weight_g and (step.value is None or value <= step.value):
                return step
        return None

    @property
    def most_g(self) -> int:
        return max(step.weight_g for step in self.steps)

    @property
    def most_value(self) -> int | None:
        caps = [step.value for step in self.steps]
        return None if None in caps else max(cap for cap in caps if cap is not None)


@dataclass(frozen=True, slots=True)
class Line:
    """Units wanted of a variant; weight in grams and value in minor units of one."""

    variant_id: UUID
    quantity: int
    weight_g: int
    value: int


@dataclass(frozen=True, slots=True)
class Place:
    """A warehouse with what it has free of the wanted variants and the services that leave it for the destination."""

    warehouse_id: UUID
    country: str
    free: Mapping[UUID, int]
    services: tuple[PricedService, ...]

    def at_least(self, promise: str) -> tuple[PricedService, ...]:
        rank = _RANK[promise]
        return tuple([service for service in self.services if _RANK[service.promise] >= rank])


@dataclass(slots=True)
class Parcel:
    """What one warehouse sends in a plan, by which service."""

    place: Place
    services: tuple[PricedService, ...]
    units: dict[UUID, int] = field(default_factory=dict)
    weight_g: int = 0
    value: int = 0

    def put(self, line: Line, quantity: int) -> None:
        """Add units (or take them out again, by a negative ``quantity``)."""
        left = self.units.get(line.variant_id, 0) + quantity
        self.units[line.variant_id] = left
        if not left:
            del self.units[line.variant_id]
        self.weight_g += line.weight_g * quantity
        self.value += line.value * quantity

    def best(self) -> tuple[int, int, PricedService, Step] | None:
        """The cheapest service that takes the parcel; an empty parcel costs what 0 g costs."""
        return best_service(self.services, self.weight_g, self.value)


def best_service(
    services: Sequence[PricedService], weight_g: int, value: int
) -> tuple[int, int, PricedService, Step] | None:
    """The cheapest that takes a parcel, the faster one on a tie: price, most days, service and step of its table."""
    found = None
    for service in services:
        step = service.step(weight_g, value)
        if step is not None and (found is None or (step.price, service.days_max) < found[:2]):
            found = (step.price, service.days_max, service, step)
    return found


@dataclass(frozen=True, slots=True)
class SentParcel:
    """A parcel of the plan that was chosen; ``cost`` in minor units."""

    place: Place
    service: PricedService
    lines: tuple[tuple[UUID, int], ...]
    weight_g: int
    cost: int
    rate: RateUsed | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Parcels that together send all lines."""

    parcels: tuple[SentParcel, ...]

    @property
    def cost(self) -> int:
        return sum(parcel.cost for parcel in self.parcels)


def cheapest(lines: Sequence[Line], places: Sequence[Place], promise: str) -> Plan | None:
    """The cheapest plan whose every parcel keeps ``promise``, in as few parcels as will do; None if there is none.

    Every set of k warehouses is tried, for k = 1, 2, ... until one k works, and in each set every way to send the
    lines (a line starts at any warehouse of the set and flows over to the others in their order). A branch is cut as
    soon as its parcels so far cost as much as the best plan: prices never fall when a parcel grows. Of equal plans the
    first wins, so the answer depends on the order of ``places`` and ``lines`` only.

    Cost: at most 2^W sets of W <= 4 warehouses, k^L ways for L lines that a set holds more than once, and never more
    than 3,000 tries a set; cheap branches come first, so what is left out beyond that is dear. Orders of one line or
    one warehouse, nearly all, take a few tries.
    """
    leaving = [(place, services) for place in places if (services := place.at_least(promise))][:MOST_WAREHOUSES]
    heavy_first = sorted(lines, key=lambda line: -line.weight_g * line.quantity)
    alone = _cheapest_alone(heavy_first, leaving)
    if alone is not None:
        return alone
    for size in range(2, len(leaving) + 1):
        best: Plan | None = None
        for chosen in combinations(leaving, size):
            if all(sum(place.free.get(line.variant_id, 0) for place, _ in chosen) >= line.quantity for line in lines):
                search = _Search(heavy_first, [Parcel(place, services) for place, services in chosen], best)
                search.run()
                best = search.best
        if best is not None:
            return best
    return None


def _cheapest_alone(lines: Sequence[Line], leaving: Sequence[tuple[Place, Sequence[PricedService]]]) -> Plan | None:
    """Everything from one of the warehouses. There is one way to do that, and it is the usual order: no search."""
    weight_g = sum(line.weight_g * line.quantity for line in lines)
    value = sum(line.value * line.quantity for line in lines)
    best: SentParcel | None = None
    for place, services in leaving:
        if any(place.free.get(line.variant_id, 0) < line.quantity for line in lines):
            continue
        found = best_service(services, weight_g, value)
        if found is not None and (best is None or found[0] < best.cost):
            units = tuple((line.variant_id, line.quantity) for line in lines)
            best = SentParcel(place, found[2], units, weight_g, found[0], found[3].rate)
    return Plan((best,)) if best else None


class _Search:
    """Depth-first search over the ways to send lines from one set of warehouses, with a bound."""

    def __init__(self, lines: Sequence[Line], parcels: list[Parcel], best: Plan | None) -> None:
        self.lines, self.parcels, self.best = lines, parcels, best
        self.tries = 0

    def run(self, number: int = 0) -> None:
        self.tries += 1
        if self.tries > _MOST_TRIES:
            return
        if self._cost() is None:
            return
        if number == len(self.lines):
            self._keep()
            return
        line = self.lines[number]
        for shares in sorted(self._ways(line), key=lambda shares: self._cost_with(line, shares)):
            self._put(line, shares, 1)
            self.run(number + 1)
            self._put(line, shares, -1)

    def _ways(self, line: Line) -> Iterator[tuple[int, ...]]:
        """How the line's units can be spread: all from one warehouse if it has them, else it first, then the rest."""
        free = [parcel.place.free.get(line.variant_id, 0) for parcel in self.parcels]
        seen = set()
        for first in range(len(free)):
            left, shares = line.quantity, [0] * len(free)
            for index in (first, *(other for other in range(len(free)) if other != first)):
                shares[index] = min(free[index], left)
                left -= shares[index]
            way = tuple(shares)
            if way not in seen:
                seen.add(way)
                yield way

    def _put(self, line: Line, shares: Sequence[int], sign: int) -> None:
        for parcel, share in zip(self.parcels, shares, strict=True):
            if share:
                parcel.put(line, sign * share)

    def _cost_with(self, line: Line, shares: Sequence[int]) -> float:
        self._put(line, shares, 1)
        cost = self._cost()
        self._put(line, shares, -1)
        return float("inf") if cost is None else cost

    def _cost(self) -> int | None:
        """What the parcels so far cost; None when one can go by no service or the best plan is not dearer."""
        cost = 0
        for parcel in self.parcels:
            if parcel.units:
                found = parcel.best()
                if found is None:
                    return None
                cost += found[0]
        return None if self.best is not None and cost >= self.best.cost else cost

    def _keep(self) -> None:
        sent = []
        for parcel in self.parcels:
            found = parcel.best() if parcel.units else None
            if found is not None:
                lines = tuple(
                    (line.variant_id, units) for line in self.lines if (units := parcel.units.get(line.variant_id))
                )
                sent.append(SentParcel(parcel.place, found[2], lines, parcel.weight_g, found[0], found[3].rate))
        self.best = Plan(tuple(sent))


def offered(lines: Sequence[Line], places: Sequence[Place]) -> dict[str, Plan]:
    """The plan of each promise worth offering. A slower promise must be cheaper than every faster one."""
    plans: dict[str, Plan] = {}
    for promise in reversed(PROMISES):
        plan = cheapest(lines, places, promise)
        if plan is not None and all(plan.cost < faster.cost for faster in plans.values()):
            plans[promise] = plan
    return {promise: plans[promise] for promise in PROMISES if promise in plans}


def why_missing(
    lines: Sequence[Line], places: Sequence[Place], promise: str, *, served: bool
) -> tuple[str, dict[str, Any]]:
    """Why nothing, or nothing cheaper, goes by the services of exactly ``promise``: a reason's code and its figures.

    ``places`` hold something of the order; ``served`` says whether such a service comes from anywhere at all.
    """
    for line in lines:
        available = sum(place.free.get(line.variant_id, 0) for place in places)
        if available < line.quantity:
            return "out_of_stock", {"variant_id": line.variant_id, "wanted": line.quantity, "available": available}
    serving = [(place, [service for service in place.services if service.promise == promise]) for place in places]
    serving = [(place, services) for place, services in serving if services]
    if not served:
        return "no_service", {}
    for line in lines:
        if sum(place.free.get(line.variant_id, 0) for place, _ in serving) < line.quantity:
            return "no_stock_there", {"countries": tuple(sorted({place.country for place, _ in serving}))}
    services = [service for _, services in serving for service in services]
    weight = sum(line.weight_g * line.quantity for line in lines)
    most_g = max(service.most_g for service in services)
    if weight > most_g:
        return "too_heavy", {"weight_g": weight, "most_g": most_g}
    value = sum(line.value * line.quantity for line in lines)
    caps = [service.most_value for service in services if service.most_g >= weight]
    highest = max((cap for cap in caps if cap is not None), default=None)
    if None not in caps and highest is not None and value > highest:
        return "value_cap", {"value": value, "most_value": highest}
    if cheapest(
        lines, [Place(place.warehouse_id, place.country, place.free, tuple(own)) for place, own in serving], promise
    ):
        return "not_cheaper", {}
    return "cannot_combine", {}


# What a parcel may become. Services write each step as one UPDATE that names the states it may come from.
TRANSITIONS: Mapping[str, frozenset[str]] = {
    "planned": frozenset({"picking", "cancelled"}),
    "picking": frozenset({"packed", "planned", "cancelled"}),
    "packed": frozenset({"shipped", "picking", "cancelled"}),
    "shipped": frozenset({"delivered", "exception"}),
    "exception": frozenset({"shipped", "delivered"}),
    "delivered": frozenset(),
    "cancelled": frozenset(),
}


def before(status: str) -> list[str]:
    """The states from which ``status`` can be reached."""
    return sorted(state for state, after in TRANSITIONS.items() if status in after)


STEPS = (
    "label_created",
    "picked_up",
    "departed",
    "customs",
    "out_for_delivery",
    "delivered",
    "exception",
    "returned",
)
_TROUBLE = frozenset({"exception", "returned"})


def status_of(codes_by_time: Sequence[str]) -> str:
    """The state of a parcel on its way, from its steps in the order they happened (not the order they were heard of).

    Delivered is final: what is told of an earlier time, or by mistake of a later one, does not undo it.
    """
    if "delivered" in codes_by_time:
        return "delivered"
    return "exception" if codes_by_time and codes_by_time[-1] in _TROUBLE else "shipped"
