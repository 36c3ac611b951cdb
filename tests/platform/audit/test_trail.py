from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from glocal.platform.audit import facade as audit
from glocal.platform.audit.models import AuditEntry
from glocal.platform.eventing.publishing import NotInTransaction
from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7

ACTOR = uuid7()


def act(**changes):
    audit.record(
        **{"actor_id": ACTOR, "action": "orders.refund", "object_type": "order", "object_id": "G7K3-92QF"} | changes
    )


@pytest.mark.django_db
def test_an_act_is_kept_with_who_what_and_how_it_was_before_and_after():
    moment = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
    with clock.at(moment):
        act(
            before={"refunded": Decimal("0.00")},
            after={"refunded": Decimal("5.10"), "by": ACTOR},
            market="TH",
            note="late",
        )
    (entry,) = audit.trail("order", "G7K3-92QF")
    assert (entry.actor_id, entry.action, entry.at, entry.market, entry.note) == (
        ACTOR,
        "orders.refund",
        moment,
        "TH",
        "late",
    )
    assert entry.before == {"refunded": "0.00"}
    assert entry.after == {"refunded": "5.10", "by": str(ACTOR)}


@pytest.mark.django_db
def test_the_trail_of_a_thing_is_its_own_newest_first():
    act(action="orders.pack")
    act(action="orders.ship", actor_id=None)
    act(object_id="OTHER")
    assert [entry.action for entry in audit.trail("order", "G7K3-92QF")] == ["orders.ship", "orders.pack"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditentry SET note = 'nothing happened'",
        "UPDATE audit_auditentry SET note = 'nothing happened' WHERE false",
        "DELETE FROM audit_auditentry",
        "INSERT INTO audit_auditentry SELECT * FROM audit_auditentry ON CONFLICT (id) DO UPDATE SET note = 'x'",
    ],
)
def test_no_statement_changes_or_removes_an_entry(statement):
    act()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert len(audit.trail("order", "G7K3-92QF")) == 1


@pytest.mark.django_db
def test_truncate_is_refused_as_the_migration_left_it():
    act()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER audit_no_truncate")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE audit_auditentry CASCADE")
    assert len(audit.trail("order", "G7K3-92QF")) == 1


@pytest.mark.django_db
def test_the_models_own_ways_are_refused_too():
    act()
    entry = AuditEntry.objects.get()
    for attempt in (entry.delete, entry.save, lambda: AuditEntry.objects.update(note="x")):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attempt()


@pytest.mark.django_db(transaction=True)
def test_an_act_is_recorded_with_its_change_or_not_at_all():
    with pytest.raises(NotInTransaction):
        act()
    with transaction.atomic():
        act()
        transaction.set_rollback(True)
    assert audit.trail("order", "G7K3-92QF") == ()
