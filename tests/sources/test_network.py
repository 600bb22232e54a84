"""The door to HTTP calls only what it may, and tells what surely did not leave."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from ipaddress import ip_address

import pytest
import trustme

from kehr.sources import wire
from kehr.sources.allow import Allow, Reach, is_public
from kehr.sources.network import Door, Limits, MaybeArrived, NetworkFault, NothingSent, tls_context
from tests.fakes.calendar_server import CALENDAR, CalendarServer, body, calendar_server, drip, hang_up

LOOPBACK = Allow.parse(["127.0.0.1"])

PRIVATE = [
    "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "127.0.0.1", "127.255.255.254", "0.0.0.0",
    "0.1.2.3", "169.254.1.1", "169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.8", "192.0.2.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1",
    "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "::ffff:7f00:1", "::127.0.0.1", "::10.0.0.1", "::ffff:0:10.0.0.1", "64:ff9b::10.0.0.1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::8.8.8.8", "2002:0a00:0001::1", "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2", "100::1",
]  # fmt: skip
PUBLIC = [
    "8.8.8.8", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "169.253.1.1", "193.170.1.1",
    "2a00:1450:4001:82a::200e", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:0808:0808::1",
]  # fmt: skip


@pytest.fixture
def server() -> Iterator[CalendarServer]:
    with calendar_server() as fake:
        fake.deeds["/a"] = body(CALENDAR)
        yield fake


@pytest.mark.parametrize("address", PRIVATE)
def test_failure_17_no_address_of_the_inner_network_is_called_unasked(address: str) -> None:
    assert not is_public(ip_address(address))
    assert Reach(Allow()).objection("calendar.example", ip_address(address), 443) == "address_refused"


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_need_no_list(address: str) -> None:
    assert Reach(Allow()).objection("calendar.example", ip_address(address), 443) == ""


ALLOWED = [
    ("192.168.1.20", "x", "192.168.1.20", 80, True),
    ("192.168.1.20", "x", "192.168.1.21", 80, False),
    ("192.168.1.20", "x", "::ffff:192.168.1.20", 80, True),
    ("::ffff:192.168.1.20", "x", "192.168.1.20", 80, True),
    ("192.168.1.20:8080", "x", "192.168.1.20", 8080, True),
    ("192.168.1.20:8080", "x", "192.168.1.20", 80, False),
    ("10.0.0.0/8", "x", "10.255.1.2", 80, True),
    ("10.0.0.0/8", "x", "172.16.0.1", 80, False),
    ("10.0.0.0/8:5232", "x", "10.0.0.1", 5232, True),
    ("10.0.0.0/8:5232", "x", "10.0.0.1", 5233, False),
    ("phone.lan", "phone.lan", "192.168.1.9", 80, True),
    ("Phone.LAN", "phone.lan.", "192.168.1.9", 80, True),
    ("phone.lan", "evil.phone.lan", "192.168.1.9", 80, False),
    ("phone.lan:8080", "phone.lan", "192.168.1.9", 8080, True),
    ("phone.lan:8080", "phone.lan", "192.168.1.9", 8081, False),
    ("localhost", "localhost", "127.0.0.1", 80, True),
    ("[::1]:25", "x", "::1", 25, True),
    ("::1", "x", "::1", 26, True),
    ("fd00::/8", "x", "fd12::1", 80, True),
    ("0.0.0.0/0", "x", "169.254.169.254", 80, False),
    ("metadata", "metadata", "169.254.169.254", 80, False),
    ("0.0.0.0/0", "x", "::ffff:169.254.169.254", 80, False),
]


@pytest.mark.parametrize(("line", "host", "address", "port", "allowed"), ALLOWED)
def test_the_list_opens_what_it_names_and_nothing_else(
    line: str, host: str, address: str, port: int, allowed: bool
) -> None:
    reach = Reach(Allow.parse([line]))
    assert (reach.objection(host, ip_address(address), port) == "") is allowed


@pytest.mark.parametrize(
    "line", ["", "a b", "10.0.0.1/33", "phone.lan:0", "phone.lan:99999", "http://x", "10.0.0.300"]
)
def test_a_wrong_line_in_the_list_is_named(line: str) -> None:
    with pytest.raises(ValueError, match=r"\[network\] allow"):
        Allow.parse([line])


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
        release.wait(5)
        return []

    monkeypatch.setattr(wire, "resolve", resolve)
    started = time.monotonic()
    with Door(Allow()) as door, pytest.raises(NothingSent) as caught:
        door.call("GET", "https://calendar.example/a", limits=Limits(total=0.2))
    release.set()
    assert caught.value.code == "dns_timeout"
    assert time.monotonic() - started < 2


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
    server.deeds["/drip"] = drip(0.05, in_head=in_head)
    started = time.monotonic()
    with Door(LOOPBACK) as door, pytest.raises(MaybeArrived) as caught:
        door.call("GET", f"{server.url}/drip", limits=Limits(total=0.5))
    assert caught.value.code == "timeout"
    assert 0.4 < time.monotonic() - started < 2


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
