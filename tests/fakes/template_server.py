"""A small provider as an office may describe one: takes GET, POST and PUT at /send, answers in JSON or text.

Behaviours, one a request, the last one for ever: `ok`, `refuse`, `http:429`, `drop_before`, `drop_after`,
`cut`, `html`, `wrong_json`, `slow:1.2`, `text:…` (that text with HTTP 200).
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Came:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the address."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}

    @property
    def form(self) -> dict[str, str]:
        """The parameters of a form's body."""
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass
class TemplateServer:
    """The running fake: set `behaviours`, read what `came` and which ids it took (`accepted`)."""

    port: int = 0
    behaviours: list[str] = field(default_factory=lambda: ["ok"])
    came: list[Came] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def base(self) -> str:
        """The beginning of every address here."""
        return f"http://127.0.0.1:{self.port}"

    def next_behaviour(self) -> str:
        with self.lock:
            return self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._take()

    def do_POST(self) -> None:
        self._take()

    def do_PUT(self) -> None:
        self._take()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the tests look at `came`."""

    def _take(self) -> None:
        fake = self.server.fake
        behaviour, _, value = fake.next_behaviour().partition(":")
        if behaviour == "drop_before":
            self._drop()
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): text for name, text in self.headers.items()}
        came = Came(self.command, self.path, headers, body)
        with fake.lock:
            fake.came.append(came)
        with contextlib.suppress(OSError):
            self._behave(behaviour, value, came)

    def _behave(self, behaviour: str, value: str, came: Came) -> None:
        fake = self.server.fake
        if came.path.startswith("/konto"):
            good = came.headers.get("x-api-key") == "geheim"
            self._answer(200 if good else 401, b'{"balance": "12,50"}', "application/json")
            return
        if behaviour == "refuse":
            self._answer(200, b'{"result": {"code": "NUMBER"}}', "application/json")
            return
        if behaviour == "http":
            self._answer(int(value), b"<html>error</html>", "text/html")
            return
        with fake.lock:
            fake.accepted.append(_id(came))
            serial = len(fake.accepted)
        told = json.dumps({"result": {"code": "OK", "messages": [{"id": f"t-{serial}"}]}}).encode()
        if behaviour == "slow":
            time.sleep(float(value))
        if behaviour == "drop_after":
            self._drop()
        elif behaviour == "cut":
            self._answer(200, told[:20], "application/json", missing=40)
            self._drop()
        elif behaviour == "html":
            self._answer(200, b"<!DOCTYPE html><html>Wartung</html>", "text/html")
        elif behaviour == "wrong_json":
            self._answer(200, told[:-5], "application/json")
        elif behaviour == "text":
            self._answer(200, value.encode(), "text/plain; charset=utf-8")
        else:
            self._answer(200, told, "application/json")

    def _answer(self, status: int, body: bytes, kind: str, missing: int = 0) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) + missing))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


def _id(came: Came) -> str:
    if came.headers.get("content-type", "").startswith("application/json"):
        return str(json.loads(came.body).get("ref", ""))
    return came.query.get("ref", "") or came.form.get("ref", "")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    fake: TemplateServer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the play."""


@contextlib.contextmanager
def template_server() -> Iterator[TemplateServer]:
    """Runs the fake in a thread on a free port."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.fake = fake = TemplateServer(port=server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()
