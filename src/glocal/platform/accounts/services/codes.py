"""One-time codes: six digits to an e-mail address or a phone, for ten minutes, one use, five tries."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from glocal.platform.accounts.errors import CodeRefused, TooManyCodes
from glocal.platform.accounts.models import OneTimeCode
from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock

VALID = timedelta(minutes=10)
TRIES = 5
COUNTED_OVER = timedelta(hours=1)
TO_ONE_ADDRESS_FROM_ONE_PLACE = 5
TO_ONE_ADDRESS = 20
"""More than from one place: else whoever asks for another's codes would keep the owner, elsewhere, from theirs."""
FROM_ONE_PLACE = 30


@transactional
def issue(
    purpose: OneTimeCode.Purpose, to: str, *, place: str, data: Mapping[str, Any] | None = None, fits: bool = True
) -> tuple[UUID, str]:
    """A new code and the id it is redeemed by. ``fits`` False makes one that nothing redeems, and costs the same.

    Raises TooManyCodes after 5 an hour from one place to one address, 20 to one address or 30 from one place, whether
    or not there is an account.
    """
    now = clock.now()
    with connection.cursor() as cursor:  # two at once must not both be the fifth
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"code {to}"])
    recent = OneTimeCode.objects.filter(created_at__gt=now - COUNTED_OVER)
    asked_from = list(recent.filter(to=to).values_list("place", flat=True))
    if (
        asked_from.count(place) >= TO_ONE_ADDRESS_FROM_ONE_PLACE
        or len(asked_from) >= TO_ONE_ADDRESS
        or recent.filter(place=place).count() >= FROM_ONE_PLACE
    ):
        seconds = int(COUNTED_OVER.total_seconds())
        raise TooManyCodes(retry_after=seconds, minutes=seconds // 60)
    code = f"{secrets.randbelow(10**6):06}"
    row = OneTimeCode(
        purpose=purpose, to=to, place=place, data=dict(data or {}), created_at=now, expires_at=now + VALID
    )
    row.hash = _hash(row.pk, code) if fits else ""
    row.save(force_insert=True)
    return row.pk, code


def redeem(purpose: OneTimeCode.Purpose, code_id: UUID, code: str) -> OneTimeCode:
    """The row that this code belongs to, now used up. Raises CodeRefused, the same for every reason.

    Call it with no transaction open: a wrong try must count even though it raises.
    """
    now = clock.now()
    alive = OneTimeCode.objects.filter(
        pk=code_id, purpose=purpose, used_at__isnull=True, expires_at__gt=now, tries__lt=TRIES
    )
    if not alive.update(tries=F("tries") + 1):
        raise CodeRefused(field="code")
    row = OneTimeCode.objects.get(pk=code_id)
    if not row.hash or not constant_time_compare(row.hash, _hash(row.pk, typed_code(code))):
        raise CodeRefused(field="code")
    if not OneTimeCode.objects.filter(pk=code_id, used_at__isnull=True).update(used_at=now):
        raise CodeRefused(field="code")
    return row


def typed_code(text: str) -> str:
    """What somebody typed, without spaces and dashes and in ASCII figures: Arabic and Thai keyboards have their own."""
    letters = [letter for letter in text if letter.isalnum()][:20]
    return "".join(str(int(letter)) if letter.isdecimal() else letter for letter in letters)


def _hash(code_id: UUID, code: str) -> str:
    return salted_hmac(f"accounts.code.{code_id}", code, algorithm="sha256").hexdigest()
