"""The rule files: what they must carry, and how a wrong one is refused."""

import csv
import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
import yaml

from glocal.platform.markets import facade as markets
from glocal.transaction.tax.rule_format import FOLDER, RuleFileWrong, packaged_rule_files, read_rule_file
from glocal.transaction.tax.texts import KNOWN_NAMES, label
from tests.transaction.tax.cases import BOOK, TSHIRT, ask, quote

GOOD: dict[str, Any] = {
    "schema": 1,
    "area": {
        "code": "XX",
        "members": ["XX"],
        "time_zone": "UTC",
        "layers": [{"name": "duty", "charge": "duty"}, {"name": "vat", "charge": "tax"}],
    },
    "sources": {"law": {"site": "example.org"}},
    "rules": [
        {
            "id": "XX-VAT",
            "layer": "vat",
            "name": "VAT",
            "kind": "ad_valorem",
            "rate": "0.2",
            "base": "goods",
            "valid_from": "2026-01-01",
            "confidence": "high",
            "sources": ["law"],
        }
    ],
}


def with_row(**changes):
    return {**GOOD, "rules": [{**GOOD["rules"][0], **changes}]}


def test_the_good_file_is_good():
    assert read_rule_file(yaml.safe_dump(GOOD), "XX.yaml").rules[0].rate == Decimal("0.2")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("rules: [", "XX.yaml"),
        ({**GOOD, "schema": 2}, "$.schema"),
        ({**GOOD, "surprise": 1}, "surprise"),
        (with_row(rate="a lot"), "$.rules[0].rate"),
        (with_row(rate="20"), "XX-VAT: rate: must lie between 0 and 10"),
        (with_row(rate=None), "XX-VAT: kind ad_valorem: needs base and either rate or rate_of"),
        (with_row(rate_of="vat", rate=None), "XX-VAT: rate_of: layer vat has no row of kind rate"),
        (with_row(layer="gst"), "XX-VAT: layer: gst is not one of the area's layers"),
        (with_row(id="YY-VAT"), "YY-VAT: id: must start with XX-"),
        (with_row(sources=["hearsay"]), "XX-VAT: sources: hearsay is not explained under sources"),
        (with_row(sources=[]), "$.rules[0].sources"),
        (with_row(valid_to="2025-12-31"), "XX-VAT: valid_to: lies before valid_from"),
        (with_row(confidence="sure"), "$.rules[0].confidence"),
        (with_row(when={"hs": [61]}), "$.rules[0].when.hs[0]"),
        (with_row(when={"countries": [False]}), "$.rules[0].when.countries[0]"),
        (
            with_row(when={"value": {"per": "item", "of": "net", "currency": "EUR"}}),
            "XX-VAT: when.value: needs over or up_to",
        ),
        (
            with_row(when={"value": {"per": "item", "of": "net", "currency": "QQQ", "up_to": "1"}}),
            "XX-VAT: currency: QQQ is no ISO 4217 currency",
        ),
        (with_row(amount={"amount": "3", "currency": "EUR"}), "XX-VAT: amount: has no meaning for kind ad_valorem"),
        (
            with_row(kind="flat", rate=None, base=None, per="line", amount={"amount": "3", "currency": "EUR"}),
            "XX-VAT: kind flat: needs amount and per, in a layer of duty or fee",
        ),
        (with_row(inside=True, rate="1"), "XX-VAT: inside: a tax inside its own base must be below 1"),
        (with_row(layer="duty", base="goods_shipping_duty"), "XX-VAT: base: only a tax can stand on the duty"),
        ({**GOOD, "rules": GOOD["rules"] * 2}, "XX-VAT: the id is used twice"),
        ({**GOOD, "area": {**GOOD["area"], "time_zone": "Mars/Olympus"}}, "area.time_zone: unknown time zone"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_row_and_fault(content, told):
    text = content if isinstance(content, str) else yaml.safe_dump(content)
    with pytest.raises(RuleFileWrong) as refusal:
        read_rule_file(text, "XX.yaml")
    assert str(refusal.value).startswith("XX.yaml: ")
    assert told in str(refusal.value)


def test_every_shop_market_is_covered():
    assert {market.code for market in markets.all_markets() if market.sells} <= BOOK.markets


def test_market_time_zones_agree_with_those_of_the_markets():
    zones = {member: content.area.time_zone for content in packaged_rule_files() for member in content.area.members}
    for market in markets.all_markets():
        if market.sells and market.code != "FR":  # the EU's file keeps Berlin's time, which is Paris's as well
            assert zones[market.code] == market.time_zone


def rows():
    return [row for content in packaged_rule_files() for row in content.rules]


def test_only_rows_with_a_reason_are_indicated_or_of_low_confidence():
    for row in rows():
        if row.confidence == "low":
            assert row.indicated or row.unconfirmed or row.note or row.sources == ("own",), row.id


def test_our_figures_are_those_of_the_reference(shared_folder):
    """The facts were carried over by hand; this reads both sides again."""
    reference = yaml.safe_load((shared_folder / "reference/market_tax.yaml").read_text("utf-8"))
    known = {found["market"]: found for found in reference["markets"]}
    by_id = {row.id: row for row in rows()}
    for market, row_id in {
        "TH": "TH-VAT",
        "VN": "VN-VAT",
        "MY": "MY-LVG",
        "SG": "SG-GST",
        "PH": "PH-VAT",
        "CA": "CA-GST",
        "GB": "GB-VAT",
        "AE": "AE-VAT",
        "SA": "SA-VAT",
        "MX": "MX-IVA",
    }.items():
        assert by_id[row_id].rate == Decimal(known[market]["tax"]["rate"]), market
    assert by_id["ID-PPN"].rate == Decimal(known["ID"]["tax"]["effective_rate"])
    for country, percent in known["EU"]["tax"]["rates_standard"].items():
        assert by_id[f"EU-VAT-{country}"].rate == Decimal(str(percent)) / 100, country
    for market, row_id in {"MY": "MY-LVG", "SG": "SG-OVR", "PH": "PH-VAT-RELIEF", "GB": "GB-VAT-AT-SALE"}.items():
        threshold, value = known[market]["low_value"]["threshold_value"], by_id[row_id].when.value
        assert (value.up_to, value.currency) == (threshold["amount"], threshold["currency"]), market
    assert by_id["EU-DUTY-FLAT"].valid_to == known["EU"]["low_value"]["valid_to"]
    assert by_id["VN-VAT-REDUCED"].valid_to == known["VN"]["tax"]["reduced"][0]["valid_to"]


def test_our_state_rates_are_those_of_the_public_list(shared_folder):
    listed = json.loads((shared_folder / "vectors/tax/sales_tax_rates.json").read_text("utf-8"))
    by_id = {row.id: row for row in rows()}
    for state, found in listed["US"]["states"].items():
        assert by_id[f"US-SALES-{state}"].rate == Decimal(str(found["rate"])), state
    federal = Decimal(str(listed["CA"]["rate"]))
    for province, found in listed["CA"]["states"].items():
        rate = Decimal(str(found["rate"]))
        if found["type"] == "hst":
            assert by_id[f"CA-HST-{province}"].rate == federal + rate, province
        else:
            assert by_id[f"CA-PST-{province}-RATE"].rate == rate, province


def test_our_vat_rates_are_those_of_the_public_history(shared_folder):
    """Every standard rate of a member state at a few dates, against vat_rates_history.csv (2025-09-25)."""
    with (shared_folder / "vectors/tax/vat_rates_history.csv").open(newline="", encoding="utf-8") as file:
        listed = [row for row in csv.DictReader(file) if row["rate_type"] == "standard"]
    members = next(content.area.members for content in packaged_rule_files() if content.area.code == "EU")
    for day in ("2024-06-15", "2025-02-15", "2025-07-15", "2025-09-20"):
        noon = datetime.fromisoformat(day + "T12:00:00+00:00")
        for member in members:
            (listed_rate,) = [
                Decimal(row["rate"])
                for row in listed
                if member in row["territory_codes"].split()
                and row["start_date"] <= day
                and (not row["stop_date"] or row["stop_date"] > day)
            ]
            (ours,) = BOOK.in_force(member, None, noon).rates["vat"]
            assert ours.row.rate == listed_rate, (member, day)


def test_the_folder_explains_itself():
    assert (FOLDER / "README.md").is_file()


def test_every_charge_has_a_name_that_can_be_translated():
    assert {row.name for row in rows()} == KNOWN_NAMES


def test_a_charge_is_labelled_with_its_rate():
    found = quote(ask("CA", (TSHIRT, 10000), region="QC"))
    assert [label(charge) for charge in found.charges] == ["Customs duty 18%", "GST 5%", "QST 9.975%"]
    assert label(quote(ask("DE", (TSHIRT, 11900))).charges[0]) == "Customs duty"
