"""What an event says: words, status, contact, identity, ends, and which events are looked at."""

from datetime import UTC, datetime, timedelta

import pytest

from kehr.rules.feeds.feed import expand, touching
from kehr.rules.feeds.feed_text import split_feed
from kehr.rules.terms.appointments import EntryStatus
from tests.rules.feed_build import FROM, TO, VIENNA, calendar, codes, event, read, told

TEN = ":20260310T090000Z"


def one(*lines: str, start: str = TEN, summary: str = "Kehrung", head: str = ""):
    (found,) = read(calendar(event(*lines, start=start, summary=summary), head=head)).occurrences
    return found


STATUSES = [
    (["STATUS:CANCELLED"], "Kehrung", "", EntryStatus.CANCELLED),
    (["STATUS:cancelled"], "Kehrung", "", EntryStatus.CANCELLED),
    (["STATUS:TENTATIVE"], "Kehrung", "", EntryStatus.TENTATIVE),
    (["STATUS:CONFIRMED"], "Kehrung", "", EntryStatus.CONFIRMED),
    (["STATUS:ANDERS"], "Kehrung", "", EntryStatus.CONFIRMED),
    ([], "Kehrung", "", EntryStatus.CONFIRMED),
    ([], "Kehrung", "METHOD:CANCEL", EntryStatus.CANCELLED),
    ([], "Kehrung", "METHOD:PUBLISH", EntryStatus.CONFIRMED),
    ([], "Canceled: Kehrung", "", EntryStatus.CANCELLED),
    ([], "Cancelled: Kehrung", "", EntryStatus.CANCELLED),
    ([], "Abgesagt: Kehrung", "", EntryStatus.CANCELLED),
    ([], "ABGESAGT : Kehrung", "", EntryStatus.CANCELLED),
    (["STATUS:CONFIRMED"], "Abgesagt: Kehrung", "", EntryStatus.CANCELLED),
    ([], "Nicht abgesagt: Kehrung", "", EntryStatus.CONFIRMED),
    ([], "Abgesagter Termin", "", EntryStatus.CONFIRMED),
]


@pytest.mark.parametrize("lines,summary,head,status", STATUSES)
def test_a_cancelled_event_is_told_by_status_method_or_title(lines, summary, head, status):
    assert one(*lines, summary=summary, head=head).status is status


CONTACTS = [
    (["CONTACT:Maria Mayr\\, +43 664 1234567"], "Maria Mayr, +43 664 1234567"),
    (['CONTACT;ALTREP="http://x:1/":Maria'], "Maria"),
    (["CONTACT:Maria", "CONTACT:Josef"], "Maria, Josef"),
    (["ATTENDEE;CN=Maria Mayr:tel:+436641234567"], "Maria Mayr +436641234567"),
    (['ATTENDEE;CN="Mayr, Maria";PARTSTAT=ACCEPTED:mailto:m@example.org'], "Mayr, Maria"),
    (
        ["ORGANIZER:mailto:b@x", "ATTENDEE;CN=Büro:MAILTO:b@x", "ATTENDEE;CN=Maria:mailto:m@x"],
        "Maria",
    ),
    (["ORGANIZER;CN=Büro:mailto:b@x", "ATTENDEE;CN=Büro:mailto:b@x"], ""),
    (["CONTACT:Maria", "ATTENDEE;CN=Josef:tel:+43664"], "Maria"),
    ([], ""),
]


@pytest.mark.parametrize("lines,contact", CONTACTS)
def test_the_contact_is_the_named_one_else_the_first_invited(lines, contact):  # B20
    assert one(*lines).contact == contact


def test_words_arrive_without_their_escapes():
    got = one(
        "DESCRIPTION:Zeile 1\\nZeile 2\\, mit \\; und \\\\n",
        "LOCATION;LANGUAGE=de:Hauptstraße 1\\, 4400 Steyr",
        "CATEGORIES:HK,Steyr\\, Stadt",
        "CATEGORIES:Öl",
        "SEQUENCE:4",
    )
    assert got.description == "Zeile 1\nZeile 2, mit ; und \\n"
    assert got.location == "Hauptstraße 1, 4400 Steyr"
    assert got.categories == ("HK", "Steyr, Stadt", "Öl")
    assert got.sequence == 4


def test_a_raw_newline_in_a_description_stays_in_it():
    assert one("DESCRIPTION:Bitte\r\nTel: 0664 1\r\nklingeln").description == "Bitte\nTel: 0664 1\nklingeln"


ENDS = [
    (TEN, "DTEND:20260310T093000Z", 30, []),
    (TEN, "DURATION:PT45M", 45, []),
    (TEN, "DURATION:P1DT1H", 25 * 60, []),
    (TEN, "X-NONE:1", 0, []),
    (TEN, "DTEND:20260310T080000Z", 0, ["a@example.org end_before_start"]),
    (TEN, "DURATION:-PT1H", 0, ["a@example.org end_before_start"]),
    (";VALUE=DATE:20260310", "DTEND;VALUE=DATE:20260312", 2 * 24 * 60, []),
    (";VALUE=DATE:20260310", "X-NONE:1", 24 * 60, []),
    (";VALUE=DATE:20260310", "DTEND;VALUE=DATE:20260310", 24 * 60, []),
    (";VALUE=DATE:20260329", "X-NONE:1", 23 * 60, []),
    (";TZID=Europe/Vienna:20260328T100000", "DURATION:P1D", 23 * 60, []),
]


