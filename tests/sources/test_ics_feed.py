"""A calendar comes, is unchanged, or fails with one word; a hostile server costs bounded time and memory."""

from __future__ import annotations

import gzip
import ssl
import time
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest
import trustme

from kehr.sources import wire
from kehr.sources.ics_feed import FeedFault, FeedLimits, Fetched, fetch_feed
from kehr.sources.network import Allow
from tests.fakes.calendar_server import (
    CALENDAR,
    CalendarServer,
    Deed,
    body,
    bomb,
    calendar_server,
    conditional,
    cut,
    drip,
    endless,
    hang_up,
    redirect,
    status,
)

LOOPBACK = Allow.parse(["127.0.0.1"])
SMALL = FeedLimits(connect=20.0, total=20.0, max_bytes=300_000)
IMPATIENT = FeedLimits(connect=1.0, total=1.0, max_bytes=300_000)
LOGIN_PAGE = b"\n<!DOCTYPE html>\n<html><head><title>Anmelden</title></head></html>"
STAMP = "Mon, 02 Mar 2026 09:00:00 GMT"


@pytest.fixture
def server() -> Iterator[CalendarServer]:
    with calendar_server() as fake:
        yield fake


def fetch(
    server: CalendarServer,
    path: str = "/a.ics",
    *,
    etag: str = "",
    last_modified: str = "",
    limits: FeedLimits = SMALL,
) -> Fetched:
    return fetch_feed(
        f"{server.url}{path}", etag=etag, last_modified=last_modified, allow=LOOPBACK, limits=limits
    )


def fault(server: CalendarServer, path: str = "/a.ics", limits: FeedLimits = SMALL) -> FeedFault:
    with pytest.raises(FeedFault) as caught:
        fetch(server, path, limits=limits)
    return caught.value


def test_a_calendar_comes_with_its_marks_of_age(server: CalendarServer) -> None:
    server.deeds["/a.ics"] = body(CALENDAR, etag='"1"', last_modified=STAMP)
    assert fetch(server) == Fetched("new", CALENDAR, '"1"', STAMP, f"{server.url}/a.ics")


def test_the_request_looks_like_a_browser_and_names_the_product(server: CalendarServer) -> None:
    server.deeds["/a.ics"] = body(CALENDAR)
    fetch(server)
    headers = server.requests[0].headers
    assert headers["user-agent"].startswith("Mozilla/5.0 (")
    assert "Kehrbote/" in headers["user-agent"]
    assert headers["accept"].startswith("text/calendar")
    assert "gzip" in headers["accept-encoding"]
    assert "if-none-match" not in headers
    assert "if-modified-since" not in headers


@pytest.mark.parametrize(("etag", "last_modified"), [('"1"', ""), ("", STAMP), ('"1"', STAMP)])
def test_an_unchanged_calendar_keeps_its_marks(server: CalendarServer, etag: str, last_modified: str) -> None:
    server.deeds["/a.ics"] = conditional(CALENDAR, etag, last_modified)
    got = fetch(server, etag=etag, last_modified=last_modified)
    assert got == Fetched("unchanged", b"", etag, last_modified, f"{server.url}/a.ics")


def test_an_old_mark_brings_the_new_calendar(server: CalendarServer) -> None:
    server.deeds["/a.ics"] = conditional(CALENDAR, '"2"')
    assert fetch(server, etag='"1"').etag == '"2"'


def test_unchanged_without_having_asked_is_no_answer(server: CalendarServer) -> None:
    server.deeds["/a.ics"] = status(304)
    assert fault(server).code == "bad_answer"


