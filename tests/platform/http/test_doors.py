"""What stands around every request: admission, a database that goes away, request ids, addresses nobody can read."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import psycopg
import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from glocal.platform.http.middleware import Admission
from tests.factories.api import Caller, code_of
from tests.platform.accounts.factories import make_person

pytestmark = pytest.mark.django_db(transaction=True)


class House:
    """A house of one place, whose guest stays until told to go."""

    def __init__(self, settings):
        settings.ADMITTED_REQUESTS = 1
        self.inside, self.go = Event(), Event()
        self.door = Admission(self._serve)

    def _serve(self, request):
        self.inside.set()
        assert self.go.wait(10)
        return HttpResponse("served")

    def ask(self, path, language="en"):
        return self.door(RequestFactory().get(path, headers={"Accept-Language": language}))


def test_a_full_house_says_when_to_come_again_and_serves_again_when_there_is_room(settings):
    house = House(settings)
    with ThreadPoolExecutor(1) as pool:
        guest = pool.submit(house.ask, "/api/v1/markets")
        assert house.inside.wait(10)
        refused = house.ask("/api/v1/markets", "th")
        assert code_of(refused) == (429, "busy")
        assert int(refused.headers["Retry-After"]) >= 1
        page = house.ask("/th-TH/", "th")
        assert (page.status_code, page.headers["Retry-After"]) == (429, "2")
        assert "กรุณา" in page.content.decode() or "โปรด" in page.content.decode()
        house.go.set()
        assert guest.result(10).content == b"served"
    assert house.ask("/api/v1/markets").content == b"served"


def test_what_needs_no_database_is_served_in_a_full_house(settings):
    house = House(settings)
    with ThreadPoolExecutor(1) as pool:
        guest = pool.submit(house.ask, "/api/v1/markets")
        assert house.inside.wait(10)
        house.go.set()
        assert house.ask("/healthz").content == b"served"
        guest.result(10)


def lose_the_connection():
    """End the server's side of this thread's connection, as a restart of the database does."""
    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    with psycopg.connect(**_reach()) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])


def _reach():
    found = connection.settings_dict
    return {
        "dbname": found["NAME"],
        "user": found["USER"],
        "password": found["PASSWORD"],
        "host": found["HOST"],
        "port": found["PORT"],
    }


@pytest.mark.parametrize(("language", "prefix"), [("en", "/en-US"), ("th", "/th-TH"), ("ar", "/ar-AE")])
def test_a_database_that_goes_away_is_said_in_the_persons_language_and_is_back_with_the_next_call(language, prefix):
    path = "/orders/NONE-0000?token=none"
    caller = Caller(language=language)
    assert caller.get(path).status_code == 404
    lose_the_connection()
    away = caller.get(path)
    assert code_of(away) == (503, "database_away")
    assert int(away.headers["Retry-After"]) >= 1
    with translation.override(language):
        said = translation.gettext(
            "The shop cannot reach its database right now. Nothing was changed. Please try again in a moment."
        )
    assert away.json()["title"] == said
    assert caller.get(path).status_code == 404
    lose_the_connection()
    page = Client().get(f"{prefix}/orders/NONE-0000?t=none")
    assert page.status_code == 503
    assert said in page.content.decode()
    assert Client().get(f"{prefix}/orders/NONE-0000?t=none").status_code == 404


@pytest.fixture
def pool(monkeypatch):
    """Connections from a pool, as they are when the product runs."""
    connection.close()
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "pool", {"min_size": 3, "max_size": 3, "timeout": 5})
    connection.pool.open(wait=True)
    connection.ensure_connection()
    yield connection.pool
    connection.close()
    connection.close_pool()


def test_after_a_restart_of_the_database_only_one_call_is_refused_however_many_connections_there_were(pool):
    with psycopg.connect(**_reach()) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s AND pid <> %s",
            [_reach()["dbname"], other.info.backend_pid],
        )
    path = "/orders/NONE-0000?token=none"
    caller = Caller()
    assert [caller.get(path).status_code for _ in range(4)] == [503, 404, 404, 404]


def test_a_request_keeps_the_id_of_the_proxy_in_front_and_gets_one_otherwise(client):
    assert client.get("/healthz", headers={"X-Request-Id": "proxy-12345"})["X-Request-Id"] == "proxy-12345"
    made = {client.get("/healthz", headers={"X-Request-Id": given})["X-Request-Id"] for given in ("", "x", "y" * 65)}
    assert len(made) == 3
    assert all(len(given) == 36 for given in made)


@pytest.mark.parametrize("path", ["/en-US/p/%00", "/en-US/?q=%00", "/en-US/search?q=a%00b"])
def test_an_address_with_a_nul_is_a_fault_of_the_asker(client, path):
    assert client.get(path).status_code == 400


@pytest.mark.parametrize("name", ["sessionid", "market", "seen", "visitor", "csrftoken"])
def test_a_cookie_with_a_nul_is_a_fault_of_the_asker(client, name):
    assert client.get("/en-US/", headers={"Cookie": rf'{name}="a\000b"'}).status_code == 400
    assert client.get("/en-US/", headers={"Cookie": f'{name}="ab"'}).status_code == 200


@pytest.mark.parametrize("form", [{"key": "a\0b"}, {"a\0b": "key"}])
@pytest.mark.parametrize("path", ["/en-US/sign-in", "/en-US/orders/NONE-0000/return", "/en-US/p/none/questions"])
def test_a_form_with_a_nul_is_refused_before_its_view(client, path, form):
    answer = client.post(path, form)
    assert answer.status_code == 400
    assert "cannot be stored" in answer.content.decode()


class Untouched:
    """A body that says it is large, and must not be read."""

    def read(self, *_):
        raise AssertionError("it was read")

    readline = read


def send(client, path, length, kind="multipart/form-data; boundary=x", **headers):
    sent = {"CONTENT_LENGTH": str(length), "CONTENT_TYPE": kind, "wsgi.input": Untouched(), **headers}
    return client.generic("POST", path, **sent)


@pytest.mark.parametrize(
    ("path", "most"), [("/en-US/sign-in", 2), ("/en-US/bag/add", 2), ("/en-US/orders/N-1/return", 105)]
)
def test_a_request_larger_than_its_page_takes_is_refused_unread_in_the_persons_language(client, path, most):
    answer = send(client, path, most * 2**20 + 1)
    assert answer.status_code == 413
    assert f"at most {most} MB" in answer.content.decode()
    thai = send(client, path.replace("en-US", "th-TH"), 120 * 2**20)
    assert f"ไม่เกิน {most} MB" in thai.content.decode()
    with pytest.raises(AssertionError, match="it was read"):
        send(client, path, most * 2**20)


def test_a_program_that_sends_too_much_is_told_so_as_a_problem(client):
    answer = send(client, "/api/v1/quotes", 3 * 2**20, "application/json")
    assert code_of(answer) == (413, "too_large")


def test_the_console_takes_a_retailers_file_from_who_works_there_only(client):
    assert send(client, "/console/login/", 3 * 2**20).status_code == 413
    client.force_login(make_person(is_staff=True))
    with pytest.raises(AssertionError, match="it was read"):
        send(client, "/console/login/", 200 * 2**20)
    assert send(client, "/console/login/", 206 * 2**20).status_code == 413
