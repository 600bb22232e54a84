"""E-mail: what a mail program sees, what a hostile name cannot do, and what each reply means."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from kehr.gateways.account import GatewayAccount, ReleasedSender
from kehr.gateways.contract import (
    Accepted,
    Attachment,
    GatewayError,
    Misconfigured,
    NotTaken,
    OutgoingMessage,
    Refused,
    Unclear,
)
from kehr.gateways.smtp import Smtp
from kehr.sources.allow import Allow
from tests.fakes.mail_server import PASSWORD, USER, MailServer, certificates, mail_server

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LOOPBACK = Allow.parse(["127.0.0.1"])
TEXT = "Sehr geehrte Frau Mayr,\n\nwir kehren am Montag – Grüße!\n.\nhttps://example.com/t/a?b=1&c=2."


@pytest.fixture
def fake() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


def build(url: str, *senders: str, secret: str = "", tls: object = None, **options: str) -> Smtp:
    released = tuple(ReleasedSender(sender) for sender in senders)
    account = GatewayAccount("Büro", url, secret, released, {"timeout": "5", **options})
    return Smtp(account, allow=LOOPBACK, now=lambda: NOW, tls=tls)  # type: ignore[arg-type]


def plain(fake: MailServer, *senders: str, **options: str) -> Smtp:
    return build(f"smtp+plain://127.0.0.1:{fake.port}", *senders, **options)


def letter(**changes: object) -> OutgoingMessage:
    fields = {
        "id": "m-1",
        "channel": "email",
        "recipient": "maria@example.org",
        "text": TEXT,
        "sender": "office@example.com",
        "sender_name": "Rauchfangkehrer Österreicher",
        "subject": "Kehrtermin – 9. März",
    }
    return OutgoingMessage(**(fields | changes))  # type: ignore[arg-type]


def failure(gateway: Smtp, outgoing: OutgoingMessage | None = None) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        gateway.send(outgoing or letter())
    return caught.value


def test_a_mail_program_sees_a_whole_letter(fake: MailServer) -> None:  # A02, A56
    accepted = plain(fake).send(letter(reply_to="antwort@example.com"))
    got = fake.letters[0]
    assert accepted == Accepted("<m-1@example.com>")
    assert got["Message-ID"] == "<m-1@example.com>"
    assert got["From"] == "Rauchfangkehrer Österreicher <office@example.com>"
    assert got["To"] == "maria@example.org"
    assert got["Reply-To"] == "antwort@example.com"
    assert got["Subject"] == "Kehrtermin – 9. März"
    assert got["Date"] == "Mon, 02 Mar 2026 09:00:00 +0000"
    assert got["Auto-Submitted"] == "auto-generated"
    assert (fake.envelopes[0].mail_from, fake.envelopes[0].rcpt_tos) == (
        "office@example.com",
        ["maria@example.org"],
    )


def test_the_text_arrives_word_for_word_and_the_page_says_the_same(fake: MailServer) -> None:
    plain(fake).send(letter())
    text = fake.letters[0].get_body(("plain",))
    page = fake.letters[0].get_body(("html",))
    assert text is not None
    assert page is not None
    assert text.get_content().replace("\r\n", "\n") == TEXT + "\n"
    assert "Grüße!" in page.get_content()
    assert '<a href="https://example.com/t/a?b=1&amp;c=2">' in page.get_content()


def test_an_ics_travels_as_a_calendar(fake: MailServer) -> None:
    ics = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    attached = (Attachment("termin.ics", 'text/calendar; charset=utf-8; method="PUBLISH"', ics),)
    plain(fake).send(letter(attachments=attached))
    (got,) = fake.letters[0].iter_attachments()
    assert (got.get_content_type(), got.get_filename()) == ("text/calendar", "termin.ics")
    assert got.get_param("method") == "PUBLISH"
    assert got.get_payload(decode=True) == ics


def test_an_odd_attachment_is_a_file_of_no_special_kind(fake: MailServer) -> None:
    plain(fake).send(
        letter(attachments=(Attachment("../a\r\nX-Evil: 1.bin", "multipart/evil\r\nX: y", b"\0\r\n."),))
    )
    (got,) = fake.letters[0].iter_attachments()
    assert got.get_content_type() == "application/octet-stream"
    assert got.get_filename() == "..-a X-Evil: 1.bin"
    assert got.get_payload(decode=True) == b"\0\r\n."


@pytest.mark.parametrize("evil", ["a\r\nBcc: b@b.at", "a\nBcc: b@b.at", "a\rBcc: x", "a\u2028Bcc: x"])
@pytest.mark.parametrize("field", ["subject", "sender_name", "id"])
def test_no_field_can_add_a_header(fake: MailServer, field: str, evil: str) -> None:
    plain(fake).send(letter(**{field: evil}))
    assert fake.letters[0]["Bcc"] is None
    assert fake.envelopes[0].rcpt_tos == ["maria@example.org"]


@pytest.mark.parametrize("field", ["recipient", "sender", "reply_to"])
@pytest.mark.parametrize("evil", ["a@b.at\r\nBcc: b@b.at", "a@b.at, b@b.at", "<a@b.at>", "a b@b.at"])
def test_no_address_can_name_a_second_recipient(fake: MailServer, field: str, evil: str) -> None:
    told = failure(plain(fake), letter(**{field: evil}))
    assert told.code == ("recipient_invalid" if field == "recipient" else "sender_invalid")
    assert fake.envelopes == []


def test_bounces_go_where_the_account_says(fake: MailServer) -> None:
    plain(fake, envelope_sender="bounce@example.com").send(letter())
    assert fake.envelopes[0].mail_from == "bounce@example.com"
    assert "office@example.com" in fake.letters[0]["From"]


def test_the_first_released_sender_stands_in_and_others_are_turned_away(fake: MailServer) -> None:  # B10
    gateway = plain(fake, "Office@example.com", "zwei@example.com")
    gateway.send(letter(sender=""))
    assert "Office@example.com" in fake.letters[0]["From"]
    told = failure(gateway, letter(sender="fremd@example.com"))
    assert (type(told), told.code) == (Misconfigured, "sender_not_released")


REPLIES = [
    ({"mail": "553 not yours"}, Misconfigured, "smtp_sender_refused"),
    ({"mail": "530 authentication required"}, Misconfigured, "smtp_sender_refused"),
    ({"mail": "451 later"}, NotTaken, "smtp_later"),
    ({"mail": "drop"}, NotTaken, "smtp_lost_before"),
    ({"rcpt": "550 no such user"}, Refused, "smtp_recipient_refused"),
    ({"rcpt": "554 5.7.1 Relay access denied"}, Misconfigured, "smtp_no_relay"),
    ({"rcpt": "530 authentication required"}, Misconfigured, "smtp_no_relay"),
    ({"rcpt": "452 mailbox full"}, NotTaken, "smtp_later"),
    ({"rcpt": "drop"}, NotTaken, "smtp_lost_before"),
    ({"data": "451 later"}, NotTaken, "smtp_later"),
    ({"data": "554 no"}, Refused, "smtp_content_refused"),
    ({"data": "drop"}, NotTaken, "smtp_lost_before"),
    ({"content": "451 later"}, NotTaken, "smtp_later"),
    ({"content": "554 spam"}, Refused, "smtp_content_refused"),
    ({"content": "drop"}, Unclear, "smtp_lost_after"),
    ({"content": "299 hm"}, Unclear, "answer_not_understood"),
]


@pytest.mark.parametrize(("replies", "kind", "code"), REPLIES)
def test_failure_01_each_reply_ends_in_its_class(
    fake: MailServer, replies: dict[str, str], kind: type[GatewayError], code: str
) -> None:
    fake.replies = replies
    told = failure(plain(fake))
    assert (type(told), told.code) == (kind, code)


@pytest.mark.parametrize(("security", "scheme"), [("starttls", "smtp"), ("tls", "smtps")])
def test_mail_travels_encrypted_after_signing_in(security: str, scheme: str) -> None:
    serving, calling = certificates()
    with mail_server(security, serving, auth=True) as fake:
        url = f"{scheme}://127.0.0.1:{fake.port}"
        gateway = build(url, secret=PASSWORD, user=USER, tls=calling)
        assert gateway.send(letter()).reference == "<m-1@example.com>"
        assert gateway.check().name == USER
        wrong = failure(build(url, secret="wrong", user=USER, tls=calling))
        assert (type(wrong), wrong.code) == (Misconfigured, "smtp_login")
        with pytest.raises(Misconfigured):
            build(url, secret="wrong", user=USER, tls=calling).check()
        fake.replies["auth"] = "454 4.7.0 temporary"
        later = failure(build(url, secret=PASSWORD, user=USER, tls=calling))
        assert (type(later), later.code) == (NotTaken, "smtp_later")
    assert len(fake.envelopes) == 1


@pytest.mark.parametrize(("security", "scheme"), [("starttls", "smtp"), ("tls", "smtps")])
def test_a_certificate_for_another_host_gets_neither_password_nor_mail(security: str, scheme: str) -> None:
    serving, calling = certificates("other.example")
    with mail_server(security, serving, auth=True) as fake:
        told = failure(build(f"{scheme}://127.0.0.1:{fake.port}", secret=PASSWORD, user=USER, tls=calling))
    assert (type(told), told.code) == (NotTaken, "tls_certificate")
    assert (fake.envelopes, fake.logins) == ([], 0)


def test_a_server_without_starttls_gets_neither_password_nor_mail(fake: MailServer) -> None:
    told = failure(build(f"smtp://127.0.0.1:{fake.port}", secret=PASSWORD, user=USER))
    assert (type(told), told.code) == (Misconfigured, "smtp_no_starttls")
    assert fake.envelopes == []


def test_a_server_without_a_login_is_told_as_such(fake: MailServer) -> None:
    told = failure(plain(fake, secret=PASSWORD, user=USER))
    assert (type(told), told.code) == (Misconfigured, "smtp_login")


@pytest.mark.parametrize("host", ["mail.example.com", "10.0.0.1", "8.8.8.8"])
def test_mail_goes_unencrypted_only_to_listed_hosts(host: str) -> None:
    told = failure(build(f"smtp+plain://{host}:25"))
    assert (type(told), told.code) == (Misconfigured, "smtp_needs_tls")


@pytest.mark.parametrize(
    "url", ["", "mail.example.com", "http://mail.example.com", "smtp://", "smtp://h:99999"]
)
def test_a_server_address_that_is_none_is_named(url: str) -> None:
    assert failure(build(url)).code == "smtp_address"


@pytest.mark.parametrize(
    ("greeting", "kind", "code"),
    [
        (b"554 no\r\n", NotTaken, "smtp_greeting"),
        (b"", NotTaken, "smtp_lost_before"),
        (b"2", NotTaken, "smtp_greeting"),
    ],
)
def test_a_mail_server_in_a_bad_mood_took_nothing(
    greeting: bytes, kind: type[GatewayError], code: str
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def serve() -> None:
            peer, _ = listener.accept()
            with peer:
                peer.sendall(greeting)

        thread = threading.Thread(target=serve)
        thread.start()
        told = failure(build(f"smtp+plain://127.0.0.1:{listener.getsockname()[1]}"))
        thread.join()
    assert (type(told), told.code) == (kind, code)


def test_failure_17_a_mail_server_of_one_byte_at_a_time_ends_at_the_deadline() -> None:
    """It would hang up after two seconds: whoever waits for that hears another fault."""
    stop, sent = threading.Event(), []
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def serve() -> None:
            peer, _ = listener.accept()
            with peer:
                while len(sent) < 40 and not stop.wait(0.05):
                    try:
                        peer.sendall(b"2")
                    except OSError:
                        return
                    sent.append(1)

        thread = threading.Thread(target=serve)
        thread.start()
        told = failure(build(f"smtp+plain://127.0.0.1:{listener.getsockname()[1]}", timeout="0.5"))
        stop.set()
        thread.join()
    assert len(sent) < 40
    assert (type(told), told.code) == (NotTaken, "smtp_greeting")
