"""The product's own format for tax and duty rules: one YAML file per customs area in ``data/rules``.

A file names its area, then lists *layers* and *rows*. For each line of a document and each layer, the first row (in the
order of the file) whose validity and conditions hold applies; a ``needed`` layer without one makes the quote an
estimate. Rows carry source and confidence, so that every figure shown can be traced. ``Row`` and ``When`` document the
fields; unknown fields are refused.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import yaml

from glocal.platform.kernel.currencies import UnknownCurrency, minor_digits

FOLDER = Path(__file__).parent / "data" / "rules"

Country = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]
HsPrefix = Annotated[str, msgspec.Meta(pattern="^[0-9]{2,10}$")]
Text = Annotated[str, msgspec.Meta(min_length=1)]


class RuleFileWrong(ValueError):
    """A rule file breaks the format; the text names file, row and field."""


class _Struct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    pass


class Amount(_Struct, frozen=True):
    """An amount in major units of its own currency, e.g. EUR 3."""

    amount: Decimal
    currency: str


class Value(_Struct, frozen=True):
    """A band of value: more than ``over`` and at most ``up_to`` (major units of ``currency``).

    ``per`` item: one piece; consignment: all goods of the parcel; order: all imported goods of the document.
    ``of`` price: as the shopper sees it; net: without the tax the price contains; cif: net, with the shipping charge.
    """

    per: Literal["item", "consignment", "order"]
    of: Literal["price", "net", "cif"]
    currency: str
    over: Decimal | None = None
    up_to: Decimal | None = None


class When(_Struct, frozen=True):
    """All given conditions must hold. ``hs``: tariff-code prefixes; ``regime``: a registration the seller holds."""

    supply: Literal["import", "domestic"] | None = None
    countries: tuple[Country, ...] = ()
    regions: tuple[str, ...] = ()
    hs: tuple[HsPrefix, ...] = ()
    hs_not: tuple[HsPrefix, ...] = ()
    origin: tuple[Country, ...] = ()
    ship_from: tuple[Country, ...] = ()
    ship_from_not: tuple[Country, ...] = ()
    regime: str | None = None
    regime_not: str | None = None
    value: Value | None = None


class Row(_Struct, frozen=True):
    """One dated fact.

    kind: ``rate`` only names a percentage, for other rows of the layer (``rate_of``) to use;
    ``ad_valorem`` takes ``rate`` (or the rate found in layer ``rate_of``) of ``base``, less ``minus`` per consignment;
    with ``inside`` the tax is part of its own base ("por dentro": base / (1 - rate) x rate);
    ``flat`` takes ``amount`` ``per`` tariff_code (6 digits), line or parcel;
    ``nothing`` states that nothing is due (a relief), which is not the same as an unknown.

    ``valid_from`` and ``valid_to`` are days in the area's time zone, both inclusive. ``indicated``: a hint only.
    A row of low confidence, of medium confidence with ``unconfirmed`` points, or an indicated one makes an estimate.
    """

    id: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}-[A-Z0-9-]+$", max_length=60)]
    layer: Text
    name: Text
    kind: Literal["rate", "ad_valorem", "flat", "nothing"]
    valid_from: date
    confidence: Literal["high", "medium", "low"]
    sources: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    valid_to: date | None = None
    when: When = When()
    rate: Decimal | None = None
    rate_of: str | None = None
    base: Literal["goods", "goods_shipping", "goods_shipping_duty"] | None = None
    inside: bool = False
    minus: Amount | None = None
    amount: Amount | None = None
    per: Literal["tariff_code", "line", "parcel"] | None = None
    indicated: bool = False
    unconfirmed: tuple[str, ...] = ()
    note: str = ""


class Layer(_Struct, frozen=True):
    """Rows of one charge, of which one applies per line.

    ``needed``: every line (of an import, for duty and fees) must find a row. ``by_region``: the rate depends on one.
    """

    name: Text
    charge: Literal["duty", "tax", "fee"]
    needed: bool = True
    by_region: bool = False


class Source(_Struct, frozen=True):
    """Where a fact was read: site (or work), title and date as far as they are known."""

    site: Text
    title: str = ""
    date: str = ""


class Area(_Struct, frozen=True):
    """A customs area (one country, or the EU): goods that come from a member are a domestic supply."""

    code: Country
    members: Annotated[tuple[Country, ...], msgspec.Meta(min_length=1)]
    time_zone: str
    layers: Annotated[tuple[Layer, ...], msgspec.Meta(min_length=1)]


class RuleFile(_Struct, frozen=True):
    """A whole file. ``open_points`` are for people: what to find out before go-live."""

    schema: Literal[1]
    area: Area
    sources: dict[str, Source]
    rules: tuple[Row, ...]
    open_points: tuple[str, ...] = ()


def as_plain(struct: Area | Row) -> dict[str, Any]:
    """As stored: exactly what JSON gives back, so that it can be compared with a stored one."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(struct))
    return plain


