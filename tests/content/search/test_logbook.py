"""What is kept of a search, and what is not."""

from datetime import timedelta

import pytest

from glocal.content.search import facade as search
from glocal.content.search import jobs, logbook
from glocal.content.search.models import Asked, DaySearches
from glocal.platform.kernel import clock
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db


def note(text, found=1, **more):
    search.note(market="TH", language="th", text=text, found=found, **more)


def sums():
    return list(DaySearches.objects.order_by("query").values_list("query", "searches", "without", "found"))


def test_searches_are_summed_by_day_and_then_gone():
    note("Mug")
    note("  MUG ", found=3)
    note("lamp", found=0)
    note("lmap", found=2, helped=True)
    jobs.roll_up.func(timestamp=0)
    note("mug", found=0)
    jobs.roll_up.func(timestamp=0)
    jobs.roll_up.func(timestamp=0)
    assert sums() == [("lamp", 1, 1, 0), ("lmap", 1, 1, 2), ("mug", 3, 1, 0)]
    assert not Asked.objects.exists()


@pytest.mark.parametrize(
    "text", ["ada@example.com", "call +66 81 234 5678", "4242 4242 4242 4242", "order 12345678", "", "\u200b", "!!!"]
)
def test_what_could_be_a_persons_own_is_not_kept(text):
    note(text)
    assert not Asked.objects.exists()


def test_a_long_text_is_kept_short():
    note("mug " * 5_000)
    assert len(Asked.objects.get().query) <= 80


def test_old_sums_go():
    note("mug")
    logbook.roll_up()
    DaySearches.objects.update(day=clock.now().date() - timedelta(days=401))
    logbook.forget_old()
    assert sums() == []


def test_what_many_searched_and_found_is_suggested_but_nothing_rare():
    make_product(title="Mug")
    for _ in range(5):
        note("mug rack")
    note("mug of somebody")
    for _ in range(5):
        note("mug unfound", found=0)
    logbook.roll_up()
    hints = search.suggest(market="TH", language="th", text="mug")
    assert [hint.label for hint in hints if hint.kind == "query"] == ["mug rack"]
    assert search.suggest(market="US", language="th", text="mug r") == ()


def test_wildcards_in_what_is_typed_mean_nothing():
    for _ in range(5):
        note("mug rack")
    logbook.roll_up()
    assert search.suggest(market="TH", language="th", text="%") == ()
    assert search.suggest(market="TH", language="th", text="_ug") == ()
