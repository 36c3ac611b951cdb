"""Pure decisions about orders."""

import re

from hypothesis import given
from hypothesis import strategies as st

from glocal.platform.kernel.money import Money
from glocal.transaction.orders.models import Order
from glocal.transaction.orders.rules import TRANSITIONS, new_number, part_of, units_within


@given(st.integers(0, 10**9), st.lists(st.integers(1, 5), min_size=1, max_size=8))
def test_refunding_a_line_unit_by_unit_gives_back_exactly_the_line(minor, steps):
    of, before, given_back = sum(steps), 0, 0
    for quantity in steps:
        part = part_of(Money(minor, "EUR"), quantity, before, of)
        assert part.minor >= 0
        given_back += part.minor
        before += quantity
    assert given_back == minor


def test_a_number_has_no_letters_that_read_like_digits():
    numbers = {new_number() for _ in range(200)}
    assert len(numbers) == 200
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", number) for number in numbers)


def test_every_status_is_in_the_table_and_no_step_leads_back_to_placed():
    assert {status for step in TRANSITIONS for status in step} == set(Order.Status.values)
    assert not any(after == "placed" for _, after in TRANSITIONS)


@given(st.integers(0, 10**9), st.integers(1, 60), st.data())
def test_units_within_money_are_as_many_as_it_gives_back_and_no_more(whole, of, data):
    before = data.draw(st.integers(0, of))
    money = Money(data.draw(st.integers(0, 2 * 10**9)), "USD")
    units = units_within(money, Money(whole, "USD"), before, of)
    assert part_of(Money(whole, "USD"), units, before, of).minor <= money.minor
    assert units == of - before or part_of(Money(whole, "USD"), units + 1, before, of).minor > money.minor
