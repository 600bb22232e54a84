"""Who asks, and how often one may."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from kehr.public.throttle import MOST_ADDRESSES, Throttle, who_asks
from tests.conftest import NOON


@pytest.mark.parametrize(
    ("peer", "forwarded", "asking"),
    [
        ("93.184.216.34", "", "93.184.216.34"),
        ("93.184.216.34", "198.51.100.7", "93.184.216.34"),  # nobody outside may speak for others
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("192.168.1.4", "6.6.6.6, 198.51.100.7", "198.51.100.7"),
        ("100.101.102.103", "198.51.100.7", "198.51.100.7"),  # a proxy at the other end of a tunnel
        ("127.0.0.1", "unsinn", "127.0.0.1"),
        ("127.0.0.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "", ""),
    ],
)
def test_the_address_that_counts(peer: str, forwarded: str, asking: str) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    environ = EnvironBuilder(headers=headers, environ_base={"REMOTE_ADDR": peer}).get_environ()
    assert who_asks(Request(environ)) == asking  # type: ignore[arg-type]


def missed(throttle: Throttle, address: str, now: datetime) -> bool:
    """One more miss; whether it was still allowed."""
    allowed = not throttle.is_full(address, now)
    throttle.count(address, now)
    return allowed


def test_the_count_begins_anew_after_the_span_and_when_the_clock_goes_back() -> None:
    throttle = Throttle(2, timedelta(minutes=1))
    assert [missed(throttle, "a", NOON) for _ in range(3)] == [True, True, False]
    assert missed(throttle, "b", NOON)
    assert throttle.is_full("a", NOON + timedelta(seconds=59))
    assert not throttle.is_full("a", NOON + timedelta(seconds=60))
    assert not throttle.is_full("a", NOON - timedelta(days=1))


def test_asking_does_not_count() -> None:
    throttle = Throttle(1, timedelta(minutes=1))
    assert not any(throttle.is_full("a", NOON) for _ in range(9))


def test_it_remembers_only_so_many_addresses() -> None:
    throttle = Throttle(1, timedelta(minutes=1))
    throttle.count("first", NOON)
    for number in range(MOST_ADDRESSES - 1):
        throttle.count(str(number), NOON)
    assert throttle.is_full("first", NOON)
    throttle.count("one more", NOON)
    assert not throttle.is_full("first", NOON)
