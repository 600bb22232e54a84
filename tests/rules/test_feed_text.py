"""Bodies as bytes: what is a calendar, how it is spelled, and what counts as a change."""

import pytest

from kehr.rules.feeds.feed_index import FeedChanges, FeedIndex, UnreadableIndex
from kehr.rules.feeds.feed_problems import FeedProblem, ProblemCode, problem_sentence
from kehr.rules.feeds.feed_text import NotACalendar, split_feed
from kehr.words.faults_de import SENTENCES
from tests.rules.feed_build import calendar, event, read, told, zone

TEN = ":20260310T090000Z"
NAME = "Müller Öd"
ONE = calendar(event(start=TEN, summary=NAME))
SEEN = [f"10.03. 10:00 {NAME}"]


def folded_inside_a_character() -> bytes:
    body = ONE.encode()
    at = body.index("ü".encode()) + 1
    return body[:at] + b"\r\n " + body[at:]


SPELLINGS = {
    "plain": ONE.encode(),
    "UTF-8 with BOM": b"\xef\xbb\xbf" + ONE.encode(),
    "cp1252": ONE.encode("cp1252"),
    "UTF-16 with BOM": ONE.encode("utf-16"),
    "UTF-16 big endian with BOM": b"\xfe\xff" + ONE.encode("utf-16-be"),
    "UTF-16 without BOM": ONE.encode("utf-16-le"),
    "UTF-16 big endian without BOM": ONE.encode("utf-16-be"),
    "folded inside a character": folded_inside_a_character(),
    "folded with a tab": ONE.replace("Müll", "Mü\r\n\tll").encode(),
    "folded with lone newlines": ONE.replace("\r\n", "\n").replace("Müll", "Mü\n ll").encode(),
    "lone newline": ONE.replace("\r\n", "\n").encode(),
    "lone carriage return": ONE.replace("\r\n", "\r").encode(),
    "doubled carriage return": ONE.replace("\r\n", "\r\r\n").encode(),
    "blank lines": ONE.replace("\r\n", "\r\n\r\n").encode(),
    "lines of blanks": ONE.replace("\r\n", "\r\n \r\n").encode(),
    "a blank line within a fold": ONE.replace("Müll", "Mü\r\n\r\n ll").encode(),
    "NUL": ONE.replace("\r\n", "\0\r\n").encode(),
    "lower case": ONE.replace("DTSTART", "dtstart")
    .replace("SUMMARY", "summary")
    .replace("UID", "uid")
    .encode(),
    "all of it in lower case": ONE.lower().replace(NAME.lower(), NAME).encode(),
    "mixed case": ONE.replace("BEGIN:V", "Begin:v").replace("END:V", "End:v").encode(),
    "blanks at the ends of lines": ONE.replace("\r\n", " \r\n").encode(),
    "words before it": b"Warning: something in line 3\r\n" + ONE.encode(),
    "words after it": ONE.encode() + b"<!-- 0.3 s -->",
    "no newline at the end": ONE.strip().encode(),
}


@pytest.mark.parametrize("body", SPELLINGS.values(), ids=SPELLINGS)
def test_a_name_arrives_as_written_however_the_body_is_spelled(body):
    assert told(read(body)) == SEEN


def test_one_line_in_cp1252_does_not_mangle_the_names_in_utf8():
    body = calendar(event(start=TEN, summary="Größe"), event(uid="b", start=TEN, summary="@")).encode()
    assert told(read(body.replace(b"@", "Jäger".encode("cp1252")))) == [
        "10.03. 10:00 Größe",
        "10.03. 10:00 Jäger",
    ]


# B13, C21
NO_CALENDARS = [
    (b"", "empty"),
    (b" \r\n\r\n", "empty"),
    (b"\xef\xbb\xbf", "empty"),
    (b"<!DOCTYPE html><html><body>Anmelden</body></html>", "html"),
    (b"\n<HTML lang=de><head>", "html"),
    (b"Not found", "not_ics"),
    (b'{"error": 404}', "not_ics"),
    (b"BEGIN:VCARD\r\nEND:VCARD\r\n", "not_ics"),
    (ONE.encode().replace(b"END:VCALENDAR\r\n", b""), "cut"),
    (ONE.encode()[:60], "cut"),
    (ONE.encode()[:-5], "cut"),
    (ONE.encode("utf-16")[:-25], "cut"),
    (ONE.encode() + ONE.encode()[:90], "cut"),
]


@pytest.mark.parametrize("body,code", NO_CALENDARS)
def test_failure_04_what_is_no_complete_calendar_is_refused_with_its_reason(body, code):
    with pytest.raises(NotACalendar) as refused:
        split_feed(body)
    assert refused.value.code == code
    assert len(SENTENCES[code]) > 30


def test_a_web_page_is_called_one():
    assert SENTENCES["html"].startswith("Das ist eine Webseite, kein Kalender")


def test_every_problem_has_a_sentence_that_names_what_stands_in_the_feed():
    sentences = {problem_sentence(FeedProblem("a", code, "Büro-Zeit")) for code in ProblemCode}
    assert len(sentences) == len(ProblemCode)
    assert "„Büro-Zeit“" in problem_sentence(FeedProblem("a", ProblemCode.UNKNOWN_ZONE, "Büro-Zeit"))


