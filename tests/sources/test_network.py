"""The door to HTTP calls only what it may, and tells what surely did not leave."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator

import pytest
import trustme

from kehr.sources import wire
from kehr.sources.allow import Allow
from kehr.sources.network import Door, Limits, MaybeArrived, NetworkFault, NothingSent, tls_context
from tests.fakes.calendar_server import CALENDAR, CalendarServer, body, calendar_server, drip, hang_up

LOOPBACK = Allow.parse(["127.0.0.1"])


@pytest.fixture
def server() -> Iterator[CalendarServer]:
    with calendar_server() as fake:
        fake.deeds["/a"] = body(CALENDAR)
        yield fake


def test_answers_come_whole_one_after_the_other(server: CalendarServer) -> None:
    with Door(LOOPBACK) as door:
        answers = [door.call("GET", f"{server.url}/a") for _ in range(3)]
    assert [(answer.status, answer.body) for answer in answers] == [(200, CALENDAR)] * 3


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "localhost"]
)
def test_loopback_is_refused_without_the_list_however_it_is_written(
    server: CalendarServer, host: str
) -> None:
    with Door(Allow()) as door, pytest.raises(NothingSent) as caught:
        door.call("GET", f"http://{host}:{server.port}/a")
    assert caught.value.code == "address_refused"
    assert server.requests == []


def test_dns_rebinding_finds_no_second_look_up(
    server: CalendarServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """failures.md 17: the address that was checked is the address that is called."""
    lookups: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        lookups.append(host)
        return ["127.0.0.1"] if len(lookups) == 1 else ["10.66.66.66"]

    monkeypatch.setattr(wire, "resolve", resolve)
    with Door(LOOPBACK) as door:
        answer = door.call("GET", f"http://calendar.example:{server.port}/a")
    assert answer.body == CALENDAR
    assert lookups == ["calendar.example"]
    assert server.requests[0].headers["host"] == f"calendar.example:{server.port}"


def test_a_name_with_one_inner_address_among_public_ones_is_not_called(
    server: CalendarServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "resolve", lambda host, port: ["127.0.0.1", "192.168.7.7"])
    with Door(LOOPBACK) as door, pytest.raises(NothingSent) as caught:
        door.call("GET", f"http://calendar.example:{server.port}/a")
    assert caught.value.code == "address_refused"
    assert "192.168.7.7" in caught.value.detail
    assert server.requests == []


def test_simulated_clock_calls_and_looks_up_nothing_but_loopback(
    server: CalendarServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    lookups: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        lookups.append(host)
        return ["127.0.0.1"]

    monkeypatch.setattr(wire, "resolve", resolve)
    with Door(LOOPBACK, loopback_only=True) as door:
        assert door.call("GET", f"http://localhost:{server.port}/a").status == 200
        for host in ("8.8.8.8", "calendar.example", "192.168.1.1"):
            with pytest.raises(NothingSent) as caught:
                door.call("GET", f"http://{host}/a")
            assert caught.value.code == "simulated_clock"
    assert lookups == ["localhost"]


def test_simulated_clock_does_not_open_loopback_by_itself(server: CalendarServer) -> None:
    with Door(Allow(), loopback_only=True) as door, pytest.raises(NothingSent) as caught:
        door.call("GET", f"{server.url}/a")
    assert caught.value.code == "address_refused"


def test_a_name_that_does_not_resolve_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(wire, "resolve", resolve)
    with Door(Allow()) as door, pytest.raises(NothingSent) as caught:
        door.call("GET", "https://calendar.example/a")
    assert caught.value.code == "dns_failed"


def test_a_resolver_that_hangs_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        release.wait(2)
        return []

    monkeypatch.setattr(wire, "resolve", resolve)
    try:
        with Door(Allow()) as door, pytest.raises(NothingSent) as caught:
            door.call("GET", "https://calendar.example/a", limits=Limits(total=0.2))
    finally:
        release.set()
    assert caught.value.code == "dns_timeout"


def test_a_closed_port_sent_nothing() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with Door(LOOPBACK) as door, pytest.raises(NothingSent) as caught:
            door.call("POST", f"http://127.0.0.1:{taken.getsockname()[1]}/", content=b"x")
    assert caught.value.code == "connect_refused"


def test_the_second_address_of_a_name_is_tried(
    server: CalendarServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "resolve", lambda host, port: ["127.0.0.2", "127.0.0.1"])
    with Door(Allow.parse(["127.0.0.0/8"])) as door:
        assert door.call("GET", f"http://calendar.example:{server.port}/a").status == 200


def test_a_server_that_never_speaks_tls_sent_nothing() -> None:
    mute = socket.create_server(("127.0.0.1", 0))
    with mute, Door(LOOPBACK) as door, pytest.raises(NothingSent) as caught:
        door.call("GET", f"https://127.0.0.1:{mute.getsockname()[1]}/", limits=Limits(total=0.3))
    assert caught.value.code == "connect_timeout"


def test_plain_http_on_a_tls_address_sent_nothing(server: CalendarServer) -> None:
    with Door(LOOPBACK) as door, pytest.raises(NothingSent) as caught:
        door.call("GET", f"https://127.0.0.1:{server.port}/a")
    assert caught.value.code == "tls_failed"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def _contexts(authority: trustme.CA, host: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(serving)
    calling = ssl.create_default_context()
    authority.configure_trust(calling)
    return serving, calling


@pytest.mark.parametrize(
    ("certified", "code"), [("calendar.example", ""), ("other.example", "tls_certificate")]
)
def test_tls_is_verified_for_the_name_although_the_checked_address_is_called(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, certified: str, code: str
) -> None:
    serving, calling = _contexts(authority, certified)
    names: list[str | None] = []
    serving.sni_callback = lambda sock, name, context: names.append(name)
    monkeypatch.setattr(wire, "resolve", lambda host, port: ["127.0.0.1"])
    with calendar_server(tls=serving) as fake, Door(LOOPBACK, tls=calling) as door:
        fake.deeds["/a"] = body(CALENDAR)
        got = _outcome(door, f"https://calendar.example:{fake.port}/a")
    assert got == (code or "200")
    assert names == ["calendar.example"]


def test_a_certificate_of_an_unknown_authority_is_refused(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving, _ = _contexts(authority, "calendar.example")
    monkeypatch.setattr(wire, "resolve", lambda host, port: ["127.0.0.1"])
    with calendar_server(tls=serving) as fake, Door(LOOPBACK) as door:
        assert _outcome(door, f"https://calendar.example:{fake.port}/a") == "tls_certificate"


def _outcome(door: Door, url: str) -> str:
    try:
        return str(door.call("GET", url).status)
    except NetworkFault as fault:
        assert isinstance(fault, NothingSent)
        return fault.code


def test_the_tls_context_is_built_once() -> None:
    assert tls_context() is tls_context()


def test_a_connection_dropped_after_the_request_may_have_arrived(server: CalendarServer) -> None:
    server.deeds["/drop"] = hang_up
    with Door(LOOPBACK) as door, pytest.raises(MaybeArrived) as caught:
        door.call("GET", f"{server.url}/drop")
    assert caught.value.code == "connection_lost"


@pytest.mark.parametrize("in_head", [False, True])
def test_failure_17_one_byte_at_a_time_ends_at_the_deadline(server: CalendarServer, in_head: bool) -> None:
    server.deeds["/drip"] = drip(0.05, in_head=in_head, times=40)
    started = time.monotonic()
    with Door(LOOPBACK) as door, pytest.raises(MaybeArrived) as caught:
        door.call("GET", f"{server.url}/drip", limits=Limits(total=0.5))
    assert caught.value.code == "timeout"
    assert time.monotonic() - started > 0.4


def test_a_line_break_in_a_header_sends_nothing(server: CalendarServer) -> None:
    with Door(LOOPBACK) as door, pytest.raises(NothingSent) as caught:
        door.call("GET", f"{server.url}/a", headers={"Authorization": "Bearer a\r\nX-Evil: 1"})
    assert caught.value.code == "bad_request"
    assert server.requests == []


def test_many_threads_share_one_door(server: CalendarServer) -> None:
    results: list[int] = []
    with Door(LOOPBACK) as door:
        threads = [
            threading.Thread(target=lambda: results.append(door.call("GET", f"{server.url}/a").status))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert results == [200] * 8
