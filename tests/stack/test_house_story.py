"""A house with twelve parties and a manager of four houses, told by everything that `make run` starts.

Customers come from a list, the visits from a real calendar; the SMS arrive at a fake LINK, the mail at a
real mail server, all on the real clock.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.link_server import TOKEN, LinkServer, link_server
from tests.fakes.mail_server import MailServer, mail_server
from tests.stack.commands import Office
from tests.stack.radicale import OfficeCalendar, calendar_server
from tests.stack.running_stack import running, short_folder, wait_for
from tests.stack.test_browser_end_to_end import zone_of_this_hour

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("long"), pytest.mark.timeout(300)]

SENT_WITHIN = 90.0
MANAGER = "verwaltung@example.at"
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
name = "link"
kind = "linkmobility"
base_url = "{link}"
token = "{token}"
senders = [{{ address = "+43720111222", type = "international" }}]
[[gateways]]
name = "mail"
kind = "smtp"
host = "127.0.0.1"
port = {smtp}
security = "none"
[[branches]]
name = "Steyr"
sms_gateway = "link"
email_gateway = "mail"
sender = "+43720111222"
[[calendars]]
name = "Kehrplan"
url = "{feed}"
branch = "Steyr"
consent = "customer"
[[rules]]
kind = "confirmation"
active = true
channel = "both"
text = "#Name: #Datum, #Adresse. #Firma"
"""
HEADINGS = "Nummer;Partei;Rolle;Name;Straße;PLZ;Ort;Tel1;Tel1 Einwilligung;eMail;eMail Einwilligung"


@dataclass
class Street:
    """The office after its customers were taken in, with the calendar still empty."""

    office: Office
    calendar: OfficeCalendar
    link: LinkServer
    mail: MailServer
    visits: dict[str, datetime]


def customers() -> str:
    """Twelve parties in one house, the first two with one phone; one manager of four houses."""
    lines = [HEADINGS]
    for party in range(1, 13):
        number = f"0664 20000{max(party, 2):02}"
        lines.append(f"H1000{1};Top {party};Partei;Mieter{party};Lange Gasse 1;4400;Steyr;{number};x;;")
    for house in range(1, 5):
        street = f"Lange Gasse {house}"
        lines.append(f"H1000{house};Verwaltung;Verwaltung;Huber;{street};4400;Steyr;;;{MANAGER};x")
    return "\r\n".join(lines)


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder: Path = tmp_path_factory.mktemp("street")
    zone = zone_of_this_hour()
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(calendar_server(folder))
        link, mail = stack.enter_context(link_server()), stack.enter_context(mail_server())
        machine = stack.enter_context(running(stack.enter_context(short_folder())))
        calendar = server.calendar("kehrplan")
        settings, file = folder / "office.toml", folder / "kunden.csv"
        wanted: dict[str, Any] = {"zone": zone.key, "link": link.base_url, "token": TOKEN}
        text = SETTINGS.format(**wanted, smtp=mail.port, feed=calendar.url)
        settings.write_text(text, encoding="utf-8")
        file.write_bytes(customers().encode("cp1252"))
        machine.office.done("configure", str(settings))
        taken = machine.office.json("import-customers", str(file))
        assert Counter(row["outcome"] for row in taken) == {"created": 16}
        machine.office.json("poll", "--calendar", "Kehrplan")
        day = datetime.now(zone).date() + timedelta(days=3)
        visits = {f"H1000{house}": datetime.combine(day, time(8 + house), zone) for house in range(1, 5)}
        yield Street(machine.office, calendar, link, mail, visits)


# C10, A17
def test_twelve_parties_and_a_manager_of_four_houses_get_eleven_sms_and_one_mail(street: Street) -> None:
    for number, start in street.visits.items():
        street.calendar.add(number.lower(), f"{number} Kehrung", start)
    street.office.json("poll", "--calendar", "Kehrplan")
    wait_for(
        lambda: len(street.link.accepted) >= 11 and street.mail.letters, SENT_WITHIN, "11 SMS and a mail"
    )

    told = Counter(one["recipientAddressList"][0] for one in street.link.accepted)
    assert told == {f"43664200{number:04}": 1 for number in range(2, 13)}
    (letter,) = street.mail.letters
    assert letter["To"] == MANAGER
    body = letter.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert [text.count(f"Lange Gasse {house}") for house in range(1, 5)] == [1, 1, 1, 1]
    assert len(list(letter.iter_attachments())) == 4

    messages = street.office.messages()
    assert Counter((m["channel"], m["state"]) for m in messages) == {
        ("sms", "accepted"): 11,
        ("email", "accepted"): 4,
    }
    street.office.json("tick")
    assert (len(street.link.accepted), len(street.mail.letters)) == (11, 1)