def test_a_calendar_without_events_is_a_calendar():
    assert split_feed(calendar().encode()).groups == {}


def test_events_of_one_uid_stand_together_wherever_they_are():
    body = calendar(event(start=TEN), event(uid="b", start=TEN), event(start=":20260311T090000Z"))
    assert [len(blocks) for blocks in split_feed(body.encode()).groups.values()] == [2, 1]


def test_two_calendars_in_one_body_are_read_and_each_says_things_of_its_own_events_only():
    cancelled = calendar(event(uid="b", start=TEN, summary="Weg"), head="METHOD:CANCEL")
    away = event(uid="c", start=":20260310T100000", summary="London")
    london = calendar(away, head="X-WR-TIMEZONE:Europe/London")
    seen = [*SEEN, "10.03. 10:00 Weg (abgesagt)", "10.03. 11:00 London"]
    assert told(read(ONE + cancelled + london)) == seen


def test_tasks_alarms_and_notes_are_no_appointments_and_no_change():
    alarm = "BEGIN:VALARM\r\nUID:alarm\r\nTRIGGER:-PT15M\r\nDESCRIPTION:Klingeln\r\nEND:VALARM"
    todo = "BEGIN:VTODO\r\nUID:todo\r\nDTSTART:20260310T090000Z\r\nSUMMARY:Rechnung\r\nEND:VTODO"
    body = calendar(todo, event(alarm, start=TEN, summary=NAME))
    assert told(read(body)) == SEEN
    assert list(split_feed(body.encode()).groups) == ["a@example.org"]
    assert split_feed(body.encode()).content_hash == split_feed(ONE.encode()).content_hash


def test_an_event_without_uid_keeps_its_made_up_one_when_its_description_changes():
    bodies = [calendar(event(f"DESCRIPTION:{text}", uid="", start=TEN)) for text in "ab"]
    first, second = (list(split_feed(body.encode()).groups) for body in bodies)
    assert first == second
    other = calendar(event(uid="", start=":20260311T090000Z"))
    assert list(split_feed(other.encode()).groups) != first


BASE = calendar(event(start=TEN), event(uid="b", start=TEN), zone("Eigene"))


def index_of(body: str) -> FeedIndex:
    return split_feed(body.encode()).index


UNCHANGED = {
    "DTSTAMP": BASE.replace("20260101T000000Z", "20260202T000000Z"),
    "folding": BASE.replace("SUMMARY:Kehr", "SUMMARY:Ke\r\n hr"),
    "order": calendar(event(uid="b", start=TEN), event(start=TEN), zone("Eigene")),
    "the calendar's name": BASE.replace("VERSION:2.0", "VERSION:2.0\r\nX-WR-CALNAME:Neu"),
    "newlines": BASE.replace("\r\n", "\n"),
}


@pytest.mark.parametrize("body", UNCHANGED.values(), ids=UNCHANGED)
def test_what_says_nothing_new_is_no_change(body):
    assert index_of(body).changed(index_of(BASE)) == FeedChanges(frozenset(), frozenset(), False)
    assert index_of(body).content_hash() == index_of(BASE).content_hash()


BOTH = {"a@example.org", "b"}
RENAMED = BASE.replace("UID:b", "UID:b\r\nX-A:1").replace("UID:a@", "UID:c@")

CHANGED = {
    "title": (BASE.replace("Kehrung", "Überprüfung", 1), {"a@example.org"}, set(), False),
    "another UID": (RENAMED, {"b", "c@example.org"}, {"a@example.org"}, False),
    "one gone": (calendar(event(start=TEN), zone("Eigene")), set(), {"b"}, False),
    "a zone": (BASE.replace("+0200", "+0300"), set(), set(), True),
    "cancelled as a whole": (BASE.replace("VERSION:2.0", "METHOD:CANCEL"), BOTH, set(), False),
    "zone of the calendar": (BASE.replace("VERSION:2.0", "X-WR-TIMEZONE:UTC"), BOTH, set(), False),
}


@pytest.mark.parametrize("body,changed,vanished,header", CHANGED.values(), ids=CHANGED)
def test_what_changed_is_named_by_uid(body, changed, vanished, header):
    changes = index_of(body).changed(index_of(BASE))
    assert changes == FeedChanges(frozenset(changed), frozenset(vanished), header)
    assert index_of(body).content_hash() != index_of(BASE).content_hash()


def test_two_events_of_one_uid_in_another_order_are_no_change():
    parts = [event(start=TEN), event(start=":20260311T090000Z")]
    first, second = index_of(calendar(*parts)), index_of(calendar(*reversed(parts)))
    assert first.hashes == second.hashes


@pytest.mark.parametrize("body", [BASE, calendar(), calendar(event(uid="Ünïcode ☎", start=TEN))])
def test_an_index_comes_back_from_its_bytes(body):
    assert FeedIndex.load(index_of(body).dump()) == index_of(body)


def test_without_an_old_index_everything_is_new():
    changes = index_of(BASE).changed(None)
    assert (changes.changed_uids, changes.header_changed) == ({"a@example.org", "b"}, True)


DUMP = index_of(BASE).dump()


@pytest.mark.parametrize("data", [b"", b"something else", DUMP[:40], DUMP + b"\nc"])
def test_a_damaged_index_is_refused(data):
    with pytest.raises(UnreadableIndex):
        FeedIndex.load(data)
