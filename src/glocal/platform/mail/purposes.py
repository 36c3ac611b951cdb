"""Why we write to people, and what they chose to get.

Letters about an order or an account always come. Everything else is sent only to addresses that asked for it; nothing
is asked for beforehand. The choice is checked when a letter is about to be sent, so that a change counts at once.
"""

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock
from glocal.platform.mail.errors import UnknownLetterLink
from glocal.platform.mail.models import Choice, OutgoingMail

CHOSEN: Final[Mapping[str, tuple[str, str]]] = {
    "news": (
        gettext_noop("New things and offers"),
        gettext_noop("What is new in the shop and what costs less, at most once a week."),
    ),
    "stock": (
        gettext_noop("Back in stock and lower prices"),
        gettext_noop("When something you marked can be had again or costs less."),
    ),
    "opinion": (
        gettext_noop("Questions about what you bought"),
        gettext_noop("Whether it was right, some days after it arrived."),
    ),
}
"""Purposes that need a person's yes: name and explanation."""

ALWAYS: Final[Mapping[str, str]] = {
    "orders": gettext_noop("You get this letter because of your order."),
    "account": gettext_noop("You get this letter because of your account."),
    "service": gettext_noop("You get this letter because of something you did in our shop."),
}
"""Purposes of letters that always come, and the reason their foot gives."""

_signer = Signer(salt="glocal.platform.mail.purposes")


def reason(purpose: str) -> str:
    """Why a letter came, for its foot."""
    return _(ALWAYS.get(purpose) or gettext_noop("You get this letter because you asked for such news."))


def token_of(mail_id: UUID) -> str:
    """What the links in a letter's foot carry: no address stands in it, and only we can make it."""
    return _signer.sign(mail_id.hex).replace(":", ".")


def address_of(token: str) -> str:
    """Whose letter a link stood in. Raises UnknownLetterLink."""
    try:
        mail_id = UUID(hex=_signer.unsign(token.replace(".", ":")))
    except (BadSignature, ValueError) as error:
        raise UnknownLetterLink from error
    address = OutgoingMail.objects.filter(pk=mail_id).values_list("to", flat=True).first()
    if not address:
        raise UnknownLetterLink
    return address


def chosen_by(address: str) -> frozenset[str]:
    """The purposes an address has said yes to; one statement."""
    said_yes = Choice.objects.filter(address=address.strip().lower(), wanted=True)
    return frozenset(said_yes.values_list("purpose", flat=True))


@transactional
def choose(*, address: str, wanted: Collection[str], source: str) -> None:
    """Set all that an address wants; ``source`` says where it was said (``page``, ``link``)."""
    for purpose in CHOSEN:
        _note(address, purpose, purpose in wanted, source)


@transactional
def stop(*, address: str, purpose: str, source: str) -> None:
    """No more letters of one purpose; a purpose whose letters always come is left as it is."""
    if purpose in CHOSEN:
        _note(address, purpose, False, source)


# A change of mind is written, a repetition is not: the time says since when it is so.
_NOTE = """
INSERT INTO mail_choice (address, purpose, wanted, source, changed_at) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (address, purpose) DO UPDATE SET wanted = excluded.wanted, source = excluded.source,
  changed_at = excluded.changed_at WHERE mail_choice.wanted <> excluded.wanted
"""


def _note(address: str, purpose: str, wanted: bool, source: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [address.strip().lower(), purpose, wanted, source, clock.now()])


def unwanted(letters: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Of (address, purpose), those that must not be sent; no statement when all of them always come."""
    asked = {(address.lower(), purpose) for address, purpose in letters if purpose not in ALWAYS}
    if not asked:
        return frozenset()
    rows = Choice.objects.filter(address__in={address for address, _purpose in asked}, wanted=True)
    return frozenset(asked - set(rows.values_list("address", "purpose")))
