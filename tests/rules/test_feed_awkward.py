"""Feeds as servers send them, each with what an office must see of it."""

import pytest

from tests.rules.feed_build import calendar, codes, event, read, told, zone

TEN = ";TZID=Europe/Vienna:20260310T100000"
GOOD = event(uid="good@x", summary="Gut", start=":20260311T090000Z")
SEEN = "11.03. 10:00 Gut"
PLAIN = "10.03. 10:00 Kehrung"

# Name, parts of the calendar, what is seen, what is reported.
COSTS_ITSELF = [
    ("no DTSTART", [event()], [], ["a@example.org no_start"]),
    ("empty DTSTART", [event(start=":")], [], ["a@example.org no_start"]),
    ("DTSTART is a word", [event(start=":morgen")], [], ["a@example.org start_unreadable"]),
    ("DTSTART on 30 February", [event(start=":20260230T100000Z")], [], ["a@example.org start_unreadable"]),
    ("DTSTART in year 0", [event(start=":00000101T100000Z")], [], ["a@example.org start_unreadable"]),
    ("DTSTART with hour 25", [event(start=":20260310T250000Z")], [], ["a@example.org start_unreadable"]),
    ("RRULE is a word", [event("RRULE:jede Woche", start=TEN)], [PLAIN], ["a@example.org rule_unreadable"]),
    ("RRULE without FREQ", [event("RRULE:COUNT=3", start=TEN)], [PLAIN], ["a@example.org rule_unreadable"]),
    (
        "RRULE of unknown frequency",
        [event("RRULE:FREQ=FORTNIGHTLY", start=TEN)],
        [PLAIN],
        ["a@example.org rule_unreadable"],
    ),
    (
        "RRULE on day XX",
        [event("RRULE:FREQ=WEEKLY;BYDAY=XX", start=TEN)],
        [PLAIN],
        ["a@example.org rule_unreadable"],
    ),
    (
        "RRULE in month 13",
        [event("RRULE:FREQ=YEARLY;BYMONTH=13", start=TEN)],
        [PLAIN],
        ["a@example.org rule_unreadable"],
    ),
    (
        "UNTIL is a word",
        [event("RRULE:FREQ=DAILY;UNTIL=bald", start=TEN)],
        [PLAIN],
        ["a@example.org rule_unreadable"],
    ),
    ("DURATION is a word", [event("DURATION:lang", start=TEN)], [PLAIN], ["a@example.org end_unreadable"]),
    ("DURATION P without parts", [event("DURATION:P", start=TEN)], [PLAIN], ["a@example.org end_unreadable"]),
    (
        "DURATION beyond time",
        [event("DURATION:P999999999W", start=TEN)],
        [PLAIN],
        ["a@example.org end_unreadable"],
    ),
    ("DTEND is a word", [event("DTEND:spät", start=TEN)], [PLAIN], ["a@example.org end_unreadable"]),
    ("DTEND in year 9999", [event("DTEND:99991231T235959Z", start=TEN)], [PLAIN], []),
    (
        "DTEND in year 9999 west of us",
        [event("DTEND;TZID=America/New_York:99991231T235959", start=TEN)],
        [PLAIN],
        ["a@example.org end_unreadable"],
    ),
    (
        "series with DTEND in year 9999",
        [event("DTEND:99991231T235959Z", "RRULE:FREQ=DAILY;COUNT=2", start=TEN)],
        [PLAIN, "11.03. 10:00 Kehrung"],
        [],
    ),
    (
        "EXDATE is a word",
        [event("RRULE:FREQ=WEEKLY;COUNT=1", "EXDATE:nie", start=TEN)],
        [PLAIN],
        ["a@example.org dates_unreadable"],
    ),
    (
        "RECURRENCE-ID is a word",
        [event("RECURRENCE-ID:erster", start=TEN)],
        [PLAIN],
        ["a@example.org recurrence_id_unreadable"],
    ),
    ("SEQUENCE is a word", [event("SEQUENCE:neu", start=TEN)], [PLAIN], []),
    ("a line without colon", [event("KAPUTT;OHNE=DOPPELPUNKT", start=TEN)], [PLAIN], []),
    ("an event without END", [event(start=TEN).removesuffix("\r\nEND:VEVENT")], [PLAIN], []),
    (
        "Microsoft's custom zone",
        [event(start=";TZID=tzone://Microsoft/Custom:20260310T100000")],
        [PLAIN],
        ["a@example.org unknown_zone"],
    ),
    (
        "half a RECURRENCE-ID and a good master",
        [event("RRULE:FREQ=DAILY;COUNT=1", start=TEN), event(uid="b", summary="")],
        [PLAIN],
        ["b no_start"],
    ),
]


