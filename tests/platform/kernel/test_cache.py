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
