"""Who allows what. A yes is given by hand, kept with time, text and place, and taken back as easily.

What a browser said stands in a signed cookie, so that asking costs no statement; the rows are the proof. A browser that
sends ``Sec-GPC: 1`` says no to everything optional, whatever was said before (Global Privacy Control).
"""

from collections.abc import Collection
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest

from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.platform.privacy.laws import law_of
from glocal.platform.privacy.models import Consent
from glocal.platform.privacy.purposes import VERSION, in_use
from glocal.platform.privacy.types import Mode, Said

CHOICE_COOKIE = "choice"
_signer = Signer(salt="glocal.platform.privacy")


def granted(request: HttpRequest, purpose: str) -> bool:
    """Whether this browser's request may serve an optional purpose. No statement.

    Needs a request of a page, which knows its market. A purpose that is not in use is granted by nobody.
    """
    cookie = request.COOKIES.get(CHOICE_COOKIE, "")
    market = request.market.code  # type: ignore[attr-defined]
    return allowed(purpose, market=market, cookie=cookie, gpc=request.headers.get("Sec-GPC", ""))


def allowed(purpose: str, *, market: str, cookie: str, gpc: str) -> bool:
    """``granted`` without a Django request: the market's code, the cookie ``choice``, the header ``Sec-GPC``."""
    if gpc.strip() == "1" or purpose not in {row.code for row in in_use()}:
        return False
    said = said_by(cookie)
    if said is not None and purpose in said.answers:
        return said.answers[purpose]
    return law_of(market).mode is Mode.OPT_OUT


def granted_by(person_id: UUID, purpose: str) -> bool:
    """Whether a person, by the last they said while signed in, allows a purpose; silence is a no. One statement."""
    if purpose not in {row.code for row in in_use()}:
        return False
    rows = Consent.objects.filter(person_id=person_id, purpose=purpose, version=VERSION).order_by("-at", "-id")
    return rows.values_list("granted", flat=True).first() or False


def refuses_all(request: HttpRequest) -> bool:
    """Whether the browser itself says no to everything optional."""
    return request.headers.get("Sec-GPC", "").strip() == "1"


def must_ask(request: HttpRequest) -> bool:
    """Whether this browser has to be asked something: a purpose is in use here, the law wants a yes, and none was said.

    No statement. A browser that refuses by itself is not asked.
    """
    purposes = {row.code for row in in_use()}
    if not purposes or refuses_all(request):
        return False
    if law_of(request.market.code).mode is not Mode.OPT_IN:  # type: ignore[attr-defined]
        return False
    said = said_by(request.COOKIES.get(CHOICE_COOKIE, ""))
    return said is None or bool(purposes - said.answers.keys())


def said_by(cookie: str) -> Said | None:
    """What a browser's cookie says; None for none, a forged one, and one about older texts."""
    try:
        version, browser_id, *answers = _signer.unsign(cookie).split("~")
    except (BadSignature, ValueError):
        return None
    if version != VERSION:
        return None
    return Said(browser_id, {answer[1:]: answer[0] == "+" for answer in answers})


@transactional
def decide(
    *, granted: Collection[str], market: str, language: str, source: str, cookie: str, person_id: UUID | None
) -> str:
    """Record what was said about every purpose in use; returns the cookie to keep it by.

    ``source`` says where: ``banner`` or ``page``. ``cookie`` is the one the browser had, so that its rows stay one
    history. What is not in use is not recorded.
    """
    before = said_by(cookie)
    browser_id = before.browser_id if before else uuid7().hex
    answers = {row.code: row.code in granted for row in in_use()}
    now = clock.now()
    Consent.objects.bulk_create(
        Consent(
            browser_id=browser_id,
            person_id=person_id,
            purpose=purpose,
            granted=yes,
            version=VERSION,
            market=market,
            language=language,
            source=source,
            at=now,
        )
        for purpose, yes in answers.items()
    )
    return _signer.sign(
        "~".join([VERSION, browser_id, *(("+" if yes else "-") + code for code, yes in answers.items())])
    )
