"""What every gateway promises, whatever stands behind it.

A gateway is built from plain account data, knows no rows, and answers one of four ways: it returns
`Accepted`, or raises `Refused` (final), `NotTaken` (surely not sent, may be tried again) or `Unclear`
(the request may have arrived). Anything it cannot tell apart is unclear.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol, runtime_checkable


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
    """The gateway took the message. `reference` is the gateway's own id; `parts` its count, if told;
    `price` of all parts in ten-thousandths of a euro, if told.
    """

    reference: str
    parts: int | None = None
    price: int | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """What a check of the credentials learned, without sending anything.

    `balance` is as a person reads it; `credit` the same in ten-thousandths of a euro, where it is money.
    """

    name: str
    balance: str = ""
    credit: int | None = None


class Fate(StrEnum):
    """What a gateway says of a message that it took. UNDERWAY is no final word; the others are."""

    UNDERWAY = "underway"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"


@dataclass(frozen=True, slots=True)
class Receipt:
    """One word of a gateway about one message.

    `message_id` is ours, `reference` the gateway's; at least one is there. `word` is what the gateway
    said (for people: `kehr.words` has a sentence for each), `code` its error code. `event_key` names
    this word so that a repeat is dropped; the same word about the same message has the same key.
    """

    fate: Fate
    event_key: str
    word: str
    message_id: str = ""
    reference: str = ""
    code: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IncomingReply:
    """An SMS that came in. `sender` is E.164 where it is a number; `event_key` the provider's id of it."""

    event_key: str
    sender: str
    recipient: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that a gateway took, or may have taken: what it can be asked by."""

    message_id: str
    reference: str
    recipient: str
    text: str
    claimed_at: datetime


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


@runtime_checkable
class PollsStates(Protocol):
    """A gateway that can be asked what became of messages (abilities.polls_states)."""

    def read_states(self, sent: Sequence[Sent]) -> list[Receipt]:
        """What it knows of these messages, in as few requests as it can; raises GatewayError."""
        ...


@runtime_checkable
class PollsReplies(Protocol):
    """A gateway that can be asked for replies (abilities.polls_replies)."""

    def read_replies(self, since: datetime, until: datetime, *, after_outage: bool) -> list[IncomingReply]:
        """The SMS that came in between; `after_outage` when it could not be asked for a while. Raises
        GatewayError.
        """
        ...


@runtime_checkable
class Reconciles(Protocol):
    """A gateway that can say whether it has a message whose fate was unclear (abilities.can_reconcile)."""

    def look_up(self, sent: Sequence[Sent]) -> Mapping[str, Accepted | None]:
        """By our id: what it took, or None when it surely never had it. What it cannot tell is missing.
        Raises GatewayError.
        """
        ...


@runtime_checkable
class VariesByAccount(Protocol):
    """A gateway whose abilities depend on the options of the account."""

    @staticmethod
    def abilities_with(options: Mapping[str, str]) -> Abilities:
        """The abilities of an account with these options."""
        ...