@pytest.mark.parametrize(
    "parts,seen,reported", [case[1:] for case in COSTS_ITSELF], ids=[c[0] for c in COSTS_ITSELF]
)
def test_a_bad_event_costs_only_itself_and_is_reported_with_its_uid(parts, seen, reported):
    got = read(calendar(*parts, GOOD))
    assert (sorted(told(got)), codes(got)) == (sorted([*seen, SEEN]), reported)


ZONES = [
    ("IANA", [event(start=TEN)], "", PLAIN, []),
    ("UTC", [event(start=":20260310T090000Z")], "", PLAIN, []),
    ("floating is the office's", [event(start=":20260310T100000")], "", PLAIN, []),
    (
        "floating in X-WR-TIMEZONE",
        [event(start=":20260310T090000")],
        "X-WR-TIMEZONE:Europe/London",
        PLAIN,
        [],
    ),
    ("X-WR-TIMEZONE leaves TZID alone", [event(start=TEN)], "X-WR-TIMEZONE:Asia/Tokyo", PLAIN, []),
    (
        "unknown X-WR-TIMEZONE",
        [event(start=":20260310T100000")],
        "X-WR-TIMEZONE:Mond/Nord",
        PLAIN,
        ["a@example.org unknown_zone"],
    ),
    ("Windows name", [event(start=";TZID=W. Europe Standard Time:20260310T100000")], "", PLAIN, []),
    ("Windows name in quotes", [event(start=';TZID="GMT Standard Time":20260310T090000')], "", PLAIN, []),
    ("other case", [event(start=";TZID=europe/vienna:20260310T100000")], "", PLAIN, []),
    (
        "Mozilla's prefix",
        [event(start=";TZID=/mozilla.org/20050126_1/Europe/Vienna:20260310T100000")],
        "",
        PLAIN,
        [],
    ),
    (
        "prefix of three parts",
        [event(start=";TZID=/x.org/America/Argentina/Buenos_Aires:20260310T060000")],
        "",
        PLAIN,
        [],
    ),
    (
        "unknown without definition",
        [event(start=";TZID=Büro:20260310T100000")],
        "",
        PLAIN,
        ["a@example.org unknown_zone"],
    ),
    (
        "customised without definition",
        [event(start=";TZID=Customized Time Zone:20260310T100000")],
        "",
        PLAIN,
        ["a@example.org unknown_zone"],
    ),
    (
        "customised with definition",
        [
            zone("Customized Time Zone", "+0200", "+0300"),
            event(start=";TZID=Customized Time Zone:20260310T110000"),
        ],
        "",
        PLAIN,
        [],
    ),
    (
        "definition after the event",
        [event(start=";TZID=Eigene:20260310T110000"), zone("Eigene", "+0200", "+0300")],
        "",
        PLAIN,
        [],
    ),
    (
        "nonsense about an IANA name",
        [zone("Europe/Vienna", "+0900", "+1000"), event(start=TEN)],
        "",
        PLAIN,
        [],
    ),
    (
        "a definition that is broken",
        ["BEGIN:VTIMEZONE\r\nTZID:Eigene\r\nEND:VTIMEZONE", event(start=";TZID=Eigene:20260310T100000")],
        "",
        PLAIN,
        ["a@example.org unknown_zone"],
    ),
    ("offset in the time", [event(start=":20260310T110000+0200")], "", PLAIN, []),
    ("stray quote", [event(start=';TZID="Europe/Vienna:20260310T100000')], "", PLAIN, []),
    ("dashes and colons", [event(start=":2026-03-10T09:00:00Z")], "", PLAIN, []),
    ("no seconds", [event(start=":20260310T0900Z")], "", PLAIN, []),
    ("24 o'clock", [event(start=";TZID=Europe/Vienna:20260309T240000")], "", "10.03. 00:00 Kehrung", []),
    ("a date is the whole day", [event(start=";VALUE=DATE:20260310")], "", "10.03. Kehrung", []),
    ("a date without VALUE", [event(start=":20260310")], "", "10.03. Kehrung", []),
    ("VALUE=DATE with a time", [event(start=";VALUE=DATE:20260310T000000")], "", "10.03. Kehrung", []),
    (
        "the hour that does not exist",
        [event(start=";TZID=Europe/Vienna:20260329T023000")],
        "",
        "29.03. 03:30 Kehrung",
        [],
    ),
]


@pytest.mark.parametrize(
    "parts,head,seen,reported", [case[1:] for case in ZONES], ids=[case[0] for case in ZONES]
)
def test_the_wall_time_is_the_one_that_was_meant(parts, head, seen, reported):
    got = read(calendar(*parts, head=head))
    assert (told(got), codes(got)) == ([seen], reported)


def weekly(*lines: str, uid: str = "a@example.org") -> str:
    return event("RRULE:FREQ=WEEKLY;COUNT=3", *lines, start=TEN, uid=uid)


