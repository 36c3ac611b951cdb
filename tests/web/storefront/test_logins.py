"""Signing in by an OpenID Connect provider that runs here: who is let in, who is asked, and what when it fails."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from glocal.platform.accounts import facade as accounts
from glocal.platform.accounts.models import Person
from tests.platform.accounts.factories import make_person
from tests.web.storefront.login_provider import provider

__all__ = ["provider"]

pytestmark = pytest.mark.django_db
BACKEND = "glocal.platform.accounts.backends.EmailBackend"


def begin(client: Client, **sent) -> str:
    """The state that the provider is to send back."""
    page = client.post("/with/oidc/here/login/", sent).content.decode()
    address = page.split('http-equiv="refresh" content="0;url=')[1].split('"')[0].replace("&amp;", "&")
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://testserver/with/oidc/here/login/callback/"]
    return asked["state"][0]


def come_back(client: Client, state: str, **more):
    return client.get("/with/oidc/here/login/callback/", {"state": state, "code": "c", **more})


def sign_in(client: Client, **sent):
    return come_back(client, begin(client, **sent))


def who(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def shopper() -> Client:
    client = Client()
    client.cookies["market"] = "th-TH"
    return client


def test_a_stranger_gets_an_account_and_comes_again_to_the_same(provider):
    first = shopper()
    assert sign_in(first, next="/th-TH/bag")["Location"] == "/th-TH/bag"
    person = Person.objects.get()
    assert (person.email, person.name, person.market, person.language) == ("mali@example.com", "Mali S.", "TH", "th")
    assert person.email_confirmed_at
    again = shopper()
    sign_in(again)
    assert who(again) == who(first) == str(person.pk)


def test_a_known_address_opens_nothing_until_its_owner_has_signed_in_once(provider):
    owner = make_person(email="mali@example.com")
    owner.set_password("seven-green-lamps")
    owner.save()
    client = shopper()
    assert sign_in(client)["Location"] == "/th-TH/sign-in?link=1"
    assert who(client) is None
    client.post("/th-TH/sign-in", {"email": "mali@example.com", "password": "seven-green-lamps"})
    assert [one.provider for one in accounts.linked_to(owner.pk)] == ["here"]
    again = shopper()
    sign_in(again)
    assert who(again) == str(owner.pk)


def test_signing_in_to_another_account_links_nothing(provider):
    make_person(email="mali@example.com")
    ada = make_person(email="ada@example.com")
    ada.set_password("seven-green-lamps")
    ada.save()
    client = shopper()
    sign_in(client)
    client.post("/th-TH/sign-in", {"email": "ada@example.com", "password": "seven-green-lamps"})
    assert who(client) == str(ada.pk)
    assert not accounts.linked_to(ada.pk)


@pytest.mark.parametrize("verified", [False, None, "true"])
def test_an_unverified_address_counts_for_nothing(provider, verified):
    owner = make_person(email="mali@example.com")
    provider.claims["email_verified"] = verified
    client = shopper()
    sign_in(client)
    assert who(client) not in (None, str(owner.pk))
    assert Person.objects.get(pk=who(client)).email is None


def test_a_closed_account_is_not_opened_nor_doubled(provider):
    client = shopper()
    sign_in(client)
    Person.objects.update(is_active=False)
    again = shopper()
    assert sign_in(again).status_code == 502
    assert Person.objects.count() == 1


def test_linking_needs_a_session_that_signed_in_lately_and_unlinking_another_way_in(provider):
    ada = make_person(email="ada@example.com")
    client = shopper()
    client.force_login(ada, backend=BACKEND)
    assert sign_in(client, process="connect")["Location"] == "/th-TH/account/security?done=linked"
    (linked,) = accounts.linked_to(ada.pk)
    accounts.unlink(person_id=ada.pk, linked_id=linked.id)
    accounts.unlink(person_id=ada.pk, linked_id=linked.id)
    assert not accounts.linked_to(ada.pk)
    session = client.session
    session["proved_at"] = 0
    session.save()
    answer = client.post("/with/oidc/here/login/", {"process": "connect"})
    assert answer.status_code == 302
    assert "/sign-in" in answer["Location"]


def test_a_login_of_somebody_else_is_not_taken_over(provider):
    sign_in(shopper())
    ada = make_person(email="ada@example.com")
    client = shopper()
    client.force_login(ada, backend=BACKEND)
    assert "taken" in sign_in(client, process="connect")["Location"]
    assert not accounts.linked_to(ada.pk)


def test_the_only_way_in_is_not_unlinked(provider):
    provider.claims.pop("email")
    client = shopper()
    sign_in(client)
    (linked,) = accounts.linked_to(Person.objects.get().pk)
    with pytest.raises(accounts.LastWayIn):
        accounts.unlink(person_id=Person.objects.get().pk, linked_id=linked.id)


def test_a_provider_that_is_down_gives_a_clear_page_in_the_shoppers_language(provider):
    client = shopper()
    provider.down = True
    answer = client.post("/with/oidc/here/login/")
    assert answer.status_code == 502
    assert "ตะกร้าของคุณยังเหมือนเดิม" in answer.content.decode()


def test_a_provider_that_goes_down_in_the_middle_signs_nobody_in(provider):
    client = shopper()
    state = begin(client)
    provider.down = True
    answer = come_back(client, state)
    assert answer.status_code == 502
    assert "ตะกร้าของคุณยังเหมือนเดิม" in answer.content.decode()
    assert who(client) is None


def test_a_state_serves_once_and_only_the_browser_that_asked(provider):
    client, thief = shopper(), shopper()
    state = begin(client)
    for asked in (come_back(thief, state), come_back(client, "forged")):
        assert asked.status_code == 502
    come_back(client, state)
    client.logout()
    assert come_back(client, state).status_code == 502
    assert who(thief) is None


def test_somebody_who_turns_back_is_told_that_nothing_happened(provider):
    client = shopper()
    answer = client.get("/with/oidc/here/login/callback/", {"state": begin(client), "error": "access_denied"})
    assert answer.status_code == 200
    assert who(client) is None


def test_a_link_elsewhere_begins_no_sign_in(provider):
    assert shopper().get("/with/oidc/here/login/")["Location"] == "/th-TH/sign-in"


def test_providers_without_keys_are_not_there():
    page = Client().get("/en-US/sign-in").content.decode()
    assert "/with/" not in page
    assert Client().post("/with/google/login/").status_code == 404


def test_a_second_factor_is_asked_for_after_a_linked_login_too(provider):
    from glocal.platform.kernel.totp import totp

    client = shopper()
    sign_in(client)
    secret = accounts.new_secret()
    accounts.enrol(person_id=Person.objects.get().pk, secret=secret, code=totp(secret, steps=-1))
    again = shopper()
    assert "/sign-in/second" in sign_in(again)["Location"]
    assert who(again) is None
