"""An office without any cloud: everything that `make run` starts, and a modem with the real gammu-smsd.

Settings come from the file, visits from a real calendar; the SMS leave through the dummy phone, reports and
replies come in as files, and the daemon is killed and started again in between, all on the real clock.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
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
TOLD_WITHIN = 150.0
"""States are asked for a minute after sending, then after another; replies every three minutes."""
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
text = "Grüß Gott #Name, der Rauchfangkehrer kommt #Wochentag, #Datum um #Uhrzeit. {more}#Firma"
"""
MORE = "Bitte halten Sie Dachboden, Keller und alle Feuerstätten zugänglich. " * 3


@dataclass
class House:
    """The machine, its modem and its calendar."""

    machine: Stack
    modem: Modem
    calendar: OfficeCalendar
    day: datetime

    def told(self, number: str) -> list[dict[str, Any]]:
        """The messages to a number."""
        return [one for one in self.machine.office.messages() if one["recipient"] == number]

    def wait_for_state(self, number: str, state: str, seconds: float) -> dict[str, Any]:
        """Waits until the one message to a number is in a state."""
        wait_for(lambda: [one["state"] for one in self.told(number)] == [state], seconds, f"{number} {state}")
        return self.told(number)[0]


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
        text = SETTINGS.format(zone=zone.key, database=modem.database, feed=calendar.url, more=MORE)
        settings.write_text(text, encoding="utf-8")
        machine.office.done("configure", str(settings))
        assert "gammu" in machine.office.done("export-settings")
        assert "GammuT3l" in machine.office.done("check-gateway", "modem")
        machine.office.json("poll", "--calendar", "Kehrplan")
        day = datetime.combine(datetime.now(zone).date() + timedelta(days=3), time(8), zone)
        yield House(machine, modem, calendar, day)


# C29, A55, C19, C25
def test_an_office_without_a_cloud_sends_hears_and_survives_its_modem(house: House) -> None:
    first, second, third = "+436641000001", "+436641000002", "+436641000003"
    for hour, (name, number) in enumerate([("Maria Mayr", first), ("Frau Šimić", second)]):
        house.calendar.add(f"v{hour}", f"{name}, {number}", house.day + timedelta(hours=hour))
    house.machine.office.json("poll", "--calendar", "Kehrplan")
    for number in (first, second):
        message = house.wait_for_state(number, "accepted", SENT_WITHIN)
        parts = house.modem.wait_sent(message["id"], message["parts"])
        assert "".join(part["TextDecoded"] for part in parts) == message["text"]
        assert {part["DestinationNumber"] for part in parts} == {number}
    assert house.told(first)[0]["parts"] == 3
    assert house.told(second)[0]["parts"] > 3
    assert {part["Coding"] for part in parts} == {"Unicode_No_Compression"}

    house.modem.kill()
    house.calendar.add("v3", f"Karl Huber, {third}", house.day + timedelta(hours=3))
    house.machine.office.json("poll", "--calendar", "Kehrplan")
    message = house.wait_for_state(third, "accepted", SENT_WITHIN)
    assert house.modem.sent(message["id"]) == []
    house.modem.start()
    assert len(house.modem.wait_sent(message["id"], message["parts"])) == message["parts"]

    house.modem.report(first)
    house.modem.report(second, 70)
    house.modem.reply(third, "Passt, danke")
    assert house.wait_for_state(first, "delivered", TOLD_WITHIN)["delivered_at"]
    house.wait_for_state(second, "undelivered", TOLD_WITHIN)
    assert house.told(third)[0]["state"] == "accepted"
    wait_for(lambda: len(house.modem.rows("SELECT * FROM inbox")) == 1, SENT_WITHIN, "a reply in the inbox")
    house.machine.office.json("receipts")
    assert {row["Processed"] for row in house.modem.rows("SELECT Processed FROM inbox")} == {"true"}
    everything = house.modem.rows("SELECT DISTINCT CreatorID FROM sentitems")
    assert len(everything) == 3
    assert len(house.machine.office.messages()) == 3
