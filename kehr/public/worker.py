"""The threads of the public app: nobody outside can hold one for long, by whatever he leaves unsaid."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

PATIENCE = 5.0
"""Seconds in which a request must have arrived whole: whoever calls is a proxy or tunnel nearby."""
LINGERS = 1.0
"""Seconds in which a caller may still hear the answer to a request that was not read to its end."""

NOTHING = b"HTTP/1.1 404 NOT FOUND\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class PublicWorker(ThreadWorker):
    """gunicorn's threads wait for the rest of a request as long as its sender likes; these do not."""

    def handle(self, conn: Any) -> Any:
        """Handles one request; what has not arrived in time counts as cut off."""
        watch = threading.Timer(PATIENCE, _hear_no_more, (conn.sock,))
        watch.daemon = True
        watch.start()
        try:
            kept = super().handle(conn)
        finally:
            watch.cancel()
        if not kept:
            _say_goodbye(conn.sock)
        return kept

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """What is no request at all gets no more of an answer than what does not exist, and no log line."""
        if req is not None:
            super().handle_error(req, client, addr, exc)
            return
        self.log.debug("no request: %s", exc)
        with contextlib.suppress(OSError):
            client.sendall(NOTHING)


def _hear_no_more(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RD)


def _say_goodbye(connection: socket.socket) -> None:
    """Lets the answer reach its reader; gunicorn would wait for that where it accepts all others."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
        until = time.monotonic() + LINGERS
        while (left := until - time.monotonic()) > 0:
            connection.settimeout(left)
            if not connection.recv(4096):
                break
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
