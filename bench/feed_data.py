"""Makes a seeded calendar of sweeping dates, as large as wanted, in the manner of a hosted calendar."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 60
_SERIES_SHARE = 0.05
_SPREAD_DAYS = 365
_NAMES = ("Mayr", "Huber", "Gruber", "Wagner", "Müller", "Pichler", "Steiner", "Moser", "Hofer", "Leitner")
_TOWNS = ("Steyr", "Enns", "Traun", "Wels", "Perg", "Ried", "Schärding", "Rohrbach")
_ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Vienna
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
END:VTIMEZONE"""


def calendar(
    events: int, seed: int = 1, changed_share: float = 0.0, stamp: str = "20260301T060000Z"
) -> bytes:
    """`events` VEVENTs spread over a year on either side of START, 5 % of them weekly series.

    `changed_share` of them carry another title than without it; everything else but DTSTAMP is the same.
    """
    choose = random.Random(seed)
    changed = set(random.Random(seed + 1).sample(range(events), round(events * changed_share)))
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Bench//DE", "X-WR-TIMEZONE:Europe/Vienna"]
    lines += _ZONE.split("\n")
    for number in range(events):
        lines += _event(number, choose, number in changed, stamp)
    return ("\r\n".join([*lines, "END:VCALENDAR"]) + "\r\n").encode()


def _event(number: int, choose: random.Random, changed: bool, stamp: str) -> list[str]:
    day = START + timedelta(days=choose.randint(-_SPREAD_DAYS, _SPREAD_DAYS))
    start = day.replace(hour=choose.randint(7, 16), minute=choose.choice((0, 15, 30, 45)))
    name, town = choose.choice(_NAMES), choose.choice(_TOWNS)
    phone = f"+43664{choose.randint(1000000, 9999999)}"
    lines = [
        "BEGIN:VEVENT",
        f"DTSTART;TZID=Europe/Vienna:{start:%Y%m%dT%H%M%S}",
        f"DTEND;TZID=Europe/Vienna:{start + timedelta(minutes=30):%Y%m%dT%H%M%S}",
        f"DTSTAMP:{stamp}",
        f"UID:{number:06d}-{choose.getrandbits(64):016x}@example.org",
        "CREATED:20251201T080000Z",
        f"DESCRIPTION:Objekt A{110000 + number}\\nHauptkehrung und Überprüfung der Feuerstätte\\, ",
        "  bitte Zugang zum Keller und zum Dachboden ermöglichen.",
        "LAST-MODIFIED:20260105T080000Z",
        f"LOCATION:Hauptstraße {choose.randint(1, 90)}\\, A - 4400 {town}",
        f"SEQUENCE:{choose.randint(0, 3)}",
        "STATUS:CONFIRMED",
        f"SUMMARY:{'Frau ' if changed else ''}Maria {name}\\, {phone}",
        "TRANSP:OPAQUE",
    ]
    if choose.random() < _SERIES_SHARE:
        lines.append(f"RRULE:FREQ=WEEKLY;COUNT={choose.randint(4, 60)}")
    return [*lines, "END:VEVENT"]
