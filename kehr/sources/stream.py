"""Connections for httpcore that know the deadline of their call and whether a byte of it has left."""

from __future__ import annotations

import select
import socket
import ssl
import time
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, NoReturn

import httpcore

from kehr.sources.allow import Reach
from kehr.sources.wire import MaybeArrived, NothingSent, open_socket, start_tls

_PIECE = 16 * 1024


@dataclass(slots=True)
class Trip:
    """One call on its way. `deadline` is of `time.monotonic()`."""

    deadline: float
    connect_seconds: float
    sent: bool = False
    answered: bool = False

    def left(self, seconds: float | None) -> float:
        """How long the next wait may be; raises the timeout when there is no time left."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            self.blame("timeout")
        return left if seconds is None else min(left, seconds)

    def blame(self, code: str, detail: str = "", cause: Exception | None = None) -> NoReturn:
        """Raises the fault that fits what has left so far."""
        raise (MaybeArrived if self.sent else NothingSent)(code, detail) from cause


class GuardedStream(httpcore.NetworkStream):
    """One connection; whichever call uses it sets its deadline."""

    def __init__(self, sock: socket.socket, trip: ContextVar[Trip]) -> None:
        self._sock = sock
        self._trip = trip

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        trip = self._trip.get()
        try:
            self._sock.settimeout(trip.left(timeout))
            return self._sock.recv(max_bytes)
        except TimeoutError as error:
            trip.blame("timeout", "", error)
        except OSError as error:
            trip.blame("cut_answer" if trip.answered else "connection_lost", str(error), error)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        trip = self._trip.get()
        seconds = trip.left(timeout)
        trip.sent = True
        try:
            for start in range(0, len(buffer), _PIECE):
                self._sock.settimeout(min(seconds, trip.left(timeout)))
                self._sock.sendall(buffer[start : start + _PIECE])
        except TimeoutError as error:
            trip.blame("timeout", "", error)
        except OSError as error:
            # httpcore then still reads what the server may have answered before it hung up.
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        self._sock.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        trip = self._trip.get()
        seconds = trip.connect_seconds
        wrapped = start_tls(self._sock, ssl_context, server_hostname or "", trip.deadline, seconds)
        return GuardedStream(wrapped, self._trip)

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return self._is_readable()
        if info == "ssl_object" and isinstance(self._sock, ssl.SSLSocket):
            return self._sock
        return None

    def _is_readable(self) -> bool:
        """An idle connection that can be read has been closed by the other side."""
        if self._sock.fileno() < 0:
            return True
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        return bool(poll.poll(0))


class GuardedBackend(httpcore.NetworkBackend):
    """Opens connections only where `reach` allows."""

    def __init__(self, reach: Reach, trip: ContextVar[Trip]) -> None:
        self._reach = reach
        self._trip = trip

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        trip = self._trip.get()
        seconds = trip.connect_seconds
        sock = open_socket(host, port, self._reach, connect_seconds=seconds, deadline=trip.deadline)
        return GuardedStream(sock, self._trip)
