"""Festivals: the right one on the right day of the right market, moving with the moon, and none where there is none."""

import itertools
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from glocal.platform.markets import facade as markets
from glocal.platform.markets.festivals import _easter, _kept_days, reckon

ROOT = Path(__file__).resolve().parents[3]


def on(market: str, day: str) -> str:
    found = markets.festival_at(market, date.fromisoformat(day))
    return found.festival.code if found else ""


@pytest.mark.parametrize(
    ("market", "day", "code"),
    [
        ("TH", "2026-04-13", "songkran"),
        ("TH", "2026-11-24", "loy_krathong"),
        ("TH", "2026-08-12", "mothers_day"),
        ("VN", "2026-02-17", "tet"),
        ("SG", "2026-02-17", "lunar_new_year"),
        ("SG", "2027-10-28", "deepavali"),
        ("GB", "2026-03-15", "mothers_day"),
        ("FR", "2026-05-31", "mothers_day"),
        ("FR", "2020-06-07", "mothers_day"),
        ("US", "2026-11-27", "black_friday"),
        ("SA", "2026-11-27", "white_friday"),
        ("MX", "2025-11-17", "buen_fin"),
        ("BR", "2026-06-12", "dia_dos_namorados"),
        ("BR", "2026-02-17", "carnival"),
        ("ID", "2026-12-12", "12_12"),
        ("PH", "2026-11-11", "11_11"),
        ("AE", "2026-12-02", "eid_al_etihad"),
    ],
)
def test_a_market_keeps_its_festival_on_its_day(market: str, day: str, code: str) -> None:
    assert on(market, day) == code


def test_ramadan_moves_by_about_eleven_days_a_year_and_comes_twice_in_2030() -> None:
    days = [
        row.first
        for row in markets.occasions("SA", date(2025, 1, 1), date(2030, 12, 31))
        if row.festival.code == "ramadan"
    ]
    assert days[:3] == [date(2025, 3, 1), date(2026, 2, 18), date(2027, 2, 8)]
    assert [day.year for day in days] == [2025, 2026, 2027, 2028, 2029, 2030, 2030]
    assert all(9 <= 365 - (later - earlier).days <= 13 for earlier, later in itertools.pairwise(days))


def test_eid_follows_ramadan_and_is_called_as_people_call_it() -> None:
    assert on("AE", "2026-03-18") == "ramadan"
    assert {market: on(market, "2026-03-21") for market in ("AE", "SA", "ID", "MY", "SG")} == {
        "AE": "eid_al_fitr",
        "SA": "eid_al_fitr",
        "ID": "idulfitri",
        "MY": "hari_raya",
        "SG": "hari_raya",
    }


def test_during_ramadan_nothing_else_takes_its_place() -> None:
    assert markets.festival_at("SA", date(2024, 3, 21)).festival.code == "ramadan"  # Mother's Day as well


def test_nothing_is_shown_where_there_is_nothing() -> None:
    assert [on(market, "2026-07-08") for market in ("US", "DE", "TH", "SA", "BR")] == [""] * 5
    assert on("DE", "2026-02-17") == ""
    assert on("AE", "2026-12-24") == ""
    assert on("MY", "2027-02-14") != "valentines_day"


def test_it_is_shown_from_its_lead_to_its_tail_and_not_a_day_more() -> None:
    assert [on("TH", f"2026-04-{day:02}") for day in (2, 3, 16, 17)] == ["", "songkran", "songkran", ""]


def test_the_day_is_the_markets_own() -> None:
    moment = datetime(2026, 4, 2, 17, 30, tzinfo=UTC)  # half past midnight in Bangkok, the day before in New York
    assert on("TH", markets.local_day(moment, "TH").isoformat()) == "songkran"
    assert markets.local_day(moment, "US") == date(2026, 4, 2)
    turn = datetime(2026, 11, 24, 4, 59, tzinfo=UTC)  # a minute to midnight in New York
    assert markets.local_day(turn, "US") == date(2026, 11, 23)


def test_days_of_the_moon_are_marked_as_estimates() -> None:
    found = {
        row.festival.code: row.is_estimate for row in markets.occasions("AE", date(2027, 1, 1), date(2027, 12, 31))
    }
    assert found["ramadan"]
    assert found["eid_al_fitr"]
    assert not found["eid_al_etihad"]


def test_easter_is_where_it_was() -> None:
    days = {2000: (4, 23), 2008: (3, 23), 2024: (3, 31), 2025: (4, 20), 2026: (4, 5), 2038: (4, 25)}
    assert {year: (_easter(year).month, _easter(year).day) for year in days} == days


def test_what_is_written_down_is_what_the_library_says_and_later_years_are_asked_of_it() -> None:
    kept = _kept_days()
    assert reckon(kept) == kept
    assert on("VN", "2037-02-15") == "tet"


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES if code != "en"])
def test_every_name_and_greeting_is_in_every_language(language: str) -> None:
    po = ROOT / f"src/glocal/platform/markets/locale/{translation.to_locale(language)}/LC_MESSAGES/django.po"
    known = po.read_text()
    for row in markets.festivals():
        for text in (row.name, row.greeting):
            assert f'msgid "{text}"' in known or text[0].isdigit(), text


def test_the_table_is_sound() -> None:
    tones = (ROOT / "src/glocal/web/storefront/static/storefront/css/festivals.css").read_text()
    sold = {market.code for market in markets.all_markets()}
    for row in markets.festivals():
        assert set(row.markets) <= sold, row.code
        assert f'[data-festival="{row.tone}"]' in tones, row.tone
        assert row.source, row.code
        assert row.days >= 1
        assert 0 <= row.tail <= row.lead <= 21, row.code
