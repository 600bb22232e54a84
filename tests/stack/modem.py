"""A modem in the house: Debian's gammu-smsd with its dummy phone, whose SMS are files, and SQLite."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.fakes.gammu_tables import GammuTables
from tests.stack.running_stack import wait_for

TABLES = Path("/usr/share/doc/gammu-smsd/examples/sqlite.sql")
"""The tables as the package brings them; a slim machine leaves out its documents, and takes ours."""
STARTS_WITHIN = 30.0
ZONE = "Europe/Vienna"
SMSC = "123456"
"""The message centre of the dummy phone; a report names it again."""
REFERENCE = 255
"""The reference under which the dummy phone sends everything."""
_SETTINGS = """[gammu]
model = dummy
connection = none
device = {folder}/phone
[smsd]
service = sql
driver = sqlite3
dbdir = {folder}/
database = smsd.db
deliveryreport = log
commtimeout = 1
receivefrequency = 1
statusfrequency = 1
loopsleep = 1
logfile = {folder}/log
debuglevel = 1
"""


@dataclass
class Modem:
    """The daemon, its phone and its file in a folder of its own."""

    folder: Path
    zone: str = ZONE
    process: subprocess.Popen[bytes] | None = None
    received: int = field(default=0)

    @property
    def database(self) -> Path:
        """The daemon's file."""
        return self.folder / "smsd.db"

    def make(self) -> None:
        """An empty phone and fresh tables."""
        for number in range(1, 6):
            (self.folder / "phone" / "sms" / str(number)).mkdir(parents=True)
        if TABLES.is_file():
            with closing(sqlite3.connect(self.database)) as connection, connection:
                connection.executescript(TABLES.read_text(encoding="utf-8"))
        else:
            GammuTables.make(self.database)
        (self.folder / "rc").write_text(_SETTINGS.format(folder=self.folder), encoding="utf-8")

    def start(self) -> None:
        """Starts the daemon and waits until it has told of its phone."""
        beats = self.beats()
        self.process = subprocess.Popen(
            ["gammu-smsd", "-c", str(self.folder / "rc")],
            env=os.environ | {"TZ": self.zone},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(lambda: self.beats() > beats, STARTS_WITHIN, "the modem in the daemon's tables")

    def beats(self) -> str:
        """When the daemon last told of its phone's network."""
        rows = self.rows("SELECT max(TimeOut) AS at FROM phones WHERE Signal > 0")
        return str(rows[0]["at"] or "")

    def kill(self) -> None:
        """The power goes off."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> None:
        """Ends the daemon as the system does, if it still runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """What stands in the daemon's tables."""
        return GammuTables(self.database).run(query, *values)

    def sent(self, creator: str) -> list[dict[str, Any]]:
        """The parts of one message that went through the phone."""
        query = "SELECT * FROM sentitems WHERE CreatorID = ? ORDER BY SequencePosition"
        return self.rows(query, creator)

    def wait_sent(self, creator: str, parts: int = 1) -> list[dict[str, Any]]:
        """Waits until so many parts of a message went through the phone.

        The daemon waits for no lock: who reads its file all the time stops it.
        """
        wait_for(lambda: len(self.sent(creator)) >= parts, 60.0, f"{parts} parts of {creator}", every=1)
        return self.sent(creator)

    def report(self, number: str, status: int = 0) -> None:
        """A delivery report for the oldest open message to a number comes in; `status` is TP-Status."""
        text = "Delivered" if status == 0 else "Failed"
        more = f"MessageReference = {REFERENCE}\nDeliveryStatus = {status}\n"
        self._arrive(number, text, "Status_Report", more)

    def reply(self, number: str, text: str, *, udh: str = "", unicode: bool = False) -> None:
        """An SMS from a number comes in."""
        coding = "Unicode" if unicode else "Default"
        self._arrive(number, text, "Deliver", f"UDH = {udh}\n" if udh else "", coding)

    def _arrive(self, number: str, text: str, pdu: str, more: str, coding: str = "Default") -> None:
        """Lays an SMS into the phone, whole at once: the daemon looks all the time."""
        self.received += 1
        moment = f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
        digits = text.encode("utf-16-be").hex().upper()
        lines = [
            f"Text{line:02} = {digits[start : start + 200]}"
            for line, start in enumerate(range(0, len(digits), 200))
        ]
        content = (
            f'[SMSBackup000]\nSMSC = "{SMSC}"\nPDU = {pdu}\nDateTime = {moment}\nSMSCTime = {moment}\n'
            f'State = UnRead\nNumber = "{number}"\n{more}' + "\n".join(lines) + f"\nCoding = {coding}\n"
            f"Folder = 1\nLength = {len(text)}\nClass = -1\n"
        )
        written = self.folder / "arriving"
        written.write_text(content, encoding="utf-8")
        written.rename(self.folder / "phone" / "sms" / "1" / str(self.received))


@contextlib.contextmanager
def modem_at_work(folder: Path, zone: str = ZONE) -> Iterator[Modem]:
    """A modem whose daemon runs, in a folder that must be there."""
    modem = Modem(folder, zone)
    modem.make()
    try:
        modem.start()
        yield modem
    finally:
        modem.stop()
