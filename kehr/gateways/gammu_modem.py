"""The modem behind gammu-smsd, by what the daemon last wrote of it, and the daemon's two kinds of time.

What the daemon writes itself (SendingDateTime, SendingTimeOut, TimeOut) is local time of its machine; what
the schema fills in (UpdatedInDB, InsertIntoDB) is UTC in schema 17 and local in the scripts of later
versions. Which it is, the triggers of the file tell.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from kehr.gateways.contract import Misconfigured, NotTaken

TIMEOUT_AHEAD = timedelta(seconds=10)
"""So far ahead of its own clock the daemon writes phones.TimeOut."""
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Modem:
    """What the daemon last wrote of its modem. `offset` is how far its local time is ahead of UTC now.

    Where it `keeps_zone`, its times follow `zone` (None: that of this machine) through summer and winter.
    """

    network: str
    signal: int
    sends: bool
    started_at: datetime
    seen_at: datetime
    offset: timedelta
    writes_utc: bool
    keeps_zone: bool
    zone: ZoneInfo | None

    def local(self, moment: datetime) -> datetime:
        """The naive local time of the daemon at an aware moment."""
        return (moment.astimezone(UTC) + self.offset).replace(tzinfo=None)

    def aware(self, local: str) -> datetime:
        """The aware moment of a time that the daemon wrote, the same whenever it is read."""
        written = read_time(local)
        if self.keeps_zone:
            return written.replace(tzinfo=self.zone).astimezone(UTC)
        return (written - self.offset).replace(tzinfo=UTC)

    def filled_in(self, written: str) -> datetime:
        """The aware moment of a time that the schema filled in."""
        return read_time(written).replace(tzinfo=UTC) if self.writes_utc else self.aware(written)


def read_time(text: str) -> datetime:
    """A time as SQLite writes it, naive; raises Misconfigured for anything else."""
    try:
        return datetime.fromisoformat(str(text)).replace(tzinfo=None)
    except ValueError as error:
        raise Misconfigured("gammu_schema", f"Zeit {str(text)[:40]}") from error


def write_time(moment: datetime) -> str:
    """A naive time as SQLite writes it."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def read_modem(connection: sqlite3.Connection, phone_id: str, zone: ZoneInfo | None, now: datetime) -> Modem:
    """The modem that was heard of last; `phone_id` chooses among several.

    `zone` is that of the daemon's machine, None for that of this one; where the file tells that the daemon
    keeps another time, that counts. Raises NotTaken when the daemon never reached a modem.
    """
    row = connection.execute(
        "SELECT * FROM phones WHERE ID = ? OR ? = '' ORDER BY UpdatedInDB DESC LIMIT 1", (phone_id, phone_id)
    ).fetchone()
    if row is None:
        raise NotTaken("gammu_no_modem", phone_id or "phones")
    trigger = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'update_phones_time'").fetchone()
    utc = trigger is not None and "localtime" not in trigger[0].lower()
    touched, said = read_time(row["UpdatedInDB"]), read_time(row["TimeOut"]) - TIMEOUT_AHEAD
    # Sending touches the row without a new TimeOut, so that it lags by less than the status frequency.
    offset = QUARTER * round((said - touched) / QUARTER) if utc else _ahead(zone, now)
    seen = touched if utc else max(touched, said) - offset
    modem = Modem(
        network=row["NetName"] or "",
        signal=row["Signal"],
        sends=str(row["Send"]).lower() in ("yes", "true", "1"),
        started_at=seen.replace(tzinfo=UTC),
        seen_at=seen.replace(tzinfo=UTC),
        offset=offset,
        writes_utc=utc,
        keeps_zone=not utc or offset == _ahead(zone, touched.replace(tzinfo=UTC)),
        zone=zone,
    )
    return replace(modem, started_at=modem.aware(row["InsertIntoDB"]))


def _ahead(zone: ZoneInfo | None, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
