"""A request repeated with its key has one effect and one answer, whatever happens between two steps."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from glocal.platform.http.idempotency import BadIdempotencyKey, IdempotencyKeyReused, answer_once
from glocal.platform.http.models import IdempotentAnswer
from glocal.platform.http.problems import problem
from glocal.platform.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db(transaction=True)


def request(key="key-12345678", body=b"{}", path="/api/v1/things"):
    headers = {} if key is None else {"Idempotency-Key": key}
    return RequestFactory().post(path, body, content_type="application/json", headers=headers)


def effect():
    """A change of some table, and an answer that differs each time it is worked out."""
    OutgoingMail.objects.create(to="a@example.com", template="x", language="en", market="US")
    return HttpResponse(str(uuid4()), status=201, content_type="text/plain")


def effects():
    return OutgoingMail.objects.count()


def test_the_second_gets_the_first_answer_and_no_effect():
    first, second = (answer_once(request(), scope="s", answer=effect) for _ in range(2))
    assert (first.content, first.status_code, first["Content-Type"]) == (
        second.content,
        second.status_code,
        second["Content-Type"],
    )
    assert second["Idempotent-Replay"] == "true"
    assert effects() == 1


@pytest.mark.parametrize("changed", [{"body": b'{"a": 1}'}, {"path": "/api/v1/other"}, {"path": "/api/v1/things?a=1"}])
def test_a_key_serves_one_request_only(changed):
    answer_once(request(), scope="s", answer=effect)
    with pytest.raises(IdempotencyKeyReused):
        answer_once(request(**changed), scope="s", answer=effect)
    assert effects() == 1


def test_the_same_key_of_two_callers_is_two_keys():
    answers = {answer_once(request(), scope=scope, answer=effect).content for scope in ("one", "two")}
    assert (len(answers), effects()) == (2, 2)


@pytest.mark.parametrize("key", [None, "", "short", "x" * 81, "with space 12"])
def test_without_a_sound_key_nothing_is_done(key):
    with pytest.raises(BadIdempotencyKey):
        answer_once(request(key), scope="s", answer=effect)
    assert effects() == 0


def test_dying_between_claim_and_answer_leaves_nothing_and_the_key_may_try_again():
    def dies():
        effect()
        raise SystemExit  # as a worker that is told to go, between two statements

    with pytest.raises(SystemExit):
        answer_once(request(), scope="s", answer=dies)
    assert (effects(), IdempotentAnswer.objects.count()) == (0, 0)
    assert answer_once(request(), scope="s", answer=effect).status_code == 201
    assert effects() == 1


def test_a_refusal_keeps_neither_its_effects_nor_the_key():
    def refuses():
        effect()
        return problem(409, "conflict", "No.")

    assert answer_once(request(), scope="s", answer=refuses).status_code == 409
    assert effects() == 0
    assert answer_once(request(), scope="s", answer=effect).status_code == 201


def test_sixteen_at_the_same_time_are_one():
    start = Barrier(16)

    def call(_):
        try:
            start.wait()
            return answer_once(request(), scope="s", answer=effect).content
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(call, range(16)))
    assert (len(answers), effects()) == (1, 1)


def test_one_that_waits_for_another_that_fails_does_the_work_itself():
    inside, go_on = Event(), Event()

    def fails():
        inside.set()
        go_on.wait(10)
        raise RuntimeError

    def first():
        try:
            answer_once(request(), scope="s", answer=fails)
        finally:
            connection.close()

    def second():
        try:
            return answer_once(request(), scope="s", answer=effect).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        failing = pool.submit(first)
        assert inside.wait(10)
        waiting = pool.submit(second)
        go_on.set()
        assert waiting.result(10) == 201
        with pytest.raises(RuntimeError):
            failing.result(10)
    assert effects() == 1
