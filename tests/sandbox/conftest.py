from collections.abc import Iterator

import pytest

from tests.sandbox.server import Receiver, RunningSandbox


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture(scope="session")
def running_sandbox(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[RunningSandbox]:
    made = RunningSandbox(tmp_path_factory.mktemp("sandbox"), receiver.url).start()
    yield made
    made.stop()


@pytest.fixture
def sandbox(running_sandbox: RunningSandbox, receiver: Receiver) -> Iterator[RunningSandbox]:
    """The session's sandbox with every fault off, before and after."""
    receiver.taken.clear()
    receiver.answers.clear()
    running_sandbox.calm()
    yield running_sandbox
    running_sandbox.calm()