def test_a_mark_with_a_line_break_is_left_out(server: CalendarServer) -> None:
    server.deeds["/a.ics"] = body(CALENDAR)
    fetch(server, etag='"1"\r\nX-Evil: 1', last_modified="ä")
    assert not {"if-none-match", "if-modified-since", "x-evil"} & server.requests[0].headers.keys()


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(CALENDAR)),
        ("x-gzip", gzip.compress(CALENDAR)),
        ("gzip", gzip.compress(CALENDAR[:20]) + gzip.compress(CALENDAR[20:])),
        ("deflate", zlib.compress(CALENDAR)),
        ("deflate", zlib.compress(CALENDAR, wbits=-15)),
        ("identity", CALENDAR),
    ],
    ids=["gzip", "x-gzip", "two gzips", "deflate", "raw deflate", "identity"],
)
def test_packed_calendars_are_unpacked(server: CalendarServer, encoding: str, packed: bytes) -> None:
    server.deeds["/a.ics"] = body(packed, content_encoding=encoding)
    assert fetch(server).body == CALENDAR


FAULTS: list[tuple[str, Deed]] = [
    ("unauthorized", status(401)),
    ("forbidden", status(403)),
    ("not_found", status(404)),
    ("gone", status(410)),
    ("too_many_requests", status(429)),
    ("server_error", status(500)),
    ("server_error", status(503)),
    ("http_error", status(418)),
    ("http_error", status(204)),
    ("html", body(LOGIN_PAGE)),
    ("html", body(LOGIN_PAGE, content_type="text/html")),
    ("bad_redirect", status(302)),
    ("bad_redirect", redirect("ftp://127.0.0.1/a.ics")),
    ("bad_redirect", redirect("file:///etc/passwd")),
    ("bad_redirect", redirect("http://[::1/a")),
    ("redirect_loop", redirect("/a.ics")),
    ("address_refused", redirect("http://169.254.169.254/latest/meta-data/")),
    ("address_refused", redirect("http://[::ffff:169.254.169.254]/")),
    ("address_refused", redirect("http://[::ffff:10.0.0.1]/a.ics")),
    ("address_refused", redirect("http://2852039166/")),
    ("address_refused", redirect("http://192.168.1.1/")),
    ("connection_lost", hang_up),
    ("cut_answer", cut(CALENDAR)),
    ("cut_answer", body(gzip.compress(CALENDAR)[:-12], content_encoding="gzip")),
    ("bad_encoding", body(CALENDAR, content_encoding="gzip")),
    ("bad_encoding", body(CALENDAR, content_encoding="br")),
    ("timeout", drip(0.05)),
    ("timeout", drip(0.05, in_head=True)),
    ("too_large", body(b"x" * 300_001)),
    ("too_large", bomb(50)),
]


@pytest.mark.parametrize(("code", "deed"), FAULTS)
def test_failure_04_and_17_each_fault_has_its_word_and_brings_no_calendar(
    server: CalendarServer, code: str, deed: Deed
) -> None:  # B13, C21
    server.deeds["/a.ics"] = deed
    assert fault(server, limits=IMPATIENT if code == "timeout" else SMALL).code == code


def test_a_body_of_just_the_limit_passes(server: CalendarServer) -> None:
    server.deeds["/a.ics"] = body(b"x" * 300_000)
    assert len(fetch(server).body) == 300_000


def test_a_calendar_that_claims_to_be_a_page_is_judged_by_its_bytes(server: CalendarServer) -> None:
    server.deeds["/a.ics"] = body(CALENDAR, content_type="text/html")
    assert fetch(server).body == CALENDAR


@pytest.mark.parametrize("login", ["/login?next=/a.ics", "/users/sign_in", "/saml/start"])
def test_a_redirect_to_a_login_is_told_as_one(server: CalendarServer, login: str) -> None:
    server.deeds["/a.ics"] = redirect(login)
    server.deeds[login.partition("?")[0]] = body(LOGIN_PAGE, content_type="text/html")
    assert fault(server).code == "redirect_login"


def test_five_redirects_are_followed_and_a_sixth_is_not(server: CalendarServer) -> None:
    for hop in range(6):
        server.deeds[f"/{hop}"] = redirect(f"/{hop + 1}", 307)
    server.deeds["/6"] = body(CALENDAR)
    assert fetch(server, "/1").final_url == f"{server.url}/6"
    assert fault(server, "/0").code == "too_many_redirects"


