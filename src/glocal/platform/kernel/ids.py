"""Identifiers: UUID version 7 (RFC 9562), so that keys grow with time and indexes stay dense."""

from uuid import UUID

import uuid_utils.compat


def uuid7() -> UUID:
    """A new UUIDv7, made here and not by the database, so that PostgreSQL 15 serves as well as 18."""
    return uuid_utils.compat.uuid7()
