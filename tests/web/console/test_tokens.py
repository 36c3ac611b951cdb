"""API tokens in the console: made once, shown once, ended at once; for who manages every market of a unit."""

import re
import time

import pytest

from glocal.platform.accounts import facade as accounts
from glocal.platform.accounts.models import ApiToken
from glocal.platform.audit.models import AuditEntry
from glocal.platform.console.records import list_url, record_url
from tests.web.console.conftest import operator, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]
LIST = list_url("accounts.apitoken")
ASKED = {"step": "issue", "name": "ERP", "business_unit": "na", "scopes": ["orders:read"], "days": "90"}


def made(manager, **changes):
    answer = manager.post(LIST, ASKED | changes)
    found = re.search(r'value="(glocal_[^"]+)"', answer.content.decode())
    return answer, found[1] if found else ""


def test_a_token_is_made_shown_once_used_listed_and_ended(manager):
    answer, secret = made(manager)
    assert "no-store" in answer["Cache-Control"]
    known = accounts.check_token(secret)
    assert known is not None
    assert (known.scopes, known.markets) == ({"orders:read"}, {"US", "CA"})
    token = ApiToken.objects.get()
    assert token.person.email == "maya@glocal.test"
    page = manager.get(LIST).content.decode()
    assert "ERP" in page
    assert secret not in page + manager.get(record_url("accounts.apitoken", token.pk)).content.decode()
    assert manager.post(record_url("accounts.apitoken", token.pk), {"step": "revoke"}).status_code == 302
    assert accounts.check_token(secret) is None
    told = set(AuditEntry.objects.filter(object_type="token").values_list("action", flat=True))
    assert told == {"accounts.issue_token", "accounts.revoke_token"}


def test_a_second_factor_is_asked_again_before_power_is_given(manager):
    session = manager.session
    session["strong_at"] = time.time() - accounts.STEP_UP_SECONDS - 5
    session.save()
    answer, secret = made(manager)
    assert not secret
    assert "second factor" in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_only_who_manages_the_whole_unit_sees_makes_and_ends_its_tokens(manager):
    _answer, secret = made(manager)
    there = record_url("accounts.apitoken", ApiToken.objects.get().pk)
    callers = {
        "anonymous": (signed_in(None), 302, 302),
        "elsewhere": (signed_in(operator("tida@glocal.test", ("sea", "manager"))), 404, 200),
        "wrong role": (signed_in(operator("cato@glocal.test", ("na", "finance"))), 404, 404),
        "one market": (signed_in(operator("orla@glocal.test", ("na", "manager", "US"))), 404, 200),
    }
    for who, (client, record, listed) in callers.items():
        assert client.get(there).status_code == record, who
        assert client.post(there, {"step": "revoke"}).status_code == record, who
        answer = client.get(LIST)
        assert answer.status_code == listed, who
        assert "ERP" not in answer.content.decode(), who
        client.post(LIST, ASKED)
    assert accounts.check_token(secret) is not None
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize(
    "changes", [{"scopes": []}, {"scopes": ["root:write"]}, {"name": ""}, {"days": "99999"}, {"business_unit": "sea"}]
)
def test_what_makes_no_token_is_refused_with_what_was_typed(manager, changes):
    answer, secret = made(manager, **changes)
    assert (answer.status_code, secret) == (422, "")
    assert not ApiToken.objects.exists()
