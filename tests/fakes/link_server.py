"""A fake of LINK's SMS API on loopback, in a thread or as a process of its own.

    python -m tests.fakes.link_server PORT RECORD_FILE [BEHAVIOUR ...]

As a process it appends each accepted request durably to RECORD_FILE, one JSON object a line, before it
answers, so that a test may kill whoever calls it and count. PORT 0 takes a free one and prints it.
Behaviours, one a request, the last one for ever: `ok`, `delay:0.5`, `code:4002`, `http:503`, `drop_before`,
`drop_after`, `cut`, `html`, `wrong_json`, `no_code`, `other_id`, `slow:30`.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from kehr.rules.terms.sms import count

PATH = "/rest/smsmessaging/text"
TOKEN = "token-of-the-test"
MESSAGES = {2000: "OK", 2001: "OK_QUEUED", 2002: "OK_TEST", 4001: "invalid credentials"}


@dataclass
class LinkServer:
    """The running fake: set `behaviours` (used up one a request, the last stays), read what came."""

    port: int = 0
    behaviours: list[str] = field(default_factory=lambda: ["ok"])
    token: str = TOKEN
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    accepted: list[dict[str, Any]] = field(default_factory=list)
    connections: int = 0
    record: Path | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def base_url(self) -> str:
        """What an account's `base_url` is to be."""
        return f"http://127.0.0.1:{self.port}/rest"

    def arrivals(self) -> Counter[str]:
        """How often each clientMessageId arrived whole."""
        return Counter(str(request.get("clientMessageId")) for request in self.requests)

    def next_behaviour(self) -> str:
        with self.lock:
            return self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]

    def accept(self, request: dict[str, Any]) -> None:
        """Takes a message as the real one does when it sends it."""
        if request.get("test"):
            return
        with self.lock:
            self.accepted.append(request)
            if self.record is not None:
                with self.record.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(request, ensure_ascii=False) + "\n")
                    file.flush()
                    os.fsync(file.fileno())


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.fake.connections += 1

    def do_POST(self) -> None:
        fake = self.server.fake
        behaviour, _, value = fake.next_behaviour().partition(":")
        if behaviour == "drop_before":
            self._drop()
            return
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        request = json.loads(raw)
        with fake.lock:
            fake.requests.append(request)
            fake.headers.append({name.lower(): text for name, text in self.headers.items()})
        with contextlib.suppress(OSError):
            self._behave(behaviour, value, request)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the tests look at `requests`."""

    def _behave(self, behaviour: str, value: str, request: dict[str, Any]) -> None:
        fake = self.server.fake
        if self.path != PATH:
            self._answer(404, b"not found", "text/plain")
        elif self.headers.get("Authorization") not in (f"Bearer {fake.token}", "Basic YW5uYTpnZWhlaW0="):
            self._told(4001, request, status=401)
        elif behaviour == "code":
            if int(value) < 3000:
                fake.accept(request)
            self._told(int(value), request)
        elif behaviour == "http":
            self._answer(int(value), b"<html>error</html>", "text/html")
        elif behaviour == "http_code":
            status, _, code = value.partition("/")
            self._told(int(code), request, status=int(status))
        else:
            fake.accept(request)
            self._after_accepting(behaviour, value, request)

    def _after_accepting(self, behaviour: str, value: str, request: dict[str, Any]) -> None:
        if behaviour in ("delay", "slow"):
            time.sleep(float(value))
        if behaviour == "drop_after":
            self._drop()
        elif behaviour == "cut":
            self._answer(200, self._body(2000, request)[:30], "application/json", missing=50)
            self._drop()
        elif behaviour == "html":
            self._answer(200, b"<!DOCTYPE html><html>Wartung</html>", "text/html")
        elif behaviour == "wrong_json":
            self._answer(200, b'{"statusCode": 2000, "stat', "application/json")
        elif behaviour == "no_code":
            self._answer(200, b'{"status": "fine"}', "application/json")
        elif behaviour == "json":
            self._answer(200, value.encode(), "application/json")
        elif behaviour == "not_json_type":
            self._answer(200, self._body(2000, request), "text/plain")
        elif behaviour == "other_id":
            self._told(2000, request | {"clientMessageId": "somebody-elses"})
        else:
            self._told(2000, request)

    def _told(self, code: int, request: dict[str, Any], status: int = 200) -> None:
        self._answer(status, self._body(code, request), "application/json;charset=UTF-8")

    def _body(self, code: int, request: dict[str, Any]) -> bytes:
        good = 2000 <= code <= 2002
        serial = len(self.server.fake.requests)
        answer = {
            "statusCode": code,
            "statusMessage": MESSAGES.get(code, f"message of {code}"),
            "clientMessageId": request.get("clientMessageId"),
            "transferId": f"0062{serial:016x}" if good else None,
            "smsCount": count(request.get("messageContent", "")).parts if good else 0,
        }
        return json.dumps(answer).encode()

    def _answer(self, status: int, body: bytes, kind: str, missing: int = 0) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) + missing))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def _drop(self) -> None:
        """Closes at once, with a reset, as a machine that loses power behind a router."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    fake: LinkServer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the play."""


@contextlib.contextmanager
def link_server() -> Iterator[LinkServer]:
    """Runs the fake in a thread on a free port."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.fake = fake = LinkServer(port=server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()


def main(port: str, record: str, *behaviours: str) -> None:
    """Serves until killed."""
    with _Server(("127.0.0.1", int(port)), _Handler) as server:
        server.fake = LinkServer(server.server_address[1], list(behaviours) or ["ok"], record=Path(record))
        sys.stdout.write(f"{server.fake.port}\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
