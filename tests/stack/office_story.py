"""Three weeks of an office, lived once by commands, for the tests to read what they left behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kehr import create_app
from kehr.actions.people.record_consent import Tick, record
from kehr.models import db
from kehr.settings import read_settings
from tests.fakes.link_server import TOKEN, LinkServer, link_server
from tests.fakes.mail_server import MailServer, mail_server
from tests.stack.commands import Office
from tests.stack.radicale import CalendarServer

VIENNA = ZoneInfo("Europe/Vienna")
KARL, EVA, FRANZ, IDA, LENA, OTTO, UWE = (f"+43664100000{n}" for n in range(1, 8))
EVA_MAIL = "eva.huber@example.at"

SETTINGS = """
[company]
name = "Rauchfangkehrer Öllinger"
street = "Redtenbachergasse 3"
postcode = "4400"
town = "Steyr"
phone = "+43 7252 12345"
email = "office@example.at"
zone = "Europe/Vienna"
trial = false
settle_minutes = 20
[network]
allow = ["127.0.0.1"]
[[gateways]]
name = "link"
kind = "linkmobility"
base_url = "{link}"
token = "{token}"
senders = [
  {{ address = "+43720111222", type = "international" }},
  {{ address = "KEHRER-LINZ", type = "alphanumeric" }},
]
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
[[branches]]
name = "Linz"
sms_gateway = "link"
sender = "KEHRER-LINZ"
[[calendars]]
name = "Kehrplan Steyr"
url = "{steyr}"
branch = "Steyr"
consent = "calendar"
fallbacks = {{ name = "Kundin/Kunde", location = "bei Ihnen" }}
[[calendars]]
name = "Kehrplan Linz"
url = "{linz}"
branch = "Linz"
consent = "calendar"
[[rules]]
kind = "announcement"
active = true
days = 14
at = "17:00"
text = "Ankündigung: #Wochentag, #Datum, #Zeitfenster, #Ort. #Firma, #Telefon"
[[rules]]
kind = "confirmation"
active = true
channel = "both"
text = "#Name: Termin eingetragen, #Wochentag, #Datum um #Uhrzeit, #Ort. #Firma, #Telefon"
subject = "Termin am #Datum"
[[rules]]
kind = "reminder"
active = true
channel = "both"
days = 2
at = "17:00"
text = "Erinnerung: #Tagwort, #Datum um #Uhrzeit, #Ort. #Firma, #Telefon"
[[rules]]
kind = "reminder"
active = true
branch = "Linz"
days = 2
at = "17:00"
text = "Linz erinnert: #Datum um #Uhrzeit"
[[rules]]
kind = "moved"
active = true
channel = "both"
text = "Statt am #AltesDatum um #AlteUhrzeit kommen wir am #Wochentag, #Datum um #Uhrzeit. #Firma, #Telefon"
subject = "Neuer Termin: #Datum"
[[rules]]
kind = "cancelled"
active = true
channel = "both"
text = "Ihr Termin am #Datum entfällt. #Firma, #Telefon"
[[rules]]
kind = "feedback"
active = true
channel = "both"
days = 1
at = "10:00"
text = "Waren Sie am #Datum zufrieden? #Firma"
"""


def moment(day: int, clock: str, month: int = 3) -> datetime:
    """A moment of March 2026 by the office's clock."""
    return datetime.combine(
        datetime(2026, month, day, tzinfo=VIENNA).date(), time.fromisoformat(clock), VIENNA
    )


@dataclass
class Chapter:
    """What one round did, and what arrived because of it."""

    done: dict[str, Any]
    sms: list[dict[str, Any]]
    letters: list[EmailMessage]

    @property
    def texts(self) -> dict[str, str]:
        """Recipient -> text of the SMS that arrived; nobody may get two in one round."""
        found = {f"+{one['recipientAddressList'][0]}": one["messageContent"] for one in self.sms}
        assert len(found) == len(self.sms)
        return found


@dataclass
class Story:
    """Everything that happened, by the name of the chapter."""

    office: Office
    link: LinkServer
    mail: MailServer
    chapters: dict[str, Chapter] = field(default_factory=dict)
    configured: str = ""
    again: str = ""
    polled: list[dict[str, Any]] = field(default_factory=list)
    planned: dict[str, int] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    first: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)

    def round(self, name: str, at: datetime) -> None:
        """One `tick` at a moment, and what arrived meanwhile."""
        sms, letters = len(self.link.accepted), len(self.mail.letters)
        done = self.office.json("tick", at=at)
        self.chapters[name] = Chapter(done, self.link.accepted[sms:], self.mail.letters[letters:])

    def of(self, recipient: str, kind: str, channel: str = "sms") -> list[dict[str, Any]]:
        """The messages of a kind to somebody, as `messages` lists them at the end."""
        return [
            told
            for told in self.messages
            if (told["recipient"], told["kind"], told["channel"]) == (recipient, kind, channel)
        ]


