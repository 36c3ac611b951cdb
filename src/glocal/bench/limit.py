"""What the database alone can do: the statements of whole paid orders, replayed by pgbench with prepared statements.

The statements are captured from real purchases in this process (buy, provider's word, everything the handlers write),
so the limit changes with the code. Ids that must differ are made anew in each transaction; what the relay does once a
batch is left out.
"""

import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from glocal.bench.seed import MARKET, Seeded
from glocal.bench.stage import Stage
from glocal.embedded.postgres import Cluster

SCRIPTS = 20
_ONCE_A_BATCH = ("eventing_shard", "FROM eventing_outboxevent", "UPDATE eventing_outboxevent", "eventing_delivery")
_QUOTED = re.compile(r"(?<![A-Za-z0-9_])(E?)'((?:[^']|'')*)'")


def order_rate(place: Stage, seeded: Seeded, *, clients: int, seconds: int) -> float:
    """Orders a second that pgbench reaches with ``clients`` connections."""
    with tempfile.TemporaryDirectory(prefix="glocal-pgbench-") as folder:
        files = [_script(Path(folder) / f"{n}.sql", seeded.variants[n]) for n in range(SCRIPTS)]
        parts = urlsplit(place.database_url)
        command = [Cluster(place.home.postgres).bin("pgbench"), "-n", "-M", "prepared", "-c", str(clients), "-j", "2"]
        command += ["-T", str(seconds), *(item for file in files for item in ("-f", str(file)))]
        command += ["-h", parts.hostname or "", "-p", str(parts.port), "-U", parts.username or "", parts.path[1:]]
        done = subprocess.run(
            [str(part) for part in command],
            check=False,
            capture_output=True,
            text=True,
            env={"PGPASSWORD": parts.password or ""},
        )
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if done.returncode or found is None:
        raise SystemExit(f"pgbench failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return float(found[1])


def _script(file: Path, variant_id: UUID) -> Path:
    """One purchase of one unit as a pgbench script."""
    statements, fresh = _purchase(variant_id)
    lines = [r"\set n random(1, 4000000000000000000)"]
    lines += [_with_fresh_ids(statement, fresh).replace("\n", " ") + ";" for statement in statements]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def _purchase(variant_id: UUID) -> tuple[list[str], list[str]]:
    """The statements of a paid order, and the values in them that must be unique."""
    from glocal.platform.eventing.relay import drain
    from glocal.platform.kernel.ids import uuid7
    from glocal.platform.markets import facade as markets
    from glocal.transaction.checkout import facade as checkout
    from glocal.transaction.payments import facade as payments
    from glocal.transaction.payments.facade import ProviderState

    market = markets.get(MARKET)
    lines = (checkout.Wanted(variant_id, 1),)
    quote = checkout.quote_for(market, "en", lines)
    place = markets.check_address(
        MARKET,
        {
            "name": "Ada Shopper",
            "line1": "1 Market Street",
            "city": "San Francisco",
            "region": "CA",
            "postcode": "94105",
            "phone": "+14155550100",
        },
        "en",
    )
    quote = checkout.quote_for(market, "en", lines, address=place)
    request = checkout.BuyRequest(
        key=f"limit-{uuid4()}",
        buyer=checkout.Buyer(uuid7()),
        market=MARKET,
        language="en",
        email="ada@example.com",
        address=place,
        delivery_code=quote.option.code,
        method="card",
        expected_total=quote.total.minor,
        return_url="http://localhost/",
        lines=lines,
        start_payment=False,
    )
    drain()
    with _captured() as statements:
        bought = checkout.buy(request)
        amount = payments.payment(bought.payment_id).amount
        state = ProviderState("captured", amount, captured=amount.minor, reference=f"pay_{uuid4().hex}")
        payments.apply(bought.payment_id, state)
        drain()
    fresh = [str(bought.order_id), str(bought.payment_id), bought.number, bought.token, request.key, state.reference]
    return statements, fresh


@contextmanager
def _captured() -> Iterator[list[str]]:
    """Every statement that runs inside, with its values written into it."""
    import psycopg
    from django.db import connection

    statements: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("SAVEPOINT", "RELEASE")) and not any(part in sql for part in _ONCE_A_BATCH):
            statements.append(psycopg.ClientCursor(connection.connection).mogrify(sql, params))
        return execute(sql, params, many, context)

    connection.ensure_connection()
    with connection.execute_wrapper(note):
        yield statements


def _with_fresh_ids(statement: str, fresh: list[str]) -> str:
    """Make what must be unique from ``:n``, and hide colons from pgbench, which takes them for variables."""

    def literal(found: re.Match[str]) -> str:
        text = found[2]
        for number, value in enumerate(fresh):
            if text == value and _is_uuid(text):
                return f"(lpad(to_hex(:n::bigint), 31, '0') || '{number}')::uuid"
            if value in text and not text.startswith(("{", "[")):
                return f"left(md5(:n::text), 20) || '{number}'"
        if ":" in text or "\\" in text:
            if not found[1]:
                text = text.replace("\\", "\\\\")
            return "E'" + text.replace(":", "\\x3a") + "'"
        return found[0]

    return _QUOTED.sub(literal, statement)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
