"""Quoting, keeping evidence, loading rules."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import connection

from glocal.events.tax import TaxRulesChanged
from glocal.platform.eventing import publish, transactional
from glocal.platform.kernel import clock
from glocal.platform.kernel.cache import ProcessCache
from glocal.platform.kernel.ids import uuid7
from glocal.platform.kernel.parts import Part, tidy, together
from glocal.platform.markets import facade as markets
from glocal.transaction.tax import selectors
from glocal.transaction.tax.evidence import quote_of, request_of
from glocal.transaction.tax.models import TaxArea, TaxRule, TaxRulesVersion
from glocal.transaction.tax.rule_format import RuleFile, as_plain, packaged_rule_files
from glocal.transaction.tax.rulebook import InForce
from glocal.transaction.tax.rules import check_request, choose, work_out
from glocal.transaction.tax.types import FxRow, Reason, TaxQuote, TaxRequest

logger = logging.getLogger(__name__)
_warned: ProcessCache[tuple[str, Reason], None] = ProcessCache(seconds=3600)  # a gap is logged once an hour

_RECORD = tidy("""
tax_recorded AS (
  INSERT INTO tax_taxevidence
  SELECT kept.* FROM {given}, jsonb_populate_record(NULL::tax_taxevidence, %s::jsonb) AS kept
)
""")
_LOAD_LOCK = 0x7A_E5


def quote(request: TaxRequest) -> TaxQuote:
    """What ``request`` owes; see ``TaxQuote`` for what to charge. No statement once rules and exchange rates are warm.

    Raises MarketNotCovered, TaxRequestWrong, TaxRulesMissing.
    """
    check_request(request)
    rules = selectors.rulebook().in_force(request.market, request.region, request.tax_point)
    regimes = settings.TAX_REGIMES if request.regimes is None else request.regimes
    request = replace(request, regimes=regimes, fx=_rates_of_exchange(request, rules))
    choice = choose(request, rules, regimes)
    for reason in choice.reasons:
        if reason.code in {"no_rule", "rate_of_exchange_missing"}:
            _warned.get((request.market, reason), partial(_warn, request.market, reason))
    return quote_of(request, choice, work_out(request, choice.lines))


def quote_elsewhere(evidence: dict[str, Any], region: str) -> TaxQuote:
    """What a recorded order would owe if it went to another region of its market, at its own tax point.

    Raises as ``quote``.
    """
    return quote(replace(request_of(evidence), region=region))


def quote_instead(evidence: dict[str, Any], ref: str, hs_code: str, origin: str, instead: str) -> TaxQuote:
    """What a recorded order would owe with other goods in place of those whose ``ref`` ends so, at the same prices.

    ``instead`` takes the place of that end. Raises as ``quote``.
    """
    known = request_of(evidence)
    goods = (
        replace(line, ref=line.ref.removesuffix(ref) + instead, hs_code=hs_code, origin=origin)
        if line.ref.endswith(ref)
        else line
        for line in known.goods
    )
    return quote(replace(known, goods=tuple(goods)))


def _warn(market: str, reason: Reason) -> None:
    logger.warning("tax of %s is an estimate: %s %s", market, reason.code, dict(reason.details))


def _rates_of_exchange(request: TaxRequest, rules: InForce) -> tuple[FxRow, ...]:
    rows = list(request.fx)
    given = {row.base for row in rows if row.quote == request.currency} | {request.currency}
    for currency in sorted(rules.currencies - given):
        try:
            found = markets.rate(currency, request.currency, rules.on)
        except markets.MissingRate:
            continue  # choose() notes it and assumes the dearer side
        rows.append(FxRow(currency, request.currency, found.rate, found.on, found.source))
    return tuple(rows)


def recording(order_id: UUID, quote: TaxQuote, *, given: str) -> Part:
    """``record`` as a part that writes when the table expression ``given`` has a row."""
    return _recording(uuid7(), order_id, quote, given)


def record(order_id: UUID, quote: TaxQuote) -> UUID:
    """Keep the evidence of what an order was charged (one insert); returns its id."""
    evidence_id = uuid7()
    with connection.cursor() as cursor:
        part = _recording(evidence_id, order_id, quote, "(SELECT) AS once")
        cursor.execute(*together(part, answer="SELECT"))
    return evidence_id


def _recording(evidence_id: UUID, order_id: UUID, quote: TaxQuote, given: str) -> Part:
    tax = quote.tax_included + quote.tax_added
    row = {
        "id": evidence_id,
        "order_id": order_id,
        "currency": tax.currency,
        "tax_minor": tax.minor,
        "duty_minor": quote.duty.minor,
        "fees_minor": quote.fees.minor,
        "estimate": quote.estimate,
        "evidence": quote.evidence,
        "recorded_at": clock.now(),
    }
    return Part(_RECORD.format(given=given), (msgspec.json.encode(row).decode(),))


@transactional
def load_rules(files: Iterable[RuleFile] | None = None) -> int:
    """Bring the table to what the files (the product's own by default) say; returns how many rows changed.

    A changed row becomes a new revision, a row that is gone is retired, nothing is deleted; again, it changes nothing.
    A change of rules that were quoted by before is told by TaxRulesChanged.
    Raises RuleFileWrong.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOAD_LOCK])
    rows, members = 0, set[str]()
    for content in packaged_rule_files() if files is None else files:
        if here := _load_area(content):
            rows += here
            members.update(content.area.members)
    if rows:
        is_first = not TaxRulesVersion.objects.exists()
        version = TaxRulesVersion.objects.create()
        if not is_first:
            publish(TaxRulesChanged(version_id=version.pk, markets=tuple(sorted(members))))
        selectors.forget_version()
    return rows


def _load_area(content: RuleFile) -> int:
    body = as_plain(content.area)
    area, made = TaxArea.objects.get_or_create(code=content.area.code, defaults={"body": body})
    altered = TaxArea.objects.filter(pk=area.pk).update(body=body) if area.body != body else 0
    return made + altered + _load_rows(content)


def _load_rows(content: RuleFile) -> int:
    known = {rule.code: rule for rule in TaxRule.objects.filter(area_id=content.area.code, active=True)}
    last = dict(TaxRule.objects.filter(area_id=content.area.code).order_by("revision").values_list("code", "revision"))
    new = []
    for position, row in enumerate(content.rules):
        body = as_plain(row)
        rule = known.get(row.id)
        if rule is not None and rule.body == body and rule.position == position:
            del known[row.id]
            continue
        new.append(
            TaxRule(
                code=row.id,
                revision=last.get(row.id, 0) + 1,
                area_id=content.area.code,
                position=position,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                confidence=row.confidence,
                body=body,
            )
        )
    TaxRule.objects.filter(pk__in=[rule.pk for rule in known.values()]).update(active=False)
    TaxRule.objects.bulk_create(new)
    return len(new) + len(known.keys() - {rule.code for rule in new})
