"""What people search and do not find, and the synonyms that mend it, in the console."""

from datetime import timedelta

import pytest

from glocal.content.search import facade as search
from glocal.content.search import logbook
from glocal.content.search.models import DaySearches, Missed, Synonym
from glocal.platform.accounts.models import Person
from glocal.platform.audit.models import AuditEntry
from glocal.platform.console.records import list_url, record_url
from glocal.platform.kernel import clock
from glocal.platform.markets import facade as markets
from tests.web.console.conftest import PASSWORD, operator, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


@pytest.fixture
def searched():
    search.note(market="US", language="en", text="airship", found=0)
    search.note(market="US", language="en", text="mug", found=2)
    search.note(market="TH", language="th", text="เรือเหาะ", found=0)
    logbook.roll_up()


@pytest.mark.usefixtures("searched")
def test_searches_are_seen_in_the_operators_markets_only():
    page = {}
    for who, person in {
        "anonymous": None,
        "shopper": Person.objects.create_user("ada@example.test", PASSWORD),
        "elsewhere": operator("tida@glocal.test", ("sea", "viewer", "TH")),
        "right": operator("cato@glocal.test", ("na", "viewer", "US")),
    }.items():
        page[who] = signed_in(person).get(list_url("search.daysearches"))
    assert page["anonymous"].status_code == page["shopper"].status_code == 302
    assert "เรือเหาะ" in page["elsewhere"].content.decode()
    assert "airship" not in page["elsewhere"].content.decode()
    assert "airship" in page["right"].content.decode()
    hidden = record_url("search.daysearches", DaySearches.objects.get(query="airship").pk)
    assert signed_in(operator("t@glocal.test", ("sea", "viewer", "TH"))).get(hidden).status_code == 404


@pytest.mark.usefixtures("searched")
def test_the_list_narrows_to_what_was_not_found():
    client = signed_in(operator("cato@glocal.test", ("na", "viewer", "US")))
    page = client.get(list_url("search.daysearches"), {"outcome": "nothing"}).content.decode()
    assert "airship" in page
    assert ">mug<" not in page


@pytest.mark.usefixtures("searched")
def test_what_was_not_found_is_added_up_over_days_with_when_it_was_missed_last():
    yesterday = clock.now() - timedelta(days=1)
    with clock.at(yesterday):
        for _ in range(2):
            search.note(market="US", language="en", text="airship", found=0)
    with clock.at(clock.now() - timedelta(days=91)):
        search.note(market="US", language="en", text="gramophone", found=0)
    search.note(market="US", language="en", text="mugg", found=2, helped=True)
    logbook.roll_up()
    rows = [(row.query, row.without, row.last_missed) for row in Missed.objects.filter(market="US").order_by("query")]
    assert rows == [("airship", 3, clock.now().date()), ("mugg", 1, clock.now().date())]
    client = signed_in(operator("cato@glocal.test", ("na", "viewer", "US")))
    page = client.get(list_url("search.missed")).content.decode()
    assert page.index("airship") < page.index("mugg")
    assert "เรือเหาะ" not in page
    assert ">mug<" not in page
    nothing = client.get(list_url("search.missed"), {"outcome": "nothing"}).content.decode()
    assert "mugg" not in nothing


@pytest.mark.usefixtures("searched")
def test_what_was_not_found_is_given_a_meaning_by_who_edits_the_catalogue_everywhere():
    everywhere = [(unit, "catalogue") for unit in sorted({row.business_unit for row in markets.all_markets()})]
    address = record_url("search.missed", Missed.objects.get(query="airship").pk)
    given = {"step": "mean", "language": "en", "phrases": "airship\nmug"}
    for refused in (("na", "viewer"), ("na", "catalogue")):
        client = signed_in(operator(f"{refused[1]}@glocal.test", refused))
        assert client.get(address).status_code == 200
        assert "Add a synonym" not in client.get(address).content.decode()
        assert client.post(address, given).status_code == 404
    assert signed_in(operator("tida@glocal.test", ("sea", "catalogue", "TH"))).get(address).status_code == 404
    client = signed_in(operator("cato@glocal.test", *everywhere))
    assert "\nairship\n</textarea>" in client.get(address).content.decode()
    assert client.post(address, given | {"phrases": "airship"}).status_code == 422
    assert client.post(address, given).status_code == 302
    assert Synonym.objects.get(phrases=["airship", "mug"]).language == "en"


def test_a_group_of_synonyms_is_added_changed_and_removed_by_those_who_edit_the_catalogue():
    everywhere = [(unit, "catalogue") for unit in sorted({row.business_unit for row in markets.all_markets()})]
    client = signed_in(operator("cato@glocal.test", *everywhere))
    given = {"step": "add", "language": "en", "phrases": "airship\nzeppelin"}
    assert client.post(list_url("search.synonym"), given).status_code == 302
    group = Synonym.objects.get(phrases=["airship", "zeppelin"])
    address = record_url("search.synonym", group.pk)
    given = {"step": "change", "language": "en", "phrases": "airship\nblimp"}
    assert client.post(address, given).status_code == 302
    assert client.post(address, {"step": "remove"}).status_code == 302
    group.refresh_from_db()
    assert (group.phrases, group.active) == (["airship", "blimp"], False)
    assert AuditEntry.objects.filter(object_type="synonym", object_id=str(group.pk)).count() == 3
    assert client.post(list_url("search.synonym"), given | {"step": "add", "phrases": "one"}).status_code == 422


def test_who_edits_the_catalogue_of_some_markets_sees_synonyms_and_changes_none():
    key = search.save_synonym(language="en", phrases=["airship", "zeppelin"], actor_id=None)
    client = signed_in(operator("cato@glocal.test", ("na", "catalogue")))
    given = {"language": "en", "phrases": "airship\nblimp"}
    page = client.get(list_url("search.synonym"))
    assert page.status_code == 200
    assert "Add a group" not in page.content.decode()
    assert client.get(record_url("search.synonym", key)).status_code == 200
    assert client.post(list_url("search.synonym"), given | {"step": "add"}).status_code == 404
    for step in ("change", "remove"):
        assert client.post(record_url("search.synonym", key), given | {"step": step}).status_code == 404
    group = Synonym.objects.get(pk=key)
    assert (group.phrases, group.active) == (["airship", "zeppelin"], True)


def test_who_may_only_look_changes_no_synonyms():
    client = signed_in(operator("vera@glocal.test", ("na", "viewer")))
    given = {"step": "add", "language": "en", "phrases": "airship\nzeppelin"}
    assert client.get(list_url("search.synonym")).status_code == 200
    assert client.post(list_url("search.synonym"), given).status_code == 404
    assert not Synonym.objects.filter(phrases=["airship", "zeppelin"]).exists()
