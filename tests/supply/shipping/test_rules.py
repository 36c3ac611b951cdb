"""The plan rule against a slow and simple one, and what it promises in words."""

from collections.abc import Iterator, Sequence
from itertools import product
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from glocal.supply.shipping.rules import (
    STEPS,
    TRANSITIONS,
    Area,
    Line,
    Place,
    Plan,
    PricedService,
    Step,
    before,
    cheapest,
    offered,
    status_of,
    why_missing,
)
from glocal.supply.shipping.types import PROMISES, Destination

IDS = [UUID(int=number) for number in range(1, 9)]


@st.composite
def services(draw, number: int) -> PricedService:
    weights = sorted(draw(st.sets(st.integers(1, 12), min_size=1, max_size=3)))
    prices = sorted(draw(st.lists(st.integers(1, 60), min_size=len(weights), max_size=len(weights))))
    cap = draw(st.one_of(st.none(), st.integers(1, 40)))
    days = draw(st.integers(1, 20))
    return PricedService(
        f"service-{number}",
        draw(st.sampled_from(PROMISES)),
        days,
        days + 2,
        tuple(Step(weight, cap, price) for weight, price in zip(weights, prices, strict=True)),
    )


@st.composite
def orders(draw) -> tuple[list[Line], list[Place]]:
    lines = [
        Line(key, draw(st.integers(1, 3)), draw(st.integers(1, 4)), draw(st.integers(1, 10)))
        for key in IDS[: draw(st.integers(1, 3))]
    ]
    places = [
        Place(
            UUID(int=100 + number),
            f"C{number}",
            {line.variant_id: draw(st.integers(0, 4)) for line in lines},
            tuple(draw(services(number=index)) for index in range(draw(st.integers(0, 2)))),
        )
        for number in range(draw(st.integers(1, 3)))
    ]
    return lines, places


def spreads(line: Line, places: Sequence[Place]) -> Iterator[tuple[int, ...]]:
    """The ways the rule allows: fill from one place first, then the others in their order."""
    for first in range(len(places)):
        left, shares = line.quantity, [0] * len(places)
        for index in [first, *(other for other in range(len(places)) if other != first)]:
            shares[index] = min(left, places[index].free.get(line.variant_id, 0))
            left -= shares[index]
        if not left:
            yield tuple(shares)


def simple_cost(lines: Sequence[Line], places: Sequence[Place], promise: str) -> tuple[int, int] | None:
    """Parcels and cost of the best plan: try everything, keep the least."""
    found = []
    for used in product((False, True), repeat=len(places)):
        chosen = [place for place, yes in zip(places, used, strict=True) if yes and place.at_least(promise)]
        for ways in product(*(list(spreads(line, chosen)) for line in lines)):
            cost: int | None = 0
            sent = 0
            for index, place in enumerate(chosen):
                weight = sum(line.weight_g * way[index] for line, way in zip(lines, ways, strict=True))
                value = sum(line.value * way[index] for line, way in zip(lines, ways, strict=True))
                if any(way[index] for way in ways) and cost is not None:
                    steps = [service.step(weight, value) for service in place.at_least(promise)]
                    possible = [step.price for step in steps if step is not None]
                    cost = cost + min(possible) if possible else None
                    sent += 1
            if cost is not None and ways:
                found.append((sent, cost))
    return min(found) if found else None


@given(orders(), st.sampled_from(PROMISES))
@settings(max_examples=300, deadline=None)
def test_the_plan_is_the_cheapest_in_the_fewest_parcels(order, promise):
    lines, places = order
    plan = cheapest(lines, places, promise)
    expected = simple_cost(lines, places, promise)
    assert (None if plan is None else (len(plan.parcels), plan.cost)) == expected


