"""Opening, changing and importing accounts."""

from collections.abc import Iterable
from itertools import islice
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, connection, transaction

from glocal.events.accounts import PersonSignedUp
from glocal.platform.accounts.errors import AddressTaken, PersonNotFound
from glocal.platform.accounts.models import Person
from glocal.platform.accounts.selectors import info_of
from glocal.platform.accounts.services.checks import checked_email, checked_language, checked_name
from glocal.platform.accounts.services.passwords import check_password_rules
from glocal.platform.accounts.types import ImportedPerson, PersonInfo
from glocal.platform.eventing import publish, transactional
from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.platform.markets import facade as markets

IMPORT_BATCH = 2000


@transactional
def open_account(*, email: str, password: str, name: str, language: str, market: str) -> PersonInfo:
    """Open an account whose address the caller vouches for: who installs knows whose it is.

    It says whether an address is taken, so no page may call it; shoppers come by ``begin_sign_up``.
    Raises EmailMalformed, PasswordRefused, NameTooLong, LanguageNotOffered, markets.UnknownMarket or AddressTaken.
    """
    now = clock.now()
    person = Person(
        email=checked_email(email),
        name=checked_name(name),
        language=checked_language(language),
        market=markets.get(market).code,
        created_at=now,
        email_confirmed_at=now,
    )
    check_password_rules(password, person)
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        raise AddressTaken(field="email") from error
    publish(PersonSignedUp(person_id=person.pk, market=person.market, language=person.language))
    return info_of(person)


@transactional
def update_person(*, person_id: UUID, name: str, language: str, market: str) -> PersonInfo:
    """Change what somebody is called and where and how they shop.

    Raises PersonNotFound, NameTooLong, LanguageNotOffered or markets.UnknownMarket.
    """
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None:
        raise PersonNotFound(person_id=person_id)
    person.name, person.language = checked_name(name), checked_language(language)
    person.market = markets.get(market).code
    person.save(update_fields=["name", "language", "market"])
    return info_of(person)


_UPSERT = """
INSERT INTO accounts_person (id, external_source, external_id, market, language, name, password, created_at,
                             is_active, is_staff, is_superuser)
SELECT id, %s::text, external_id, market, language, name, %s::text, %s::timestamptz, true, false, false
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[])
    AS given (id, external_id, market, language, name)
ON CONFLICT (external_source, external_id) WHERE NOT external_id = ''
DO UPDATE SET market = excluded.market, language = excluded.language, name = excluded.name
RETURNING external_id, id
"""


@transactional
def import_people(rows: Iterable[ImportedPerson], source: str) -> dict[str, UUID]:
    """Take customers of another system under their pseudonyms; one statement per 2,000, repeatable.

    They have no e-mail address and cannot sign in. Returns our id for each external id.
    Raises ValueError for an empty source or external id.
    """
    ids: dict[str, UUID] = {}
    remaining = iter(rows)
    unusable = make_password(None)
    while batch := {row.external_id: row for row in islice(remaining, IMPORT_BATCH)}:
        if not source or "" in batch:
            raise ValueError("an imported person needs a source and an external id")
        # In one order in every process, so that two imports at once wait for each other and never lock each other out.
        given = [batch[key] for key in sorted(batch)]
        columns = [[getattr(row, name) for row in given] for name in ("external_id", "market", "language", "name")]
        with connection.cursor() as cursor:
            cursor.execute(_UPSERT, [source, unusable, clock.now(), [uuid7() for _ in given], *columns])
            ids.update(cursor.fetchall())
    return ids
