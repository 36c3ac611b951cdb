import pytest

from tests.factories.sale import open_shop
from tests.transaction.payments.conftest import answer, calm_sandbox, hook, receiver, running_sandbox, sandbox

__all__ = ["answer", "calm_sandbox", "hook", "receiver", "running_sandbox", "sandbox"]


@pytest.fixture
def shop(db):
    """An open shop with nothing in it yet."""
    open_shop()
