"""Posting to merchants' webhook addresses from the event loop, over kept connections.

A threaded client cost 1.5 ms CPU a webhook beside this loop, asyncio's own streams 0.4 (measured), and the checkout
benchmark shares its two cores with the sandbox.
"""

import asyncio
from contextlib import suppress
from urllib.parse import SplitResult, urlsplit

_TIMEOUT = 5.0
_KEPT_PER_HOST = 4
_LARGEST_ANSWER = 1024 * 1024
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Outgoing:
    """A small HTTP/1.1 client that knows POST only."""

    def __init__(self) -> None:
        self._idle: dict[str, list[Connection]] = {}

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> str:
        """The answer's status code, or the name of what kept it from coming; never raises for the network's sake."""
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        lines = [f"POST {path} HTTP/1.1", f"Host: {parts.netloc}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        request = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
        try:
            async with asyncio.timeout(_TIMEOUT):
                idle = self._idle.setdefault(parts.netloc, [])
                while idle:  # a kept connection may have been closed meanwhile; nothing was lost, so try the next
                    with suppress(OSError, EOFError):
                        return await self._exchange(parts.netloc, idle.pop(), request)
                return await self._exchange(parts.netloc, await _connect(parts), request)
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            return type(error).__name__

    async def _exchange(self, host: str, connection: Connection, request: bytes) -> str:
        reader, writer = connection
        keep = False
        try:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            fields = dict(line.split(":", 1) for line in head.split("\r\n")[1:] if ":" in line)
            length = int(fields.get("content-length", "-1"))
            keep = 0 <= length <= _LARGEST_ANSWER and "close" not in fields.get("connection", "")
            if keep and length:
                await reader.readexactly(length)
            return head.split(" ", 2)[1]
        except (ValueError, IndexError):
            keep = False
            return "NotHttp"
        except BaseException:
            keep = False
            raise
        finally:
            idle = self._idle[host]
            if keep and len(idle) < _KEPT_PER_HOST:
                idle.append(connection)
            else:
                writer.close()

    def close(self) -> None:
        for connections in self._idle.values():
            for _, writer in connections:
                writer.close()


async def _connect(parts: SplitResult) -> Connection:
    secure = parts.scheme == "https"
    return await asyncio.open_connection(parts.hostname, parts.port or (443 if secure else 80), ssl=secure or None)