def moved(recurrence_id: str, start: str = ";TZID=Europe/Vienna:20260318T140000", *lines: str) -> str:
    return event(f"RECURRENCE-ID{recurrence_id}", *lines, start=start, summary="Neu")


FIRST, SECOND, THIRD = "10.03. 10:00 Kehrung", "17.03. 10:00 Kehrung", "24.03. 10:00 Kehrung"
OVER = "18.03. 14:00 Neu"
ALL_DAY = event("RRULE:FREQ=WEEKLY;COUNT=3", start=";VALUE=DATE:20260310")
DAYS = ["10.03. Kehrung", "17.03. Kehrung", "24.03. Kehrung"]

SERIES = [
    ("three weeks", [weekly()], [FIRST, SECOND, THIRD]),
    ("moved one", [weekly(), moved(";TZID=Europe/Vienna:20260317T100000")], [FIRST, OVER, THIRD]),
    ("moved one named in UTC", [weekly(), moved(":20260317T090000Z")], [FIRST, OVER, THIRD]),
    ("override before its master", [moved(":20260317T090000Z"), weekly()], [FIRST, OVER, THIRD]),
    ("override named by day", [weekly(), moved(";VALUE=DATE:20260317")], [FIRST, OVER, THIRD]),
    ("override without master", [moved(":20260317T090000Z")], [OVER]),
    (
        "older copy of an override",
        [
            weekly(),
            moved(":20260317T090000Z", TEN, "SEQUENCE:1"),
            moved(":20260317T090000Z", TEN[:-6] + "110000", "SEQUENCE:2"),
        ],
        [FIRST, "10.03. 11:00 Neu", THIRD],
    ),
    (
        "cancelled one",
        [weekly(), moved(":20260317T090000Z", ":20260317T090000Z", "STATUS:CANCELLED")],
        [FIRST, "17.03. 10:00 Neu (abgesagt)", THIRD],
    ),
    ("EXDATE", [weekly("EXDATE;TZID=Europe/Vienna:20260317T100000")], [FIRST, THIRD]),
    ("EXDATE in UTC", [weekly("EXDATE:20260317T090000Z")], [FIRST, THIRD]),
    ("EXDATE by day", [weekly("EXDATE;VALUE=DATE:20260317")], [FIRST, THIRD]),
    ("two EXDATEs in a line", [weekly("EXDATE:20260317T090000Z,20260324T090000Z")], [FIRST]),
    ("EXDATE of nothing", [weekly("EXDATE:20260318T090000Z")], [FIRST, SECOND, THIRD]),
    ("RDATE", [weekly("RDATE:20260311T090000Z")], [FIRST, "11.03. 10:00 Kehrung", SECOND, THIRD]),
    (
        "RDATE as a period",
        [weekly("RDATE;VALUE=PERIOD:20260311T090000Z/PT1H")],
        [FIRST, "11.03. 10:00 Kehrung", SECOND, THIRD],
    ),
    (
        "UNTIL as a day includes it",
        [event("RRULE:FREQ=WEEKLY;UNTIL=20260324", start=TEN)],
        [FIRST, SECOND, THIRD],
    ),
    ("UNTIL a day earlier", [event("RRULE:FREQ=WEEKLY;UNTIL=20260323", start=TEN)], [FIRST, SECOND]),
    (
        "UNTIL as a day in a zone ahead of UTC",
        [event("RRULE:FREQ=DAILY;UNTIL=20260312", start=";TZID=Asia/Tokyo:20260310T080000")],
        ["10.03. 00:00 Kehrung", "11.03. 00:00 Kehrung", "12.03. 00:00 Kehrung"],
    ),
    (
        "UNTIL on the wall clock",
        [event("RRULE:FREQ=WEEKLY;UNTIL=20260324T100000", start=TEN)],
        [FIRST, SECOND, THIRD],
    ),
    (
        "UNTIL one second short",
        [event("RRULE:FREQ=WEEKLY;UNTIL=20260324T085959Z", start=TEN)],
        [FIRST, SECOND],
    ),
    (
        "UNTIL in UTC on whole days",
        [event("RRULE:FREQ=WEEKLY;UNTIL=20260323T230000Z", start=";VALUE=DATE:20260310")],
        DAYS,
    ),
    (
        "UNTIL in UTC a day short on whole days",
        [event("RRULE:FREQ=WEEKLY;UNTIL=20260322T230000Z", start=";VALUE=DATE:20260310")],
        DAYS[:2],
    ),
    (
        "COUNT beside a later UNTIL",
        [event("RRULE:FREQ=WEEKLY;COUNT=2;UNTIL=20260430T000000Z", start=TEN)],
        [FIRST, SECOND],
    ),
    (
        "UNTIL beside a larger COUNT",
        [event("RRULE:FREQ=WEEKLY;COUNT=9;UNTIL=20260317T090000Z", start=TEN)],
        [FIRST, SECOND],
    ),
    ("whole days", [ALL_DAY], DAYS),
    (
        "whole days, EXDATE in a Windows zone",
        [ALL_DAY.replace("SUMMARY", "EXDATE;TZID=W. Europe Standard Time:20260317T000000\r\nSUMMARY")],
        [DAYS[0], DAYS[2]],
    ),
    (
        "whole days, RECURRENCE-ID in a Windows zone",
        [ALL_DAY, moved(";TZID=W. Europe Standard Time:20260317T000000", ";VALUE=DATE:20260318")],
        [DAYS[0], "18.03. Neu", DAYS[2]],
    ),
    (
        "whole days, RECURRENCE-ID in UTC",
        [ALL_DAY, moved(":20260316T230000Z", ";VALUE=DATE:20260318")],
        [DAYS[0], "18.03. Neu", DAYS[2]],
    ),
    (
        "wall time stays over the change of clocks",
        [event("RRULE:FREQ=WEEKLY;COUNT=2", start=";TZID=Europe/Vienna:20260326T100000")],
        ["26.03. 10:00 Kehrung", "02.04. 10:00 Kehrung"],
    ),
    (
        "this and all that follow",
        [weekly(), moved(";RANGE=THISANDFUTURE:20260317T090000Z", ";TZID=Europe/Vienna:20260317T110000")],
        [FIRST, "17.03. 11:00 Neu", "24.03. 11:00 Neu"],
    ),
    (
        "Google ends a series and starts another",
        [
            event("RRULE:FREQ=WEEKLY;UNTIL=20260316T225959Z", start=TEN, uid="g@google.com"),
            event(
                "RRULE:FREQ=WEEKLY;COUNT=2",
                start=":20260317T100000Z",
                uid="g_R20260317T090000@google.com",
                summary="Neu",
            ),
        ],
        [FIRST, "17.03. 11:00 Neu", "24.03. 11:00 Neu"],
    ),
    (
        "lower-case rule with blanks",
        [event("RRULE:freq=weekly; count=2; byday=tu", start=TEN)],
        [FIRST, SECOND],
    ),
    ("rule with a vendor's part", [event("RRULE:FREQ=WEEKLY;X-WHY=1;COUNT=2", start=TEN)], [FIRST, SECOND]),
    ("COUNT of a billion", [event("RRULE:FREQ=YEARLY;COUNT=1000000000", start=TEN)], [FIRST]),
    ("empty RRULE", [event("RRULE:", start=TEN)], [FIRST]),
    (
        "two rules",
        [event("RRULE:FREQ=WEEKLY;COUNT=2", "RRULE:FREQ=YEARLY;COUNT=2", start=TEN)],
        [FIRST, SECOND],
    ),
    (
        "UTC series under X-WR-TIMEZONE keeps the wall time",
        [
            "X-WR-TIMEZONE:Europe/Vienna",
            event("RRULE:FREQ=WEEKLY;COUNT=2", start=":20260326T090000Z"),
        ],
        ["26.03. 10:00 Kehrung", "02.04. 10:00 Kehrung"],
    ),
]