def read_rule_file(text: str, name: str) -> RuleFile:
    """Parse and check one file. Raises RuleFileWrong naming ``name``, the row and what to mend."""
    try:
        content = msgspec.convert(yaml.load(text, Loader=yaml.CSafeLoader), RuleFile)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise RuleFileWrong(f"{name}: {error}") from error
    faults = list(_faults(content))
    if faults:
        raise RuleFileWrong(f"{name}: " + "; ".join(faults))
    return content


@cache
def packaged_rule_files() -> tuple[RuleFile, ...]:
    """Every rule file that comes with the product, by area code. Raises RuleFileWrong."""
    files = tuple(read_rule_file(path.read_text("utf-8"), path.name) for path in sorted(FOLDER.glob("*.yaml")))
    ids = [row.id for content in files for row in content.rules]
    members = [member for content in files for member in content.area.members]
    if len(set(ids)) < len(ids) or len(set(members)) < len(members):
        raise RuleFileWrong("two files share a row id or a member country")
    return files


def _faults(content: RuleFile) -> Iterator[str]:
    try:
        ZoneInfo(content.area.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield f"area.time_zone: unknown time zone {content.area.time_zone}"
    seen: set[str] = set()
    for row in content.rules:
        if row.id in seen:
            yield f"{row.id}: the id is used twice"
        seen.add(row.id)
        yield from (f"{row.id}: {fault}" for fault in _row_faults(row, content))


def _row_faults(row: Row, content: RuleFile) -> Iterator[str]:
    layers = {layer.name: layer for layer in content.area.layers}
    if not row.id.startswith(content.area.code + "-"):
        yield f"id: must start with {content.area.code}-"
    if row.layer not in layers:
        yield f"layer: {row.layer} is not one of the area's layers"
    if row.valid_to and row.valid_to < row.valid_from:
        yield "valid_to: lies before valid_from"
    for source in row.sources:
        if source not in content.sources:
            yield f"sources: {source} is not explained under sources"
    rates = {other.layer for other in content.rules if other.kind == "rate"}
    if row.rate_of is not None and row.rate_of not in rates:
        yield f"rate_of: layer {row.rate_of} has no row of kind rate"
    charge = layers[row.layer].charge if row.layer in layers else ""
    if row.base == "goods_shipping_duty" and charge != "tax":
        yield "base: only a tax can stand on the duty"
    if row.rate is not None and not 0 <= row.rate <= 10:
        yield "rate: must lie between 0 and 10 (0.07 is 7 %)"
    if row.when.value and row.when.value.over is None and row.when.value.up_to is None:
        yield "when.value: needs over or up_to"
    for amount in (row.amount, row.minus, row.when.value):
        if amount is not None:
            if isinstance(amount, Amount) and amount.amount < 0:
                yield "amount: must not be negative"
            try:
                minor_digits(amount.currency)
            except UnknownCurrency:
                yield f"currency: {amount.currency} is no ISO 4217 currency"
    yield from _kind_faults(row, charge)


def _kind_faults(row: Row, charge: str) -> Iterator[str]:
    has_rate = (row.rate is not None) + (row.rate_of is not None)
    if row.kind == "ad_valorem" and (has_rate != 1 or row.base is None):
        yield "kind ad_valorem: needs base and either rate or rate_of"
    if row.kind == "flat" and (row.amount is None or row.per is None or charge == "tax"):
        yield "kind flat: needs amount and per, in a layer of duty or fee"
    if row.kind == "rate" and (row.rate is None or row.when.value or row.when.regime or row.when.regime_not):
        yield "kind rate: needs rate and knows no value or regime (the price it is taken out of would depend on itself)"
    unused = {
        "ad_valorem": ("amount", "per"),
        "flat": ("rate", "rate_of", "base", "minus"),
        "rate": ("base", "amount", "per", "minus", "rate_of"),
    }
    for field in unused.get(row.kind, ("rate", "rate_of", "base", "amount", "per", "minus")):
        if getattr(row, field) is not None:
            yield f"{field}: has no meaning for kind {row.kind}"
    if row.inside and (row.rate or 0) >= 1:
        yield "inside: a tax inside its own base must be below 1"
