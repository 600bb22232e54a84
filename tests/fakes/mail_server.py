"""A real SMTP server on loopback: plain, STARTTLS or TLS, with a login, refusing or hanging up on demand."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

USER, PASSWORD = "anna", "geheim"


@dataclass
class MailServer:
    """The running fake. `replies` maps `mail`, `rcpt`, `data` or `content` to a reply, `drop` or `cut`."""

    host: str = "127.0.0.1"
    port: int = 0
    replies: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    envelopes: list[Envelope] = field(default_factory=list)
    logins: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def letters(self) -> list[EmailMessage]:
        """What was accepted, parsed as a mail program would."""
        return [_parsed(envelope) for envelope in self.envelopes]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self._reply(server, "mail", "250 OK")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self._reply(server, "rcpt", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.delay:
            await asyncio.sleep(self.delay)
        said = self.replies.get("content", "250 OK: queued as 4XyZ")
        if said.startswith(("250", "<")) or said in ("drop", "cut"):
            with self.lock:
                self.envelopes.append(envelope)
        return self._reply(server, "content", said)

    def _reply(self, server: SMTP, step: str, usual: str) -> str:
        said = self.replies.get(step, usual)
        if said == "drop":
            assert server.transport is not None
            server.transport.abort()
        if said == "cut":
            assert server.transport is not None
            server.transport.write(b"25")
            server.transport.close()
        return said

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        self.logins += 1
        if self.replies.get("auth"):
            return AuthResult(success=False, handled=False, message=self.replies["auth"])
        good = (
            getattr(data, "login", b"") == USER.encode()
            and getattr(data, "password", b"") == PASSWORD.encode()
        )
        return AuthResult(success=good, handled=False)


class _Smtp(SMTP):
    """Answers DATA itself as the test wishes."""

    async def smtp_DATA(self, arg: str) -> None:
        said = self.event_handler.replies.get("data", "")
        if said == "drop":
            self.transport.abort()
        elif said:
            await self.push(said)
        else:
            await super().smtp_DATA(arg)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Smtp(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        """aiosmtpd calls itself once at the start, and must know which free port it was given."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def certificates(host: str = "127.0.0.1") -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's and a client's TLS context that trust each other for `host`."""
    authority = trustme.CA()
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(serving)
    calling = ssl.create_default_context()
    authority.configure_trust(calling)
    return serving, calling


@contextlib.contextmanager
def mail_server(
    security: str = "plain", tls: ssl.SSLContext | None = None, *, auth: bool = False
) -> Iterator[MailServer]:
    """Runs the fake on a free port; `security` is `plain`, `starttls` or `tls`."""
    fake = MailServer()
    options: dict[str, object] = {"server_hostname": "mail.test"}
    if security == "starttls":
        options |= {"tls_context": tls, "require_starttls": True}
    if auth:
        options |= {
            "authenticator": fake.authenticate,
            # aiosmtpd warns when it is to demand a login on a TLS port, which it takes for an open one.
            "auth_required": security == "starttls",
            "auth_require_tls": security == "starttls",
        }
    controller = _Controller(
        fake, hostname=fake.host, port=0, ssl_context=tls if security == "tls" else None, **options
    )
    controller.start()
    try:
        fake.port = controller.port
        yield fake
    finally:
        controller.stop()


def _parsed(envelope: Envelope) -> EmailMessage:
    content = envelope.content
    assert isinstance(content, bytes)
    parsed = message_from_bytes(content, policy=policy.SMTP)
    assert isinstance(parsed, EmailMessage)
    return parsed
