from collections.abc import Iterator

import pytest

from glocal.platform.markets import facade as markets
from glocal.supply.shipping import facade as shipping
from tests.sandbox.conftest import receiver, running_sandbox
from tests.sandbox.conftest import sandbox as calm_sandbox
from tests.sandbox.server import RunningSandbox

__all__ = ["calm_sandbox", "receiver", "running_sandbox"]


@pytest.fixture
def tariffs(db) -> None:
    """Exchange rates and the tariffs the product comes with."""
    markets.save_demo_rates()
    shipping.seed_tariffs()


@pytest.fixture
def sandbox(calm_sandbox: RunningSandbox, settings) -> Iterator[RunningSandbox]:
    """The running sandbox, as the carrier the settings name."""
    settings.SANDBOX = {
        "url": calm_sandbox.url,
        "public_url": calm_sandbox.url,
        "secret_key": calm_sandbox.secret_key,
        "publishable_key": calm_sandbox.publishable_key,
        "webhook_secret": calm_sandbox.webhook_secret,
    }
    return calm_sandbox
