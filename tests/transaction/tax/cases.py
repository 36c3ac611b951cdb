"""Requests and quotes on the product's own rule files, without a database."""

from datetime import UTC, datetime
from decimal import Decimal

from glocal.platform.kernel.money import Money
from glocal.transaction.tax.evidence import quote_of
from glocal.transaction.tax.rule_format import packaged_rule_files
from glocal.transaction.tax.rulebook import Rulebook
from glocal.transaction.tax.rules import check_request, choose, work_out
from glocal.transaction.tax.types import FxRow, TaxableLine, TaxQuote, TaxRequest

CURRENCY = {
    "TH": "THB", "VN": "VND", "ID": "IDR", "MY": "MYR", "SG": "SGD", "PH": "PHP", "US": "USD", "CA": "CAD", "GB": "GBP",
    "DE": "EUR", "FR": "EUR", "AE": "AED", "SA": "SAR", "MX": "MXN", "BR": "BRL", "RO": "EUR",
}  # fmt: skip
PER_DOLLAR = {"IDR": "16500", "MXN": "20", "BRL": "5"}
ALL_REGIMES = frozenset({"IOSS", "OVR", "LVG", "REMESSA"})
TSHIRT, WATCH, LIPSTICK, TOY, PHONE = "610910", "910211", "330410", "950300", "851713"
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
BOOK = Rulebook.from_files(packaged_rule_files())


def goods(*items, currency, parcel=0, origin="CN"):
    """Each item is (hs code, line total in minor units) or (hs code, line total, quantity)."""
    return tuple(
        TaxableLine(
            f"{parcel}.{index}", parcel, item[0], origin, item[2] if len(item) > 2 else 1, Money(item[1], currency)
        )
        for index, item in enumerate(items)
    )


def ask(
    market,
    *items,
    shipping=0,
    at=NOW,
    region=None,
    ship_from="CN",
    origin="CN",
    regimes=ALL_REGIMES,
    included=None,
    fx=None,
):
    """A document of one parcel; prices are as its market shows them unless ``included`` says otherwise."""
    currency = CURRENCY[market]
    return TaxRequest(
        market=market,
        region=region,
        tax_point=at,
        currency=currency,
        prices_include_tax=market not in {"US", "CA"} if included is None else included,
        goods=goods(*items, currency=currency, origin=origin),
        shipping=(Money(shipping, currency),),
        ship_from=(ship_from,),
        regimes=regimes,
        fx=rates(currency) if fx is None else fx,
    )


def rates(currency):
    known = [("USD", currency, PER_DOLLAR[currency])] if currency in PER_DOLLAR else []
    return tuple(
        FxRow(base, quote, Decimal(rate), NOW.date(), "test") for base, quote, rate in [*known, ("RON", "EUR", "0.2")]
    )


def quote(request) -> TaxQuote:
    check_request(request)
    choice = choose(request, BOOK.in_force(request.market, request.region, request.tax_point), request.regimes)
    return quote_of(request, choice, work_out(request, choice.lines))


def owed(found: TaxQuote) -> tuple[int, int, int, int]:
    """(tax included, tax added, duty, fees) in minor units."""
    return found.tax_included.minor, found.tax_added.minor, found.duty.minor, found.fees.minor


def rule_ids(found: TaxQuote) -> set[str]:
    return set(found.evidence["rules"])


def reason_codes(found: TaxQuote) -> set[str]:
    return {reason.code for reason in found.reasons}
