"""An office without any cloud: everything that `make run` starts, and a modem with the real gammu-smsd.

Settings come from the file, visits from a real calendar; the SMS leave through the dummy phone, reports and
replies come in as files, and the daemon is killed and started again in between, all on the real clock. Only
the minute between a sending and its first question is not waited for; `tests/actions` prove that rhythm.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.stack.modem import Modem, modem_at_work
from tests.stack.radicale import OfficeCalendar, calendar_server
from tests.stack.running_stack import Stack, running, short_folder, wait_for
from tests.stack.test_browser_end_to_end import zone_of_this_hour

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("long"), pytest.mark.timeout(420)]

SENT_WITHIN = 90.0
TOLD_WITHIN = 90.0
SETTINGS = """
[company]
name = "Rauchfangkehrer Öllinger"
street = "Redtenbachergasse 3"
postcode = "4400"
town = "Steyr"
phone = "+43 7252 12345"
email = "office@example.at"
zone = "{zone}"
trial = false
settle_minutes = 0
[company.send_window]
from = "00:00"
to = "23:59"
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
holidays = true
[network]
allow = ["127.0.0.1"]
[[gateways]]
name = "modem"
kind = "gammu"
database = "{database}"
senders = [{{ address = "+436641112223", type = "international" }}]
[[branches]]
name = "Steyr"
sms_gateway = "modem"
sender = "+436641112223"
[[calendars]]
name = "Kehrplan"
url = "{feed}"
branch = "Steyr"
consent = "calendar"
[[rules]]
kind = "confirmation"
active = true
channel = "sms"
text = "#Name: #Datum, #Uhrzeit, #Ort"
"""
GSM, UNICODE = "Default_No_Compression", "Unicode_No_Compression"
FAR = "Redtenbachergasse 3, Stiege 2, 3. Stock, Tür 14, Dachboden und Keller zugänglich halten bitte "
VISITS = [
    ("Maria Mayr", "+436641000001", "Steyr", GSM, 1),
    ("Maria Mayr", "+436641000002", (FAR * 4).strip(), GSM, 3),
    ("Frau Šimić", "+436641000003", "Steyr", UNICODE, 1),
    ("Frau Šimić", "+436641000004", (FAR * 2)[:150].strip(), UNICODE, 3),
]
"""Name, number and place of four visits; how their SMS is coded, and in how many parts it leaves."""
LATE = "+436641000005"


@dataclass
class House:
    """The machine, its modem and its calendar."""

    machine: Stack
    modem: Modem
    calendar: OfficeCalendar
    day: datetime

    def row(self, number: str) -> dict[str, Any]:
        """The one message to a number as it stands in the office's database; empty before it is there."""
        with closing(sqlite3.connect(self.machine.data / "kehrbote.db", timeout=20)) as database:
            database.row_factory = sqlite3.Row
            rows = database.execute("SELECT * FROM messages WHERE recipient = ?", (number,)).fetchall()
        assert len(rows) <= 1
        return dict(rows[0]) if rows else {}

    def wait_for_state(self, number: str, state: str, seconds: float) -> dict[str, Any]:
        """Waits until the one message to a number is in a state."""
        wait_for(lambda: self.row(number).get("state") == state, seconds, f"{number} {state}")
        return self.row(number)

    def a_minute_later(self, number: str) -> None:
        """The first question about a message is due now."""
        with closing(sqlite3.connect(self.machine.data / "kehrbote.db", timeout=20)) as database, database:
            set_due = "UPDATE messages SET next_state_at = sent_at WHERE recipient = ?"
            assert database.execute(set_due, (number,)).rowcount == 1


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("modemhouse")
    zone = zone_of_this_hour()
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(calendar_server(folder))
        at = folder / "modem"
        at.mkdir()
        modem = stack.enter_context(modem_at_work(at, zone.key))
        machine = stack.enter_context(running(stack.enter_context(short_folder())))
        calendar = server.calendar("kehrplan")
        settings = folder / "office.toml"
        text = SETTINGS.format(zone=zone.key, database=modem.database, feed=calendar.url)
        settings.write_text(text, encoding="utf-8")
        machine.office.done("configure", str(settings))
        assert "gammu" in machine.office.done("export-settings")
        assert "GammuT3l" in machine.office.done("check-gateway", "modem")
        machine.office.json("poll", "--calendar", "Kehrplan")
        day = datetime.combine(datetime.now(zone).date() + timedelta(days=3), time(8), zone)
        yield House(machine, modem, calendar, day)


# C29, A55, C19, C25
def test_an_office_without_a_cloud_sends_hears_and_survives_its_modem(house: House) -> None:
    told = {number: "delivered" for _name, number, *_ in VISITS}
    told[VISITS[-1][1]] = "undelivered"
    for hour, (name, number, place, _coding, _parts) in enumerate(VISITS):
        house.calendar.add(f"v{hour}", f"{name}, {number}", house.day + timedelta(hours=hour), place)
    house.machine.office.json("poll", "--calendar", "Kehrplan")
    for _name, number, place, coding, count in VISITS:
        message = house.wait_for_state(number, "accepted", SENT_WITHIN)
        parts = house.modem.wait_sent(message["id"], count)
        assert (message["parts"], len(parts), {part["Coding"] for part in parts}) == (count, count, {coding})
        assert "".join(part["TextDecoded"] for part in parts) == message["text"]
        assert place in message["text"] and {part["DestinationNumber"] for part in parts} == {number}
        house.modem.report(number, 70 if told[number] == "undelivered" else 0)
    failed = "SELECT * FROM sentitems WHERE Status = 'DeliveryFailed'"
    wait_for(lambda: house.modem.rows(failed), SENT_WITHIN, "a report")

    house.modem.kill()
    house.calendar.add("late", f"Karl Huber, {LATE}", house.day + timedelta(hours=5), "Steyr")
    house.machine.office.json("poll", "--calendar", "Kehrplan")
    house.machine.office.json("tick")
    message = house.wait_for_state(LATE, "accepted", SENT_WITHIN)
    assert house.modem.sent(message["id"]) == []
    for number in told:
        house.a_minute_later(number)
    house.modem.reply(LATE, "Passt, danke")
    house.modem.start()
    assert len(house.modem.wait_sent(message["id"], message["parts"])) == message["parts"]

    for number, state in told.items():
        assert bool(house.wait_for_state(number, state, TOLD_WITHIN)["delivered_at"]) == (
            state == "delivered"
        )
    wait_for(lambda: len(house.modem.rows("SELECT * FROM inbox")) == 1, SENT_WITHIN, "a reply in the inbox")
    house.machine.office.json("receipts")
    assert {row["Processed"] for row in house.modem.rows("SELECT Processed FROM inbox")} == {"true"}
    assert len(house.modem.rows("SELECT DISTINCT CreatorID FROM sentitems")) == len(VISITS) + 1
    states = {one["recipient"]: one["state"] for one in house.machine.office.messages()}
    assert states == told | {LATE: "accepted"}
