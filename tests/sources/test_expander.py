"""A hostile feed costs itself, in a process of its own; the rest of it goes on."""

import os
import threading
import time

import pytest

from kehr.rules.feeds import feed
from kehr.rules.feeds.feed import expand
from kehr.rules.feeds.feed_text import split_feed
from kehr.sources import expander, expander_child
from kehr.sources.expander import expand_guarded
from tests.rules.feed_build import FROM, TO, VIENNA, calendar, codes, event, told

TEN = ":20260310T090000Z"
GOOD = [
    event(uid=f"good-{day}", start=f":202603{day}T090000Z", summary=f"Gut {day}") for day in range(10, 13)
]
SERIES = event("RRULE:FREQ=WEEKLY;COUNT=2", uid="series", start=TEN, summary="Serie")
NEVER = event("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", uid="never", start=":20200101T090000Z")
EXPECTED = ["10.03. 10:00 Gut 10", "10.03. 10:00 Serie", "11.03. 10:00 Gut 11", "12.03. 10:00 Gut 12"]


def guarded(*parts: str, fork: bool = True, **limits: float):
    text = split_feed(calendar(*parts).encode())
    return expand_guarded(text, None, FROM, TO, VIENNA, fork=fork, **limits)


RICH = [
    *GOOD,
    SERIES,
    event(
        "DESCRIPTION:Zwei\\nZeilen ☎",
        "CATEGORIES:HK,Öl",
        "CONTACT:Maria",
        "LOCATION:Steyr",
        "STATUS:TENTATIVE",
        "SEQUENCE:3",
        uid="Ünïcode ☎",
        start=";VALUE=DATE:20260315",
    ),
    event(uid="broken"),
    event(uid="zone", start=";TZID=Nirgends:20260316T080000"),
]


@pytest.mark.parametrize("fork", [True, pytest.param(False, marks=pytest.mark.stack)])
def test_a_child_reads_exactly_what_this_process_would(fork):
    text = split_feed(calendar(*RICH).encode())
    here = expand(text, None, FROM, TO, VIENNA)
    there = expand_guarded(text, None, FROM, TO, VIENNA, fork=fork)
    assert set(there.occurrences) == set(here.occurrences)
    assert len(there.occurrences) == 7
    assert sorted(codes(there)) == sorted(codes(here)) == ["broken no_start", "zone unknown_zone"]
    starts = [one.start for one in there.occurrences]
    assert starts == sorted(starts)


@pytest.mark.parametrize("fork", [True, pytest.param(False, marks=pytest.mark.stack)])
def test_failure_17_a_rule_that_never_matches_is_given_up_and_the_rest_is_read(fork):
    got = guarded(NEVER, *GOOD, SERIES, fork=fork, seconds=2)
    assert [line for line in told(got) if "17.03." not in line] == EXPECTED
    assert codes(got) == ["never too_long"]


def test_failure_17_many_hostile_rules_leave_the_good_series_their_time():
    hostile = [NEVER.replace("UID:never", f"UID:never-{number}") for number in range(6)]
    got = guarded(*hostile, *GOOD, SERIES, seconds=2)
    assert [line for line in told(got) if "17.03." not in line] == EXPECTED
    assert codes(got) == [f"never-{number} too_long" for number in range(6)]


def test_failure_17_a_year_9999_and_a_billion_repeats_are_read():
    far = event("RRULE:FREQ=DAILY;COUNT=1000000000;UNTIL=99991231T235959Z", uid="far", start=TEN)
    got = guarded(far, event("DTEND:99991231", uid="end", start=":20260310"))
    assert (len([one for one in got.occurrences if one.uid == "far"]), codes(got)) == (52, [])


def die_on(uid: str, deed):
    """Stands in for a fault below Python, such as a crash in a C library."""

    def group(name, *rest):
        if name == uid:
            deed()
        return real(name, *rest)

    real = expander_child.expand_group
    return group


def hang():
    expander_child.signal.pthread_sigmask(expander_child.signal.SIG_BLOCK, [expander_child.signal.SIGVTALRM])
    time.sleep(60)


DEEDS = [
    pytest.param(lambda: expander_child.os._exit(9), 20, "broken", id="exit"),
    pytest.param(lambda: expander_child.os.kill(expander_child.os.getpid(), 9), 20, "broken", id="killed"),
    pytest.param(hang, 4, "too_long", id="hang", marks=pytest.mark.stack),
]


@pytest.mark.parametrize("deed,seconds,code", DEEDS)
def test_a_group_that_kills_its_process_is_found_and_the_rest_is_read(monkeypatch, deed, seconds, code):
    monkeypatch.setattr(expander_child, "expand_group", die_on("good-11", deed))
    got = guarded(*GOOD, SERIES, seconds=seconds)
    assert [line for line in told(got) if "17.03." not in line] == [EXPECTED[0], EXPECTED[1], EXPECTED[3]]
    assert codes(got) == [f"good-11 {code}"]


def test_a_group_that_takes_too_much_memory_is_given_up_and_the_rest_is_read(monkeypatch):
    real = feed.read_entry

    def hog(uid, block, zones, note):
        huge = [block * 1000 * number for number in range(2000 if uid == "good-11" else 1)]
        return real(uid, huge and block, zones, note)

    monkeypatch.setattr(feed, "read_entry", hog)
    got = guarded(*GOOD, memory_mb=64)
    assert told(got) == [EXPECTED[0], EXPECTED[3]]
    assert codes(got) == ["good-11 too_big"]


def test_nothing_to_read_starts_no_process(monkeypatch):
    monkeypatch.setattr(expander.os, "fork", None)
    monkeypatch.setattr(expander.subprocess, "Popen", None)
    assert guarded(event(start=":20200101T090000Z")).occurrences == ()


def test_a_process_with_threads_never_forks(monkeypatch):
    ways = []
    monkeypatch.setattr(expander, "_forked", lambda *_: ways.append("fork"))
    monkeypatch.setattr(expander, "_spawned", lambda *_: ways.append("spawn"))
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        with pytest.raises((TypeError, AttributeError)):
            guarded(*GOOD)
    finally:
        stop.set()
        thread.join()
    assert ways == ["spawn"]


@pytest.mark.stack
def test_a_child_that_cannot_start_says_so_and_blames_no_event(monkeypatch, tmp_path):
    monkeypatch.setattr(expander, "_ROOT", tmp_path)
    with pytest.raises(expander.ExpanderUnavailable):
        guarded(*GOOD, fork=False)


def test_no_child_is_left_behind(monkeypatch):
    born = []
    fork = os.fork
    monkeypatch.setattr(expander.os, "fork", lambda: born.append(fork()) or born[-1])
    # What another test left running in this process must not send the child the other way.
    monkeypatch.setattr(expander.threading, "active_count", lambda: 1)
    guarded(*GOOD)
    [child] = born
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
