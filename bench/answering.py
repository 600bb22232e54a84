"""A seven and an Android phone on loopback that know what became of N messages.

`python -m bench.answering N`: message number n has our id `ident(n)`, at seven the reference `1000000 + n`,
and was taken n times 10 seconds after NOW; all are delivered. One process, one event loop. Prints its port;
a GET of /asked tells how many requests came.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bench.office import NOW

FIRST_REFERENCE = 1_000_000
LARGEST_PAGE = 500


def ident(number: int) -> str:
    """Our id of a message."""
    return f"{number:032x}"


def taken_at(number: int) -> datetime:
    """When the gateway took it."""
    return NOW + timedelta(seconds=10 * number)


class Answering:
    """Counts what it was asked."""

    def __init__(self, messages: int) -> None:
        self.messages = messages
        self.asked = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, kept open."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                parts = urlsplit(head.split(" ", 2)[1])
                query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
                if parts.path == "/asked":
                    writer.write(_http({"asked": self.asked}))
                else:
                    self.asked += 1
                    writer.write(self._answer(parts.path, query))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def _answer(self, path: str, query: dict[str, str]) -> bytes:
        if path == "/api/status":
            when = f"{NOW + timedelta(days=1):%Y-%m-%d %H:%M:%S}"
            ids = query["msg_id"].split(",")
            return _http([{"id": one, "status": "DELIVERED", "status_time": when} for one in ids])
        start, end = (datetime.fromisoformat(query[name]) for name in ("from", "to"))
        within = [n for n in reversed(range(self.messages)) if start <= taken_at(n) <= end]
        offset, limit = int(query.get("offset", "0")), min(int(query.get("limit", "50")), LARGEST_PAGE)
        page = [_entry(n) for n in within[offset : offset + limit]]
        return _http(page, f"X-Total-Count: {len(within)}\r\n")


def _entry(number: int) -> dict[str, Any]:
    times = {"Pending": taken_at(number).isoformat(), "Delivered": taken_at(number).isoformat()}
    told = [{"phoneNumber": f"+43664{FIRST_REFERENCE + number}", "state": "Delivered", "error": None}]
    return {"id": ident(number), "deviceId": "d", "state": "Delivered", "recipients": told, "states": times}


def _http(data: object, more: str = "") -> bytes:
    body = json.dumps(data)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    return (head + body).encode()


@contextmanager
def answering(messages: int) -> Iterator[str]:
    """The address of both in a process of its own."""
    command = [sys.executable, "-m", "bench.answering", str(messages)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.kill()


def asked(base_url: str) -> int:
    """How many requests came."""
    with urllib.request.urlopen(f"{base_url}/asked", timeout=5) as answer:
        return int(json.loads(answer.read())["asked"])


async def main(messages: int) -> None:
    """Serves until killed."""
    server = await asyncio.start_server(Answering(messages).serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
