from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from glocal.transaction.payments import providers
from tests.sandbox.conftest import receiver, running_sandbox
from tests.sandbox.conftest import sandbox as calm_sandbox
from tests.sandbox.server import Receiver, RunningSandbox

__all__ = ["calm_sandbox", "receiver", "running_sandbox"]


@pytest.fixture
def sandbox(calm_sandbox: RunningSandbox, settings) -> Iterator[RunningSandbox]:
    """The running sandbox, as the provider the settings name."""
    settings.SANDBOX = {
        "url": calm_sandbox.url,
        "public_url": calm_sandbox.url,
        "secret_key": calm_sandbox.secret_key,
        "publishable_key": calm_sandbox.publishable_key,
        "webhook_secret": calm_sandbox.webhook_secret,
    }
    providers._adapter.cache_clear()
    yield calm_sandbox
    providers._adapter.cache_clear()


@pytest.fixture
def answer(sandbox: RunningSandbox):
    """Answer the provider's question as the shopper would, in the browser."""

    def say(action_url: str, what: str = "approve") -> None:
        response = sandbox.browser.post(urlsplit(action_url).path, data={"answer": what})
        assert response.status_code == 303, response.text

    return say


@pytest.fixture
def hook(client, sandbox: RunningSandbox, receiver: Receiver):
    """Hand the webhooks that the sandbox sent about a payment to our door; returns the answers' status codes."""
    from tests.sandbox.server import eventually

    def deliver(payment_id: UUID, count: int = 1) -> list[int]:
        taken = eventually(lambda: len(receiver.about(str(payment_id))) >= count and receiver.about(str(payment_id)))
        return [
            client.post(
                "/hooks/payments/sandbox",
                body,
                content_type="application/json",
                headers={"Sandbox-Signature": headers["sandbox-signature"]},
            ).status_code
            for headers, body in taken
        ]

    return deliver
