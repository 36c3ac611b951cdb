"""Evidence of a quote: its inputs and the rows applied, as plain JSON, and the way back to the same numbers."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from glocal.platform.kernel.money import Money
from glocal.transaction.tax.rulebook import Applied, Rule
from glocal.transaction.tax.rules import Choice, Worked, work_out
from glocal.transaction.tax.types import FxRow, Reason, TaxableLine, TaxQuote, TaxRequest

_VERSION = 1


def quote_of(request: TaxRequest, choice: Choice, worked: Worked) -> TaxQuote:
    """The quote with its evidence."""
    reasons = tuple(choice.reasons)
    return _quote(worked, request.currency, reasons, _evidence(request, choice, reasons))


def replay(evidence: dict[str, Any]) -> TaxQuote:
    """The quote that this evidence was stored with, worked out anew from it alone: the rules of today play no part."""
    request = request_of(evidence)
    rules = {code: Rule.from_facts(facts) for code, facts in evidence["rules"].items()}
    chosen = [
        [Applied.of(rules[code], rules[rate] if rate else None) for code, rate in applied]
        for applied in evidence["applied"]
    ]
    reasons = tuple(
        Reason(code, tuple((name, value) for name, value in details)) for code, details in evidence["reasons"]
    )
    return _quote(work_out(request, chosen), request.currency, reasons, evidence)


def _quote(worked: Worked, currency: str, reasons: tuple[Reason, ...], evidence: dict[str, Any]) -> TaxQuote:
    def total(kind: str, *, included: bool) -> Money:
        wanted = (charge for charge in worked.charges if charge.kind == kind and charge.included == included)
        return Money(sum(charge.amount.minor for charge in wanted), currency)

    return TaxQuote(
        lines=worked.lines,
        shipping_tax=worked.shipping_tax,
        tax_included=total("tax", included=True),
        tax_added=total("tax", included=False),
        duty=total("duty", included=False),
        fees=total("fee", included=False),
        charges=worked.charges,
        estimate=bool(reasons),
        reasons=reasons,
        evidence=evidence,
    )


def _evidence(request: TaxRequest, choice: Choice, reasons: tuple[Reason, ...]) -> dict[str, Any]:
    used = {
        rule.id: rule.facts for line in choice.lines for found in line for rule in (found.rule, found.rate_rule) if rule
    }
    return {
        "version": _VERSION,
        "request": {
            "market": request.market,
            "region": request.region,
            "tax_point": request.tax_point.isoformat(),
            "currency": request.currency,
            "prices_include_tax": request.prices_include_tax,
            "goods": [
                [line.ref, line.parcel, line.hs_code, line.origin, line.quantity, line.amount.minor]
                for line in request.goods
            ],
            "shipping": [charge.minor for charge in request.shipping],
            "ship_from": list(request.ship_from),
            "regimes": sorted(request.regimes or ()),
            "fx": [[row.base, row.quote, str(row.rate), row.on.isoformat(), row.source] for row in request.fx],
        },
        "rules": used,
        "applied": [
            [[found.rule.id, found.rate_rule.id if found.rate_rule else None] for found in line]
            for line in choice.lines
        ],
        "reasons": [[reason.code, [list(detail) for detail in reason.details]] for reason in reasons],
    }


def _line(kept: list[Any], currency: str) -> TaxableLine:
    ref, parcel, hs_code, origin, quantity, minor = kept
    return TaxableLine(ref, parcel, hs_code, origin, quantity, Money(minor, currency))


def request_of(evidence: dict[str, Any]) -> TaxRequest:
    """The document that was quoted."""
    kept = evidence["request"]
    currency = kept["currency"]
    return TaxRequest(
        market=kept["market"],
        region=kept["region"],
        tax_point=datetime.fromisoformat(kept["tax_point"]),
        currency=currency,
        prices_include_tax=kept["prices_include_tax"],
        goods=tuple(_line(line, currency) for line in kept["goods"]),
        shipping=tuple(Money(minor, currency) for minor in kept["shipping"]),
        ship_from=tuple(kept["ship_from"]),
        regimes=frozenset(kept["regimes"]),
        fx=tuple(
            FxRow(base, quote, Decimal(rate), date.fromisoformat(on), source)
            for base, quote, rate, on, source in kept["fx"]
        ),
    )
