"""What an office of five years has besides appointments and their messages."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from bench.office import NOW
from bench.pages_past import TODAY, midnight
from bench.people_data import House, mobile_of
from kehr.models import (
    Alarm,
    Appointment,
    CalendarLink,
    Consent,
    DeliveryReport,
    Employee,
    EveningLog,
    Heartbeat,
    ImportProfile,
    ImportRow,
    ImportRun,
    MatchCorrection,
    Message,
    MessageRule,
    PhoneCode,
    Reply,
    Scan,
    TopUp,
    VisitNote,
)
from kehr.rules.visits.phone_codes import DIGITS, LETTERS

REPLIES, OPEN_REPLIES = 12_000, 14
IMPORTS, LINES = 1_500, 20_000
ALARMS = 600
_WORDS = ("Danke, passt!", "Bitte um anderen Termin", "Bin nicht da, Schlüssel beim Nachbarn", "ok", "STOP")


def fill_rest(session: Session, known: list[House]) -> None:
    """Replies, ledger, imports, alarms, notes, codes, links, reports and what else lies about."""
    choose = random.Random(13)
    _reports(session)
    _replies(session, choose)
    _ledger(session, known)
    _imports(session, choose)
    _alarms(session)
    _visits(session, choose)
    _small(session)


def _reports(session: Session) -> None:
    """One word of the gateway for each message that arrived."""
    columns = (Message.id, Message.reference, Message.delivered_at)
    by_gateway = (Message.state == "delivered", Message.reference != "")
    arrived = session.execute(select(*columns).where(*by_gateway)).all()
    rows = [
        {
            "gateway_id": 1,
            "event_key": f"{reference}:DELIVERED",
            "message_id": ident,
            "word": "DELIVERED",
            "applied": True,
            "said_at": at,
            "seen_at": at,
        }
        for ident, reference, at in arrived
    ]
    session.execute(insert(DeliveryReport.__table__), rows)


def _replies(session: Session, choose: random.Random) -> None:
    columns = ("id", "recipient", "recipient_name", "appointment_id", "person_id", "property_id", "sent_at")
    query = select(*(getattr(Message, name) for name in columns))
    sent = session.execute(query.where(Message.state == "delivered", Message.channel == "sms")).all()
    chosen = sorted(choose.sample(sent, REPLIES), key=lambda row: row.sent_at)
    session.execute(
        insert(Reply.__table__), [_reply(number, row, choose) for number, row in enumerate(chosen, 1)]
    )


def _reply(number: int, row: Any, choose: random.Random) -> dict[str, Any]:
    said, text = row.sent_at + timedelta(minutes=20), choose.choice(_WORDS)
    is_open = number > REPLIES - OPEN_REPLIES
    text = _WORDS[1] if is_open else text
    kind = {"STOP": "stop", "ok": "thanks", _WORDS[0]: "thanks"}.get(text, "open")
    return {
        "gateway_id": 1,
        "event_key": f"in-{number}",
        "address": row.recipient,
        "recipient": "+43720111222",
        "text": text,
        "said_at": said,
        "seen_at": said,
        "kind": kind,
        "state": ("call_back" if number % 4 == 0 else "open") if is_open else "done",
        "name": row.recipient_name,
        "message_id": row.id,
        "appointment_id": row.appointment_id,
        "person_id": row.person_id,
        "property_id": row.property_id,
        "done_at": None if is_open else said + timedelta(hours=2),
        "done_by": "" if is_open else "office",
    }


def _ledger(session: Session, known: list[House]) -> None:
    """Every seventh who agreed had said no before, and said so again on another paper."""
    rows: list[dict[str, Any]] = []
    for house in known[::7]:
        for one in house.people:
            if one.mobile_ticked:
                said = {"address": mobile_of(one.serial), "by": "office", "property_number": house.number}
                said["person_name"] = f"{one.first_name} {one.name}"
                at = NOW - timedelta(days=50)
                rows.append(said | {"granted": False, "at": at, "source": "phone", "evidence": "Anruf"})
                again = {"granted": True, "at": at + timedelta(days=1), "source": "form"}
                rows.append(said | again | {"evidence": "unterschrieben"})
    session.execute(insert(Consent.__table__), rows)


def _imports(session: Session, choose: random.Random) -> None:
    """A file a working day; of the last ones every line is kept."""
    columns = {"Nummer": "number", "Datum": "date"}
    session.add(ImportProfile(name="WinChim", kind="customers", columns=columns, created_at=NOW))
    runs, rows = [], []
    for number in range(1, IMPORTS + 1):
        at = NOW - timedelta(days=IMPORTS - number, hours=5)
        kept = number > IMPORTS - 5
        kind = ("customers", "appointments")[number % 2]
        runs.append(
            {
                "id": number,
                "kind": kind,
                "way": "folder",
                "file_name": f"{kind}-{at:%Y-%m-%d}.csv",
                "sha256": f"{number:064x}",
                "size": 1_900_000,
                "columns": columns,
                "calendar_id": 4 if number % 2 else None,
                "state": "done",
                "total": LINES,
                "done": LINES,
                "changed": 40,
                "unchanged": LINES - 45,
                "rejected": 5,
                "at": at,
                "applied_at": at + timedelta(minutes=1),
            }
        )
        for line in range(1, LINES + 1) if kept else ():
            outcome = "rejected" if line % 4000 == 0 else "changed" if line % 500 == 0 else "unchanged"
            row = {"run_id": number, "line": line, "outcome": outcome, "label": f"A{110_000 + line}"}
            rows.append(row | {"reason": "Die Nummer fehlt." if outcome == "rejected" else ""})
    session.execute(insert(ImportRun.__table__), runs)
    session.execute(insert(ImportRow.__table__), rows)


def _alarms(session: Session) -> None:
    """Troubles that are over, and some that are not."""
    rows: list[dict[str, Any]] = []
    for number in range(ALARMS):
        at = NOW - timedelta(days=3 * (ALARMS - number))
        args = {"gateway": "Gateway", "code": "timeout", "since": at.isoformat(), "detail": ""}
        row = {"key": "unreachable:1", "code": "gateway_unreachable", "args": args, "opened_at": at}
        rows.append(row | {"closed_at": at + timedelta(hours=1), "told_at": at})
    for number in range(8):
        key, at = f"call:{number + 1}:sms:{mobile_of(number)}", NOW - timedelta(hours=number)
        args = {"appointment_id": number + 1, "recipient": mobile_of(number), "told": at.isoformat()}
        args["truth"] = NOW.isoformat()
        row = {"key": key, "code": "needs_call", "args": args, "opened_at": at, "told_at": at}
        rows.append(row | {"closed_at": None})
    session.execute(insert(Alarm.__table__), rows)


def _visits(session: Session, choose: random.Random) -> None:
    """What was typed back of the last year's sweeps; codes and links of the next ones."""
    columns = (Appointment.id, Appointment.start, Appointment.end)
    year = select(*columns).where(Appointment.start > NOW - timedelta(days=365))
    notes, codes = [], []
    for ident, start, end in session.execute(year):
        if start < NOW:
            word = choose.choice(("done", "done", "done", "absent", "called"))
            notes.append({"appointment_id": ident, "word": word, "at": end, "by": "office"})
        elif len(codes) < 3_000:
            code = f"{LETTERS[len(codes) % 20]}{DIGITS[len(codes) // 20 % 8]}"
            code += f"{LETTERS[len(codes) // 160 % 20]}{DIGITS[len(codes) // 3200]}"
            free = end + timedelta(days=90)
            codes.append({"code": code, "appointment_id": ident, "given_at": NOW, "free_at": free})
    session.execute(insert(VisitNote.__table__), notes)
    session.execute(insert(PhoneCode.__table__), codes)
    about = select(Message.id, Message.appointment_id).where(Message.state == "delivered")
    sent = session.execute(about.where(Message.appointment_id.is_not(None)).limit(5_000)).all()
    rows = [
        {
            "token": f"{number:024d}",
            "message_id": ident,
            "appointment_id": appointment_id,
            "created_at": NOW,
            "expires_at": NOW + timedelta(days=30),
        }
        for number, (ident, appointment_id) in enumerate(sent)
    ]
    session.execute(insert(CalendarLink.__table__), rows)


