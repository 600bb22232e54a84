"""Any gateway that takes one HTTP request for one SMS, as an office describes it from its own document;
or one that takes e-mails and makes SMS of them.

Nothing is known of such a gateway beyond its answer: what the described tests do not decide is unclear.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from typing import ClassVar, NoReturn
from urllib.parse import quote, quote_plus, urlsplit

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
from kehr.gateways.smtp import Smtp
from kehr.rules.gateways.http_template import MASK, Request, Template, Values, fill, fill_header, read_headers
from kehr.rules.gateways.template_answer import judge
from kehr.sources.allow import Allow
from kehr.sources.network import Answer, Door, Limits, MaybeArrived, NothingSent
from kehr.sources.wire import open_socket, start_tls, tls_context

_RECIPIENT = re.compile(r"\+[1-9]\d{4,14}")
_MISCONFIGURED = {
    401: "gateway_credentials",
    403: "gateway_forbidden",
    404: "gateway_wrong_address",
    405: "gateway_wrong_address",
    301: "gateway_wrong_address",
    307: "gateway_wrong_address",
    308: "gateway_wrong_address",
}
_FIELDS = tuple(name for name in Template.__slots__ if name not in ("url", "headers"))


@dataclass(frozen=True, slots=True)
class Probed:
    """What a probe showed: the answer as it came, and what it means: accepted, or the fault."""

    status: int = 0
    answer: str = ""
    accepted: Accepted | None = None
    fault: GatewayError | None = None


class HttpTemplate:
    """Sends SMS as described. `base_url` is the address with gaps, options are the fields of Template
    (`headers` one a line), `user`, `timeout` in seconds and `check_url`.

    With `mode` = `mail` the account is a mail server's (as Smtp takes it), and `mail_to`, `mail_from` and
    `mail_subject` say how the e-mail is addressed.
    """

    kind: ClassVar[str] = "http_template"
    channels: ClassVar[frozenset[str]] = frozenset({"sms"})
    abilities: ClassVar[Abilities] = Abilities()

    def __init__(
        self,
        account: GatewayAccount,
        *,
        allow: Allow,
        now: Callable[[], datetime],
        loopback_only: bool = False,
    ) -> None:
        self._account = account
        self._options = account.options
        self._door = Door(allow, loopback_only=loopback_only)
        self._limits = Limits(connect=10.0, total=float(account.options.get("timeout") or "30"))
        self._template = template_of(account)
        self._mail: Smtp | None = None
        if account.options.get("mode") == "mail":
            bare = replace(account, senders=(), options={**account.options, "html": "no"})
            self._mail = Smtp(bare, allow=allow, loopback_only=loopback_only, now=now)

    def send(self, message: OutgoingMessage) -> Accepted:
        """Sends one SMS; its reference is empty where the answer names none."""
        if message.channel != "sms":
            raise Refused("wrong_channel", message.channel)
        if not _RECIPIENT.fullmatch(message.recipient):
            raise Refused("recipient_invalid", message.recipient[:100])
        if self._mail is not None:
            return self._mail.send(self._letter(message))
        request = self._request(message)
        return self._judge(self._call(request.method, request.url, request.headers, request.content))

    def preview(self, message: OutgoingMessage) -> str:
        """What would leave, as text for a person, its secret covered. Raises Misconfigured."""
        if self._mail is not None:
            letter = self._letter(message)
            lines = [f"To: {letter.recipient}", f"From: {letter.sender}", f"Subject: {letter.subject}"]
            return "\n".join([*lines, "", letter.text])
        try:
            request = fill(self._template, self._values(message).covered())
        except ValueError as error:
            raise Misconfigured("template_header", str(error)[:100]) from error
        lines = [f"{request.method} {request.url}", *(f"{n}: {v}" for n, v in request.headers.items())]
        return "\n".join([*lines, *(["", request.content.decode()] if request.content else [])])

    def probe(self, message: OutgoingMessage) -> Probed:
        """Sends one SMS like `send`, and tells all that came back instead of raising."""
        answer: Answer | None = None
        try:
            if self._mail is not None:
                return Probed(accepted=self.send(message))
            request = self._request(message)
            answer = self._call(request.method, request.url, request.headers, request.content)
            came = (answer.status, self._covered(_text(answer))[:4000])
            return Probed(*came, accepted=self._judge(answer))
        except GatewayError as fault:
            return Probed(*came, fault=fault) if answer is not None else Probed(fault=fault)

    def check(self) -> Account:
        """Signs in at the mail server; asks `check_url`; or, where the account knows none, only proves that
        the server can be reached.
        """
        if self._mail is not None:
            return self._mail.check()
        self._check_address(self._account.base_url)
        url = self._options.get("check_url", "")
        if url:
            self._check_address(url)
            named = Values("", "", user=self._options.get("user", ""), secret=self._account.secret)
            request = fill(replace(self._template, url=url, method="GET", body=""), named.named())
            answer = self._call("GET", request.url, request.headers, None)
            if not 200 <= answer.status <= 299:
                self._judge_status(answer)
        else:
            self._connect()
        return Account(name=self._options.get("user") or self._host())

    def close(self) -> None:
        """Closes the connections."""
        self._door.close()

    def _letter(self, message: OutgoingMessage) -> OutgoingMessage:
        named = self._values(message).named()
        released = [one.address for one in self._account.senders if "@" in one.address]
        return replace(
            message,
            channel="email",
            recipient=fill_header(self._options.get("mail_to", ""), named),
            sender=self._options.get("mail_from") or (released[0] if released else ""),
            sender_name="",
            subject=_one_line(self._options.get("mail_subject", ""), named),
            reply_to="",
            attachments=(),
        )

    def _values(self, message: OutgoingMessage) -> Values:
        user = self._options.get("user", "")
        return Values(message.recipient, message.text, message.sender, message.id, user, self._account.secret)

    def _request(self, message: OutgoingMessage) -> Request:
        self._check_address(self._account.base_url)
        uses = " ".join((self._template.url, self._template.body, *dict(self._template.headers).values()))
        if ("{secret}" in uses or "{basic}" in uses) and not self._account.secret:
            raise Misconfigured("gateway_no_credentials")
        try:
            return fill(self._template, self._values(message).named())
        except ValueError as error:
            raise Misconfigured("template_header", str(error)[:100]) from error

    def _check_address(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or 80
        except ValueError as error:
            raise Misconfigured("bad_address") from error
        if not host or parts.scheme not in ("http", "https"):
            raise Misconfigured("bad_address")
        if parts.scheme == "http" and not self._door.listed(host, port):
            raise Misconfigured("gateway_needs_https", host)

    def _host(self) -> str:
        return urlsplit(self._account.base_url).hostname or ""

    def _connect(self) -> None:
        parts = urlsplit(self._account.base_url)
        secure, host = parts.scheme == "https", parts.hostname or ""
        deadline = time.monotonic() + self._limits.total
        seconds = self._limits.connect
        try:
            sock = open_socket(
                host,
                parts.port or (443 if secure else 80),
                self._door.reach,
                connect_seconds=seconds,
                deadline=deadline,
            )
            if secure:
                sock = start_tls(sock, tls_context(), host, deadline, seconds)
            sock.close()
        except NothingSent as fault:
            raise NotTaken(fault.code, fault.detail) from fault

    def _call(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None) -> Answer:
        own = {"User-Agent": "Kehrbote", **headers}
        try:
            return self._door.call(method, url, headers=own, content=content, limits=self._limits)
        except NothingSent as fault:
            raise NotTaken(fault.code, self._covered(fault.detail)) from fault
        except MaybeArrived as fault:
            raise Unclear(fault.code, self._covered(fault.detail)) from fault

    def _judge(self, answer: Answer) -> Accepted:
        judged = judge(self._template, answer.status, _text(answer))
        if judged.verdict == "accepted":
            return Accepted(reference=judged.reference)
        if judged.verdict == "refused":
            raise Refused("template_refused", self._excerpt(answer))
        self._judge_status(answer)

    def _judge_status(self, answer: Answer) -> NoReturn:
        """What HTTP itself says, where the described tests say nothing: these statuses mean "not done"."""
        if answer.status in _MISCONFIGURED:
            raise Misconfigured(_MISCONFIGURED[answer.status], self._excerpt(answer))
        if answer.status == 429:
            raise NotTaken("gateway_busy", self._excerpt(answer))
        raise Unclear("answer_not_understood", self._excerpt(answer))

    def _excerpt(self, answer: Answer) -> str:
        return f"HTTP {answer.status}: {self._covered(' '.join(_text(answer).split()))[:120]}"

    def _covered(self, text: str) -> str:
        secret = self._account.secret
        if not secret:
            return text
        coded = Values("", "", user=self._options.get("user", ""), secret=secret).named()["basic"]
        quoted = json.dumps(secret)[1:-1]
        spelled = (secret, quote(secret, safe=""), quote_plus(secret), coded, quoted, escape(secret))
        for word in sorted({*spelled, quoted.replace("/", "\\/")}, key=len, reverse=True):
            text = re.sub(re.escape(word), MASK, text, flags=re.IGNORECASE if "%" in word else 0)
        return text


def template_of(account: GatewayAccount) -> Template:
    """The description that an account's options hold."""
    told = {name: account.options[name] for name in _FIELDS if account.options.get(name)}
    return Template(account.base_url, headers=read_headers(account.options.get("headers", "")), **told)


def _text(answer: Answer) -> str:
    found = re.search(r"charset=\"?([A-Za-z0-9_-]+)", answer.headers.get("content-type", ""))
    try:
        return answer.body[:65_536].decode(found[1] if found else "utf-8", "replace")
    except (LookupError, UnicodeError):
        return answer.body[:65_536].decode("utf-8", "replace")


def _one_line(template: str, named: dict[str, str]) -> str:
    for name, value in named.items():
        if name not in ("secret", "basic"):
            template = template.replace("{" + name + "}", value)
    return " ".join(template.split())
