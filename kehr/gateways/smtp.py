"""E-mail through the office's own mail server, one connection a message."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import ClassVar, NoReturn

from kehr.gateways.account import GatewayAccount
from kehr.gateways.contract import (
    Abilities,
    Accepted,
    Account,
    GatewayError,
    Misconfigured,
    NotTaken,
    OutgoingMessage,
    Refused,
    Unclear,
)
from kehr.gateways.smtp_letter import compose, plain_address
from kehr.gateways.smtp_session import Server, Session, read_server
from kehr.sources.allow import Allow, Reach
from kehr.sources.wire import NothingSent

_RELAY = re.compile(r"relay", re.IGNORECASE)


class Smtp:
    """Sends e-mail. `base_url` is `smtp://host:587` (STARTTLS), `smtps://host:465` (TLS) or
    `smtp+plain://host:25` (no TLS, only to hosts in the settings' list).

    Options: `user`, `envelope_sender` (where bounces go; else the sender), `html` = `no` for mails of
    plain text only, `timeout` in seconds for the whole exchange. `now` gives the aware moment for the Date
    header.
    """

    kind: ClassVar[str] = "smtp"
    channels: ClassVar[frozenset[str]] = frozenset({"email"})
    abilities: ClassVar[Abilities] = Abilities()

    def __init__(
        self,
        account: GatewayAccount,
        *,
        allow: Allow,
        now: Callable[[], datetime],
        loopback_only: bool = False,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._account = account
        self._reach = Reach(allow, loopback_only)
        self._now = now
        self._tls = tls
        self._seconds = float(account.options.get("timeout", "60"))

    def send(self, message: OutgoingMessage) -> Accepted:
        """Sends one e-mail; the reference is its Message-ID, made from our id."""
        if message.channel != "email":
            raise Refused("wrong_channel", message.channel)
        recipient = plain_address(message.recipient)
        if recipient is None:
            raise Refused("recipient_invalid", message.recipient[:100])
        sender = self._sender(message.sender)
        reply_to = plain_address(message.reply_to) if message.reply_to else ""
        if reply_to is None:
            raise Misconfigured("sender_invalid", message.reply_to[:100])
        envelope = plain_address(self._account.options.get("envelope_sender") or sender)
        if envelope is None:
            raise Misconfigured("sender_invalid", self._account.options["envelope_sender"][:100])
        message_id, letter = compose(
            message,
            sender=sender,
            recipient=recipient,
            reply_to=reply_to,
            moment=self._now(),
            with_html=self._account.options.get("html") != "no",
        )
        with self._session() as session:
            _offer(session, envelope, recipient)
            _deliver(session, letter)
        return Accepted(reference=message_id)

    def check(self) -> Account:
        """Signs in and leaves again."""
        with self._session() as session, _before_data():
            session.noop()
        server = self._server()
        return Account(name=self._account.options.get("user") or server.host)

    def close(self) -> None:
        """Holds nothing open between messages."""

    def _server(self) -> Server:
        server = read_server(self._account.base_url)
        if server is None:
            raise Misconfigured("smtp_address", self._account.base_url)
        if server.security == "plain" and not self._reach.names(server.host, server.port):
            raise Misconfigured("smtp_needs_tls", server.host)
        return server

    def _sender(self, typed: str) -> str:
        released = [sender.address.strip() for sender in self._account.senders]
        wanted = typed.strip() or (released[0] if released else "")
        address = plain_address(wanted)
        if address is None:
            raise Misconfigured("sender_invalid", wanted[:100])
        if released and wanted.lower() not in {one.lower() for one in released}:
            raise Misconfigured("sender_not_released", wanted[:100])
        return address

    @contextmanager
    def _session(self) -> Iterator[Session]:
        server = self._server()
        session = Session(server, self._reach, self._seconds, self._tls)
        try:
            with _before_data():
                session.open()
                self._sign_in(session, server)
            yield session
        finally:
            session.leave()

    def _sign_in(self, session: Session, server: Server) -> None:
        if server.security == "starttls":
            if not session.has_extn("starttls"):
                raise Misconfigured("smtp_no_starttls", server.host)
            session.secure()
        user = self._account.options.get("user", "")
        if not user:
            return
        try:
            session.login(user, self._account.secret)
        except smtplib.SMTPAuthenticationError as error:
            said = _said(error.smtp_code, error.smtp_error)
            if error.smtp_code < 500:
                raise NotTaken("smtp_later", said) from error
            raise Misconfigured("smtp_login", said) from error
        except smtplib.SMTPServerDisconnected:
            raise
        except (smtplib.SMTPException, UnicodeError) as error:
            raise Misconfigured("smtp_login", str(error)[:200]) from error


@contextmanager
def _before_data() -> Iterator[None]:
    """Until DATA nothing can have been sent: every failure here may be tried again."""
    try:
        yield
    except GatewayError:
        raise
    except NothingSent as fault:
        raise NotTaken(fault.code, fault.detail) from fault
    except smtplib.SMTPResponseException as error:
        raise NotTaken("smtp_greeting", _said(error.smtp_code, error.smtp_error)) from error
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise NotTaken("smtp_lost_before", str(error)[:200]) from error


def _offer(session: Session, envelope: str, recipient: str) -> None:
    with _before_data():
        code, said = session.mail(envelope)
        if code != 250:
            if code < 500:
                raise NotTaken("smtp_later", _said(code, said))
            raise Misconfigured("smtp_sender_refused", _said(code, said))
        code, said = session.rcpt(recipient)
        if code not in (250, 251):
            _refuse_recipient(code, said)
        code, said = session.docmd("DATA")
        if code != 354:
            if code < 500:
                raise NotTaken("smtp_later", _said(code, said))
            raise Refused("smtp_content_refused", _said(code, said))


def _refuse_recipient(code: int, said: bytes) -> NoReturn:
    if code < 500:
        raise NotTaken("smtp_later", _said(code, said))
    if code == 530 or _RELAY.search(_said(code, said)):
        raise Misconfigured("smtp_no_relay", _said(code, said))
    raise Refused("smtp_recipient_refused", _said(code, said))


def _deliver(session: Session, letter: bytes) -> None:
    try:
        code, said = session.content(letter)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise Unclear("smtp_lost_after", str(error)[:200]) from error
    if code == 250:
        return
    if 400 <= code < 500:
        raise NotTaken("smtp_later", _said(code, said))
    if 500 <= code < 600:
        raise Refused("smtp_content_refused", _said(code, said))
    raise Unclear("answer_not_understood", _said(code, said))


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:200]