@pytest.fixture(scope="module")
def story(radicale: CalendarServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("story")
    with link_server() as link, mail_server() as mail:
        story = Story(Office(folder / "data"), link, mail)
        _live(story, radicale, folder / "office.toml")
        story.messages = story.office.messages(moment(20, "10:04"))
        yield story


def _agree_to_feedback(data: Path, numbers: tuple[str, ...], at: datetime) -> None:
    """Customers say on the phone that the office may ask afterwards."""
    app = create_app(read_settings({"KEHR_DATA": str(data)}))
    with app.app_context():
        record([Tick(number, True, "phone", "anna", purpose="feedback") for number in numbers], at)
        db.session.remove()
        db.engine.dispose()


def _live(story: Story, radicale: CalendarServer, file: Path) -> None:
    steyr, linz = radicale.calendar("steyr"), radicale.calendar("linz")
    steyr.add("karl", "Karl Mustermann 0664 1000001", moment(19, "08:00"), "Ennser Straße 4, 4407 Steyr")
    steyr.add("ida", "Ida Gruber, 0664 1000004", moment(30, "09:00"))
    steyr.add("uwe", "Uwe Baier 0664 1000007", moment(21, "09:00"))
    linz.add("lena", "Lena Moser +43 664 1000005", moment(20, "11:30"), "Landstraße 9, 4020 Linz")
    file.write_text(
        SETTINGS.format(
            link=story.link.base_url, token=TOKEN, smtp=story.mail.port, steyr=steyr.url, linz=linz.url
        ),
        encoding="utf-8",
    )
    story.office.make_database()
    story.configured = story.office.done("configure", str(file), at=moment(10, "11:58"))
    story.again = story.office.done("configure", str(file), at=moment(10, "11:59"))
    story.polled = story.office.json("poll", at=moment(10, "12:00"))
    story.planned = story.office.json("plan", at=moment(10, "12:01"))
    story.sent = story.office.json("send-due", at=moment(10, "12:02"))
    story.first = story.office.messages(moment(10, "12:03"))

    eva = f"Eva Huber; 0664 1000002 {EVA_MAIL}"
    steyr.add("eva", eva, moment(20, "10:00"), "Stadtplatz 5, 4400 Steyr")
    steyr.add("franz", "Franz Aigner 0664 1000003", moment(2, "13:00", 4))
    story.round("new entries", moment(10, "12:20"))
    story.round("still settling", moment(10, "12:39"))
    story.round("settled", moment(10, "12:41"))
    steyr.move("eva", moment(23, "14:30"))
    story.round("moved", moment(11, "09:00"))
    story.round("moved and settled", moment(11, "09:21"))
    steyr.move("eva", moment(25, "08:00"))
    story.round("moved again", moment(12, "09:00"))
    steyr.move("eva", moment(23, "14:30"))
    story.round("moved back", moment(12, "09:16"))
    story.round("moved back and settled", moment(12, "09:45"))
    steyr.delete("franz")
    story.round("deleted", moment(13, "08:00"))
    story.round("deleted, too early to tell", moment(13, "13:58"))
    story.round("deleted for sure", moment(13, "14:15"))
    story.round("deleted and settled", moment(13, "14:36"))
    steyr.add("otto", "Otto Kern 0664 1000006", moment(27, "08:00"))
    story.round("late in the evening", moment(13, "19:50"))
    story.round("after closing", moment(13, "20:11"))
    story.round("before opening", moment(14, "07:59:30"))
    story.round("opening", moment(14, "08:00:01"))
    story.round("announcement", moment(16, "17:00:01"))
    _agree_to_feedback(story.office.data, (KARL, EVA), moment(17, "10:00"))
    story.round("before the reminder", moment(17, "16:59:30"))
    story.round("reminder", moment(17, "17:00:01"))
    steyr.cancel("eva")
    steyr.cancel("ida")
    steyr.cancel("uwe")
    story.round("cancelled", moment(18, "09:00"))
    story.round("cancelled and settled", moment(18, "09:21"))
    story.round("linz reminder", moment(18, "17:00:01"))
    story.round("before feedback", moment(20, "09:59:30"))
    story.round("feedback", moment(20, "10:00:01"))
    story.round("again", moment(20, "10:02"))
