"""gammu-smsd's tables with no daemon behind them: what it would write, the test writes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

IMEI = "350000000000001"

TABLES = """
CREATE TABLE gammu (Version INTEGER PRIMARY KEY);
CREATE TABLE phones (IMEI TEXT PRIMARY KEY, IMSI TEXT, ID TEXT, NetCode TEXT, NetName TEXT, Client TEXT,
    Battery INTEGER, Signal INTEGER, Send TEXT, Receive TEXT, Sent INTEGER DEFAULT 0,
    Received INTEGER DEFAULT 0, UpdatedInDB NUMERIC DEFAULT (datetime('now')), InsertIntoDB NUMERIC,
    TimeOut NUMERIC);
CREATE TABLE inbox (ID INTEGER PRIMARY KEY AUTOINCREMENT, UpdatedInDB NUMERIC DEFAULT (datetime('now')),
    ReceivingDateTime NUMERIC, Text TEXT, TextDecoded TEXT, SenderNumber TEXT, SMSCNumber TEXT, Coding TEXT,
    UDH TEXT, Class INTEGER DEFAULT -1, RecipientID TEXT DEFAULT '', Processed TEXT DEFAULT 'false',
    Status INTEGER DEFAULT -1);
CREATE TABLE outbox (ID INTEGER PRIMARY KEY AUTOINCREMENT, InsertIntoDB NUMERIC DEFAULT (datetime('now')),
    SendingDateTime NUMERIC, SendingTimeOut NUMERIC, SendBefore TIME, SendAfter TIME, Text TEXT,
    TextDecoded TEXT, DestinationNumber TEXT, Coding TEXT, UDH TEXT, Class INTEGER, MultiPart TEXT,
    RelativeValidity INTEGER, SenderID TEXT, DeliveryReport TEXT, CreatorID TEXT, Priority INTEGER DEFAULT 0,
    Retries INTEGER DEFAULT 0, Status TEXT DEFAULT 'Reserved', StatusCode INTEGER DEFAULT -1);
CREATE TABLE outbox_multipart (ID INTEGER, SequencePosition INTEGER, Text TEXT, TextDecoded TEXT, Coding TEXT,
    UDH TEXT, Class INTEGER, Status TEXT DEFAULT 'Reserved', StatusCode INTEGER DEFAULT -1,
    PRIMARY KEY (ID, SequencePosition));
CREATE TABLE sentitems (ID INTEGER, SequencePosition INTEGER, CreatorID TEXT NOT NULL,
    SenderID TEXT NOT NULL DEFAULT '', DestinationNumber TEXT, Text TEXT NOT NULL DEFAULT '',
    TextDecoded TEXT, Coding TEXT, UDH TEXT NOT NULL DEFAULT '', Class INTEGER, Status TEXT,
    StatusError INTEGER DEFAULT -1, StatusCode INTEGER DEFAULT -1, RelativeValidity INTEGER,
    SMSCNumber TEXT DEFAULT '', TPMR INTEGER DEFAULT -1, InsertIntoDB NUMERIC,
    UpdatedInDB NUMERIC DEFAULT (datetime('now')), SendingDateTime NUMERIC, DeliveryDateTime NUMERIC,
    PRIMARY KEY (ID, SequencePosition));
"""
TRIGGER = """
CREATE TRIGGER update_phones_time UPDATE ON phones BEGIN
    UPDATE phones SET UpdatedInDB = datetime('now'{local}) WHERE IMEI = old.IMEI; END;
"""


def written(moment: datetime) -> str:
    """A time as the tables hold it."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


@dataclass
class GammuTables:
    """The file, and a daemon's deeds on it. `ahead` is how far the daemon's local time is ahead of UTC."""

    path: Path
    ahead: timedelta = timedelta(hours=1)
    writes_utc: bool = True

    @classmethod
    def make(
        cls,
        path: Path,
        *,
        version: int = 17,
        ahead: timedelta = timedelta(hours=1),
        writes_utc: bool = True,
    ) -> GammuTables:
        """A fresh file in the ways of a schema."""
        tables = cls(path, ahead, writes_utc)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.executescript(TABLES + TRIGGER.format(local="" if writes_utc else ", 'localtime'"))
            connection.execute("INSERT INTO gammu VALUES (?)", (version,))
        return tables

    def run(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """One statement in a transaction of its own."""
        with closing(sqlite3.connect(self.path, timeout=5)) as connection, connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]

    def filled(self, moment: datetime) -> str:
        """What the schema would fill in at an aware moment."""
        return written(moment.astimezone(UTC) + (timedelta() if self.writes_utc else self.ahead))

    def local(self, moment: datetime) -> str:
        """What the daemon would write at an aware moment."""
        return written(moment.astimezone(UTC) + self.ahead)

    def beat(self, moment: datetime, *, since: datetime | None = None, **values: Any) -> None:
        """The daemon says that its modem lives."""
        row = {
            "IMEI": IMEI,
            "ID": "",
            "NetName": "A1",
            "Signal": 64,
            "Send": "yes",
            "Sent": 0,
            "UpdatedInDB": self.filled(moment),
            "InsertIntoDB": self.local(since or moment - timedelta(days=1)),
            "TimeOut": self.local(moment + timedelta(seconds=10)),
        } | values
        marks = ", ".join("?" * len(row))
        self.run(f"INSERT OR REPLACE INTO phones ({', '.join(row)}) VALUES ({marks})", *row.values())

    def send(self, moment: datetime, status: str = "SendingOK", *, only: int | None = None) -> None:
        """The daemon sends what waits, and what became of it is `status`; `only` sends so many parts."""
        for row in self.run("SELECT * FROM outbox ORDER BY ID"):
            more = self.run(
                "SELECT * FROM outbox_multipart WHERE ID = ? ORDER BY SequencePosition", row["ID"]
            )
            for position, part in enumerate([row, *more][:only], start=1):
                self.run(
                    "INSERT INTO sentitems (ID, SequencePosition, CreatorID, DestinationNumber, TextDecoded,"
                    " Coding, UDH, Status, InsertIntoDB, UpdatedInDB, SendingDateTime)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    *(row["ID"], position, row["CreatorID"], row["DestinationNumber"], part["TextDecoded"]),
                    *(part["Coding"], part["UDH"] or "", status, row["InsertIntoDB"]),
                    *(self.filled(moment), self.local(moment)),
                )
            if only is None:
                self.run("DELETE FROM outbox WHERE ID = ?", row["ID"])
                self.run("DELETE FROM outbox_multipart WHERE ID = ?", row["ID"])

    def report(self, status: str, moment: datetime, *, position: int = 1, code: int = 0) -> None:
        """A delivery report comes in for one part of every message."""
        self.run(
            "UPDATE sentitems SET Status = ?, StatusError = ?, UpdatedInDB = ? WHERE SequencePosition = ?",
            *(status, code, self.filled(moment), position),
        )

    def receive(self, text: str, moment: datetime, *, sender: str = "+436641234567", **values: Any) -> None:
        """An SMS comes in."""
        row = {
            "Text": text.encode("utf-16-be").hex().upper(),
            "TextDecoded": text,
            "SenderNumber": sender,
            "Coding": "Default_No_Compression",
            "UDH": "",
            "ReceivingDateTime": self.local(moment),
            "UpdatedInDB": self.filled(moment),
        } | values
        marks = ", ".join("?" * len(row))
        self.run(f"INSERT INTO inbox ({', '.join(row)}) VALUES ({marks})", *row.values())
