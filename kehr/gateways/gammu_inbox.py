"""The replies in gammu-smsd's inbox, their parts joined."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from kehr.gateways.contract import Misconfigured
from kehr.gateways.gammu_file import in_chunks
from kehr.gateways.gammu_modem import Modem, write_time
from kehr.gateways.gammu_parts import TEXT_CODINGS, Header, read_header

USSD = 127
"""The class of what the network answers to codes such as *101#; no reply of a person."""

MISSING = "[…]"
"""Stands in a reply for a part that never came."""


@dataclass(frozen=True, slots=True)
class InboxPart:
    """One row of the inbox; `received_at` and `written_at` are aware."""

    id: int
    sender: str
    text: str
    udh: str
    received_at: datetime
    written_at: datetime
    new: bool


@dataclass(frozen=True, slots=True)
class Joined:
    """An SMS as its sender wrote it, with the rows of the inbox it came in."""

    ids: tuple[int, ...]
    sender: str
    text: str
    received_at: datetime
    new: bool


def read_inbox(
    connection: sqlite3.Connection, since: datetime, modem: Modem, phone_id: str
) -> list[InboxPart]:
    """What was written since, whether somebody processed it or not, and what is new by the network's time.

    The second finds what came while this machine's clock was wrong.
    """
    filled = write_time(
        since.astimezone(UTC).replace(tzinfo=None) if modem.writes_utc else modem.local(since)
    )
    rows = connection.execute(
        "SELECT * FROM inbox WHERE (UpdatedInDB >= ? OR (Processed = 'false' AND ReceivingDateTime >= ?))"
        " AND Class <> ? AND (RecipientID = ? OR ? = '') ORDER BY ID",
        (filled, write_time(modem.local(since)), USSD, phone_id, phone_id),
    ).fetchall()
    return [
        InboxPart(
            id=row["ID"],
            sender=row["SenderNumber"],
            text=_text(row),
            udh=row["UDH"] or "",
            received_at=_received(row, modem),
            written_at=modem.filled_in(row["UpdatedInDB"]),
            new=row["Processed"] == "false",
        )
        for row in rows
        if row["Coding"] in TEXT_CODINGS
    ]


def _received(row: sqlite3.Row, modem: Modem) -> datetime:
    """When the network took it; where that cannot be read, when it was written: nobody's reply is lost."""
    try:
        return modem.aware(row["ReceivingDateTime"])
    except (Misconfigured, OverflowError):
        return modem.filled_in(row["UpdatedInDB"])


def _text(row: sqlite3.Row) -> str:
    decoded = decode_hex(row["Text"] or "")
    return decoded or row["TextDecoded"] or ""


def mark_processed(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Says that these replies are known; the parts of one change in one moment."""
    for marks, chunk in in_chunks(ids):
        query = f"UPDATE inbox SET Processed = 'true' WHERE Processed = 'false' AND ID IN ({marks})"  # noqa: S608
        connection.execute(query, chunk)


def decode_hex(text: str) -> str | None:
    """The text of Gammu's hex column (UTF-16); None when it is no such text.

    Half a character stays half: the next part may bring the other.
    """
    try:
        return bytes.fromhex(text).decode("utf-16-be", "surrogatepass")
    except (ValueError, UnicodeDecodeError):
        return None


def join_parts(rows: Iterable[InboxPart], now: datetime, wait: timedelta) -> list[Joined]:
    """The replies in these rows, in the order they began to come in.

    A reply of which parts are missing is held back until its last row is `wait` old; then what is there is
    given. A part that stands there twice, as after a crash of the daemon, counts once.
    """
    sets: list[tuple[Header, dict[int, InboxPart], list[InboxPart]]] = []
    replies: list[Joined] = []
    for row in sorted(rows, key=lambda one: one.id):
        header = read_header(row.udh)
        if header is None or header.total == 1:
            replies.append(Joined((row.id,), row.sender, _whole(row.text), row.received_at, row.new))
            continue
        _collect(sets, header, row)
    for header, parts, seen in sets:
        complete = len(parts) == header.total
        if complete or now - max(row.written_at for row in seen) >= wait:
            replies.append(_join(header, parts, seen))
    return sorted(replies, key=lambda reply: min(reply.ids))


def _collect(
    sets: list[tuple[Header, dict[int, InboxPart], list[InboxPart]]], header: Header, row: InboxPart
) -> None:
    for other, parts, seen in reversed(sets):
        same = replace(other, position=header.position) == header and seen[0].sender == row.sender
        there = parts.get(header.position)
        if same and (there is None or there.text == row.text):
            parts.setdefault(header.position, row)
            seen.append(row)
            return
    sets.append((header, {header.position: row}, [row]))


def _join(header: Header, parts: dict[int, InboxPart], seen: list[InboxPart]) -> Joined:
    texts = [
        parts[position].text if position in parts else f" {MISSING} "
        for position in range(1, header.total + 1)
    ]
    first = min(parts.values(), key=lambda row: row.received_at)
    new = any(row.new for row in seen)
    return Joined(
        tuple(row.id for row in seen), first.sender, _whole("".join(texts)).strip(), first.received_at, new
    )


def _whole(text: str) -> str:
    """Halves of a character that were cut between two parts, made one again."""
    return text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")
