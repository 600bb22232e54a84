"""A calendar server on loopback that answers as it is told: statuses, ETags, redirects, hostile bodies."""

from __future__ import annotations

import contextlib
import gzip
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//DE\r\nEND:VCALENDAR\r\n"


@dataclass(frozen=True)
class Request:
    """What a client asked for; header names are lower case."""

    path: str
    headers: Mapping[str, str]


Deed = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Looks up what to do for a path."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.fake.requests.append(Request(self.path, headers))
        deed = self.server.fake.deeds.get(self.path.partition("?")[0], status(404))
        self.close_connection = True
        with contextlib.suppress(OSError):
            deed(self)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the tests look at `requests`."""

    def head(self, code: int, headers: Mapping[str, str]) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()


def body(content: bytes, *, code: int = 200, **headers: str) -> Deed:
    """Answers with a body; `etag="..."` and `content_type="..."` become headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(handler: Handler) -> None:
        handler.head(code, {"Content-Type": "text/calendar", "Content-Length": str(len(content)), **named})
        handler.wfile.write(content)

    return answer


def status(code: int, **headers: str) -> Deed:
    """Answers with a status and a short text."""
    return body(b"", code=code, **headers)


def redirect(target: str, code: int = 302) -> Deed:
    """Sends the client elsewhere."""
    return status(code, location=target)


def conditional(content: bytes, etag: str, last_modified: str = "") -> Deed:
    """Answers 304 to whoever already has `etag` or, without one, `last_modified`."""
    headers = {"etag": etag, "last_modified": last_modified}

    def answer(handler: Handler) -> None:
        known = handler.headers.get("If-None-Match") == etag if etag else False
        known = known or (bool(last_modified) and handler.headers.get("If-Modified-Since") == last_modified)
        deed = status(304) if known else body(content, **{k: v for k, v in headers.items() if v})
        deed(handler)

    return answer


def drip(seconds: float, *, in_head: bool = False, times: int = 1_000_000) -> Deed:
    """Sends one byte every `seconds`, so many times, and ends the answer."""

    def answer(handler: Handler) -> None:
        if in_head:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        else:
            handler.head(200, {"Content-Type": "text/calendar"})
        for _ in range(times):
            if handler.server.fake.closing.is_set():
                return
            handler.wfile.write(b"B")
            handler.wfile.flush()
            time.sleep(seconds)

    return answer


def endless(piece: bytes, times: int, **headers: str) -> Deed:
    """Sends `piece` again and again without telling a length."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(handler: Handler) -> None:
        handler.head(200, named)
        for _ in range(times):
            handler.wfile.write(piece)
            handler.server.fake.bytes_written += len(piece)

    return answer


def bomb(megabytes: int) -> Deed:
    """A gzip body that unpacks to so many megabytes of zeros."""
    packed = gzip.compress(b"\0" * (megabytes * 1024 * 1024), compresslevel=9)
    return body(packed, content_encoding="gzip")


def cut(content: bytes) -> Deed:
    """Promises more bytes than it sends."""

    def answer(handler: Handler) -> None:
        handler.head(200, {"Content-Length": str(len(content) + 100)})
        handler.wfile.write(content)

    return answer


def hang_up(handler: Handler) -> None:
    """Closes the connection without an answer."""
    handler.connection.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    fake: CalendarServer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the play."""


@dataclass
class CalendarServer:
    """The running fake: set `deeds[path]`, read `requests`."""

    url: str = ""
    port: int = 0
    deeds: dict[str, Deed] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    bytes_written: int = 0
    closing: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def calendar_server(tls: ssl.SSLContext | None = None) -> Iterator[CalendarServer]:
    """Runs the fake on a free port of 127.0.0.1."""
    with _Server(("127.0.0.1", 0), Handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        port = server.server_address[1]
        fake = CalendarServer(f"{'https' if tls else 'http'}://127.0.0.1:{port}", port)
        server.fake = fake
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield fake
        finally:
            fake.closing.set()
            server.shutdown()
            thread.join()
