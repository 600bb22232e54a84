"""The public app as it really runs: a process of its own on its own port, beside the whole machine."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from icalendar import Calendar as Ics
from werkzeug.routing import Rule

from kehr import clock, create_app
from kehr.actions.hear.take_hook import renew_hook
from kehr.models import CalendarLink, DeliveryReport, Message, Reply, db
from kehr.settings import read_settings
from kehr.supervise import commands
from tests import builders
from tests.fakes.hook_caller import Heard, call, link_reply, link_report
from tests.stack.commands import environment
from tests.stack.radicale import free_port
from tests.stack.running_stack import Stack, running, short_folder, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("public")]

GOOD = {"statusCode": 2000, "statusMessage": "OK"}
TOKEN = "7Fq2mKx9Rb"


@dataclass
class Outside:
    """The running machine seen from outside, and its database seen from inside."""

    app: Flask
    stack: Stack
    port: int
    secret: str

    def ask(self, path: str, body: bytes = b"", method: str = "GET", content_type: str = "") -> Heard:
        """One request at the public port."""
        return call(f"http://127.0.0.1:{self.port}{path}", body, method, content_type)

    def report(self, body: bytes, path: str = "", content_type: str = "application/json") -> Heard:
        """What a gateway posts."""
        return self.ask(path or f"/hooks/{self.secret}", body, "POST", content_type)

    def state(self, message_id: str) -> str:
        with self.app.app_context():
            return db.session.get_one(Message, message_id).state

    def count(self, model: type) -> int:
        with self.app.app_context():
            return int(db.session.query(model).count())


@pytest.fixture(scope="module")
def outside() -> Iterator[Outside]:
    with short_folder() as folder:
        settings = read_settings({"KEHR_DATA": str(folder)})
        app = create_app(settings)
        with app.app_context():
            upgrade()
            secret = _office(clock.now())
        port = free_port()
        with running(folder, KEHR_PUBLIC_PORT=str(port)) as stack:
            wait_for(lambda: _answers(port), 60, "the public port")
            yield Outside(app, stack, port, secret)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _office(now: datetime) -> str:
    """Two messages that a gateway took, one of them with a link; the secret of the gateway's address."""
    builders.company(public_url="https://k.example.at")
    gateway = builders.gateway("LINK", kind="linkmobility", created_at=now)
    renew_hook(gateway.id)
    row = builders.appointment(builders.calendar(active=False), now + timedelta(days=2))
    rule = builders.rule("reminder", active=False)
    for name in ("a", "b"):
        builders.message(
            row,
            rule,
            id=name * 32,
            recipient=f"+43664100000{ord(name) - 96}",
            state="accepted",
            gateway_id=gateway.id,
            reference=f"{name}-transfer",
            claimed_at=now,
            sent_at=now,
        )
    db.session.add(
        CalendarLink(
            token=TOKEN,
            message_id="a" * 32,
            appointment_id=row.id,
            created_at=now,
            expires_at=row.end + timedelta(days=1),
        )
    )
    db.session.commit()
    return str(gateway.hook_secret)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_link_reports_through_the_public_port(outside: Outside) -> None:  # A55, C19
    """Undelivered, then delivered, then the same again, then too late another word."""
    said = [link_report(word, transferId="a-transfer") for word in ("undelivered", "delivered", "expired")]
    states = []
    for body in (said[0], said[1], said[1], said[2]):
        heard = outside.report(json.dumps(body).encode())
        assert (heard.status, heard.told) == (200, GOOD)
        states.append(outside.state("a" * 32))
    assert states == ["accepted", "delivered", "delivered", "delivered"]
    assert outside.count(DeliveryReport) == 3
    unknown = json.dumps(link_report("delivered", transferId="nobody")).encode()
    assert outside.report(unknown).told == GOOD


def test_a_reply_comes_in_through_the_public_port(outside: Outside) -> None:  # C25
    body = json.dumps(link_reply("Komme später", senderAddress="436641000001")).encode()
    assert outside.report(body).told == outside.report(body).told == GOOD
    with outside.app.app_context():
        (reply,) = db.session.scalars(db.select(Reply))
        assert (reply.text, reply.message_id, reply.state) == ("Komme später", "a" * 32, "open")


@pytest.mark.parametrize(
    ("what", "status"),
    [("wrong secret", 404), ("20 KB", 413), ("HTML", 415), ("HTML as JSON", 400), ("PUT", 404), ("GET", 404)],
)
def test_what_is_no_report_changes_nothing(what: str, status: int, outside: Outside) -> None:
    good = link_report("delivered", transferId="b-transfer")
    body, path, kind, method = json.dumps(good).encode(), "", "application/json", "POST"
    if what == "wrong secret":
        path = "/hooks/" + "x" * 43
    elif what == "20 KB":
        body = json.dumps(good | {"pad": "x" * 20_000}).encode()
    elif what.startswith("HTML"):
        body, kind = b"<html>", "text/html" if what == "HTML" else kind
    else:
        method = what
    heard = outside.ask(path or f"/hooks/{outside.secret}", body, method, kind)
    assert heard.status == status
    assert heard.body == b"" if status == 404 else heard.told["statusCode"] == 4000
    assert outside.state("b" * 32) == "accepted"


