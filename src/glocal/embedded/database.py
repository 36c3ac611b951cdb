"""The installation's database: our own cluster, or an outside PostgreSQL named by ``GLOCAL_DATABASE_URL``."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg

from glocal.embedded.errors import StartError
from glocal.embedded.home import Home
from glocal.embedded.postgres import Cluster

OLDEST, NEWEST = 15, 18


@dataclass(frozen=True)
class Database:
    """Where the data is. ``cluster`` is None for an outside server."""

    url: str
    cluster: Cluster | None = None

    @property
    def place(self) -> str:
        """The address without its secret."""
        parts = urlsplit(self.url)
        return f"{parts.hostname or 'local'}:{parts.port or 5432}{parts.path}"


def outside_url() -> str | None:
    return os.environ.get("GLOCAL_DATABASE_URL") or None


@contextmanager
def running_database(home: Home) -> Iterator[Database]:
    """The outside database, checked; else our own, running while the context lasts."""
    url = outside_url()
    if url is not None:
        check(url)
        yield Database(url)
        return
    with Cluster(home.postgres) as cluster:
        yield Database(cluster.url(), cluster)


def check(url: str) -> int:
    """The major version of the server at ``url``; ``StartError`` when it does not answer or is not 15 to 18."""
    if urlsplit(url).scheme not in ("postgresql", "postgres"):
        raise StartError("GLOCAL_DATABASE_URL must look like postgresql://user:password@host:port/database.")
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version // 10000
    except (psycopg.Error, UnicodeError) as error:
        raise StartError(
            f"The database of GLOCAL_DATABASE_URL does not answer: {str(error).strip()}\n"
            "Check the address (postgresql://user:password@host:port/database) and that the server runs."
        ) from error
    if not OLDEST <= version <= NEWEST:
        raise StartError(
            f"The database of GLOCAL_DATABASE_URL is PostgreSQL {version}; Glocal works with {OLDEST} to {NEWEST}."
        )
    return version
