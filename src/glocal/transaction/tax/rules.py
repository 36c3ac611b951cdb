"""Which rows apply to a document, and what they take. Pure: no database, no clock.

Amounts inside are minor units to 50 digits; what is nearer than 1e-20 to a limit or a half counts as on it. Each rate
is rounded half up once per document (separately for what is inside the prices and what comes on top), then spread over
the lines by largest remainder, so that lines sum to the document.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from glocal.platform.kernel.currencies import minor_digits
from glocal.platform.kernel.money import Money
from glocal.transaction.tax.errors import TaxRequestWrong
from glocal.transaction.tax.rule_format import Amount, Value
from glocal.transaction.tax.rulebook import Applied, InForce, Rule
from glocal.transaction.tax.types import Charge, LineTax, Reason, TaxableLine, TaxRequest

Chosen = Sequence[Sequence[Applied]]
_EXACT = Context(prec=50)
_GRAIN = Decimal("1e-20")
_ONE = Decimal(1)
_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Worked:
    """The numbers of a quote, before evidence."""

    lines: tuple[LineTax, ...]
    shipping_tax: Money
    charges: tuple[Charge, ...]


def check_request(request: TaxRequest) -> None:
    """Raises TaxRequestWrong for what no caller may ask."""

    def refuse(part: str, why: str) -> None:
        raise TaxRequestWrong(field=part, why=why)

    if request.tax_point.tzinfo is None:
        refuse("tax_point", "the tax point must be an aware time")
    if len(request.shipping) != len(request.ship_from):
        refuse("shipping", "there must be one shipping charge and one ship-from country per parcel")
    if {line.parcel for line in request.goods} != set(range(len(request.shipping))):
        refuse("goods", "every parcel must have goods, and all goods a parcel")
    for line in request.goods:
        if line.quantity < 1 or line.amount.minor < 0 or line.amount.currency != request.currency:
            refuse("goods", f"line {line.ref} has no positive quantity, a negative amount or another currency")
    for charge in request.shipping:
        if charge.minor < 0 or charge.currency != request.currency:
            refuse("shipping", "a shipping charge is negative or in another currency")


class Exchange:
    """Amounts of other currencies in exact minor units of ours."""

    def __init__(self, request: TaxRequest) -> None:
        unit = 10 ** minor_digits(request.currency)
        self._per_major: dict[str, Decimal] = {
            row.base: row.rate * unit for row in request.fx if row.quote == request.currency
        }
        self._per_major[request.currency] = Decimal(unit)
        self.missing: set[str] = set()

    def minor(self, amount: Amount) -> Decimal | None:
        """None, and noted in ``missing``, when the rate is not known."""
        per_major = self._per_major.get(amount.currency)
        if per_major is None:
            self.missing.add(amount.currency)
            return None
        return amount.amount * per_major

    def holds(self, band: Value, worth: Decimal) -> bool:
        """Whether ``worth`` is in the band. Without an exchange rate it counts as above every limit."""
        per_major = self._per_major.get(band.currency)
        if per_major is None:
            self.missing.add(band.currency)
            return band.up_to is None
        worth = worth.quantize(_GRAIN)
        if band.over is not None and worth <= band.over * per_major:
            return False
        return band.up_to is None or worth <= band.up_to * per_major


def shipping_shares(request: TaxRequest) -> list[Decimal]:
    """Each line's part of its parcel's shipping charge, by value (by line where all are free)."""
    worth = [0] * len(request.shipping)
    count = [0] * len(request.shipping)
    for line in request.goods:
        worth[line.parcel] += line.amount.minor
        count[line.parcel] += 1
    return [
        Decimal(request.shipping[line.parcel].minor * line.amount.minor) / worth[line.parcel]
        if worth[line.parcel]
        else Decimal(request.shipping[line.parcel].minor) / count[line.parcel]
        for line in request.goods
    ]


class _Bands:
    """Whether a line is inside the value band of a row; worked out once per piece, parcel or document."""

    def __init__(
        self, request: TaxRequest, imported: Sequence[bool], contained: Sequence[Decimal], exchange: Exchange
    ) -> None:
        self._request = request
        self._imported = imported
        self._contained = contained
        self._exchange = exchange
        self._shares = shipping_shares(request)
        self._found: dict[tuple[str, int], bool] = {}

    def hold(self, rule: Rule, band: Value, index: int) -> bool:
        group = index if band.per == "item" else self._request.goods[index].parcel if band.per == "consignment" else 0
        found = self._found.get((rule.id, group))
        if found is None:
            found = self._found[rule.id, group] = self._exchange.holds(band, self._worth(band, index))
        return found

    def _worth(self, band: Value, index: int) -> Decimal:
        lines = self._request.goods
        if band.per == "item":
            return self._of_line(index, band.of) / lines[index].quantity
        if band.per == "consignment":
            members = [at for at, line in enumerate(lines) if line.parcel == lines[index].parcel]
        else:
            members = [at for at, come_in in enumerate(self._imported) if come_in]
        return sum((self._of_line(at, band.of) for at in members), _NONE)

    def _of_line(self, index: int, of: str) -> Decimal:
        amount = Decimal(self._request.goods[index].amount.minor)
        if of == "price":
            return amount
        if of == "cif":
            amount += self._shares[index]
        return amount / (1 + self._contained[index])


@dataclass(slots=True)
class Choice:
    """The rows that apply to each line, and why they may be wrong."""

    lines: list[list[Applied]] = field(default_factory=list)
    reasons: dict[Reason, None] = field(default_factory=dict)

    def doubt(self, code: str, **details: str) -> None:
        self.reasons[Reason(code, tuple(details.items()))] = None


def choose(request: TaxRequest, rules: InForce, regimes: frozenset[str]) -> Choice:
    """For every line and layer the first row that holds; what is missing or unsure becomes a reason."""
    with localcontext(_EXACT):
        return _choose(request, rules, regimes)


def _choose(request: TaxRequest, rules: InForce, regimes: frozenset[str]) -> Choice:
    choice = Choice()
    exchange = Exchange(request)
    imported = [request.ship_from[line.parcel] not in rules.area.members for line in request.goods]
    contained = [_NONE] * len(imported)
    if request.prices_include_tax:
        contained = [
            _contained_rate(rules, line, come_in) for line, come_in in zip(request.goods, imported, strict=True)
        ]
    bands = _Bands(request, imported, contained, exchange)
    for index, line in enumerate(request.goods):
        applied: list[Applied] = []
        for stage in rules.stages:
            if stage.layer.charge != "tax" and not imported[index]:
                continue  # goods already inside the customs area owe no duty and no import fee
            rule = next(
                (rule for rule in stage.rules if _meets(rule, request, index, imported[index], regimes, bands)), None
            )
            found = _with_rate(rule, rules, line, imported[index]) if rule else None
            if found is not None:
                applied.append(found)
                for amount in (found.rule.row.amount, found.rule.row.minus):
                    if amount is not None:
                        exchange.minor(amount)  # notes a missing rate
            elif stage.layer.needed or rule:
                choice.doubt("no_rule", layer=stage.layer.name, hs_code=line.hs_code, on=rules.on.isoformat())
        choice.lines.append(applied)
        _note_doubts(choice, line, imported[index], rules, applied)
    if request.region is None and any(stage.layer.by_region for stage in rules.stages):
        choice.doubt("region_needed")
    for currency in sorted(exchange.missing):
        choice.doubt("rate_of_exchange_missing", currency=currency)
    return choice


def _note_doubts(choice: Choice, line: TaxableLine, come_in: bool, rules: InForce, applied: Sequence[Applied]) -> None:
    if come_in and not line.hs_code:
        choice.doubt("hs_code_missing", line=line.ref)
    if come_in and not line.origin and rules.origin_matters:
        choice.doubt("origin_missing", line=line.ref)
    for found in applied:
        for rule in (found.rule, found.rate_rule):
            if rule is not None and rule.doubt:
                choice.doubt(rule.doubt, rule=rule.id, name=rule.row.name)


def _contained_rate(rules: InForce, line: TaxableLine, come_in: bool) -> Decimal:
    """The tax a tax-inclusive price contains, as a share of the price without it."""
    total = _NONE
    for stage in rules.stages:
        if stage.layer.charge == "tax":
            charging = next((rule for rule in stage.rules if rule.row.kind == "ad_valorem"), None)
            found = _with_rate(charging, rules, line, come_in) if charging else None
            total += found.rate if found else 0
    return total


def _fits_goods(rule: Rule, line: TaxableLine, come_in: bool) -> bool:
    supply = rule.row.when.supply
    return (
        (supply is None or (supply == "import") == come_in)
        and (not rule.hs or line.hs_code.startswith(rule.hs))
        and not (rule.hs_not and line.hs_code.startswith(rule.hs_not))
    )


def _with_rate(rule: Rule, rules: InForce, line: TaxableLine, come_in: bool) -> Applied | None:
    if rule.row.rate_of is None:
        return Applied.of(rule, None)
    rate_rule = next((rate for rate in rules.rates[rule.row.rate_of] if _fits_goods(rate, line, come_in)), None)
    return Applied.of(rule, rate_rule) if rate_rule else None


def _meets(rule: Rule, request: TaxRequest, index: int, come_in: bool, regimes: frozenset[str], bands: _Bands) -> bool:
    line = request.goods[index]
    when = rule.row.when
    ship_from = request.ship_from[line.parcel]
    return (
        _fits_goods(rule, line, come_in)
        and (when.regime is None or when.regime in regimes)
        and (when.regime_not is None or when.regime_not not in regimes)
        and (not when.origin or (line.origin or ship_from) in when.origin)
        and (not when.ship_from or ship_from in when.ship_from)
        and ship_from not in when.ship_from_not
        and (when.value is None or bands.hold(rule, when.value, index))
    )


def work_out(request: TaxRequest, chosen: Chosen) -> Worked:
    """What the chosen rows take."""
    with localcontext(_EXACT):
        return _work_out(request, chosen)


def _work_out(request: TaxRequest, chosen: Chosen) -> Worked:
    shares = shipping_shares(request)
    exchange = Exchange(request)
    sums = _Sums(len(request.goods))
    goods: list[Decimal] = []
    shipping: list[Decimal] = []
    for line, share, applied in zip(request.goods, shares, chosen, strict=True):
        on_goods, on_shipping = _rates(applied) if request.prices_include_tax else (0, 0)
        goods.append(Decimal(line.amount.minor) / (1 + on_goods))
        shipping.append(share / (1 + on_shipping))
    duties = _take_duties_and_fees(request, chosen, goods, shipping, exchange, sums)
    included = request.prices_include_tax
    for index, applied in enumerate(chosen):
        for found in applied:
            if found.rule.charge != "tax" or not found.rate:
                continue
            sums.add(found, index, found.rate * goods[index], included=included)
            if found.rule.row.base != "goods":
                sums.add(found, sums.shipping, found.rate * shipping[index], included=included)
            if found.rule.row.base == "goods_shipping_duty":
                sums.add(found, index, found.rate * duties[index], included=False)
    return sums.rounded(request)


def _rates(applied: Sequence[Applied]) -> tuple[Decimal | int, Decimal | int]:
    """The tax contained in the price of goods and of shipping, as a share of what is left without it."""
    taxes = [found for found in applied if found.rule.charge == "tax"]
    return sum(found.rate for found in taxes), sum(found.rate for found in taxes if found.rule.row.base != "goods")


def _take_duties_and_fees(
    request: TaxRequest,
    chosen: Chosen,
    goods: Sequence[Decimal],
    shipping: Sequence[Decimal],
    exchange: Exchange,
    sums: "_Sums",
) -> list[Decimal]:
    """Add every duty and fee to ``sums``; returns the duty of each line."""
    duties = [_NONE] * len(goods)
    for found, indexes in _groups(request, chosen):
        row = found.rule.row
        if row.kind == "flat" and row.amount is not None:
            taken = exchange.minor(row.amount)
            parts = _spread(taken or _NONE, [goods[index] for index in indexes])
        else:
            parts = [
                found.rate * (goods[index] + (shipping[index] if row.base == "goods_shipping" else 0))
                for index in indexes
            ]
            whole = sum(parts, _NONE)
            less = (exchange.minor(row.minus) or _NONE) if row.minus else _NONE
            if less and whole:
                parts = [part * max(whole - less, _NONE) / whole for part in parts]
        for index, part in zip(indexes, parts, strict=True):
            sums.add(found, index, part, included=False)
            if found.rule.charge == "duty":
                duties[index] += part
    return duties


def _groups(request: TaxRequest, chosen: Chosen) -> list[tuple[Applied, list[int]]]:
    """The lines that a duty or fee takes together: of one parcel, one tariff code, or each alone."""
    groups: dict[tuple[str, int, str], tuple[Applied, list[int]]] = {}
    for index, applied in enumerate(chosen):
        line = request.goods[index]
        for found in applied:
            row = found.rule.row
            if found.rule.charge == "tax" or row.kind == "nothing":
                continue
            key = ""
            if row.per == "tariff_code":
                key = line.hs_code[:6] or f"unknown {index}"
            elif row.per == "line":
                key = str(index)
            groups.setdefault((row.id, line.parcel, key), (found, []))[1].append(index)
    return list(groups.values())


def _spread(whole: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    total = sum(weights, _NONE)
    return [whole * weight / total for weight in weights] if total else [whole / len(weights)] * len(weights)


class _Sums:
    """Exact amounts by rate, until they are rounded. Index ``shipping`` stands for the shipping of all parcels."""

    def __init__(self, lines: int) -> None:
        self.shipping = lines
        self._parts: dict[tuple[str, bool], tuple[Applied, dict[int, Decimal]]] = {}

    def add(self, found: Applied, index: int, part: Decimal, *, included: bool) -> None:
        if not part:
            return
        key = ((found.rate_rule or found.rule).id, included)
        parts = self._parts.setdefault(key, (found, defaultdict(Decimal)))[1]
        parts[index] += part

    def rounded(self, request: TaxRequest) -> Worked:
        taxes, added, duties = ([0] * (self.shipping + 1) for _ in range(3))
        charges = []
        for (rule_id, included), (found, parts) in self._parts.items():
            whole, by_index = _round_together(parts)
            kind = found.rule.charge
            targets = {"tax": [taxes] if included else [taxes, added], "duty": [duties], "fee": []}[kind]
            for target in targets:
                for index, minor in by_index.items():
                    target[index] += minor
            name = (found.rate_rule or found.rule).row.name
            amount = Money(whole, request.currency)
            charges.append(Charge(rule_id, kind, name, found.shown_rate, amount, included))
        lines = tuple(
            LineTax(line.ref, *(Money(minors[index], request.currency) for minors in (taxes, duties, added)))
            for index, line in enumerate(request.goods)
        )
        return Worked(lines, Money(taxes[self.shipping], request.currency), tuple(charges))


def _round_together(parts: Mapping[int, Decimal]) -> tuple[int, dict[int, int]]:
    """The sum rounded half up, and whole parts that sum to it: the largest remainders go up (ties: the earlier)."""
    whole = int(sum(parts.values(), _NONE).quantize(_GRAIN).quantize(_ONE, ROUND_HALF_UP))
    result = {index: int(part) for index, part in parts.items()}
    by_remainder = sorted(parts, key=lambda index: (result[index] - parts[index], index))
    for index in by_remainder[: whole - sum(result.values())]:
        result[index] += 1
    return whole, result
