"""What waits in gammu-smsd's outbox, and what it says of what it sent."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kehr.gateways.gammu_file import in_chunks
from kehr.gateways.gammu_modem import Modem, read_time, write_time
from kehr.gateways.gammu_parts import Part, coding_of, read_header

LONG_AGO = "2000-01-01 00:00:00"
"""A moment that has passed in every zone: what bears it may be sent at once."""
_NO_FAULT = (None, -1, 0)


@dataclass(frozen=True, slots=True)
class SentPart:
    """One part in `sentitems`; `position` counts from 1, `code` is TP-Status or what the modem said."""

    id: int
    position: int
    status: str
    code: str
    udh: str
    changed_at: datetime


def find_message(connection: sqlite3.Connection, creator: str, recipient: str) -> tuple[int, int] | None:
    """The row's number and how many parts it has, of a message that is waiting or was sent."""
    where = "DestinationNumber = ? AND CreatorID = ? ORDER BY ID"
    for table in ("outbox", "sentitems"):
        query = f"SELECT ID, UDH FROM {table} WHERE {where}"  # noqa: S608 - both names are ours
        row = connection.execute(query, (recipient, creator)).fetchone()
        if row is not None:
            return row["ID"], parts_in(row["UDH"])
    return None


def parts_in(udh: str | None) -> int:
    """How many parts the message of a row has."""
    header = read_header(udh or "")
    return header.total if header else 1


def oldest_sent(connection: sqlite3.Connection) -> datetime | None:
    """When the oldest message that is kept was written, naive, in whichever of the two times."""
    row = connection.execute("SELECT InsertIntoDB FROM sentitems ORDER BY ID LIMIT 1").fetchone()
    return read_time(row[0]) if row else None


def count_waiting(connection: sqlite3.Connection) -> int:
    """How many messages the modem has still to send."""
    return int(connection.execute("SELECT count(*) FROM outbox").fetchone()[0])


def next_id(connection: sqlite3.Connection) -> int:
    """A number that neither a waiting nor a sent message has: the daemon keeps it, and must not meet it."""
    query = (
        "SELECT max(coalesce((SELECT max(ID) FROM outbox), 0), coalesce((SELECT max(ID) FROM sentitems), 0),"
        " coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = 'outbox'), 0)) + 1"
    )
    return int(connection.execute(query).fetchone()[0])


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as the outbox holds it; `after` and `before` are times of the daemon's day."""

    id: int
    creator: str
    recipient: str
    text: str
    parts: tuple[Part, ...]
    validity: int
    phone_id: str
    after: str
    before: str


def put(connection: sqlite3.Connection, message: Outgoing) -> None:
    """Writes a message and its further parts into the outbox."""
    coding, first = coding_of(message.text), message.parts[0]
    connection.execute(
        "INSERT INTO outbox (ID, CreatorID, SenderID, DestinationNumber, TextDecoded, Coding, UDH, Class,"
        " MultiPart, RelativeValidity, DeliveryReport, SendingDateTime, SendingTimeOut, SendAfter,"
        " SendBefore) VALUES (?, ?, ?, ?, ?, ?, ?, -1, ?, ?, 'yes', ?, ?, ?, ?)",
        (
            message.id,
            message.creator,
            message.phone_id or None,
            message.recipient,
            first.text,
            coding,
            first.udh or None,
            "true" if len(message.parts) > 1 else "false",
            message.validity,
            LONG_AGO,
            LONG_AGO,
            message.after,
            message.before,
        ),
    )
    connection.executemany(
        "INSERT INTO outbox_multipart (ID, SequencePosition, TextDecoded, Coding, UDH, Class)"
        " VALUES (?, ?, ?, ?, ?, -1)",
        [
            (message.id, position, part.text, coding, part.udh)
            for position, part in enumerate(message.parts[1:], start=2)
        ],
    )


def read_waiting(connection: sqlite3.Connection, ids: Iterable[int]) -> dict[int, str]:
    """Of these numbers those that are still in the outbox, with their CreatorID."""
    return {
        row["ID"]: row["CreatorID"]
        for marks, chunk in in_chunks(ids)
        for row in connection.execute(f"SELECT ID, CreatorID FROM outbox WHERE ID IN ({marks})", chunk)  # noqa: S608
    }


def read_sent(
    connection: sqlite3.Connection, ids: Iterable[int], modem: Modem
) -> dict[tuple[int, str], list[SentPart]]:
    """The parts that were sent, or tried, by number and CreatorID."""
    found: dict[tuple[int, str], list[SentPart]] = {}
    for marks, chunk in in_chunks(ids):
        query = f"SELECT * FROM sentitems WHERE ID IN ({marks}) ORDER BY SequencePosition"  # noqa: S608
        for row in connection.execute(query, chunk):
            delivery, sending = row["StatusError"], row["StatusCode"]
            code = delivery if delivery not in _NO_FAULT else sending
            part = SentPart(
                id=row["ID"],
                position=row["SequencePosition"],
                status=row["Status"],
                code="" if code in _NO_FAULT else str(code),
                udh=row["UDH"] or "",
                changed_at=modem.filled_in(row["UpdatedInDB"]),
            )
            found.setdefault((part.id, row["CreatorID"]), []).append(part)
    return found


def take_back(connection: sqlite3.Connection, row_id: int, local_now: datetime) -> bool:
    """Moves a waiting message to the sent ones as `Error`, as the daemon does with what it cannot send.

    Not while the daemon has it in hand: it marks that with a SendingTimeOut ahead of its clock.
    """
    moved = connection.execute(
        "INSERT INTO sentitems (ID, SequencePosition, CreatorID, SenderID, DestinationNumber, Text,"
        " TextDecoded, Coding, UDH, Class, Status, RelativeValidity, SendingDateTime, InsertIntoDB)"
        " SELECT ID, (SELECT coalesce(max(SequencePosition), 0) + 1 FROM sentitems WHERE ID = outbox.ID),"
        " CreatorID, coalesce(SenderID, ''), DestinationNumber, coalesce(Text, ''), TextDecoded, Coding,"
        " coalesce(UDH, ''), Class, 'Error', RelativeValidity, ?, InsertIntoDB"
        " FROM outbox WHERE ID = ? AND SendingTimeOut < ?",
        (write_time(local_now), row_id, write_time(local_now)),
    ).rowcount
    if not moved:
        return False
    connection.execute("DELETE FROM outbox WHERE ID = ?", (row_id,))
    connection.execute("DELETE FROM outbox_multipart WHERE ID = ?", (row_id,))
    return True
