"""Builds small ICS feeds for tests, and says in short what was read from them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kehr.rules.feeds.feed import Expansion, expand
from kehr.rules.feeds.feed_text import split_feed
from kehr.rules.terms.appointments import EntryStatus

VIENNA = ZoneInfo("Europe/Vienna")
FROM = datetime(2026, 3, 1, tzinfo=UTC)
TO = datetime(2026, 5, 1, tzinfo=UTC)


def event(*lines: str, uid: str = "a@example.org", summary: str = "Kehrung", start: str = "") -> str:
    """A VEVENT; `start` is the rest of its DTSTART line, led by ":" or ";"."""
    first = [f"UID:{uid}"] if uid else []
    first += [f"DTSTART{start}"] if start else []
    first += [f"SUMMARY:{summary}"] if summary else []
    return "\r\n".join(["BEGIN:VEVENT", "DTSTAMP:20260101T000000Z", *first, *lines, "END:VEVENT"])


def calendar(*parts: str, head: str = "") -> str:
    """A VCALENDAR around events and zones."""
    top = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//DE"] + ([head] if head else [])
    return "\r\n".join([*top, *parts, "END:VCALENDAR", ""])


def read(body: str | bytes, start: datetime = FROM, end: datetime = TO) -> Expansion:
    """Everything in a body that starts in the window, in the office at Vienna."""
    text = split_feed(body if isinstance(body, bytes) else body.encode())
    return expand(text, None, start, end, VIENNA)


def told(expansion: Expansion) -> list[str]:
    """Each occurrence as Vienna's wall time and title; whole days without time, cancelled ones marked."""
    lines = []
    for one in expansion.occurrences:
        local = one.start.astimezone(VIENNA)
        when = f"{local:%d.%m.}" if one.all_day else f"{local:%d.%m. %H:%M}"
        mark = " (abgesagt)" if one.status is EntryStatus.CANCELLED else ""
        lines.append(f"{when} {one.summary}{mark}")
    return lines


def codes(expansion: Expansion) -> list[str]:
    """The problems by UID and code."""
    return [f"{problem.uid} {problem.code}" for problem in expansion.problems]


WEST = "\r\n".join(
    [
        "BEGIN:VTIMEZONE",
        "TZID:{name}",
        "BEGIN:STANDARD",
        "DTSTART:19701025T030000",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "TZOFFSETFROM:{summer}",
        "TZOFFSETTO:{winter}",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:19700329T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "TZOFFSETFROM:{winter}",
        "TZOFFSETTO:{summer}",
        "END:DAYLIGHT",
        "END:VTIMEZONE",
    ]
)


def zone(name: str, winter: str = "+0100", summer: str = "+0200") -> str:
    """A VTIMEZONE that changes its clocks on Europe's days."""
    return WEST.format(name=name, winter=winter, summer=summer)
