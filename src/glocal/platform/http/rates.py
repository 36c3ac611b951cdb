"""Rate limits by caller: a sliding window counter in each process.

By hand because it stands before every call: the library of the field (limits) starts a timer thread for each hit of its
memory storage, which cost more than the call itself. Several processes each count their own share.
"""

import threading
import time
from dataclasses import dataclass

from django.http import HttpRequest

WINDOW = 60.0
MOST_CALLERS = 50_000


@dataclass(slots=True)
class _Window:
    number: int
    count: int
    before: int


_windows: dict[tuple[str, ...], _Window] = {}
_lock = threading.Lock()


def allow(most: int, *caller: str) -> bool:
    """Count one call; False when the caller has had ``most`` in the last minute.

    The last minute is this window's count plus the share of the one before that still lies in it.
    """
    number, passed = divmod(time.monotonic(), WINDOW)
    with _lock:
        window = _windows.get(caller)
        if window is None:
            if len(_windows) >= MOST_CALLERS:
                _forget(int(number))
            window = _windows[caller] = _Window(int(number), 0, 0)
        elif window.number != number:
            window.before = window.count if window.number == number - 1 else 0
            window.number, window.count = int(number), 0
        if window.count + window.before * (1 - passed / WINDOW) >= most:
            return False
        window.count += 1
        return True


def seconds_left() -> int:
    """Whole seconds until the present window is over, at least one."""
    return max(1, int(WINDOW - time.monotonic() % WINDOW) + 1)


def _forget(number: int) -> None:
    for caller in [caller for caller, window in _windows.items() if window.number < number]:
        del _windows[caller]
    if len(_windows) >= MOST_CALLERS:
        _windows.clear()


def address_of(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
