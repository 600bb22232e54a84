"""What every gateway promises, whatever stands behind it.

A gateway is built from plain account data, knows no rows, and answers one of four ways: it returns
`Accepted`, or raises `Refused` (final), `NotTaken` (surely not sent, may be tried again) or `Unclear`
(the request may have arrived). Anything it cannot tell apart is unclear.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Protocol


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels with an e-mail."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message to one recipient. `id` is ours and is the client reference at the gateway.

    `recipient` is E.164 with `+` for SMS, an address for e-mail. `sender` is the branch's released
    sender (number, name of at most 11 characters, or e-mail address); empty lets the gateway choose.
    """

    id: str
    channel: str
    recipient: str
    text: str
    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    reply_to: str = ""
    attachments: tuple[Attachment, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway took the message. `reference` is the gateway's own id; `parts` its count, if told."""

    reference: str
    parts: int | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """What a check of the credentials learned, without sending anything."""

    name: str
    balance: str = ""


class GatewayError(Exception):
    """A send that did not end in `Accepted`.

    `code` is the word that `kehr.words` turns into a sentence; `detail` is what the gateway said.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class Refused(GatewayError):
    """Final for this message: the gateway answered no."""


class NotTaken(GatewayError):
    """Surely not sent; may be tried again."""


class Misconfigured(NotTaken):
    """Surely not sent, and nothing else will be either until somebody mends the account."""


class Unclear(GatewayError):
    """The request may have arrived; only the gateway or the recipient knows."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a gateway can do beyond sending; the screens' words follow it."""

    idempotent: bool = False
    can_reconcile: bool = False
    polls_states: bool = False
    polls_replies: bool = False
    pushes_states: bool = False
    pushes_replies: bool = False


class Gateway(Protocol):
    """A sender of messages on one channel ("sms" or "email")."""

    kind: ClassVar[str]
    channels: ClassVar[frozenset[str]]
    abilities: ClassVar[Abilities]

    def send(self, message: OutgoingMessage) -> Accepted:
        """Sends one message to one recipient; raises Refused, NotTaken, Misconfigured or Unclear."""
        ...

    def check(self) -> Account:
        """Proves the credentials without sending; raises GatewayError."""
        ...

    def close(self) -> None:
        """Lets go of connections."""
        ...
