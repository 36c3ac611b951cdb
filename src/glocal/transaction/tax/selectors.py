"""Reading the rules: once per process and version; every 30 seconds one statement asks for the version."""

from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from glocal.platform.kernel import clock
from glocal.platform.kernel.cache import ProcessCache
from glocal.transaction.tax.errors import TaxRulesMissing
from glocal.transaction.tax.models import TaxArea, TaxEvidence, TaxRule, TaxRulesVersion
from glocal.transaction.tax.rule_format import Area, Row
from glocal.transaction.tax.rulebook import Rulebook
from glocal.transaction.tax.types import ExpiringRule

_version: ProcessCache[str, str] = ProcessCache(seconds=30)
_books: ProcessCache[str, Rulebook] = ProcessCache(seconds=86_400, size=4)


def rulebook() -> Rulebook:
    """The rules of the newest load. Raises TaxRulesMissing when there has been none."""
    version = _version.get("rules", _newest_version)
    return _books.get(version, _read)


def forget_version() -> None:
    """Ask for the version at the next call, after a load in this process."""
    _version.clear()


def _newest_version() -> str:
    newest = TaxRulesVersion.objects.order_by("-id").values_list("id", flat=True).first()
    if newest is None:
        raise TaxRulesMissing
    return str(newest)


def _read() -> Rulebook:
    rows: dict[str, list[Row]] = defaultdict(list)
    for area, body in TaxRule.objects.filter(active=True).order_by("position").values_list("area_id", "body"):
        rows[area].append(msgspec.convert(body, Row))
    areas = [msgspec.convert(body, Area) for body in TaxArea.objects.values_list("body", flat=True)]
    return Rulebook((area, rows[area.code]) for area in areas)


def expiring_rules(before: date) -> tuple[ExpiringRule, ...]:
    """Active rows whose last day lies from today (UTC) up to, not including, ``before``: find out what follows them."""
    today = clock.now().date()
    rules = TaxRule.objects.filter(active=True, valid_to__gte=today, valid_to__lt=before).order_by("valid_to", "code")
    return tuple(
        ExpiringRule(rule.code, rule.area_id, rule.body["name"], rule.valid_to, rule.body.get("note", ""))
        for rule in rules
        if rule.valid_to
    )


def evidence_of(order_id: UUID) -> dict[str, Any] | None:
    """The newest evidence recorded for an order, for ``replay``; None when there is none."""
    newest = TaxEvidence.objects.filter(order_id=order_id).order_by("-id").first()
    return newest.evidence if newest else None
