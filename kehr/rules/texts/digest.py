"""One message a day for somebody who manages several houses (C10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from kehr.rules.terms import german
from kehr.rules.terms.messages import Channel, Kind
from kehr.rules.terms.sms import count
from kehr.rules.terms.timing import SendWindow, next_open
from kehr.rules.texts.outgoing import Composed
from kehr.rules.texts.text import TextFacts, work_word

URGENT = frozenset({Kind.MOVED, Kind.CANCELLED})
"""Whoever expects another start than the true one does not wait for the next digest."""
EARLY_ENOUGH = timedelta(hours=12)
"""What would reach a manager later than this before it is too late leaves on its own today."""
HEADINGS: tuple[tuple[frozenset[Kind], str], ...] = (
    (frozenset({Kind.CANCELLED}), "Entfällt:"),
    (frozenset({Kind.MOVED}), "Verschoben:"),
    (frozenset({Kind.CONFIRMATION, Kind.ANNOUNCEMENT, Kind.REMINDER}), "Termine:"),
    (frozenset({Kind.FEEDBACK, Kind.FOLLOWUP}), "Waren Sie mit unserem Besuch zufrieden?"),
)


@dataclass(frozen=True, slots=True)
class DigestItem:
    """One message of a digest: its kind, and what could be said of its appointment."""

    kind: Kind
    facts: TextFacts


def waits_until(
    kind: Kind, too_late_at: datetime, window: SendWindow, end_of_day: datetime, zone: tzinfo
) -> datetime | None:
    """When a message leaves whose recipient has had today's digest; None when it must not wait.

    `end_of_day` is the end of the office's day.
    """
    if kind in URGENT:
        return None
    opening = next_open(window, end_of_day, zone)
    return opening if opening + EARLY_ENOUGH <= too_late_at else None


def compose_digest(items: Sequence[DigestItem], channel: Channel, now: datetime, zone: tzinfo) -> Composed:
    """The one text about several houses, by kind and start."""
    ordered = sorted(items, key=lambda item: (item.facts.start or now, item.facts.address))
    firm = ordered[0].facts
    if channel == Channel.SMS:
        text = _short(ordered, firm, zone)
        return Composed(text, "", (), count(text).parts)
    blocks = []
    said = 0
    for kinds, heading in HEADINGS:
        # Announced and reminded of on the same day, a visit is still one line.
        lines = dict.fromkeys(_line(item, zone) for item in ordered if item.kind in kinds)
        said += len(lines)
        if lines:
            blocks.append("\n".join([heading, *lines]))
    greeting = f"Guten Tag{_addressed(firm)},\n\nzu Ihren Häusern:"
    closing = "\n".join(part for part in (firm.company, firm.phone and f"Fragen: {firm.phone}") if part)
    houses = len({item.facts.object_number or item.facts.address for item in items})
    subject = f"{firm.company}: {said} Termine in {houses} Häusern"
    if houses == 1:
        subject = f"{firm.company}: Termine in Ihrem Haus"
    return Composed("\n\n".join([greeting, *blocks, closing]), subject)


def _addressed(facts: TextFacts) -> str:
    """The salutation of the manager, where it is known with a name."""
    if facts.salutation not in ("Herr", "Frau") or not facts.name:
        return ""
    return " " + " ".join(part for part in (facts.salutation, facts.title, facts.name) if part)


def _line(item: DigestItem, zone: tzinfo) -> str:
    facts = item.facts
    number = f" ({facts.object_number})" if facts.object_number else ""
    work = work_word(facts.kind)
    was = ""
    if item.kind == Kind.MOVED and facts.old_start is not None:
        was = f" (bisher {_moment(facts.old_start, facts.old_all_day, zone)})"
    place = facts.address or facts.place or facts.fallback_location
    return f"- {_span(facts, zone)}{was}: {place}{number}{f', {work}' if work else ''}"


def _span(facts: TextFacts, zone: tzinfo) -> str:
    if facts.start is None:
        return ""
    day = facts.start.astimezone(zone).date()
    span = "" if facts.all_day else f", {german.time_span(facts.start, facts.end or facts.start, zone)}"
    return f"{german.weekday(day)}, {german.full_date(day)}{span}"


def _moment(start: datetime, all_day: bool, zone: tzinfo) -> str:
    day = german.full_date(start.astimezone(zone).date())
    return day if all_day else f"{day}, {german.clock(start, zone)}"


def _short(items: Sequence[DigestItem], firm: TextFacts, zone: tzinfo) -> str:
    said: dict[str, None] = {}
    for item in items:
        facts = item.facts
        if facts.start is None:
            continue
        word = {Kind.MOVED: "neu ", Kind.CANCELLED: "entfällt "}.get(item.kind, "")
        place = (facts.address or facts.place or facts.fallback_location).partition(",")[0]
        said[f"{word}{_moment(facts.start, facts.all_day, zone)} {place}"] = None
    return f"{firm.company}: Ihre Häuser: {'; '.join(said)}. Fragen: {firm.phone}"
