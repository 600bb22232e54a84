"""One SMTP connection to a checked address, ended by a deadline whatever the server does."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from kehr.sources.allow import Reach
from kehr.sources.wire import open_socket, start_tls, tls_context

_CONNECT_SECONDS = 10.0
_SECURITY = {"smtp": ("starttls", 587), "smtps": ("tls", 465), "smtp+plain": ("plain", 25)}


@dataclass(frozen=True, slots=True)
class Server:
    """Where the mail server is; `security` is `starttls`, `tls` or `plain`."""

    host: str
    port: int
    security: str


def read_server(address: str) -> Server | None:
    """Reads `smtp://host:587`, `smtps://host` or `smtp+plain://host:25`; None when it is none of these."""
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _SECURITY or not host:
        return None
    security, usual = _SECURITY[parts.scheme]
    return Server(host, port or usual, security)


class Session(smtplib.SMTP):
    """smtplib's client on a guarded socket. Its own timeouts hold for each read only: a server that
    sends one byte a second would never end, so the socket is shut down when `seconds` are over."""

    def __init__(
        self, server: Server, reach: Reach, seconds: float, tls: ssl.SSLContext | None = None
    ) -> None:
        self._tls = tls or tls_context()
        self._server = server
        self._reach = reach
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._end = threading.Timer(seconds, self._shut)
        self._end.daemon = True
        super().__init__(local_hostname="[127.0.0.1]", timeout=seconds)

    def open(self) -> None:
        """Connects, reads the greeting and says EHLO; raises NothingSent, SMTPException or OSError."""
        self._end.start()
        code, said = self.connect(self._server.host, self._server.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, said)
        self.ehlo_or_helo_if_needed()

    def secure(self) -> None:
        """Turns the connection to TLS by STARTTLS; raises NothingSent or SMTPResponseException."""
        code, said = self.docmd("STARTTLS")
        if code != 220:
            raise smtplib.SMTPResponseException(code, said)
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("closed before TLS")
        self.sock = start_tls(self.sock, self._tls, self._server.host, self._deadline, self._left())
        # RFC 3207: whatever was said before TLS, also what still lies in the buffer, is forgotten.
        self.file = None
        self.helo_resp = None
        self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False
        self.ehlo_or_helo_if_needed()

    def content(self, letter: bytes) -> tuple[int, bytes]:
        """Writes the mail after DATA was answered with 354, and reads the server's verdict."""
        self.send(re.sub(rb"(?m)^\.", b"..", letter).removesuffix(b"\r\n") + b"\r\n.\r\n")
        return self.getreply()

    def leave(self) -> None:
        """Says QUIT without waiting long, and closes; a mail that was accepted stays accepted."""
        self._end.cancel()
        with suppress(OSError, smtplib.SMTPException, ValueError):
            if self.sock is not None:
                self.sock.settimeout(2.0)
                self.quit()
        self.close()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        sock = open_socket(
            host,
            port,
            self._reach,
            connect_seconds=min(_CONNECT_SECONDS, self._seconds),
            deadline=self._deadline,
        )
        if self._server.security == "tls":
            sock = start_tls(sock, self._tls, host, self._deadline, _CONNECT_SECONDS)
        sock.settimeout(self._left())
        return sock

    def _left(self) -> float:
        return max(0.001, self._deadline - time.monotonic())

    def _shut(self) -> None:
        sock = self.sock
        if sock is not None:
            with suppress(OSError):
                # A TLS socket's own shutdown drops its TLS half under the reader's feet.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