def test_two_addresses_that_point_at_each_other_are_a_loop(server: CalendarServer) -> None:
    server.deeds["/a.ics"] = redirect("/b.ics")
    server.deeds["/b.ics"] = redirect("/a.ics")
    assert fault(server).code == "redirect_loop"
    assert len(server.requests) == 2


def test_each_hop_is_resolved_and_checked_anew(
    server: CalendarServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """failures.md 17: a name that turns to the inner network at the second hop is not called."""
    answers = iter([["127.0.0.1"], ["10.0.0.9"]])
    monkeypatch.setattr(wire, "resolve", lambda host, port: next(answers))
    server.deeds["/a.ics"] = redirect("/b.ics")
    with pytest.raises(FeedFault) as caught:
        fetch_feed(
            f"http://calendar.example:{server.port}/a.ics",
            etag="",
            last_modified="",
            allow=LOOPBACK,
            limits=SMALL,
        )
    assert caught.value.code == "address_refused"
    assert [request.path for request in server.requests] == ["/a.ics"]


def test_a_redirect_from_https_to_http_is_refused() -> None:
    authority = trustme.CA()
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(serving)
    calling = ssl.create_default_context()
    authority.configure_trust(calling)
    with calendar_server() as plain, calendar_server(tls=serving) as secure:
        secure.deeds["/a.ics"] = redirect(f"{plain.url}/a.ics")
        with pytest.raises(FeedFault) as caught:
            fetch_feed(f"{secure.url}/a.ics", etag="", last_modified="", allow=LOOPBACK, tls=calling)
        assert caught.value.code == "https_downgrade"
        assert plain.requests == []


def test_failure_17_a_body_of_200_megabytes_ends_at_the_limit(server: CalendarServer) -> None:
    piece = b"X-LONG:" + b"x" * 65_529
    server.deeds["/a.ics"] = endless(piece, 3200)
    assert fault(server).code == "too_large"
    assert server.bytes_written < 20_000_000


@pytest.mark.parametrize(
    "deed", [bomb(200), endless(gzip.compress(b"\0" * 10_000_000), 50, content_encoding="gzip")]
)
def test_failure_17_a_gzip_bomb_costs_little_memory(server: CalendarServer, deed: Deed) -> None:
    server.deeds["/a.ics"] = deed
    tracemalloc.start()
    try:
        assert fault(server).code == "too_large"
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000


def test_failure_17_the_time_holds_over_all_hops_together(server: CalendarServer) -> None:
    def slow(target: str) -> Deed:
        def answer(handler: object) -> None:
            time.sleep(0.4)
            redirect(target)(handler)  # type: ignore[arg-type]

        return answer

    for hop in range(5):
        server.deeds[f"/{hop}"] = slow(f"/{hop + 1}")
    server.deeds["/5"] = body(CALENDAR)
    assert fault(server, "/0", IMPATIENT).code in ("timeout", "connect_timeout")
    assert not {"/4", "/5"} & {request.path for request in server.requests}


def test_no_fault_tells_more_of_the_address_than_its_host(server: CalendarServer) -> None:  # B15
    for deed in (status(404), body(LOGIN_PAGE), redirect("/secret-token-0123456789"), hang_up, drip(0.05)):
        server.deeds["/secret-token-0123456789"] = deed
        assert "secret" not in str(fault(server, "/secret-token-0123456789", IMPATIENT))


def test_simulated_clock_fetches_nothing_from_outside() -> None:
    with pytest.raises(FeedFault) as caught:
        fetch_feed(
            "https://calendar.example/a", etag="", last_modified="", allow=LOOPBACK, loopback_only=True
        )
    assert caught.value.code == "simulated_clock"


def test_a_user_in_the_address_signs_in(server: CalendarServer) -> None:
    server.deeds["/a.ics"] = body(CALENDAR)
    url = server.url.replace("http://", "http://anna:geheim@")
    fetch_feed(f"{url}/a.ics", etag="", last_modified="", allow=LOOPBACK)
    assert server.requests[0].headers["authorization"] == "Basic YW5uYTpnZWhlaW0="
