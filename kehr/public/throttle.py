"""Counts what one address tries in vain, so that nobody can try tokens by the thousand."""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from flask import Request

MOST_ADDRESSES = 10_000
"""So many addresses are remembered; then the one that missed longest ago is forgotten."""


class Throttle:
    """At most `most` misses in `span` from one address. The counts live in this process, the only one."""

    def __init__(self, most: int, span: timedelta) -> None:
        self._most, self._span = most, span
        self._counts: OrderedDict[str, tuple[datetime, int]] = OrderedDict()
        self._lock = threading.Lock()

    def is_full(self, address: str, now: datetime) -> bool:
        """Whether this address has to wait. Asking does not count."""
        with self._lock:
            return self._since(address, now)[1] >= self._most

    def count(self, address: str, now: datetime) -> None:
        """Counts one miss."""
        with self._lock:
            since, misses = self._since(address, now)
            self._counts[address] = since, min(misses + 1, self._most)
            self._counts.move_to_end(address)
            while len(self._counts) > MOST_ADDRESSES:
                self._counts.popitem(last=False)

    def _since(self, address: str, now: datetime) -> tuple[datetime, int]:
        since, misses = self._counts.get(address, (now, 0))
        return (since, misses) if timedelta() <= now - since < self._span else (now, 0)


def who_asks(request: Request) -> str:
    """The address that asks: behind a proxy or tunnel in the house, the one which that saw last.

    Only what comes from an address that is not of the internet (the house, a tunnel's 100.64.0.0/10) is
    believed about others. Of an IPv6 address the network counts, because one customer has all of it.
    """
    peer = _address(request.remote_addr or "")
    told = _address(request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip())
    near = peer is not None and not peer.is_global
    asking = told if near and told is not None else peer
    if asking is None:
        return ""
    if asking.version == 6:
        return str(ipaddress.ip_network((asking, 64), strict=False))
    return str(asking)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
