"""Collections: what they hold, on which days of which market, and who may keep them."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from glocal.content.catalog import facade as catalog
from glocal.content.collections import facade as collections
from glocal.content.collections.models import Collection
from glocal.platform.audit.models import AuditEntry
from glocal.platform.kernel import clock
from glocal.platform.kernel.cache import clear_all
from tests.factories.api import token
from tests.factories.catalog import make_product
from tests.platform.accounts.factories import make_person
from tests.web.console.conftest import operator, signed_in

pytestmark = pytest.mark.django_db
SONGKRAN, ORDINARY = datetime(2026, 4, 13, 5, tzinfo=UTC), datetime(2026, 7, 8, 5, tzinfo=UTC)


@pytest.fixture
def cups() -> list:
    catalog.save_categories([catalog.CategoryInput("home", {"en": "Home"})])
    return [
        make_product(title=f"Cup {number}", category="home", prices={"US": 1999, "TH": 59900, "CA": 2500})
        for number in range(3)
    ]


def save(**changes) -> None:
    given = {"market": "US", "slug": "for-you", "title": {"en": "For you", "ar": "لك"}, "category": "home"}
    collections.save_collection(collections.CollectionInput(**given | changes), actor_id=None)


def get(path: str, moment: datetime = ORDINARY) -> str:
    with clock.at(moment):
        answer = Client().get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_a_rule_holds_what_stands_in_a_category_and_a_list_what_it_names_in_its_order(cups) -> None:
    ids = [cup.id for cup in cups]
    save()
    save(slug="listed", category="", product_ids=[ids[2], ids[0], uuid4()])
    shown = {row.slug: row for row in collections.shown_on("US", date(2026, 7, 8))}
    assert len(collections.cards(shown["for-you"], "en").cards) == 3
    assert [card.product_id for card in collections.cards(shown["listed"], "en").cards] == [ids[2], ids[0]]


def test_it_is_shown_from_its_first_to_its_last_day(cups) -> None:
    save(starts_on=date(2026, 7, 8), ends_on=date(2026, 7, 9))
    days = [bool(collections.shown_on("US", date(2026, 7, day))) for day in (7, 8, 9, 10)]
    assert days == [False, True, True, False]


def test_a_festivals_collection_comes_and_goes_with_it_by_the_markets_clock(cups) -> None:
    save(market="TH", festival="songkran")
    assert [bool(collections.shown_on("TH", date(2026, 4, day))) for day in (2, 3, 16, 17)] == [
        False,
        True,
        True,
        False,
    ]
    with clock.at(datetime(2026, 4, 2, 16, 59, tzinfo=UTC)):
        assert Client().get("/en-TH/collections/for-you").status_code == 404
    assert "For you" in get("/en-TH/collections/for-you", datetime(2026, 4, 2, 17, tzinfo=UTC))


def test_home_shows_it_with_the_reason_and_its_page_has_the_words(cups) -> None:
    save(market="TH", festival="songkran", text={"en": "For wet days."})
    page = get("/en-TH/", SONGKRAN)
    assert "Why you see this: Songkran, " in page
    assert 'href="/en-TH/collections/for-you"' in page
    assert "For wet days." in get("/en-TH/collections/for-you", SONGKRAN)
    assert "for-you" not in get("/en-TH/", ORDINARY)


def test_a_market_shows_its_own_only(cups) -> None:
    save()
    assert Client().get("/en-CA/collections/for-you").status_code == 404
    assert Client().get("/en-US/collections/nonsense").status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "9" * 50])
def test_a_made_up_page_still_answers(cups, page: str) -> None:
    save()
    assert "Cup" in get(f"/en-US/collections/for-you?page={page}")


def test_a_category_that_is_gone_leaves_home_standing(cups) -> None:
    save()
    Collection.objects.update(category="moon")
    clear_all()
    assert "for-you" not in get("/en-US/")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": "Für Dich"}, "slug"),
        ({"title": {"en": " "}}, "title"),
        ({"title": {"en": "x" * 81}}, "title"),
        ({"starts_on": date(2026, 2, 2), "ends_on": date(2026, 2, 1)}, "ends_on"),
        ({"festival": "songkran"}, "festival"),
        ({"category": ""}, "category"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(cups, changes: dict, field: str) -> None:
    with pytest.raises(collections.InvalidCollection) as refused:
        save(**changes)
    assert refused.value.field == field
    assert not Collection.objects.exists()


def test_a_category_there_is_not_is_refused(cups) -> None:
    with pytest.raises(catalog.CategoryNotFound):
        save(category="moon")


def test_saving_changes_withdrawing_hides_and_both_are_audited(cups) -> None:
    save()
    save(title={"en": "Again"})
    assert Collection.objects.get().title == {"en": "Again"}
    collections.withdraw_collection(market="US", slug="for-you", actor_id=None)
    assert not collections.shown_on("US", date(2026, 7, 8))
    with pytest.raises(collections.CollectionNotFound):
        collections.withdraw_collection(market="US", slug="for-you", actor_id=None)
    actions = AuditEntry.objects.filter(object_type="collection").order_by("at", "id").values_list("action", flat=True)
    assert list(actions) == ["collections.make", "collections.change", "collections.withdraw"]


def test_home_with_two_collections_keeps_its_budget_and_a_warm_one_asks_for_their_cards_only(cups) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert Client().get("/en-US/").status_code == 200
        return len(caught)

    clear_all()
    cold, warm = statements(), statements()
    save()
    save(slug="second")
    clear_all()
    statements()
    assert statements() - warm <= 1
    assert cold <= 8


def test_the_api_reads_for_everybody_and_writes_for_a_token_of_that_market(cups) -> None:
    body = {"title": {"en": "By program"}, "category": "home"}
    address = "/api/v1/operator/collections/US/by-program"
    sent = {"content_type": "application/json"}
    assert Client().put(address, body, **sent).status_code == 403
    tokens = {unit: _token(unit) for unit in ("na", "sea")}
    assert Client().put(address, body, headers=tokens["sea"], **sent).status_code == 404
    assert not Collection.objects.exists()
    assert Client().put(address, body, headers=tokens["na"], **sent).status_code == 200
    assert Client().put(address, body | {"festival": "moon"}, headers=tokens["na"], **sent).status_code == 422
    listed = Client().get("/api/v1/collections?market=US").json()
    assert [row["title"] for row in listed] == ["By program"]
    assert len(Client().get("/api/v1/collections/by-program?market=US").json()["items"]) == 3
    assert Client().get("/api/v1/collections/by-program?market=CA").status_code == 404
    assert Client().get("/api/v1/collections?market=XX").status_code == 404
    assert Client().delete(address, headers=tokens["sea"]).status_code == 404
    assert Client().delete(address, headers=tokens["na"]).status_code == 204
    assert Client().get("/api/v1/collections?market=US").json() == []


def _token(unit: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token('catalogue:write', unit=unit)}"}


def test_operators_of_the_market_make_and_word_it_in_the_console(cups) -> None:
    mine = signed_in(operator("cato@glocal.test", ("na", "catalogue")))
    form = {"step": "add", "market": "US", "slug": "made-here", "title": "Made here", "category": "home"}
    blank = {"festival": "", "starts_on": "", "ends_on": "", "skus": "", "position": "0"}
    assert mine.post("/console/collections/collection/", form | blank | {"market": "TH"}).status_code in {404, 422}
    assert mine.post("/console/collections/collection/", form | blank).status_code == 302
    row = Collection.objects.get()
    address = f"/console/collections/collection/{row.pk}/change/"
    words = {"step": "words", "language": "en", "title": "Made for you", "text": "By us."}
    theirs = signed_in(operator("tida@glocal.test", ("sea", "manager")))
    looks = signed_in(operator("vera@glocal.test", ("na", "viewer")))
    assert theirs.post(address, words).status_code == 404
    assert looks.post(address, words).status_code == 404
    assert looks.get(address).status_code == 200
    assert mine.post(address, words).status_code == 302
    row.refresh_from_db()
    assert (row.title, row.text) == ({"en": "Made for you"}, {"en": "By us."})
    assert mine.post(address, blank | {"step": "change", "skus": "no-such-sku"}).status_code == 422
    assert mine.post(address, {"step": "withdraw"}).status_code == 302
    row.refresh_from_db()
    assert not row.active


def test_the_calendar_shows_an_operators_markets() -> None:
    with clock.at(datetime(2026, 11, 23, tzinfo=UTC)):
        seen = signed_in(operator("tida@glocal.test", ("sea", "viewer"))).get("/console/festivals/").content.decode()
        one = signed_in(operator("orla@glocal.test", ("mena", "viewer"))).get("/console/festivals/?market=SA")
    assert "Songkran" in seen
    assert "Ramadan" in seen
    assert "Black Friday" not in seen
    assert "White Friday" in one.content.decode()
    assert "Eid Al Etihad" not in one.content.decode()
    assert signed_in(make_person(email="ada@example.com")).get("/console/festivals/").status_code == 302
