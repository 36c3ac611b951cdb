"""What the database alone can do: the statements of whole paid orders, replayed by pgbench with prepared statements.

The statements are captured from real purchases in this process (buy, provider's word, everything the handlers write),
so the limit changes with the code. Ids that must differ are made anew in each transaction; what the relay does once a
batch is left out.
"""

import re
import subprocess
import tempfile
import time
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
_ONCE_A_BATCH = (
    "generate_series(0, 15)",
    "FROM eventing_outboxevent",
    "UPDATE eventing_outboxevent",
    "eventing_delivery",
    "orders_daysales",  # sums that all orders share: order by order they would only wait for one another
    "WITH counted AS",
)
_HEX = "[0-9a-f]"
_UUID = re.compile(f"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}|{_HEX}{{32}}")
_UUIDS = re.compile(rf"\{{(?:{_UUID.pattern})(?:,(?:{_UUID.pattern}))*\}}")
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
    statements, fresh, began = _purchase(variant_id)
    lines = [r"\set n random(1, 4000000000000000000)"]
    lines += [_with_fresh_ids(statement, fresh, began).replace("\n", " ") + ";" for statement in statements]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def _purchase(variant_id: UUID) -> tuple[list[str], list[str], int]:
    """The statements of a paid order, values in them that must be unique, and when it began (ms since 1970)."""
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
    began = int(time.time() * 1000)
    with _captured() as statements:
        bought = checkout.buy(request)
        amount = payments.payment(bought.payment_id).amount
        state = ProviderState("captured", amount, captured=amount.minor, reference=f"pay_{uuid4().hex}")
        payments.apply(bought.payment_id, state)
        drain()
    return statements, [bought.number, bought.token, request.key, state.reference], began


@contextmanager
def _captured() -> Iterator[list[str]]:
    """Every statement that runs inside, with its values written into it, and where transactions begin and end."""
    import psycopg
    from django.db import connection

    statements: list[str] = []
    seen = 0

    def note_bounds() -> None:
        nonlocal seen
        log = list(connection.queries_log)
        statements.extend(entry["sql"] for entry in log[seen:] if entry["sql"] in {"BEGIN", "COMMIT"})
        seen = len(log)

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        note_bounds()
        if not sql.startswith(("SAVEPOINT", "RELEASE")) and not any(part in sql for part in _ONCE_A_BATCH):
            statements.append(psycopg.ClientCursor(connection.connection).mogrify(sql, params))
        return execute(sql, params, many, context)

    connection.ensure_connection()
    connection.queries_log.clear()
    connection.force_debug_cursor = True
    try:
        with connection.execute_wrapper(note):
            yield statements
        note_bounds()
    finally:
        connection.force_debug_cursor = False


def _with_fresh_ids(statement: str, fresh: list[str], since_ms: int) -> str:
    """Make what must be unique from ``:n``, and hide colons from pgbench, which takes them for variables.

    Unique are ``fresh`` and every UUIDv7 that was made since the purchase began (its first 48 bits say when).
    """
    numbers: dict[str, int] = {}

    def made_now(text: str) -> bool:
        return UUID(text).version == 7 and since_ms <= UUID(text).int >> 80 <= time.time() * 1000

    def expression(text: str) -> str:
        number = numbers.setdefault(text, len(numbers))
        return f"(lpad(to_hex(:n::bigint), 30, '0') || '{number:02x}')::uuid"

    def quoted(text: str, escaped: bool = False) -> str:
        if ":" not in text and "\\" not in text:
            return f"'{text}'"
        text = text if escaped else text.replace("\\", "\\\\")
        return "E'" + text.replace(":", "\\x3a") + "'"

    def literal(found: re.Match[str]) -> str:
        text = found[2]
        parts = [part for part in split.split(text) if part]
        made = [part in fresh or (_UUID.fullmatch(part) is not None and made_now(part)) for part in parts]
        if not any(made):
            return quoted(text, bool(found[1]))
        if len(parts) == 1 and text not in fresh:
            return expression(text)
        pieces = [
            made_text(part) if new else quoted(part, bool(found[1])) for part, new in zip(parts, made, strict=True)
        ]
        joined = "(" + " || ".join(pieces) + ")"
        if text.startswith(('{"', "[")):
            return f"{joined}::jsonb"
        return f"{joined}::uuid[]" if _UUIDS.fullmatch(text) else joined

    def made_text(part: str) -> str:
        if part in fresh:
            return f"(left(md5(:n::text), {min(len(part) - 1, 20)}) || '{fresh.index(part)}')"
        return f"{expression(part)}::text"

    split = re.compile("(" + "|".join([_UUID.pattern, *(re.escape(value) for value in fresh)]) + ")")
    return _QUOTED.sub(literal, statement)
