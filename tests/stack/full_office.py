"""An office in which every page has something to show: every state, every trouble, and long words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kehr.actions.imports.import_runs import keep_upload
from kehr.actions.imports.take_in_file import apply_file
from kehr.actions.log.watch_chain import verify_and_tell
from kehr.actions.manual.offer_manual import offer_manual, view_for
from kehr.actions.manual.open_manual_list import Source, open_manual_list
from kehr.actions.manual.send_manual import send_manual
from kehr.actions.money.top_up import top_up
from kehr.actions.money.watch_meters import watch_meters
from kehr.actions.people.keep_scan import Upload, keep_scan
from kehr.actions.people.match_appointments import match_coming
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.run.run_round import beat
from kehr.models import (
    Alarm,
    Appointment,
    Calendar,
    Company,
    EveningLog,
    Gateway,
    Message,
    MessageRule,
    PhoneCode,
    Scan,
    SelfTest,
    VisitNote,
    db,
)
from kehr.rules.plan.manual_list import Wish
from kehr.rules.terms.messages import Channel
from tests import builders
from tests.conftest import NOON
from tests.proof_house import proof_house
from tests.rules.plan_build import VIENNA
from tests.scanned_forms import code_text, saved, sheet

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
THURSDAY = datetime(2026, 3, 12, 7, 0, tzinfo=UTC)
NAMES = (
    "Eva Šimić",
    "Ida Huber",
    "Maximilian Donaudampfschifffahrtsgesellschaft-Baumgartner",
    "Josef Öhlinger",
    "Hausverwaltung Steyrtal GmbH",
)
STREETS = (
    "Redtenbachergasse",
    "Haratzmüllerstraße",
    "Stadtplatz",
    "Leopold-Werndl-Promenade",
    "Ennser Straße",
)
LANDS = ("", "NÖ", "Wien", "Tirol", "Vbg")
TEXT = "Erinnerung: übermorgen, 12.03. um 10:00 kommt der Rauchfangkehrer. Bitte Zugang ermöglichen."
HELD: dict[str, Any] = {"state": "held", "reason": "bundle_moved", "hold_key": "14@2026-03-12|1"}
SENT: dict[str, Any] = {
    "text": TEXT,
    "parts": 1,
    "price": 770,
    "branch_name": "Steyr",
    "gateway_name": "LINK",
}
WEEK: tuple[tuple[str, str, int, dict[str, Any]], ...] = (
    ("confirmation", "delivered", -28, SENT),
    ("reminder", "delivered", -19, SENT),
    (
        "reminder",
        "undelivered",
        -19,
        SENT | {"reason": "undelivered", "reason_args": {"gateway": "LINK", "detail": "404"}},
    ),
    ("confirmation", "accepted", -4, SENT),
    ("reminder", "unclear", -3, SENT | {"reason": "stuck_sending"}),
    ("reminder", "refused", -26, {"reason": "link_4002"}),
    ("reminder", "missed", -24, {"reason": "too_late"}),
    ("moved", "withdrawn", -20, {"reason": "moved_back"}),
    ("reminder", "withheld", 29, {"reason": "no_consent", "reason_args": {"address": "+436643000008"}}),
    ("reminder", "planned", 5, {"reason": "planned_lead", "reason_args": {"days": 2}}),
    ("announcement", "planned", 29, {"reason": "planned_lead", "reason_args": {"days": 14}}),
    ("reminder", "held", 29, {"reason": "text_new", "reason_args": {"kind": "reminder"}}),
)


@dataclass
class FullOffice:
    """What the addresses of its pages are made of, by name."""

    ids: dict[str, object] = field(default_factory=dict)

    def path(self, template: str) -> str:
        """An address with its ids filled in."""
        return template.format(**self.ids)


def full_office(data_folder: Path, feed: str) -> FullOffice:
    """Fills an empty database; `feed` is the address of a calendar that answers."""
    office = FullOffice()
    proof = proof_house()
    office.ids |= {"house": proof.house.id, "appointment": proof.appointment.id}
    _firm(office)
    calendars = _calendars(feed)
    _stops(office, calendars[0])
    _people(office)
    _files(office, data_folder)
    _by_hand(office)
    # Last, because planning would take back what it did not plan itself.
    _week(office, calendars)
    _troubles()
    db.session.commit()
    return office


def _firm(office: FullOffice) -> None:
    company = db.session.get_one(Company, 1)
    company.self_test_sms, company.own_numbers = "+436641112223", ["+436641112223"]
    company.public_url, company.monthly_quota, company.network_allow = (
        "https://k.example.at",
        60,
        ["127.0.0.1"],
    )
    company.evening_log_email, company.evening_log_file = "chef@example.at", True
    senders = [
        {"address": "+43720111222", "type": "international"},
        {"address": "Rauchfang", "type": "alphanumeric", "registered": "yes", "registered_on": "2026-09-01"},
        {"address": "Feger", "type": "alphanumeric", "registered": "no", "registered_on": ""},
    ]
    link = db.session.get_one(Gateway, 1)
    link.kind, link.senders, link.price = "linkmobility", senders, 770
    builders.gateway("seven Linz", kind="seven", balance=32_000, balance_at=NOON, price=750)
    stopped = {"stopped_code": "gateway_credentials", "stopped_detail": "HTTP 401", "stopped_at": NOON - HOUR}
    builders.gateway("Mail", kind="smtp", base_url="smtps://mail.example.at:465", **stopped)
    builders.gateway("Handy", kind="android", base_url="http://192.168.1.30:8080")
    template = builders.gateway("simplesms", kind="http_template", base_url="https://sms.example.at")
    branch = builders.branch(sms_gateway_id=link.id, cost_center="4711", monthly_quota=40)
    builders.branch("Bad Hall, Kremsmünster und Umgebung", sender="Feger", sms_gateway_id=2)
    builders.branch("Wels", archived_at=NOON)
    top_up(link.id, "500", "Rechnung 2026-0117", "anna", NOON - 20 * DAY)
    user = builders.user("fritz", "reader")
    franz, _georg = builders.employee(), builders.employee("Alt", first_name="Georg", active=False)
    builders.rule("moved")
    builders.rule("cancelled", active=False)
    feedback = builders.rule("feedback", text="Waren Sie mit unserem Besuch am #Datum zufrieden? #Firma")
    builders.rule("confirmation", ical_link=True)
    office.ids |= {"gateway": link.id, "template": template.id, "branch": branch.id, "user": user.id}
    office.ids |= {"employee": franz.id, "rule": feedback.id}


def _calendars(feed: str) -> list[Calendar]:
    steyr = db.session.get_one(Calendar, 1)
    steyr.url, steyr.branch_id, steyr.consent = feed, 1, "customer"
    faulty = {"faulty_code": "not_found", "faulty_detail": "404", "faulty_since": NOON - DAY}
    main = builders.calendar("Hauptkehrung", color="#7a4b9c", branch_id=1)
    return [steyr, main, builders.calendar("Google Büro", color="#b36b00", branch_id=2, **faulty)]


def _week(office: FullOffice, calendars: list[Calendar]) -> None:
    """Sends in every state around now; forty at one hour, fourteen in one bundle."""
    rules = {row.kind: row for row in db.session.scalars(db.select(MessageRule))}
    for serial, (kind, state, hours, values) in enumerate(WEEK):
        _send(calendars[serial % 3], rules[kind], serial, state, hours, id=f"{state}-{kind}", **values)
    for serial in range(40):
        _send(
            calendars[0],
            rules["reminder"],
            100 + serial,
            "planned",
            53,
            reason="planned_lead",
            reason_args={"days": 2},
        )
    args = {"count": 14, "day": "2026-03-12"}
    for serial in range(14):
        _send(calendars[0], rules["moved"], 200 + serial, hours=20, reason_args=args, **HELD)
    office.ids |= {"bundle": "14@2026-03-12%7C1"}


def _send(
    calendar: Calendar, rule: MessageRule, serial: int, state: str, hours: int, **values: Any
) -> Message:
    due, address = NOON + timedelta(hours=hours), f"+43664300{serial:04}"
    phone = {"e164": address, "type": "mobile", "country": "AT", "typed": address}
    row = builders.appointment(
        calendar,
        due + 2 * DAY,
        phones=[phone],
        name=NAMES[serial % 5],
        hold_key=values.pop("hold_key", ""),
        place=f"{STREETS[serial % 5]} {serial}, 4400 Steyr",
    )
    if state not in ("planned", "held", "withheld", "withdrawn", "missed"):
        values |= {"sent_at": due, "claimed_at": due, "gateway_id": 1}
    return builders.message(row, rule, recipient=address, state=state, due_at=due, **values)


def _stops(office: FullOffice, calendar: Calendar) -> None:
    """Ten stops on Thursday: told, not told, of all Länder; one nobody knows; one with a code."""
    for n in range(10):
        one = builders.house(
            f"B{n:03}", street=f"{STREETS[n % 5]} {n + 1}", land=LANDS[n % 5], units=1 + 9 * (n % 2)
        )
        phones = [f"0664 20000{n:02}"] if n % 5 != 4 else ["07252 72345"]
        first, _blank, last = NAMES[n % 5].partition(" ")
        builders.person(one, last, first_name=first, salutation="Frau", phones=phones)
        if n % 4 != 3:
            builders.consent(f"+4366420000{n:02}", evidence="" if n == 1 else "Formular")
        text = {"summary": f"B{n:03} Kehrung {last}", "object_number": f"B{n:03}", "name": NAMES[n % 5]}
        row = builders.appointment(calendar, THURSDAY + n * HOUR / 2, phones=[], place="", **text)
    text = {"summary": "Frau Wieser, Überprüfung", "name": "Frau Wieser", "work_kind": "Sonderarbeit"}
    loose = builders.appointment(
        calendar, THURSDAY + 7 * HOUR, place="Wehrgrabengasse 7, 4400 Steyr", phones=[], **text
    )
    match_coming(NOON)
    plan_messages(NOON)
    db.session.add(PhoneCode(code="K7M", appointment_id=row.id, given_at=NOON, free_at=NOON))
    db.session.add(VisitNote(appointment_id=row.id, word="called", at=NOON, by="anna"))
    db.session.commit()
    paper = db.session.scalars(db.select(Message.id).where(Message.channel == "paper")).first()
    office.ids |= {"loose": loose.id, "paper": paper}


def _people(office: FullOffice) -> None:
    """What customers answered, what they agreed to, and two at one number."""
    many = builders.house("A110099", units=12, note="Schlüssel beim Nachbarn, Top 4.\nHund im Hof.")
    mails = [("office@winchim.com", "appointment")]
    who = {"salutation": "Herr", "title": "Ing.", "first_name": "Karl", "www": "www.winchim.com"}
    owner = builders.person(
        many, phones=["0666 / 15651324", "07252 72345", "+49 171 1234567"], emails=mails, **who
    )
    party = builders.person(many, "Šimić", unit="Top 1", first_name="Eva", phones=[("0664 2000000", "main")])
    builders.person(
        many, "Hausverwaltung Steyr GmbH", unit="Verwaltung", role="manager", emails=["haus@example.at"]
    )
    builders.consent("+4366615651324", source="form", person_name="Karl Mustermann", wording="2026-2")
    open_reply = builders.reply("Geht es auch um 11? Da bin ich den ganzen Tag zu Hause.")
    called = builders.reply(
        "Bitte um Rückruf", address="+436643000001", name=NAMES[1], state="call_back", done_by="anna"
    )
    stop = builders.reply("Bitte STOP", address="+436643000002", name=NAMES[2])
    builders.consent("+436643000002", False, source="reply", evidence="Bitte STOP")
    office.ids |= {"rich": many.id, "party": party.id, "address": owner.addresses[0].id}
    office.ids |= {"reply": open_reply.id, "called": called.id, "stop": stop.id}


def _files(office: FullOffice, data_folder: Path) -> None:
    """A list that is done, one that waits for its columns; a form in the tray and one at its object."""
    head = "Nummer;Anrede;Vorname;Name;Straße/Hnr;PLZ;Ort;Tel.Nr.1;Tel.Nr.1 Einwilligung\r\n"
    rows = [f"D{n};Frau;Anna;Kundin {n};Weg {n};4400;Steyr;0664 40000{n:02};x\r\n" for n in range(12)]
    content = (head + "".join(rows) + ";Frau;Adele;Ohnesorg;Weg 1;4400;Steyr;;\r\n").encode("cp1252")
    done = apply_file(content, "Kunden_WinChim.csv", "customers", None, None, "", "folder", NOON)
    office.ids |= {"run": done.run_id, "upload": keep_upload(content + b"\r\n", "Nachtrag.csv", "anna", NOON)}
    for name, code in (("scan.jpg", code_text("a110010")), ("brief.jpg", "")):
        kept = keep_scan(Upload(name, saved(sheet(code, dpi=110))), "anna", NOON, data_folder, 60)
        assert kept.refused is None, kept
    scans = db.session.scalars(db.select(Scan).order_by(Scan.property_id.is_(None))).all()
    office.ids |= {"scan": scans[0].id, "tray": scans[1].id}


def _by_hand(office: FullOffice) -> None:
    """A list somebody looks at, and one that was sent."""
    thursday = Source(days=[THURSDAY.date()])
    sent = open_manual_list(thursday, "Tagesliste Do, 12.03.2026", "anna", VIENNA, NOON)
    wish = Wish(channel=Channel.SMS, text="#Anrede #Name, wir kommen erst um #Uhrzeit. #Firma")
    view = view_for(sent, wish)
    assert view is not None
    done = send_manual(sent, wish, offer_manual(view, wish, NOON).stamp, "anna", NOON)
    open_one = open_manual_list(thursday, "Tagesliste Do, 12.03.2026", "anna", VIENNA, NOON)
    office.ids |= {"list": open_one, "closed": sent, "send": done.send_id}


def _troubles() -> None:
    """What the start page tells: an outage, a missing self test, alarms; and the evenings of the log."""
    db.session.add(SelfTest(day="2026-03-10", channel="sms", created_at=NOON - 4 * HOUR))
    for day, way, done, fault in (
        ("2026-03-09", "email", None, "smtp_later"),
        ("2026-03-09", "file", NOON, ""),
    ):
        db.session.add(EveningLog(day=day, way=way, claimed_at=NOON, done_at=done, fault=fault))
    row = db.session.scalars(db.select(Appointment).where(Appointment.summary.contains("B001"))).one()
    told = {
        "appointment_id": row.id,
        "recipient": "+436642000001",
        "told": NOON.isoformat(),
        "truth": NOON.isoformat(),
    }
    db.session.add(Alarm(key=f"call:{row.id}:sms:1", code="needs_call", args=told, opened_at=NOON))
    db.session.commit()
    beat("tick", NOON - 4 * DAY + 4 * HOUR)
    beat("tick", NOON)
    watch_meters(NOON)
    verify_and_tell(lambda: NOON)
    db.session.get_one(Company, 1).trial = True
