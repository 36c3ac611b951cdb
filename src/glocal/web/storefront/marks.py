"""Places in HTML that is kept for everybody, where what is one visitor's own is filled in afterwards."""

from secrets import token_hex


def mark() -> str:
    """What stands at such a place: new with each process, so that no text from outside can hold it."""
    return f"\ue0f0{token_hex(8)}\ue0f0"
