import pytest

from glocal.platform.kernel.cache import ProcessCache, clear_all


def test_an_answer_is_kept_for_its_seconds_and_made_anew_afterwards(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("glocal.platform.kernel.cache.time.monotonic", lambda: now[0])
    made = iter(range(10))
    cache = ProcessCache(seconds=5)
    assert [cache.get("key", lambda: next(made)) for _ in range(2)] == [0, 0]
    now[0] += 5
    assert cache.get("key", lambda: next(made)) == 1


def test_an_error_is_not_kept():
    cache = ProcessCache(seconds=60)
    with pytest.raises(ZeroDivisionError):
        cache.get("key", lambda: 1 // 0)
    assert cache.get("key", lambda: 7) == 7


def test_it_never_holds_more_than_its_size():
    cache = ProcessCache(seconds=60, size=3)
    for number in range(100):
        cache.get(number, lambda: None)
    assert len(cache._kept) <= 3


def test_one_call_forgets_everything_everywhere():
    one, other = ProcessCache(seconds=60), ProcessCache(seconds=60)
    for cache in (one, other):
        cache.get("key", lambda: "old")
    clear_all()
    assert [cache.get("key", lambda: "new") for cache in (one, other)] == ["new", "new"]


def test_while_one_renews_an_answer_others_get_the_old_one(monkeypatch):
    now = 0.0
    monkeypatch.setattr("glocal.platform.kernel.cache.time.monotonic", lambda: now)
    cache: ProcessCache[str, int] = ProcessCache(seconds=10, grace=60)
    cache.get("a", lambda: 1)
    now = 11.0

    def renew() -> int:
        assert cache.get("a", lambda: 3) == 1
        return 2

    assert cache.get("a", renew) == 2
    assert cache.get("a", lambda: 4) == 2
    now = 100.0

    def renew_late() -> int:
        return cache.get("a", lambda: 5) + 1  # the old answer is past its grace

    assert cache.get("a", renew_late) == 6


def test_a_renewal_that_fails_leaves_the_next_one_to_renew():
    cache: ProcessCache[str, int] = ProcessCache(seconds=0, grace=60)
    cache.get("a", lambda: 1)
    with pytest.raises(ZeroDivisionError):
        cache.get("a", lambda: 1 // 0)
    assert cache.get("a", lambda: 2) == 2
