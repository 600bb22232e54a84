"""What the fakes of HTTP gateways share: a server on loopback that breaks the network around its answers.

Behaviours, one a request, the last one for ever: `ok`, `drop_before`, `drop_after`, `cut`, `html`,
`wrong_json`, `not_json_type`, `slow:1.2`, `http:503`, and whatever words the fake itself knows.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Call:
    """One request; header names are lower case, of a repeated parameter the last value counts."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The body as a form."""
        return {name: values[-1] for name, values in parse_qs(self.body.decode(), True).items()}


@dataclass(frozen=True)
class Told:
    """An answer; `data` becomes JSON unless it is bytes."""

    status: int = 200
    data: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        return self.data if isinstance(self.data, bytes) else json.dumps(self.data).encode()


@dataclass
class FakeGateway:
    """A gateway: set `behaviours`, read `calls`. `now` is its clock."""

    behaviours: list[str] = field(default_factory=lambda: ["ok"])
    calls: list[Call] = field(default_factory=list)
    now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    port: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)
    _server: _Server | None = None

    def answer(self, call: Call, behaviour: str, value: str) -> Told:
        """What the gateway says when nothing breaks; every fake has its own."""
        raise AssertionError(call)

    def asked(self, path: str) -> list[Call]:
        """The calls of one path."""
        return [call for call in self.calls if call.path == path]

    def next_behaviour(self) -> str:
        with self.lock:
            return self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]

    def on(self) -> None:
        """Listens, on the same port as before."""
        self._server = _Server(("127.0.0.1", self.port), _Handler)
        self._server.fake = self
        self.port = self._server.server_address[1]
        self._server.began()

    def off(self) -> None:
        """Takes no connection any more, and hangs up on those that are open."""
        if self._server is not None:
            self._server.ended()
            self._server = None

    @contextlib.contextmanager
    def running(self) -> Iterator[Self]:
        """On for as long as the block lasts."""
        self.on()
        try:
            yield self
        finally:
            self.off()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._play()

    def do_POST(self) -> None:
        self._play()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the tests look at `calls`."""

    def _play(self) -> None:
        fake = self.server.fake
        behaviour, _, value = fake.next_behaviour().partition(":")
        if behaviour == "drop_before":
            self._drop()
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query, True).items()}
        headers = {name.lower(): text for name, text in self.headers.items()}
        call = Call(self.command, parts.path, query, headers, body)
        with contextlib.suppress(OSError):
            self._behave(behaviour, value, call)

    def _behave(self, behaviour: str, value: str, call: Call) -> None:
        fake = self.server.fake
        if behaviour == "http":
            with fake.lock:
                fake.calls.append(call)
            self._say(Told(int(value), b"<html>error</html>", {"Content-Type": "text/html"}))
            return
        with fake.lock:
            fake.calls.append(call)
            told = fake.answer(call, behaviour, value)
        if behaviour == "slow":
            time.sleep(float(value))
        if behaviour == "drop_after":
            self._drop()
        elif behaviour == "cut":
            self._say(Told(told.status, told.content[:30]), missing=50)
            self._drop()
        elif behaviour == "html":
            page = b"<!DOCTYPE html><html>Wartung</html>"
            self._say(Told(200, page, {"Content-Type": "text/html"}))
        elif behaviour == "wrong_json":
            self._say(Told(told.status, told.content[:-3]))
        elif behaviour == "not_json_type":
            self._say(Told(told.status, told.content, {"Content-Type": "text/plain"}))
        else:
            self._say(told)

    def _say(self, told: Told, missing: int = 0) -> None:
        self.send_response(told.status)
        headers = {"Content-Type": "application/json; charset=utf-8", **told.headers}
        if not told.content:
            headers.pop("Content-Type")
        for name, text in headers.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(told.content) + missing))
        self.end_headers()
        self.wfile.write(told.content)
        self.wfile.flush()

    def _drop(self) -> None:
        """Closes at once, with a reset, as a machine that loses power behind a router."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    fake: FakeGateway

    def began(self) -> None:
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    def ended(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()
        for sock in list(self._open):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the play."""
