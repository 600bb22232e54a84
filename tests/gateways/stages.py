"""Every gateway against its fake, with one way to make each of them behave: what the one contract runs on."""

from __future__ import annotations

import contextlib
import resource
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kehr.gateways.account import GatewayAccount
from kehr.gateways.contract import (
    Accepted,
    Gateway,
    OutgoingMessage,
    Sent,
)
from kehr.gateways.registry import build_gateway
from kehr.sources.allow import Allow
from tests.fakes.android_phone import PASSWORD, android_phone
from tests.fakes.gammu_tables import GammuTables
from tests.fakes.link_server import TOKEN, link_server
from tests.fakes.mail_server import MailServer, mail_server
from tests.fakes.seven_server import KEY, seven_server
from tests.fakes.template_server import template_server

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LOOPBACK = Allow.parse(["127.0.0.1"])
TIMEOUT = "0.6"
TEMPLATE = {
    "method": "POST",
    "body": '{"to": "{recipient}", "text": "{text}", "from": "{sender}", "ref": "{id}"}',
    "body_type": "json",
    "success_path": "result.code",
    "success_equals": "OK",
    "refused_path": "result.code",
    "refused_equals": "NUMBER",
    "id_path": "result.messages[0].id",
}


def sms(message_id: str = "m-1") -> OutgoingMessage:
    text = f"Wir kehren – Grüße {message_id}"
    return OutgoingMessage(message_id, "sms", "+436641234567", text, sender="+4372521234")


def mail(message_id: str = "m-1") -> OutgoingMessage:
    return OutgoingMessage(message_id, "email", "maria@example.org", "Wir kehren.", "office@example.com")


def unable(*_: object) -> None:
    """What the fake of a gateway that cannot be asked need not do."""
    raise AssertionError("This gateway cannot be asked.")


@dataclass
class Stage:
    """A gateway against its fake.

    `play` makes the fake behave, `arrived` lists the ids it took, `twice` is how often one id arrives that
    is sent twice. `becomes` lets the other side say underway, delivered or undelivered of all it took,
    `comes_in` lets an SMS come in, `later` lets time pass.
    """

    gateway: Gateway
    message: Callable[[str], OutgoingMessage]
    play: Callable[[str], None]
    arrived: Callable[[], list[str]]
    twice: int = 2
    becomes: Callable[[str], None] = unable
    comes_in: Callable[[str, str], None] = unable
    later: Callable[[timedelta], None] = unable

    def send(self, message_id: str = "m-1") -> Sent:
        """Sends, and what it can be asked by from then on."""
        accepted = self.gateway.send(self.message(message_id))
        return self.sent(message_id, accepted)

    def sent(self, message_id: str, accepted: Accepted | None = None) -> Sent:
        """What a message can be asked by, whatever became of its sending."""
        message = self.message(message_id)
        reference = accepted.reference if accepted else ""
        return Sent(message_id, reference, message.recipient, message.text, NOW)


def account(base_url: str, secret: str = "", **options: str) -> GatewayAccount:
    return GatewayAccount("test", base_url, secret, options={"timeout": TIMEOUT, **options})


def build(
    kind: str,
    of: GatewayAccount,
    *,
    loopback_only: bool = False,
    now: Callable[[], datetime] = lambda: NOW,
) -> Gateway:
    return build_gateway(kind, of, allow=LOOPBACK, loopback_only=loopback_only, now=now)


@contextlib.contextmanager
def _link() -> Iterator[Stage]:
    acts = {
        "refuse": "code:4002",
        "later": "http:503",
        "misconfigured": "code:4001",
        "slow": "slow:1.2",
        "with_error": "code:5000",
    }
    with link_server() as fake:
        gateway = build("linkmobility", account(fake.base_url, TOKEN))
        yield Stage(
            gateway,
            sms,
            lambda act: fake.behaviours.__setitem__(0, acts.get(act, act)),
            lambda: [request["clientMessageId"] for request in fake.accepted],
        )
        gateway.close()


@contextlib.contextmanager
def _android() -> Iterator[Stage]:
    acts = {"later": "http:503", "misconfigured": "http:401", "slow": "slow:1.2", "with_error": "no_id"}
    words = {"underway": "Sent", "delivered": "Delivered", "undelivered": "Failed"}
    with android_phone() as fake:
        gateway = build("android", account(fake.base_url, PASSWORD))

        def becomes(fate: str) -> None:
            for message_id in fake.messages:
                fake.move(message_id, words[fate], "RESULT_ERROR_NO_SERVICE" if fate == "undelivered" else "")

        yield Stage(
            gateway,
            sms,
            lambda act: fake.behaviours.__setitem__(0, acts.get(act, act)),
            fake.arrived,
            twice=1,
            becomes=becomes,
            comes_in=lambda sender, text: str(fake.receive(sender, text)) and None,
            later=lambda by: setattr(fake, "now", fake.now + by),
        )
        gateway.close()


