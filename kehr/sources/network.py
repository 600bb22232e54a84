"""The one door to HTTP for calendars and gateways: checked addresses, one deadline, bounded bodies."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import httpcore
import httpx

from kehr.sources.allow import Allow, Reach
from kehr.sources.inflate import BadEncoding, Inflater, TooLarge
from kehr.sources.stream import GuardedBackend, Trip
from kehr.sources.wire import MaybeArrived, NetworkFault, NothingSent, tls_context

__all__ = ["Allow", "Answer", "Door", "Limits", "MaybeArrived", "NetworkFault", "NothingSent", "tls_context"]

_MOST_CONNECTIONS = 20

_KEEP_ALIVE_SECONDS = 4.0
"""Below the 5 s after which common servers close an idle connection: a request written to a connection
that is just being closed would be one of unknown fate."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one call: seconds to connect (all addresses together), seconds in all, bytes of the body.

    `max_bytes` holds for the body as it travels and again as unpacked.
    """

    connect: float = 10.0
    total: float = 30.0
    max_bytes: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class Door:
    """Calls HTTP servers, safe for several threads at once; connections are kept for a few seconds,
    or for one call each without `keep_alive`.

    Follows no redirect, uses no proxy and no environment variable. A fault before the first byte of the
    request was written is NothingSent, any later one is MaybeArrived.
    """

    def __init__(
        self,
        allow: Allow,
        *,
        loopback_only: bool = False,
        tls: ssl.SSLContext | None = None,
        keep_alive: bool = True,
    ) -> None:
        self.reach = Reach(allow, loopback_only)
        pool = httpcore.ConnectionPool(
            ssl_context=tls or tls_context(),
            max_connections=_MOST_CONNECTIONS,
            max_keepalive_connections=_MOST_CONNECTIONS if keep_alive else 0,
            keepalive_expiry=_KEEP_ALIVE_SECONDS,
            network_backend=GuardedBackend(self.reach, _TRIP),
        )
        self._client = httpx.Client(transport=_Transport(pool), trust_env=False, follow_redirects=False)

    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        limits: Limits | None = None,
    ) -> Answer:
        """Makes one request and reads the whole answer; raises NothingSent or MaybeArrived."""
        bounds = limits or Limits()
        trip = Trip(deadline=time.monotonic() + bounds.total, connect_seconds=bounds.connect)
        token = _TRIP.set(trip)
        try:
            return self._exchange(trip, bounds, method, url, dict(headers or {}), content)
        except httpcore.PoolTimeout as error:
            raise NothingSent("busy") from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
            trip.blame("bad_address", "", error)
        except httpx.RemoteProtocolError as error:
            # httpx reads a Location header even where it is not to follow it.
            trip.blame("bad_redirect", "", error)
        except httpcore.LocalProtocolError as error:
            trip.blame("bad_request", str(error), error)
        except httpcore.TimeoutException as error:
            trip.blame("timeout", "", error)
        except (httpcore.NetworkError, httpcore.RemoteProtocolError) as error:
            trip.blame("cut_answer" if trip.answered else "connection_lost", str(error), error)
        finally:
            _TRIP.reset(token)

    def _exchange(
        self,
        trip: Trip,
        bounds: Limits,
        method: str,
        url: str,
        headers: dict[str, str],
        content: bytes | None,
    ) -> Answer:
        headers.setdefault("Accept-Encoding", "gzip, deflate")
        seconds = httpx.Timeout(bounds.total, connect=bounds.connect)
        request = self._client.build_request(method, url, headers=headers, content=content, timeout=seconds)
        response = self._client.send(request, stream=True)
        trip.answered = True
        try:
            body = _body(response, bounds.max_bytes)
        finally:
            response.close()
        found = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, found, body, str(response.url))

    def listed(self, host: str, port: int) -> bool:
        """Whether the settings' list names this host itself: there a call without TLS is the owner's wish."""
        return self.reach.names(host, port)

    def close(self) -> None:
        """Closes all connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


_TRIP: ContextVar[Trip] = ContextVar("trip")
"""The call this thread is making: httpcore hands neither deadline nor request to a connection's stream."""


def _body(response: httpx.Response, limit: int) -> bytes:
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and len(announced) < 20 and int(announced) > limit:
        raise MaybeArrived("too_large", f"{int(announced)} > {limit}")
    travelled = 0
    try:
        inflater = Inflater(response.headers.get("content-encoding", ""), limit)
        for piece in response.iter_raw():
            travelled += len(piece)
            if travelled > limit:
                raise TooLarge
            inflater.feed(piece)
        return inflater.body()
    except TooLarge as error:
        raise MaybeArrived("too_large", f"> {limit}") from error
    except BadEncoding as error:
        raise MaybeArrived("cut_answer" if str(error) == "cut" else "bad_encoding", str(error)) from error


@dataclass(slots=True)
class _Body(httpx.SyncByteStream):
    """Hands the pool's stream on, and closes it with the answer."""

    answer: httpcore.Response
    closed: bool = field(default=False)

    def __iter__(self) -> Iterator[bytes]:
        yield from self.answer.iter_stream()

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self.answer.close()


class _Transport(httpx.BaseTransport):
    """Lets httpx speak through a pool whose connections are guarded."""

    def __init__(self, pool: httpcore.ConnectionPool) -> None:
        self._pool = pool

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        self._pool.close()
