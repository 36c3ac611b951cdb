"""Events between packages: publish in the writer's transaction, handle at least once with effect once.

Open ground: every package imports these names from here.
"""

from glocal.platform.eventing.publishing import publish, transactional
from glocal.platform.eventing.registry import handles, handles_batch

__all__ = ["handles", "handles_batch", "publish", "transactional"]