@pytest.mark.parametrize("parts,seen", [case[1:] for case in SERIES], ids=[case[0] for case in SERIES])
def test_a_series_gives_exactly_its_appointments(parts, seen):
    got = read(calendar(*parts))
    assert (told(got), codes(got)) == (seen, [])


REFUSED = [
    "FREQ=SECONDLY",
    "FREQ=MINUTELY",
    "FREQ=MINUTELY;COUNT=3",
    "FREQ=DAILY;INTERVAL=0",
    "FREQ=WEEKLY;INTERVAL=-1",
    "FREQ=DAILY;BYHOUR=8,9,10,11,12;BYMINUTE=0,5,10,15,20,25,30,35,40,45",
    "FREQ=HOURLY;BYMINUTE=0,20,40",
]


@pytest.mark.parametrize("rule", REFUSED)
def test_failure_17_a_rule_no_appointment_has_is_refused_and_its_first_date_stays(rule):
    got = read(calendar(event(f"RRULE:{rule}", start=TEN), GOOD))
    assert (told(got), codes(got)) == ([PLAIN, SEEN], ["a@example.org rule_refused"])


@pytest.mark.parametrize(
    "rule", ["FREQ=HOURLY;COUNT=2", "FREQ=DAILY;INTERVAL=1;COUNT=2", "FREQ=DAILY;BYHOUR=8,10;COUNT=2"]
)
def test_a_rule_that_some_appointment_has_is_not_refused(rule):
    got = read(calendar(event(f"RRULE:{rule}", start=TEN)))
    assert (len(got.occurrences), codes(got)) == (2, [])