def test_a_link_opens_and_head_works(outside: Outside) -> None:  # B33
    heard = outside.ask(f"/t/{TOKEN}")
    assert heard.status == 200 and heard.headers["content-type"].startswith("text/calendar")
    assert Ics.from_ical(heard.body).walk("VEVENT")[0]["summary"] == "Rauchfangkehrer Probe: Rauchfangkehrer"
    head = outside.ask(f"/t/{TOKEN}", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    gone = outside.ask("/t/1111111111")
    assert gone.status == 404 and "gibt es nicht" in gone.body.decode()


def test_strangers_who_never_finish_keep_nobody_out(outside: Outside) -> None:
    head = "Host: x\r\nContent-Type: application/json\r\n"
    said = ("", f"GET /t/1 HTTP/1.1\r\n{head}", f"POST /hooks/{outside.secret} HTTP/1.1\r\n{head}")
    said = (*said[:2], f"{said[2]}Content-Length: 900\r\n\r\n{{")
    with contextlib.ExitStack() as doors:
        silent = []
        for number in range(15):
            one = socket.create_connection(("127.0.0.1", outside.port), timeout=40)
            silent.append(doors.enter_context(one))
            one.sendall(said[number % 3].encode())
        assert outside.ask(f"/t/{TOKEN}").status == 200
        for one in silent:
            while one.recv(4096):
                pass


STRANGE = (
    *("/", "//", "/t", "/t/", "/t//", "/hooks", "/hooks/", "/t/a/b", "/healthz", "/static/kehrbote.css"),
    *("/static/../../kehrbote.db", "/..%2fkehrbote.db", "/t/../healthz", "/%2e%2e/secret_key", "/robots.txt"),
    *(
        "/favicon.ico",
        "/.env",
        "/.git/config",
        "/wp-login.php",
        "/admin",
        "/console",
        "/einrichtung/x",
        "/T/x",
    ),
)


def test_nothing_else_answers_on_that_port(outside: Outside) -> None:
    """Every route of the pages, with every method, and what strangers try."""
    paths = {_filled(rule) for rule in outside.app.url_map.iter_rules()} | set(STRANGE)
    assert len(paths) > 60
    for path in sorted(paths):
        for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
            heard = outside.ask(path, b"", method, "application/json" if method == "POST" else "")
            assert (heard.status, heard.body) == (404, b""), (method, path)
            assert not {"set-cookie", "location", "allow"} & set(heard.headers), (method, path)
    for header in ("content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options"):
        assert heard.headers[header]


@pytest.mark.parametrize(
    "said",
    [
        b"<html>\r\n\r\n",
        b"GET /healthz HTTP/3.9\r\nHost: x\r\n\r\n",
        b"GET /" + b"x" * 600 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 60 + b"\r\n",
        b"POST /hooks/x HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"GET http://localhost/healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ],
)
def test_what_is_no_request_is_answered_with_nothing_and_fills_no_log(said: bytes, outside: Outside) -> None:
    with socket.create_connection(("127.0.0.1", outside.port), timeout=20) as door:
        door.sendall(said)
        heard = b"".join(iter(lambda: door.recv(4096), b""))
    head, _, body = heard.partition(b"\r\n\r\n")
    assert (head.splitlines()[0], body) == (b"HTTP/1.1 404 NOT FOUND", b"")
    assert not [line for line in outside.stack.lines if "Invalid request" in line]


def _filled(rule: Rule) -> str:
    """A path that the pages know, its variables filled in."""
    return "".join("1" if is_dynamic else part for is_dynamic, part in rule._trace).lstrip("|")


def test_the_pages_do_not_answer_links_and_reports(outside: Outside) -> None:
    for path in (f"/t/{TOKEN}", f"/hooks/{outside.secret}"):
        heard = call(
            f"{outside.stack.address.replace('localhost', '127.0.0.1')}{path}", method="GET", content_type=""
        )
        assert heard.status != 200


@pytest.mark.parametrize(("port", "there"), [("", False), ("8099", True)])
def test_the_public_part_runs_only_when_it_has_a_port(port: str, there: bool, tmp_path: Path) -> None:
    with short_folder() as folder:
        settings = read_settings(environment(folder) | {"KEHR_PUBLIC_PORT": port})
        assert ("public" in commands(settings)) is there