@pytest.mark.parametrize("start,line,minutes,reported", ENDS)
def test_the_start_is_dtstart_always_and_the_end_never_before_it(start, line, minutes, reported):
    got = read(calendar(event(line, start=start)))
    (found,) = got.occurrences
    assert (found.end - found.start, codes(got)) == (timedelta(minutes=minutes), reported)
    expected = one(start=start).start
    assert found.start == expected


def keys(*parts: str) -> list[tuple[str, str]]:
    return [(found.uid, found.recurrence_id) for found in read(calendar(*parts)).occurrences]


def test_a_single_event_has_no_recurrence_id_and_a_moved_one_keeps_its_original_start():
    assert keys(event(start=TEN)) == [("a@example.org", "")]
    series = event("RRULE:FREQ=WEEKLY;COUNT=2", start=";TZID=Europe/Vienna:20260310T100000")
    moved = event("RECURRENCE-ID;TZID=Europe/Vienna:20260317T100000", start=":20260319T120000Z")
    assert [key for _, key in keys(series, moved)] == ["2026-03-10T09:00:00Z", "2026-03-17T09:00:00Z"]


def test_days_of_an_all_day_series_are_named_by_date():
    assert [key for _, key in keys(event("RRULE:FREQ=DAILY;COUNT=2", start=":20260310"))] == [
        "2026-03-10",
        "2026-03-11",
    ]


def test_what_follows_a_moved_one_is_named_by_its_own_original_start():
    series = event("RRULE:FREQ=WEEKLY;COUNT=3", start=TEN)
    later = event("RECURRENCE-ID;RANGE=THISANDFUTURE:20260317T090000Z", start=":20260317T113000Z")
    days = ["2026-03-10T09:00:00Z", "2026-03-17T09:00:00Z", "2026-03-24T09:00:00Z"]
    assert [key for _, key in keys(series, later)] == days


def test_one_uid_for_different_events_keeps_both_under_different_keys():
    parts = [event(start=TEN), event(start=":20260311T090000Z"), event(start=TEN, summary="Messung")]
    assert [key for _, key in keys(*parts)] == [
        "2026-03-10T09:00:00Z",
        "2026-03-10T09:00:00Z#2",
        "2026-03-11T09:00:00Z",
    ]
    assert keys(*reversed(parts)) == keys(*parts)


def test_the_same_event_twice_is_one_and_an_older_copy_is_none():
    assert told(read(calendar(event(start=TEN), event(start=TEN)))) == ["10.03. 10:00 Kehrung"]
    older, newer = event("SEQUENCE:1", start=TEN), event("SEQUENCE:2", start=":20260311T090000Z")
    assert told(read(calendar(newer, older))) == ["11.03. 10:00 Kehrung"]


EDGES = [
    (FROM, True),
    (FROM - timedelta(seconds=1), False),
    (TO - timedelta(seconds=1), True),
    (TO, False),
]


@pytest.mark.parametrize("start,inside", EDGES)
def test_the_window_holds_what_starts_in_it(start, inside):
    body = calendar(event("DURATION:PT2H", start=f":{start:%Y%m%dT%H%M%SZ}"))
    assert bool(read(body).occurrences) is inside


PASSED_OVER = [
    ([":20260226T235959Z"], [], True),
    ([":20260227T000000Z"], [], False),
    ([":20260503T235959Z"], [], False),
    ([":20260504T000000Z"], [], True),
    ([":20200101"], ["DTEND:20300101"], False),
    ([":20200101"], ["DTEND:20200102"], True),
    ([":20200101"], ["RRULE:FREQ=YEARLY"], False),
    ([":20200101"], ["RRULE:FREQ=YEARLY;UNTIL=20260226"], True),
    ([":20200101"], ["RRULE:FREQ=YEARLY;until=20260227T000000Z;INTERVAL=1"], False),
    ([":20200101"], ["RRULE:FREQ=YEARLY;UNTIL=20210101", "RRULE:FREQ=DAILY"], False),
    ([":20200101"], ["RRULE:FREQ=YEARLY;UNTIL=20210101", "RDATE:20260310"], False),
    ([":20200101"], ["RRULE:FREQ=YEARLY;UNTIL=20210101", "RECURRENCE-ID:20260310"], False),
    ([":20260310"], ["RRULE:FREQ=YEARLY;UNTIL=20210101"], False),
    ([":20200101"], ["RDATE:20260310"], False),
    ([":20200101"], ["DURATION:P9999D"], False),
    ([":20200101"], ["RECURRENCE-ID:20260310"], False),
    ([":unlesbar"], ["DTEND:20200102"], False),
    ([""], ["DTEND:20200102"], False),
]


@pytest.mark.parametrize("start,lines,passed", PASSED_OVER)
def test_only_what_cannot_touch_the_window_is_passed_over_unread(start, lines, passed):
    text = split_feed(calendar(event(*lines, start=start[0])).encode())
    assert (list(touching(text, None, FROM, TO)) == []) is passed


def test_only_the_asked_uids_are_read_and_unknown_ones_are_nothing():
    text = split_feed(calendar(event(start=TEN), event(uid="b", start=TEN)).encode())
    got = expand(text, {"b", "never seen"}, FROM, TO, VIENNA)
    assert [found.uid for found in got.occurrences] == ["b"]


def test_a_window_in_any_zone_is_the_same_window():
    text = split_feed(calendar(event(start=TEN)).encode())
    local = expand(text, None, FROM.astimezone(VIENNA), TO.astimezone(VIENNA), VIENNA)
    assert local == expand(text, None, FROM, TO, VIENNA)
    assert local.occurrences[0].start == datetime(2026, 3, 10, 9, tzinfo=UTC)
