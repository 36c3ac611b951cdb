"""The sandbox as an ASGI application: ``granian --interface asgi glocal.sandbox.app:app``. One worker only."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from glocal.sandbox import api, pages, panel
from glocal.sandbox.carrier import Carrier
from glocal.sandbox.config import Config
from glocal.sandbox.faults import Faults
from glocal.sandbox.payments import Payments
from glocal.sandbox.store import Store
from glocal.sandbox.webhooks import Webhooks

_TICK_SECONDS = 0.25
_KEPT_SECONDS = 3 * 86_400.0
_log = logging.getLogger(__name__)


def open_sandbox(config: Config) -> api.Sandbox:
    """The books of ``config.folder``, opened."""
    store = Store(config.folder / "sandbox.sqlite3")
    faults = Faults(store)
    webhooks = Webhooks(store, faults, config)
    payments = Payments(store, webhooks, config.base_url)
    carrier = Carrier(store, webhooks, config.base_url, config.day_seconds)
    return api.Sandbox(config, store, faults, webhooks, payments, carrier)


@asynccontextmanager
async def _running(app: Starlette) -> AsyncIterator[None]:
    sandbox = open_sandbox(Config.from_env())
    app.state.sandbox = sandbox
    tasks = [asyncio.create_task(sandbox.webhooks.run()), asyncio.create_task(_tick(sandbox))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        sandbox.store.close()


async def _tick(sandbox: api.Sandbox) -> None:
    """What happens by itself as time passes."""
    swept = 0.0
    while True:
        now = time.time()
        try:
            with sandbox.store.change():
                sandbox.payments.settle_due(now)
                sandbox.carrier.move_due(now)
            if now - swept > 3600:
                sandbox.store.forget_before(now - _KEPT_SECONDS)
                swept = now
        except Exception:
            _log.exception("the sandbox's clock stumbled; it goes on")
        await asyncio.sleep(_TICK_SECONDS)


async def _health(request: Request) -> Response:
    request.app.state.sandbox.store.one("SELECT 1")
    return api.json_response(200, {"status": "ok"})


app = Starlette(
    routes=[
        *api.routes,
        *pages.routes,
        *panel.routes,
        Route("/healthz", _health),
        Mount("/assets", StaticFiles(directory=Path(__file__).parent / "assets")),
    ],
    lifespan=_running,
)
