"""The audit trail as other packages see it."""

from glocal.platform.audit.services import record, trail, trail_of_all
from glocal.platform.audit.types import Entry

__all__ = ["Entry", "record", "trail", "trail_of_all"]