@given(orders())
@settings(max_examples=200, deadline=None)
def test_a_plan_sends_exactly_what_was_ordered_from_what_is_there(order):
    lines, places = order
    for promise, plan in offered(lines, places).items():
        sent = {line.variant_id: 0 for line in lines}
        for parcel in plan.parcels:
            assert parcel.service in parcel.place.at_least(promise)
            weight = value = 0
            for variant_id, units in parcel.lines:
                assert 0 < units <= parcel.place.free[variant_id]
                sent[variant_id] += units
                line = next(line for line in lines if line.variant_id == variant_id)
                weight, value = weight + units * line.weight_g, value + units * line.value
            assert parcel.weight_g == weight
            assert parcel.cost == parcel.service.step(weight, value).price
        assert sent == {line.variant_id: line.quantity for line in lines}
        assert cheapest(lines, places, promise) == plan


@given(orders())
@settings(max_examples=200, deadline=None)
def test_offers_grow_dearer_with_speed_and_every_missing_one_has_a_reason(order):
    lines, places = order
    plans = offered(lines, places)
    costs = [plan.cost for plan in plans.values()]
    assert costs == sorted(set(costs))
    served = {service.promise for place in places for service in place.services}
    for promise in set(PROMISES) - set(plans):
        reason, _ = why_missing(lines, places, promise, served=promise in served)
        assert reason in {
            "out_of_stock",
            "no_service",
            "no_stock_there",
            "too_heavy",
            "value_cap",
            "cannot_combine",
            "not_cheaper",
        }
        if reason == "not_cheaper":
            assert plans


def test_a_long_order_over_four_warehouses_is_planned_within_a_bounded_search():
    service = PricedService("s", "standard", 1, 2, tuple(Step(100 * n, None, 90 * n) for n in range(1, 60)))
    free = dict.fromkeys(IDS, 5)
    own = [UUID(int=200 + number) for number in range(4)]
    places = [Place(UUID(int=300 + number), f"C{number}", free | {own[number]: 1}, (service,)) for number in range(4)]
    lines = [Line(key, 5, 37 + index, 1) for index, key in enumerate([*IDS])] + [Line(key, 1, 10, 1) for key in own]
    plan = cheapest(lines, places, "standard")
    assert plan is not None
    assert len(plan.parcels) == 4
    assert plan == cheapest(lines, places, "standard")


def test_a_heavy_order_goes_in_two_parcels_when_one_is_too_heavy():
    service = PricedService("s", "standard", 1, 2, (Step(10, None, 5),))
    places = [Place(UUID(int=number), f"C{number}", {IDS[0]: 1, IDS[1]: 1}, (service,)) for number in (50, 51)]
    plan = cheapest([Line(IDS[0], 1, 7, 1), Line(IDS[1], 1, 7, 1)], places, "standard")
    assert isinstance(plan, Plan)
    assert plan.cost == 10
    assert len(plan.parcels) == 2


def test_areas_cover_what_they_say():
    states = Area("US", not_regions=frozenset({"HI"}))
    islands = Area("US", regions=frozenset({"HI"}))
    for place, expected in [
        (Destination("US"), (True, False)),
        (Destination("US", "CA"), (True, False)),
        (Destination("US", "HI"), (False, True)),
        (Destination("CA"), (False, False)),
    ]:
        assert (states.covers(place), islands.covers(place)) == expected
    north = Area("CA", postcodes=("X", "Y"))
    south = Area("CA", not_postcodes=("X", "Y"))
    assert north.covers(Destination("CA", "", "x0a 0h0"))
    assert not south.covers(Destination("CA", "", "X0A 0H0"))
    assert south.covers(Destination("CA", "", ""))


def test_every_state_of_a_parcel_can_end():
    ends = {state for state, after in TRANSITIONS.items() if not after}
    assert ends == {"delivered", "cancelled"}
    for state in TRANSITIONS:
        reached, seen = {state}, set()
        while reached - seen:
            seen |= reached
            reached = set().union(*(TRANSITIONS[each] for each in seen))
        assert state in ends or seen & ends
    assert before("delivered") == ["exception", "shipped"]


@given(st.lists(st.sampled_from(STEPS), max_size=8))
def test_the_state_on_the_way_follows_from_the_steps(codes):
    status = status_of(codes)
    assert status in {"shipped", "delivered", "exception"}
    assert (status == "delivered") == ("delivered" in codes)
