"""Rate limits by caller: a moving window in each process (distributed: one shared store, by wiring)."""

import time

from django.http import HttpRequest
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

_limiter = SlidingWindowCounterRateLimiter(MemoryStorage())


def per_minute(count: int) -> RateLimitItem:
    return RateLimitItemPerMinute(count)


def allow(limit: RateLimitItem, *caller: str) -> bool:
    """Count one call; False when the caller has used up the window."""
    return _limiter.hit(limit, *caller)


def seconds_left(limit: RateLimitItem, *caller: str) -> int:
    """Whole seconds until the caller's window opens again, at least one."""

    return max(1, int(_limiter.get_window_stats(limit, *caller).reset_time - time.time()) + 1)


def address_of(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
