from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from glocal.platform.accounts import facade as accounts
from glocal.platform.accounts.models import BookedAddress
from glocal.platform.kernel.ids import uuid7
from tests.platform.accounts.factories import make_address, make_person

pytestmark = pytest.mark.django_db


def book(person):
    return [(saved.address.line1, saved.is_default) for saved in accounts.addresses_of(person.pk)]


def test_the_first_address_is_the_default_and_another_takes_over_when_asked():
    person = make_person()
    accounts.save_address(person_id=person.pk, address=make_address("1 First"))
    accounts.save_address(person_id=person.pk, address=make_address("2 Second"))
    assert book(person) == [("1 First", True), ("2 Second", False)]
    accounts.save_address(person_id=person.pk, address=make_address("3 Third"), make_default=True)
    assert book(person) == [("3 Third", True), ("2 Second", False), ("1 First", False)]


def test_the_same_address_twice_is_one_entry():
    person = make_person()
    first = accounts.save_address(person_id=person.pk, address=make_address())
    assert accounts.save_address(person_id=person.pk, address=make_address()) == first
    assert len(book(person)) == 1


def test_an_address_is_corrected_in_its_place():
    person = make_person()
    entry = accounts.save_address(person_id=person.pk, address=make_address("1 Wrogn"))
    accounts.save_address(person_id=person.pk, address=make_address("1 Right"), address_id=entry.id)
    assert book(person) == [("1 Right", True)]


def test_when_the_default_goes_the_newest_left_takes_its_place():
    person = make_person()
    entries = [accounts.save_address(person_id=person.pk, address=make_address(f"{n} Road")) for n in (1, 2, 3)]
    accounts.remove_address(person_id=person.pk, address_id=entries[0].id)
    assert book(person) == [("3 Road", True), ("2 Road", False)]


def test_a_book_has_an_end():
    person = make_person()
    for number in range(30):
        accounts.save_address(person_id=person.pk, address=make_address(f"{number} Road"))
    with pytest.raises(accounts.AddressBookFull):
        accounts.save_address(person_id=person.pk, address=make_address("31 Road"))
    accounts.save_address(person_id=person.pk, address=make_address("7 Road"), make_default=True)
    assert book(person)[0] == ("7 Road", True)


def test_an_address_comes_back_as_it_was_checked():
    person = make_person()
    saved = accounts.save_address(person_id=person.pk, address=make_address())
    assert accounts.addresses_of(person.pk) == [saved]
    assert saved.address == make_address()


@pytest.mark.parametrize("caller", ["nobody", "another person"])
def test_a_stranger_neither_sees_nor_changes_nor_removes_an_address(caller):
    owner = make_person()
    entry = accounts.save_address(person_id=owner.pk, address=make_address("1 Mine"))
    stranger = make_person().pk if caller == "another person" else uuid7()
    absent = accounts.AddressNotFound if caller == "another person" else accounts.PersonNotFound
    assert accounts.addresses_of(stranger) == []
    with pytest.raises(absent):
        accounts.save_address(person_id=stranger, address=make_address("1 Yours"), address_id=entry.id)
    with pytest.raises(absent):
        accounts.remove_address(person_id=stranger, address_id=entry.id)
    assert book(owner) == [("1 Mine", True)]


def test_the_database_itself_keeps_one_default():
    person = make_person()
    accounts.save_address(person_id=person.pk, address=make_address())
    with pytest.raises(IntegrityError), transaction.atomic():
        BookedAddress.objects.create(person=person, address={}, is_default=True)


@pytest.mark.django_db(transaction=True)
def test_changes_of_one_book_at_once_leave_one_default():
    person = make_person()

    def save(number):
        try:
            accounts.save_address(person_id=person.pk, address=make_address(f"{number} Road"), make_default=True)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(save, range(8)))
    assert sorted(is_default for _, is_default in book(person)) == [False] * 7 + [True]