def _small(session: Session) -> None:
    for number in range(12):
        name = f"Mitarbeiter{number}"
        mobile = f"+4367612345{number:02d}"
        session.add(Employee(name=name, mobile=mobile, mobile_typed=mobile, created_at=NOW))
    for name in ("tick", "poll", "worker", "log_verified"):
        session.add(Heartbeat(name=name, at=NOW))
    for number in range(60):
        at = NOW - timedelta(days=70 - number)
        waits = number >= 45
        session.add(
            Scan(
                sha256=f"{number:064x}",
                file_name=f"scan-{number}.pdf",
                media_type="application/pdf",
                size=200_000,
                property_id=number * 11 + 1 if number % 3 else None,
                at=at,
                by="office",
                done_at=None if waits else at + timedelta(hours=1),
                done_by="" if waits else "office",
            )
        )
    for days in range(400):
        day = (TODAY - timedelta(days=days + 1)).isoformat()
        at = midnight(TODAY - timedelta(days=days + 1)) + timedelta(hours=20, minutes=30)
        session.add(EveningLog(day=day, way="file", claimed_at=at, done_at=at))
    for number in range(40):
        session.add(TopUp(gateway_id=1, count=5_000, at=NOW - timedelta(days=30 * number), by="office"))
        mark = f"{number:064x}"
        session.add(MatchCorrection(calendar_id=1, mark=mark, property_id=number + 1, at=NOW, by="office"))


def let_wait(session: Session) -> None:
    """Work for a person: 14 appointments that moved together, a new text, and appointments without object."""
    day = TODAY + timedelta(days=7)
    start, end = midnight(day), midnight(day + timedelta(days=1))
    within = select(Appointment.id).where(Appointment.start >= start, Appointment.start < end)
    ids = list(session.scalars(within.where(Appointment.calendar_id == 1).limit(14)))
    key = f"{len(ids)}@{day}|bundle_moved|{NOW:%Y%m%d%H%M%S}|{min(ids)}"
    for row in session.scalars(select(Appointment).where(Appointment.id.in_(ids))):
        row.start, row.end = row.start + timedelta(days=1), row.end + timedelta(days=1)
        row.changed_at, row.hold_code, row.hold_key = NOW, "bundle_moved", key
    mails = session.scalars(select(MessageRule).where(MessageRule.channel == "email")).one()
    mails.text_new_since = NOW - timedelta(hours=1)
    coming = select(Appointment.id).where(Appointment.start > NOW).order_by(Appointment.start).limit(40)
    lonely = list(session.scalars(coming.offset(300)))
    session.execute(
        update(Appointment).where(Appointment.id.in_(lonely)).values(property_id=None, match_by="")
    )
