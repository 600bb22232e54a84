"""Five years of appointments, of what was sent about them, and of the events and seals that tell of it.

Days come one after the other, as an office lives them: what happened stands in the log by its time.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bench.office import NOW
from bench.pages_story import Happened, Written, empty_message, send
from bench.people_data import KINDS, House, Somebody, mobile_of

VIENNA = ZoneInfo("Europe/Vienna")
TODAY = NOW.astimezone(VIENNA).date()
EVERY = 182
"""So many days after a visit comes the next one at the same house."""
ROUNDS = 10
"""So many visits of each house lie behind."""
WORKS = {"Kehrung": "Kehrung", "Hauptkehrung": "HK", "Sonderarbeit": "Sonderarbeit"}
BRANCHES = ("Steyr", "Enns", "Garsten")
"""Each has one calendar of the same number, from 1."""
ANNOUNCED, REMINDED, MAILED, MOVED, CANCELLED = 1, 2, 3, 4, 5
"""The ids of the rules."""
RULES = (
    (ANNOUNCED, "announcement", "sms", 14),
    (REMINDED, "reminder", "sms", 2),
    (MAILED, "announcement", "email", 14),
)
_FATES = (
    *(("delivered", 930), ("accepted", 30), ("undelivered", 20), ("refused", 12), ("missed", 5)),
    ("marked", 3),
)


def past_days(known: list[House], seed: int = 7) -> Iterator[tuple[datetime, Written]]:
    """Day by day the visits of five years and the coming ones, and what was sent until now about them.

    With each comes the moment before which nothing happens any more in the days after it.
    """
    choose = random.Random(seed)
    serial = 0
    for days in range(-ROUNDS * EVERY, EVERY):
        day = TODAY + timedelta(days=days)
        day += timedelta(days=day.weekday() == 6)
        written = Written()
        visit = days // EVERY + ROUNDS
        for house in known[days % EVERY :: EVERY]:
            serial += 1
            _visit(written, serial, house, visit, day, choose)
        yield midnight(day) - timedelta(days=61), written


def midnight(day: date) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time(), VIENNA)


def _visit(written: Written, serial: int, house: House, visit: int, day: date, choose: random.Random) -> None:
    hour, quarter = divmod(house.serial // EVERY % 32, 4)
    start = datetime.combine(day, time(8 + hour, 15 * quarter), VIENNA)
    kind = WORKS[KINDS[(house.serial + visit) % len(KINDS)]]
    odd = choose.random() if start < NOW else 1.0
    row = _appointment(serial, house, start, kind, cancelled=odd < 0.01)
    written.appointments.append(row)
    for rule in RULES:
        for one in house.people:
            for recipient, reason in _recipients(one, kind, rule[2]):
                message = _message(row, house, one, rule, recipient, choose)
                if message["due_at"] < NOW:
                    _live(written, message, reason, choose, cancelled=odd < 0.01)
    if 0.01 <= odd < 0.03:
        _moved(written, row, house, choose)
    if 0.03 <= odd < 0.08:
        _slip(written, row, house, choose)


def _recipients(one: Somebody, kind: str, channel: str) -> Iterator[tuple[str, str]]:
    """Where somebody is told, and why not."""
    only_main = bool(one.unit) and kind != "HK"
    if channel == "email":
        if one.email:
            yield one.email, "no_consent" if not one.email_ticked else "only_main" if only_main else ""
    elif one.mobile:
        ticked = one.mobile_ticked
        yield mobile_of(one.serial), "no_consent" if not ticked else "only_main" if only_main else ""
    elif one.landline:
        yield "+43" + one.landline[1:].replace(" ", ""), "landline"


def _appointment(serial: int, house: House, start: datetime, kind: str, *, cancelled: bool) -> dict[str, Any]:
    seen = start - timedelta(days=60)
    return {
        "id": serial,
        "calendar_id": 1 + house.serial % len(BRANCHES),
        "uid": f"{serial:08d}@bench.example.at",
        "start": start,
        "end": start + timedelta(minutes=30),
        "summary": f"{house.number} {kind}",
        "object_number": house.number,
        "work_kind": kind,
        "place": f"{house.street}, {house.postcode} {house.town}",
        "baseline": True,
        "first_seen_at": seen,
        "changed_at": seen,
        "cancelled_at": start - timedelta(days=5) if cancelled else None,
        "property_id": house.serial + 1,
        "match_by": "number",
        "match_confidence": 100,
    }


def _message(
    row: dict[str, Any],
    house: House,
    one: Somebody,
    rule: tuple[int, str, str, int],
    recipient: str,
    choose: random.Random,
) -> dict[str, Any]:
    rule_id, kind, channel, days = rule
    start = row["start"]
    due = datetime.combine(start.date() - timedelta(days=days), time(17), VIENNA)
    number = row["calendar_id"]
    return empty_message(
        f"{choose.getrandbits(128):032x}",
        appointment_id=row["id"],
        kind=kind,
        rule_id=rule_id,
        channel=channel,
        recipient=recipient,
        about_start=start,
        due_at=due,
        too_late_at=start,
        calendar_id=number,
        calendar_name=f"Kehrplan {BRANCHES[number - 1]}",
        branch_name=BRANCHES[number - 1],
        cost_center=f"{100 * number}",
        uid=row["uid"],
        appointment_start=start,
        work_kind=row["work_kind"],
        property_id=house.serial + 1,
        person_id=one.serial + 1,
        property_number=house.number,
        recipient_name=f"{one.first_name} {one.name}",
        place=row["place"],
        created_at=row["first_seen_at"],
    )


def _live(
    written: Written, message: dict[str, Any], reason: str, choose: random.Random, *, cancelled: bool
) -> None:
    """What becomes of a message: withheld, withdrawn, or one of the fates of what leaves."""
    born = message["created_at"]
    written.messages.append(message)
    if reason:
        args = {"address": message["recipient"]}
        message |= {"state": "withheld", "reason": reason, "reason_args": args}
        written.events.append(Happened(born, message, "", "withheld", reason, args))
        return
    lead = {"days": (message["about_start"] - message["due_at"]).days + 1}
    written.events.append(Happened(born, message, "", "planned", "planned_lead", lead))
    if cancelled and message["kind"] == "reminder":
        message |= {"state": "withdrawn", "reason": "appointment_cancelled"}
        at = message["about_start"] - timedelta(days=5)
        written.events.append(Happened(at, message, "planned", "withdrawn", "appointment_cancelled"))
        return
    (fate,) = choose.choices([name for name, _ in _FATES], [weight for _, weight in _FATES])
    if message["due_at"] > NOW - timedelta(days=2) and choose.random() < 0.03:
        fate = "unclear"
    send(written, message, message["due_at"] + timedelta(seconds=choose.randrange(600)), fate)


def _moved(written: Written, row: dict[str, Any], house: House, choose: random.Random) -> None:
    """It stood on another day before: what was planned for that is withdrawn, and somebody was told."""
    one = house.people[0]
    if not (one.mobile and one.mobile_ticked):
        return
    old = row["start"] - timedelta(days=3)
    at = row["start"] - timedelta(days=10)
    gone = _message(row, house, one, (REMINDED, "reminder", "sms", 2), mobile_of(one.serial), choose)
    gone |= {"about_start": old, "due_at": gone["due_at"] - timedelta(days=3), "state": "withdrawn"}
    new = {"new": row["start"].isoformat()}
    gone |= {"reason": "appointment_moved", "reason_args": new}
    written.messages.append(gone)
    written.events.append(Happened(gone["created_at"], gone, "", "planned", "planned_lead", {"days": 2}))
    written.events.append(Happened(at, gone, "planned", "withdrawn", "appointment_moved", new))
    told = _message(row, house, one, (MOVED, "moved", "sms", 9), mobile_of(one.serial), choose)
    told |= {"created_at": at, "due_at": at}
    why = {"old": old.isoformat()}
    written.messages.append(told)
    written.events.append(Happened(at, told, "", "planned", "planned_moved", why))
    send(written, told, at + timedelta(minutes=20), "delivered")


def _slip(written: Written, row: dict[str, Any], house: House, choose: random.Random) -> None:
    """A slip was dropped in a fortnight before, or a notice hung in a house of many."""
    many = len(house.people) > 3
    one, at = house.people[0], row["start"] - timedelta(days=15)
    whom = "Aushang" if many else f"{one.first_name} {one.name}"
    slip = _message(row, house, one, (ANNOUNCED, "announcement", "paper", 15), whom, choose)
    why, args = "notice_posted" if many else "paper_dropped", {"by": "office"}
    slip |= {
        "rule_id": None,
        "person_id": None if many else one.serial + 1,
        "due_at": at,
        "too_late_at": at,
        "state": "delivered",
        "reason": why,
        "reason_args": args,
        "manual_key": slip["id"] * 2,
        "by": "office",
        "recipient_name": whom,
        "text": f"Am {row['start']:%d.%m.%Y} wird gekehrt. Bitte ermöglichen Sie den Zugang.",
        "sent_at": at,
        "delivered_at": at,
        "created_at": at,
    }
    written.messages.append(slip)
    written.events.append(Happened(at, slip, "", "delivered", why, args, "office"))
