"""What a festival does to the shop: a greeting and colours on its days, by the market's clock, readable everywhere."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

import glocal
from glocal.platform.kernel import clock

pytestmark = pytest.mark.django_db
CSS = Path(glocal.__file__).parent / "web/storefront/static/storefront/css/festivals.css"
TONES = dict(re.findall(r'\[data-festival="(\w+)"\] \{ (--fest-pale[^}]*)\}', CSS.read_text()))


def home(prefix: str, moment: datetime) -> str:
    with clock.at(moment):
        return Client().get(f"{prefix}/").content.decode()


def test_the_first_page_greets_and_wears_the_colours_of_the_day() -> None:
    page = home("/th-TH", datetime(2026, 4, 13, 5, tzinfo=UTC))
    assert 'data-festival="water"' in page
    assert "สุขสันต์วันสงกรานต์" in page
    assert "festivals.css" in page


def test_on_most_days_there_is_nothing_of_it() -> None:
    page = home("/en-US", datetime(2026, 7, 8, 12, tzinfo=UTC))
    assert "data-festival" not in page
    assert "greeting" not in page
    assert "festivals.css" not in page


def test_it_begins_at_midnight_of_the_market() -> None:
    before, after = datetime(2026, 4, 2, 16, 59, tzinfo=UTC), datetime(2026, 4, 2, 17, 0, tzinfo=UTC)
    assert "data-festival" not in home("/th-TH", before)
    assert 'data-festival="water"' in home("/th-TH", after)
    assert "data-festival" not in home("/en-US", after)


@pytest.mark.parametrize(("language", "said"), [("ar-AE", "رمضان كريم"), ("en-AE", "Ramadan Kareem")])
def test_the_greeting_is_the_readers(language: str, said: str) -> None:
    assert said in home(f"/{language}", datetime(2026, 2, 20, 12, tzinfo=UTC))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    parts = (round(int(one[at : at + 2], 16) * share + int(other[at : at + 2], 16) * (1 - share)) for at in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in parts)


@pytest.mark.parametrize("tone", TONES)
def test_text_is_readable_on_ground_and_ornament_in_light_and_dark(tone: str) -> None:
    raw = dict(re.findall(r"--fest-(\w+): (#\w{6})", TONES[tone]))
    for ground, ink in ((raw["pale"], raw["deep"]), (raw["night"], raw["pale"])):
        assert contrast(ground, ink) >= 7
        assert contrast(mixed(raw["bright"], ground, 0.22), ink) >= 4.5


def test_there_are_tones() -> None:
    assert len(TONES) >= 10
