"""Sockets to checked addresses: a name is resolved once, and only what was checked is called."""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import ip_address

import certifi

from kehr.sources.allow import Address, Reach, literal_address

MOST_ADDRESSES = 6
"""More addresses of one host are not tried; a hostile name server could list thousands."""


class NetworkFault(Exception):
    """A call that brought no answer. `code` is the word for the sentence, `detail` what was met."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class NothingSent(NetworkFault):
    """Surely no byte of the request left: name, address, connection or TLS failed before."""


class MaybeArrived(NetworkFault):
    """The request had begun to be written; the other side may have acted on it."""


@lru_cache(maxsize=1)
def tls_context() -> ssl.SSLContext:
    """The one TLS context of this process: the system's authorities and certifi's.

    Building one reads hundreds of certificates, too dear to repeat for every call on a small machine.
    """
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def resolve(host: str, port: int) -> list[str]:
    """Every address the system's resolver gives for a name, in its order; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def open_socket(
    host: str, port: int, reach: Reach, *, connect_seconds: float, deadline: float
) -> socket.socket:
    """A connected socket to a checked address of `host`.

    Every address the name resolves to must be allowed, or none is called: a name that points at the
    open and at the office's own network at once is an attack. `deadline` is of `time.monotonic()`.
    Raises NothingSent.
    """
    addresses = _checked(host, port, reach, deadline)
    end = min(deadline, time.monotonic() + connect_seconds)
    fault = NothingSent("dns_failed", host)
    for index, address in enumerate(addresses):
        left = end - time.monotonic()
        if left <= 0:
            raise NothingSent("connect_timeout", host)
        try:
            return _connect(address, port, left / (len(addresses) - index))
        except ConnectionRefusedError:
            fault = NothingSent("connect_refused", f"{host}:{port}")
        except TimeoutError:
            fault = NothingSent("connect_timeout", f"{host}:{port}")
        except OSError as error:
            fault = NothingSent("unreachable", f"{host}:{port} ({error.strerror or error})")
    raise fault


def start_tls(
    sock: socket.socket, context: ssl.SSLContext, host: str, deadline: float, connect_seconds: float
) -> ssl.SSLSocket:
    """Speaks TLS on a connected socket and verifies the certificate for `host`; raises NothingSent."""
    try:
        sock.settimeout(max(0.001, min(connect_seconds, deadline - time.monotonic())))
        return context.wrap_socket(sock, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        sock.close()
        raise NothingSent("tls_certificate", f"{host}: {error.verify_message}") from error
    except TimeoutError as error:
        sock.close()
        raise NothingSent("connect_timeout", host) from error
    except (OSError, ValueError) as error:
        sock.close()
        raise NothingSent("tls_failed", f"{host}: {error}") from error


def _connect(address: Address, port: int, seconds: float) -> socket.socket:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(seconds)
        sock.connect((str(address), port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        sock.close()
        raise
    return sock


def _checked(host: str, port: int, reach: Reach, deadline: float) -> Sequence[Address]:
    literal = literal_address(host)
    if literal is not None:
        found: list[Address] = [literal]
    else:
        # A look-up is a call too: it goes to a name server, which need not be on this machine.
        if reach.loopback_only and not _is_localhost(host):
            raise NothingSent("simulated_clock", host)
        found = [ip_address(text) for text in _resolve_until(host, port, deadline)]
    for address in found:
        code = reach.objection(host, address, port)
        if code:
            raise NothingSent(code, host if literal else f"{host} ({address})")
    return found[:MOST_ADDRESSES]


def _is_localhost(host: str) -> bool:
    name = host.lower().removesuffix(".")
    return name == "localhost" or name.endswith(".localhost")


def _resolve_until(host: str, port: int, deadline: float) -> list[str]:
    """Resolves in a thread of its own: the system's resolver knows no deadline."""
    answers: queue.SimpleQueue[list[str] | OSError | UnicodeError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(resolve(host, port))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=look_up, name=f"resolve {host}", daemon=True).start()
    try:
        answer = answers.get(timeout=max(0.0, deadline - time.monotonic()))
    except queue.Empty as error:
        raise NothingSent("dns_timeout", host) from error
    if not isinstance(answer, list) or not answer:
        raise NothingSent("dns_failed", host) from (answer if isinstance(answer, Exception) else None)
    return answer
