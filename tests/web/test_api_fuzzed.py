"""Whatever a program sends, the API answers as its description says, and never with a fault of its own."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings, strategies
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from glocal.web.wsgi import application
from tests.factories.api import ALL_SCOPES, token
from tests.factories.sale import open_shop, sell
from tests.transaction.checkout.conftest import calm_sandbox, receiver, running_sandbox, sandbox

__all__ = ["calm_sandbox", "receiver", "running_sandbox", "sandbox"]

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(280)]

EXAMPLES = 12  # of each of the operations


def in_savepoint(environ, start_response):
    """The product's door, inside the test's transaction: a refused service dooms its own request only."""
    with transaction.atomic():
        return application(environ, start_response)


SCHEMA = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
SCHEMA.app = in_savepoint
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture
def secret(db, sandbox, settings):
    """The token of a program that may do everything, in a shop with something in it."""
    for signal in (request_started, request_finished):  # the test's connection stays open, as under Django's client
        signal.disconnect(close_old_connections)
    settings.API_CALLS = settings.API_CALLS_WITH_TOKEN = 10**9
    open_shop()
    sell(10, category="home/kitchen")
    yield token(*ALL_SCOPES)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_any_call_is_answered_as_described(operation, secret):
    @given(data=strategies.data())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def call(data):
        case = data.draw(operation.as_strategy())
        case.headers = dict(case.headers or {}) | {"Authorization": f"Bearer {secret}"}
        case.call_and_validate(checks=CHECKS)

    call()
