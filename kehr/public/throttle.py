"""Counts what one address asks, so that nobody can try tokens by the thousand."""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from flask import Request

MOST_ADDRESSES = 10_000
"""So many addresses are remembered; then the one that asked longest ago is forgotten."""


class Throttle:
    """At most `most` requests in `span` from one address. The counts live in this process, the only one."""

    def __init__(self, most: int, span: timedelta) -> None:
        self._most, self._span = most, span
        self._counts: OrderedDict[str, tuple[datetime, int]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, address: str, now: datetime) -> bool:
        """Counts one request; False when it is one too many."""
        with self._lock:
            since, count = self._counts.pop(address, (now, 0))
            if not timedelta() <= now - since < self._span:
                since, count = now, 0
            self._counts[address] = since, min(count + 1, self._most + 1)
            while len(self._counts) > MOST_ADDRESSES:
                self._counts.popitem(last=False)
            return count < self._most


def who_asks(request: Request) -> str:
    """The address that asks: behind a proxy or tunnel in the house, the one which that saw last.

    Only what comes from a private address is believed about others. Of an IPv6 address the network counts,
    because one customer has all of it.
    """
    peer = _address(request.remote_addr or "")
    told = _address(request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip())
    near = peer is not None and (peer.is_private or peer.is_loopback)
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
