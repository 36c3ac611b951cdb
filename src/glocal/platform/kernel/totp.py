"""Time-based one-time passwords as authenticator apps show them (RFC 6238: SHA-1, six digits, 30 seconds)."""

import base64
import hashlib
import hmac
import struct
import time


def totp(secret: str, *, steps: int = 0, at: float | None = None) -> str:
    """The code for a base32 ``secret``, ``steps`` half minutes from ``at`` (seconds since 1970; None is now)."""
    counter = int(time.time() if at is None else at) // 30 + steps
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1)
    start = digest[-1] & 0x0F
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"
