from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from glocal.platform.accounts import facade as accounts
from glocal.platform.accounts.models import Person


def rows(ids, market="GB"):
    return [accounts.ImportedPerson(str(number), market) for number in ids]


@pytest.mark.django_db
def test_customers_come_in_under_their_pseudonyms_and_cannot_sign_in(client):
    ids = accounts.import_people(rows([17850, 13047]), "online-retail")
    assert set(ids) == {"17850", "13047"}
    person = accounts.person(ids["17850"])
    assert (person.email, person.name, person.market) == (None, "", "GB")
    assert not any(one.has_usable_password() for one in Person.objects.all())


@pytest.mark.django_db
def test_importing_again_keeps_the_ids_and_takes_the_newer_facts():
    first = accounts.import_people(rows(range(50)), "online-retail")
    again = accounts.import_people(rows(range(40, 60), market="FR"), "online-retail")
    assert {key: again[key] for key in first if key in again} == {key: first[key] for key in first if key in again}
    assert Person.objects.count() == 60
    assert accounts.person(first["45"]).market == "FR"
    assert accounts.person(first["5"]).market == "GB"


@pytest.mark.django_db
def test_the_same_pseudonym_of_another_source_is_another_person():
    one = accounts.import_people(rows([1]), "online-retail")
    other = accounts.import_people(rows([1]), "elsewhere")
    assert one["1"] != other["1"]


@pytest.mark.django_db
def test_a_pseudonym_twice_in_one_file_is_one_person_and_an_empty_one_is_refused():
    assert len(accounts.import_people(rows([1, 1, 2]), "online-retail")) == 2
    with pytest.raises(ValueError):
        accounts.import_people([accounts.ImportedPerson("", "GB")], "online-retail")


@pytest.mark.django_db
def test_two_thousand_people_are_one_statement(django_assert_max_num_queries):
    with django_assert_max_num_queries(20) as asked:
        accounts.import_people(rows(range(6000)), "online-retail")
    assert sum("INSERT" in query["sql"] for query in asked.captured_queries) == 3


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_do_not_lock_each_other_out():
    def run(order):
        try:
            return accounts.import_people(rows(order), "online-retail")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(run, [range(1500), range(1499, -1, -1)])
    assert one == other
    assert Person.objects.count() == 1500