@contextlib.contextmanager
def _seven() -> Iterator[Stage]:
    acts = {
        "refuse": "message:202",
        "later": "http:503",
        "misconfigured": "bare:900",
        "slow": "slow:1.2",
        "with_error": "no_messages",
        "other_id": "other_number",
    }
    words = {"underway": "BUFFERED", "delivered": "DELIVERED", "undelivered": "NOTDELIVERED"}
    with seven_server() as fake:
        fake.json_balance = True
        gateway = build("seven", account(fake.base_url, KEY), now=lambda: fake.now)

        def becomes(fate: str) -> None:
            for message_id in fake.arrived():
                fake.move(message_id, words[fate])

        yield Stage(
            gateway,
            sms,
            lambda act: fake.behaviours.__setitem__(0, acts.get(act, act)),
            fake.arrived,
            twice=1,
            becomes=becomes,
            comes_in=lambda sender, text: str(fake.receive(sender.removeprefix("+"), text)) and None,
            later=lambda by: setattr(fake, "now", fake.now + by),
        )
        gateway.close()


@contextlib.contextmanager
def _gammu() -> Iterator[Stage]:
    words = {"underway": "SendingOK", "delivered": "DeliveryOK", "undelivered": "DeliveryFailed"}
    now, text = [NOW], [""]
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as troubles:
        tables = GammuTables.make(Path(folder) / "smsd.db")
        tables.beat(NOW)
        options = {"database": str(tables.path), "zone": "Europe/Vienna"}
        gateway = build("gammu", account("", **options), now=lambda: now[0])

        def play(act: str) -> None:
            """What a modem's file does; its answer is a row, so that there is none to be misread."""
            troubles.close()
            text[0] = {"refuse": "x" * 8000, "drop_after": "x" * 7000}.get(act, "")
            tables.beat(now[0], Send="no" if act == "misconfigured" else "yes")
            if act == "later":
                tables.beat(now[0] - timedelta(hours=1))
            if act == "slow":
                other = troubles.enter_context(contextlib.closing(sqlite3.connect(tables.path)))
                other.execute("BEGIN EXCLUSIVE")
            if act == "drop_after":
                troubles.enter_context(_full_disk(tables.path.stat().st_size))

        def becomes(fate: str) -> None:
            tables.send(now[0])
            tables.report(words[fate], now[0])

        def later(by: timedelta) -> None:
            now[0] += by
            tables.beat(now[0], since=NOW - timedelta(days=1))

        yield Stage(
            gateway,
            lambda message_id: replace(sms(message_id), sender="", text=text[0] or sms(message_id).text),
            play,
            lambda: [row["CreatorID"].removeprefix("kehr:") for row in tables.run("SELECT * FROM outbox")],
            twice=1,
            becomes=becomes,
            comes_in=lambda sender, text: tables.receive(text, now[0], sender=sender),
            later=later,
        )
        gateway.close()


@contextlib.contextmanager
def _full_disk(size: int) -> Iterator[None]:
    """No file of this process may grow beyond `size`: a commit breaks off in the middle."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextlib.contextmanager
def _template() -> Iterator[Stage]:
    acts = {
        "later": "http:429",
        "misconfigured": "http:401",
        "slow": "slow:1.2",
        "with_error": 'text:{"result": {"code": "WHAT"}}',
    }
    with template_server() as fake:
        gateway = build("http_template", account(fake.base + "/send", **TEMPLATE))
        yield Stage(
            gateway,
            sms,
            lambda act: fake.behaviours.__setitem__(0, acts.get(act, act)),
            lambda: fake.accepted,
        )
        gateway.close()


@contextlib.contextmanager
def _smtp() -> Iterator[Stage]:
    with mail_server() as fake:
        gateway = build("smtp", account(f"smtp+plain://127.0.0.1:{fake.port}"))
        yield _mail_stage(gateway, mail, fake)
        gateway.close()


@contextlib.contextmanager
def _mail2sms() -> Iterator[Stage]:
    """E-mail-to-SMS: an http_template whose account is a mail server's."""
    options = {"mode": "mail", "mail_to": "{recipient_digits}@sms.example", "mail_from": "office@example.com"}
    with mail_server() as fake:
        gateway = build("http_template", account(f"smtp+plain://127.0.0.1:{fake.port}", **options))
        yield _mail_stage(gateway, sms, fake)
        gateway.close()


def _mail_stage(gateway: Gateway, message: Callable[[str], OutgoingMessage], fake: MailServer) -> Stage:
    acts = {
        "refuse": {"rcpt": "550 5.1.1 no such user"},
        "later": {"rcpt": "450 4.2.0 greylisted"},
        "misconfigured": {"mail": "553 sender not allowed"},
        "drop_after": {"content": "drop"},
        "drop_before": {"data": "drop"},
        "cut": {"content": "cut"},
        "html": {"content": "<html>Wartung</html>"},
        "with_error": {"content": "299 what"},
    }

    def play(act: str) -> None:
        fake.delay = 1.2 if act == "slow" else 0.0
        fake.replies = dict(acts.get(act, {}))

    return Stage(
        gateway,
        message,
        play,
        lambda: [str(letter["Message-ID"])[1:].partition("@")[0] for letter in fake.letters],
    )


@contextlib.contextmanager
def _sandbox() -> Iterator[Stage]:
    gateway = build("sandbox", GatewayAccount("test"))
    yield Stage(gateway, sms, lambda act: None, list)


STAGES = {
    "sandbox": _sandbox,
    "linkmobility": _link,
    "android": _android,
    "seven": _seven,
    "gammu": _gammu,
    "http_template": _template,
    "smtp": _smtp,
    "mail2sms": _mail2sms,
}
"""By kind; `mail2sms` is the other half of `http_template`."""
