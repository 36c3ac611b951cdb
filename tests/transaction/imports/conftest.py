import pytest

from tests.factories.sale import open_shop


@pytest.fixture
def shop(db):
    """An open shop with nothing in it yet."""
    open_shop()
