"""Letters that tell the owner of an account what was done with it."""

from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext, gettext_noop, override

from glocal.platform.accounts.models import Person
from glocal.platform.kernel import clock
from glocal.platform.mail import facade as mail
from glocal.platform.markets import facade as markets

APP_ADDED = gettext_noop("An authenticator app was set up for your account.")
APP_REMOVED = gettext_noop("The authenticator app of your account was switched off.")
CODES_RENEWED = gettext_noop("New recovery codes were made for your account. The old ones no longer work.")
PASSKEY_ADDED = gettext_noop("A passkey was added to your account.")
PASSKEY_REMOVED = gettext_noop("A passkey was removed from your account.")


def warn_of_change(person_id: UUID, what: str) -> None:
    """Write to the owner, if they have an address, that ``what`` (one of the above) happened this moment."""
    person = Person.objects.get(pk=person_id)
    with override(person.language):
        warn(person, "factors_changed", what=gettext(what))


def warn(person: Person, template: str, **context: str) -> None:
    """Promise a letter with the moment and a link to the page of ways to sign in; none to who has no address."""
    if not person.email:
        return
    market = markets.get(person.market)
    language = person.language if person.language in market.languages else market.language
    shop = f"{settings.PUBLIC_URL}{markets.prefix_of(language, market.code)}"
    context |= {
        "name": person.name,
        "at": markets.format_moment(clock.now(), language, market),
        "link": f"{shop}/account/security",
    }
    mail.queue([mail.Message(person.email, template, person.language, market.code, context)])
