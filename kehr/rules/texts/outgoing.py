"""What leaves: text, subject and calendar entry of one message, as of the moment of sending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from icalendar import Calendar, Event, vCalAddress, vText

from kehr.rules.terms.messages import Channel, Kind
from kehr.rules.terms.sms import count
from kehr.rules.texts.text import TextFacts, render, values_for

SUBJECTS = {
    Kind.ANNOUNCEMENT: "Ankündigung: Rauchfangkehrer am #Wochentag, #Datum",
    Kind.CONFIRMATION: "Termin eingetragen: #Wochentag, #Datum",
    Kind.REMINDER: "Erinnerung: Rauchfangkehrer am #Wochentag, #Datum",
    Kind.MOVED: "Termin verschoben: nun am #Wochentag, #Datum",
    Kind.CANCELLED: "Termin am #Datum entfällt",
    Kind.FEEDBACK: "Ihr Termin am #Datum",
    Kind.FOLLOWUP: "Ihr Termin am #Datum",
    Kind.MANUAL: "Ihr Termin am #Datum",
    Kind.FREE: "Nachricht von #Firma",
}
"""What stands in the subject of an e-mail when the office wrote none."""
WITH_ENTRY = frozenset({Kind.ANNOUNCEMENT, Kind.CONFIRMATION, Kind.REMINDER, Kind.MOVED, Kind.CANCELLED})


@dataclass(frozen=True, slots=True)
class Composed:
    """A message as it would leave now. With anything `missing` it must not leave. `parts` of an SMS."""

    text: str
    subject: str = ""
    missing: tuple[str, ...] = ()
    parts: int = 0


def compose(
    kind: Kind, channel: Channel, text: str, subject: str, facts: TextFacts, now: datetime, zone: tzinfo
) -> Composed:
    """Fills text and subject at the moment `now`, so that day words are true when read."""
    values = values_for(facts, now, zone)
    body = render(text, values)
    if channel == Channel.SMS:
        missing = body.missing if body.text.strip() else ("Text",)
        return Composed(body.text, "", missing, count(body.text).parts)
    head = render(subject.strip() or SUBJECTS[kind], values)
    missing = body.missing + tuple(name for name in head.missing if name not in body.missing)
    return Composed(body.text, " ".join(head.text.split()), missing if body.text.strip() else ("Text",))


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """What a calendar entry for the customer says about the appointment and the firm."""

    uid: str
    start: datetime
    end: datetime
    all_day: bool
    summary: str
    place: str
    company: str
    phone: str
    email: str
    cancelled: bool
    sequence: int


def calendar_entry(facts: EntryFacts, now: datetime, zone: tzinfo) -> bytes:
    """The appointment as an .ics file (RFC 5545), times in UTC, whole days as dates of `zone`."""
    calendar = Calendar()
    calendar.add("prodid", "-//Kehrbote//DE")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if facts.cancelled else "PUBLISH")
    event = Event()
    event.add("uid", facts.uid)
    event.add("dtstamp", now)
    event.add("sequence", facts.sequence)
    event.add("dtstart", facts.start.astimezone(zone).date() if facts.all_day else facts.start)
    event.add("dtend", facts.end.astimezone(zone).date() if facts.all_day else facts.end)
    event.add("summary", facts.summary)
    event.add("status", "CANCELLED" if facts.cancelled else "CONFIRMED")
    if facts.place:
        event.add("location", facts.place)
    if facts.phone:
        event.add("contact", f"{facts.company}, {facts.phone}")
    if facts.email:
        organizer = vCalAddress(f"mailto:{facts.email}")
        organizer.params["CN"] = vText(facts.company)
        event["organizer"] = organizer
    calendar.add_component(event)
    return bytes(calendar.to_ical())
