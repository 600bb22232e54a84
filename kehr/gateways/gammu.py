"""A modem in the house: gammu-smsd's SQLite tables, on their own file, in short transactions.

Kehrbote writes into the outbox and reads the sent items and the inbox; the daemon does the rest. Our id is
the row's CreatorID, so that nothing is written twice and what is unclear can be looked up.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kehr.gateways.account import GatewayAccount
from kehr.gateways.contract import (
    Abilities,
    Accepted,
    Account,
    Fate,
    IncomingReply,
    Misconfigured,
    NotTaken,
    OutgoingMessage,
    Receipt,
    Refused,
    Sent,
)
from kehr.gateways.gammu_fate import say
from kehr.gateways.gammu_file import prove_writable, writing
from kehr.gateways.gammu_inbox import Joined, join_parts, mark_processed, read_inbox
from kehr.gateways.gammu_modem import Modem, read_modem
from kehr.gateways.gammu_outbox import (
    Outgoing,
    count_waiting,
    find_message,
    next_id,
    oldest_sent,
    put,
    read_sent,
    read_waiting,
    take_back,
)
from kehr.gateways.gammu_parts import MOST_PARTS, parts_of, relative_validity
from kehr.rules.terms.phones import BadNumber, normalise
from kehr.sources.allow import Allow

SILENT_AFTER = timedelta(minutes=5)
"""The daemon writes of its modem every minute (StatusFrequency); after this time something is wrong."""
SENT_WITHIN = timedelta(minutes=45)
"""A message leaves within this time of its day, or not at all: a daemon that comes back at night sends
nothing that belonged to the afternoon."""
KEPT_BACK_AFTER = timedelta(minutes=50)
"""What is still waiting then is taken back and counts as not delivered."""
MOST_WAITING = 100
"""More than a slow modem can send in SENT_WITHIN must not wait in the outbox."""
PARTS_WAIT = timedelta(minutes=15)
"""The daemon itself waits ten minutes for the missing parts of a reply."""
SLACK = timedelta(hours=1)
"""By this the two clocks may differ when replies are looked for; repeats are known by their key."""
ANY_ZONE = timedelta(days=1)

_RECIPIENT = re.compile(r"\+[1-9]\d{4,14}")
_NUMBER = re.compile(r"\+?\d{3,16}")


class Gammu:
    """Sends SMS through gammu-smsd. Options: `database` (path of its SQLite file), `phone_id` (its PhoneID,
    where several modems share a file), `validity_hours` (how long the network tries, 1 to 720, else 48),
    `zone` (of the daemon's machine, else that of this one), `timeout` (seconds to wait for the file, else 5).
    """

    kind: ClassVar[str] = "gammu"
    channels: ClassVar[frozenset[str]] = frozenset({"sms"})
    abilities: ClassVar[Abilities] = Abilities(
        idempotent=True, can_reconcile=True, polls_states=True, polls_replies=True
    )

    def __init__(
        self,
        account: GatewayAccount,
        *,
        allow: Allow,
        now: Callable[[], datetime],
        loopback_only: bool = False,
    ) -> None:
        """Nothing is called over the network, so that `allow` says nothing here; with `loopback_only` the
        clock is simulated, and nothing is given to a real modem.
        """
        options = account.options
        self._account = account
        self._now = now
        self._simulated = loopback_only
        self._path = options.get("database", "").strip()
        self._phone_id = options.get("phone_id", "").strip()
        self._busy = float(options.get("timeout") or "5")
        self._validity = relative_validity(_hours(options.get("validity_hours") or "48"))
        self._zone = _zone(options.get("zone", ""))

    def send(self, message: OutgoingMessage) -> Accepted:
        """Puts one SMS into the outbox, unless it is there already or was sent."""
        self._refuse_wrong(message)
        with self._tables() as tables:
            known = find_message(tables, message.id, message.recipient)
            if known is not None:
                return Accepted(str(known[0]), known[1])
            modem = self._modem(tables)
            self._refuse_silent(modem)
            waiting = count_waiting(tables)
            if waiting >= MOST_WAITING:
                raise NotTaken("gammu_queue_full", str(waiting))
            outgoing = self._outgoing(message, next_id(tables), modem)
            put(tables, outgoing)
        return Accepted(str(outgoing.id), len(outgoing.parts))

    def check(self) -> Account:
        """Proves that the file can be written, its schema is known and the modem lives; changes nothing."""
        with self._tables() as tables:
            prove_writable(tables)
            modem = self._modem(tables)
        self._refuse_silent(modem)
        strength = f", Signal {modem.signal} %" if 0 < modem.signal <= 100 else ""
        return Account(name=(modem.network or self._account.name) + strength)

    def read_states(self, sent: Sequence[Sent]) -> list[Receipt]:
        """What the daemon says of these messages.

        What it has not sent in time is taken back first, so that it does not leave late. Raises NotTaken
        when there is nothing final because the modem is silent.
        """
        with self._tables() as tables:
            modem = self._modem(tables)
            numbers = {one.message_id: self._number(tables, one) for one in sent}
            ids = [number for number in numbers.values() if number is not None]
            waiting = read_waiting(tables, ids)
            for one in sent:
                number = numbers[one.message_id]
                if number is None or waiting.get(number) != one.message_id:
                    continue
                late = self._now() - one.claimed_at >= KEPT_BACK_AFTER
                if late and take_back(tables, number, modem.local(self._now())):
                    del waiting[number]
            parts = read_sent(tables, ids, modem)
        receipts = []
        for one in sent:
            number = numbers[one.message_id]
            if number is not None:
                waits = waiting.get(number) == one.message_id
                receipts += say(one, number, parts.get((number, one.message_id), []), waits=waits)
        if all(receipt.fate is Fate.UNDERWAY for receipt in receipts):
            self._refuse_silent(modem)
        return receipts

    def read_replies(self, since: datetime, until: datetime, *, after_outage: bool) -> list[IncomingReply]:
        """The SMS in the inbox from `since` on; they are then marked as processed.

        Those already marked come again while they are in the window, so that nothing is lost when the caller
        could not keep them. Raises NotTaken when there is nothing new because the modem is silent.
        """
        now = self._now()
        with self._tables() as tables:
            modem = self._modem(tables)
            rows = read_inbox(tables, since - SLACK, modem, self._phone_id)
            replies = join_parts(rows, now, PARTS_WAIT)
            mark_processed(tables, [row for reply in replies if reply.new for row in reply.ids])
        if not any(reply.new for reply in replies):
            self._refuse_silent(modem)
        return [self._reply(reply, now) for reply in replies]

    def look_up(self, sent: Sequence[Sent]) -> Mapping[str, Accepted | None]:
        """What became of unclear messages; missing when this file began after they were written."""
        found: dict[str, Accepted | None] = {}
        with self._tables() as tables:
            modem = self._modem(tables)
            oldest = oldest_sent(tables)
            for one in sent:
                known = find_message(tables, one.message_id, one.recipient)
                if known is not None:
                    found[one.message_id] = Accepted(str(known[0]), known[1])
                elif _was_there(one.claimed_at, modem, oldest):
                    found[one.message_id] = None
        return found

    def close(self) -> None:
        """Holds nothing open between transactions."""

    @contextmanager
    def _tables(self) -> Iterator[sqlite3.Connection]:
        if self._simulated:
            raise NotTaken("simulated_clock", self._path)
        with writing(self._path, self._busy) as tables:
            yield tables

    def _modem(self, tables: sqlite3.Connection) -> Modem:
        return read_modem(tables, self._phone_id, self._zone, self._now())

    def _refuse_silent(self, modem: Modem) -> None:
        age = self._now() - modem.seen_at
        if abs(age) > SILENT_AFTER:
            minutes = str(round(abs(age) / timedelta(minutes=1)))
            raise NotTaken("gammu_silent" if age > timedelta() else "gammu_clock", minutes)
        if not modem.sends:
            raise Misconfigured("gammu_send_off")

    def _refuse_wrong(self, message: OutgoingMessage) -> None:
        if message.channel != "sms":
            raise Refused("wrong_channel", message.channel)
        if not _RECIPIENT.fullmatch(message.recipient):
            raise Refused("recipient_invalid", message.recipient)
        text = message.text
        if not text.strip() or "\0" in text or any("\ud800" <= one <= "\udfff" for one in text):
            raise Refused("gammu_text", text[:40].encode("ascii", "replace").decode())
        count = len(parts_of(text, 0))
        if count > MOST_PARTS:
            raise Refused("gammu_too_long", str(count))
        self._refuse_sender(message.sender)

    def _refuse_sender(self, typed: str) -> None:
        sender = _plain(typed)
        if not sender:
            return
        if not _NUMBER.fullmatch(sender):
            raise Misconfigured("gammu_sender", typed[:40])
        released = {_plain(one.address) for one in self._account.senders}
        if released and sender not in released:
            raise Misconfigured("sender_not_released", typed[:40])

    def _outgoing(self, message: OutgoingMessage, number: int, modem: Modem) -> Outgoing:
        local = modem.local(self._now())
        soonest, latest = local - timedelta(minutes=5), local + SENT_WITHIN
        return Outgoing(
            id=number,
            creator=message.id,
            recipient=message.recipient,
            text=message.text,
            parts=parts_of(message.text, number % 256),
            validity=self._validity,
            phone_id=self._phone_id,
            after=f"{soonest:%H:%M:%S}" if soonest.date() == local.date() else "00:00:00",
            before=f"{latest:%H:%M:%S}" if latest.date() == local.date() else "23:59:59",
        )

    def _number(self, tables: sqlite3.Connection, sent: Sent) -> int | None:
        if sent.reference.isdecimal():
            return int(sent.reference)
        known = find_message(tables, sent.message_id, sent.recipient)
        return known[0] if known else None

    def _reply(self, reply: Joined, now: datetime) -> IncomingReply:
        # A daemon killed between storing and deleting stores an SMS twice: its content is its key.
        told = f"{reply.sender}\n{reply.received_at.isoformat()}\n{reply.text}"
        own = self._account.senders[0].address if self._account.senders else ""
        return IncomingReply(
            event_key=hashlib.sha256(told.encode()).hexdigest()[:40],
            sender=_e164(reply.sender),
            recipient=own,
            text=reply.text,
            at=min(reply.received_at, now.astimezone(UTC)),
        )


def _was_there(claimed_at: datetime, modem: Modem, oldest: datetime | None) -> bool:
    """Whether the file is surely older than a message: then it would know it."""
    if modem.started_at <= claimed_at:
        return True
    return oldest is not None and oldest.replace(tzinfo=UTC) + ANY_ZONE <= claimed_at


def _plain(sender: str) -> str:
    text = re.sub(r"[\s/()-]", "", sender)
    return text if _NUMBER.fullmatch(text) else sender.strip()


def _e164(sender: str) -> str:
    """A number in E.164; a name or a short number as it came."""
    try:
        return normalise(sender).e164
    except BadNumber:
        return sender


def _hours(text: str) -> int:
    hours = int(text)
    if not 1 <= hours <= 720:
        raise ValueError(f"validity_hours {text}")
    return hours


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name.strip() else None
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(f"zone {name}") from error
