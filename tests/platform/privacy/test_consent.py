"""Who allows what: nothing by itself, a yes by hand, a no by the browser, and proof of each."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import RequestFactory

from glocal.platform.markets import facade as markets
from glocal.platform.privacy import facade as privacy
from glocal.platform.privacy.cookies import Cookie
from glocal.platform.privacy.models import Consent

pytestmark = pytest.mark.django_db
BOTH = ("measurement", "personalisation")


def request_of(market="DE", cookie="", **headers):
    request = RequestFactory().get("/", headers=headers)
    request.market = markets.get(market)
    if cookie:
        request.COOKIES[privacy.CHOICE.name] = cookie
    return request


def said(*granted, cookie="", person_id=None, market="DE"):
    return privacy.decide(
        granted=granted, market=market, language="en", source="page", cookie=cookie, person_id=person_id
    )


@pytest.mark.parametrize("market", [market.code for market in markets.all_markets()])
def test_with_no_purpose_in_use_nothing_is_granted_and_nothing_asked(market):
    assert not privacy.granted(request_of(market), "measurement")
    assert not privacy.must_ask(request_of(market))


@pytest.mark.parametrize("market", ["DE", "FR", "GB", "BR", "TH", "SA"])
def test_where_the_law_wants_a_yes_silence_is_a_no_and_is_asked(settings, market):
    settings.OPTIONAL_PURPOSES = BOTH
    assert not privacy.granted(request_of(market), "measurement")
    assert privacy.must_ask(request_of(market))


@pytest.mark.parametrize("market", ["US", "MX"])
def test_where_the_law_lets_people_object_nobody_is_asked_and_silence_allows(settings, market):
    settings.OPTIONAL_PURPOSES = BOTH
    assert privacy.granted(request_of(market), "measurement")
    assert not privacy.must_ask(request_of(market))
    assert not privacy.granted(request_of(market, said(market=market)), "measurement")


@pytest.mark.parametrize("market", ["US", "DE"])
def test_a_browser_that_refuses_by_itself_is_heard_before_anything_said(settings, market):
    settings.OPTIONAL_PURPOSES = BOTH
    gpc = {"Sec-GPC": "1"}
    assert not privacy.granted(request_of(market, **gpc), "measurement")
    assert not privacy.granted(request_of(market, said(*BOTH), **gpc), "measurement")
    assert not privacy.must_ask(request_of(market, **gpc))
    assert not privacy.allowed("measurement", market=market, cookie=said(*BOTH), gpc="1")


def test_a_yes_counts_for_what_it_was_said_to_until_it_is_taken_back(settings):
    settings.OPTIONAL_PURPOSES = BOTH
    cookie = said("measurement")
    assert privacy.granted(request_of(cookie=cookie), "measurement")
    assert not privacy.granted(request_of(cookie=cookie), "personalisation")
    assert not privacy.must_ask(request_of(cookie=cookie))
    assert not privacy.granted(request_of(cookie=said(cookie=cookie)), "measurement")


def test_each_answer_is_kept_with_time_text_market_and_source(settings):
    settings.OPTIONAL_PURPOSES = BOTH
    said("measurement", cookie=said())
    rows = Consent.objects.order_by("at", "purpose")
    assert [(row.purpose, row.granted) for row in rows] == [
        ("measurement", False),
        ("personalisation", False),
        ("measurement", True),
        ("personalisation", False),
    ]
    assert {(row.version, row.market, row.language, row.source) for row in rows} == {
        (privacy.VERSION, "DE", "en", "page")
    }
    assert len({row.browser_id for row in rows}) == 1
    assert all(row.at for row in rows)


def test_an_answer_is_never_changed(settings):
    settings.OPTIONAL_PURPOSES = BOTH
    said()
    with pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.update(granted=True)
    assert not Consent.objects.filter(granted=True).exists()


def test_a_purpose_that_is_new_is_asked_about_and_older_answers_stay(settings):
    settings.OPTIONAL_PURPOSES = ("measurement",)
    cookie = said("measurement")
    settings.OPTIONAL_PURPOSES = BOTH
    assert privacy.must_ask(request_of(cookie=cookie))
    assert privacy.granted(request_of(cookie=cookie), "measurement")
    assert not privacy.granted(request_of(cookie=cookie), "personalisation")


def test_a_yes_to_older_texts_counts_no_longer(settings, monkeypatch):
    settings.OPTIONAL_PURPOSES = BOTH
    cookie = said(*BOTH)
    monkeypatch.setattr("glocal.platform.privacy.consent.VERSION", "2027-01-01")
    assert not privacy.granted(request_of(cookie=cookie), "measurement")
    assert privacy.must_ask(request_of(cookie=cookie))


@pytest.mark.parametrize("cookie", ["", "x", "2026-11-23~b~+measurement", "2026-11-23~b~+measurement:forged", "~" * 99])
def test_a_made_up_cookie_says_nothing(settings, cookie):
    settings.OPTIONAL_PURPOSES = BOTH
    assert privacy.said_by(cookie) is None
    assert not privacy.granted(request_of(cookie=cookie), "measurement")


def test_a_person_is_asked_for_by_the_last_they_said(settings):
    settings.OPTIONAL_PURPOSES = BOTH
    person, other = uuid4(), uuid4()
    assert not privacy.granted_by(person, "personalisation")
    cookie = said("personalisation", person_id=person)
    assert privacy.granted_by(person, "personalisation")
    assert not privacy.granted_by(other, "personalisation")
    said(cookie=cookie, person_id=person)
    assert not privacy.granted_by(person, "personalisation")


def test_asking_costs_no_statement(settings, django_assert_num_queries):
    settings.OPTIONAL_PURPOSES = BOTH
    request = request_of(cookie=said("measurement"))
    with django_assert_num_queries(0):
        assert privacy.granted(request, "measurement")
        assert not privacy.must_ask(request)


def test_a_cookie_of_a_purpose_is_set_only_where_it_is_granted(settings):
    from django.http import HttpResponse

    settings.OPTIONAL_PURPOSES = BOTH
    counter = Cookie("counter", "Counts.", 60, purpose="measurement")
    refused, allowed = HttpResponse(), HttpResponse()
    counter.keep(request_of(), refused, "1")
    counter.keep(request_of(cookie=said("measurement")), allowed, "1")
    assert "counter" not in refused.cookies
    assert allowed.cookies["counter"].value == "1"


def test_a_name_is_defined_once_and_has_an_end():
    with pytest.raises(ValueError, match="twice"):
        privacy.cookie(privacy.CHOICE.name, "Something else.", 5)
    with pytest.raises(ValueError, match="until when"):
        privacy.cookie("endless", "Stays.", None)


def test_every_market_has_a_law_with_source_rights_and_authority():
    for market in (*markets.all_markets(), markets.get("CN")):
        law = privacy.law_of(market.code)
        assert law.law, market.code
        assert law.source, market.code
        assert law.authority, market.code
        assert {"access", "correct", "complain"} <= set(law.rights), market.code
        assert ("withdraw" in law.rights) or law.mode is privacy.Mode.OPT_OUT, market.code
