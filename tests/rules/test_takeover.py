"""What a feed says is held against what was known: keys change, appointments stay."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

import pytest

from kehr.rules.feeds.takeover import (
    Hold,
    Known,
    Seen,
    TakeOver,
    base_uid,
    distrust,
    holds,
    person_of,
    surely_gone,
    take_over,
)
from kehr.rules.terms.appointments import EntryStatus, NumberType, Occurrence, PhoneNumber, Recognised
from tests.rules.plan_build import NOW, at

APRIL = at("02.04. 09:00")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
KARL, EVA = frozenset({"karl"}), frozenset({"eva"})
_ids = count(1)


def known(
    uid: str, start: datetime = APRIL, person: frozenset[str] = KARL, recurrence: str = "", **values
) -> Known:
    return Known(next(_ids), uid, recurrence, start, False, person, **values)


def seen(
    uid: str,
    start: datetime = APRIL,
    person: frozenset[str] = KARL,
    recurrence: str = "",
    status: EntryStatus = EntryStatus.CONFIRMED,
) -> Seen:
    occurrence = Occurrence(uid, recurrence, start, start + HOUR, False, status)
    return Seen(occurrence, Recognised(), person)


def told(result: TakeOver) -> dict[str, list[str]]:
    """What came of it, by UIDs."""
    return {
        "same": sorted(f"{m.known.uid}={m.seen.occurrence.uid}" for m in result.matched if not m.moved),
        "moved": sorted(f"{m.known.uid}={m.seen.occurrence.uid}" for m in result.matched if m.moved),
        "new": sorted(s.occurrence.uid for s in result.added),
        "gone": sorted(k.uid for k in result.vanished),
    }


def outcome(before: list[Known], after: list[Seen]) -> dict[str, list[str]]:
    return {name: found for name, found in told(take_over(before, after, NOW)).items() if found}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([known("a")], [seen("a")], {"same": ["a=a"]}),
        ([known("a")], [seen("a", APRIL + DAY)], {"moved": ["a=a"]}),
        ([known("a")], [seen("a", person=EVA)], {"same": ["a=a"]}),
        ([known("a")], [seen("x")], {"same": ["a=x"]}),
        ([known("a")], [seen("x", person=EVA)], {"new": ["x"], "gone": ["a"]}),
        ([known("a")], [seen("x", APRIL + 5 * DAY)], {"moved": ["a=x"]}),
        ([known("a")], [seen("x", APRIL + 61 * DAY)], {"new": ["x"], "gone": ["a"]}),
        ([known("a")], [seen("x", APRIL + 5 * DAY, EVA)], {"new": ["x"], "gone": ["a"]}),
        ([known("a", NOW - DAY)], [seen("x", APRIL)], {"new": ["x"], "gone": ["a"]}),
        ([known("a", cancelled=True)], [seen("x", APRIL + DAY)], {"new": ["x"], "gone": ["a"]}),
        ([known("a", cancelled=True)], [seen("x", APRIL)], {"same": ["a=x"]}),
        (
            [known("a")],
            [seen("x", APRIL + DAY, status=EntryStatus.CANCELLED)],
            {"new": ["x"], "gone": ["a"]},
        ),
        (
            [known("a"), known("b", APRIL + 7 * DAY)],
            [seen("x", APRIL + 2 * DAY)],
            {"new": ["x"], "gone": ["a", "b"]},
        ),
        ([known("a")], [], {"gone": ["a"]}),
        ([], [seen("a")], {"new": ["a"]}),
    ],
    ids=[
        "nothing",
        "moved",
        "other person, same key",
        "new uid",
        "new uid, other person",
        "written anew on another day",
        "written anew too far off",
        "another's entry elsewhere",
        "a past one is no source of a move",
        "a cancelled one is not moved",
        "a cancelled one returns at its time",
        "written anew as cancelled",
        "two gone, one new: nobody can tell",
        "gone",
        "new",
    ],
)
def test_an_appointment_keeps_its_identity(before: list, after: list, expected: dict) -> None:
    assert outcome(before, after) == expected


# failures.md 6
def test_failure_06_all_uids_new_and_one_moved_is_one_move() -> None:
    people = [frozenset({f"person {n}"}) for n in range(12)]
    before = [known(f"old-{n}", APRIL + n * HOUR, people[n]) for n in range(12)]
    after = [seen(f"new-{n}", APRIL + n * HOUR, people[n]) for n in range(12)]
    assert len(outcome(before, after)["same"]) == 12
    after[3] = seen("new-3", APRIL + 3 * DAY, people[3])
    found = outcome(before, after)
    assert (len(found["same"]), found["moved"]) == (11, ["old-3=new-3"])
    assert "gone" not in found
    assert "new" not in found


def test_two_people_at_one_time_do_not_swap() -> None:
    before = [known("a", person=KARL), known("b", person=EVA)]
    assert outcome(before, [seen("x", person=EVA), seen("y", person=KARL)]) == {"same": ["a=y", "b=x"]}


# Google: "this and following" ends the series and starts `…_R…`
@pytest.mark.parametrize(
    "shift", [timedelta(0), HOUR, -2 * HOUR, DAY], ids=["same time", "later", "earlier", "next day"]
)
def test_a_cut_series_goes_on_under_its_new_uid(shift: timedelta) -> None:
    weeks = [APRIL + n * 7 * DAY for n in range(6)]
    before = [known("s@google.com", week, recurrence=str(n)) for n, week in enumerate(weeks)]
    kept = [seen("s@google.com", week, recurrence=str(n)) for n, week in enumerate(weeks[:2])]
    cut = [
        seen("s_R20260416T070000@google.com", week + shift, recurrence=f"r{n}")
        for n, week in enumerate(weeks[2:])
    ]
    result = take_over(before, kept + cut, NOW)
    assert (result.added, result.vanished) == ([], [])
    assert [m.seen.occurrence.start - m.known.start for m in result.matched] == [timedelta(0)] * 2 + [
        shift
    ] * 4


@pytest.mark.parametrize(
    ("uid", "base"),
    [
        ("abc_R20180212T140000@google.com", "abc@google.com"),
        ("abc_R20180212T140000Z@google.com", "abc@google.com"),
        ("abc_R20180212@google.com", "abc@google.com"),
        ("abc_R20180212T140000", "abc"),
        ("abc_Rabatt@google.com", "abc_Rabatt@google.com"),
        ("abc@google.com", "abc@google.com"),
    ],
)
def test_a_cut_uid_names_its_series(uid: str, base: str) -> None:
    assert base_uid(uid) == base


def test_a_whole_series_shifted_by_an_hour_moves_each_occurrence_once() -> None:
    weeks = [APRIL + n * 7 * DAY for n in range(8)]
    before = [known("s", week, recurrence=f"{week:%Y%m%dT%H}") for week in weeks]
    after = [seen("s", week + HOUR, recurrence=f"{week + HOUR:%Y%m%dT%H}") for week in weeks]
    result = take_over(before, after, NOW)
    assert [m.seen.occurrence.start - m.known.start for m in result.matched] == [HOUR] * 8


def test_one_moved_occurrence_of_a_series_is_one_move() -> None:
    before = [known("s", APRIL + n * 7 * DAY, recurrence=str(n)) for n in range(3)]
    after = [
        seen("s", APRIL + n * 7 * DAY + (DAY if n == 1 else 0 * DAY), recurrence=str(n)) for n in range(3)
    ]
    assert outcome(before, after) == {"same": ["s=s", "s=s"], "moved": ["s=s"]}


@pytest.mark.parametrize(
    ("recognised", "summary", "marks"),
    [
        (Recognised(name="Karl  Huber"), "x", {"karl huber"}),
        (Recognised(object_number="a110010"), "x", {"A110010"}),
        (
            Recognised(name="Eva", phones=(PhoneNumber("+436641000001", NumberType.MOBILE, "AT", "0664"),)),
            "x",
            {"eva", "+436641000001"},
        ),
        (Recognised(), " Haus 7 ", {"haus 7"}),
    ],
)
def test_a_person_is_known_by_number_object_and_name(
    recognised: Recognised, summary: str, marks: set[str]
) -> None:
    numbers = [phone.e164 for phone in recognised.phones]
    assert person_of(numbers, recognised.object_number, recognised.name, summary) == marks


# C21, failures.md 4
@pytest.mark.parametrize(
    ("lost", "ahead", "entries", "code"),
    [
        (0, 10, 10, ""),
        (2, 10, 8, ""),
        (3, 10, 7, "feed_lost_many"),
        (3, 11, 8, ""),
        (2, 2, 1, ""),
        (2, 2, 0, "feed_emptied"),
        (0, 0, 0, ""),
        (70, 100, 30, "feed_lost_many"),
        (29, 100, 71, ""),
        (30, 100, 70, "feed_lost_many"),
    ],
)
def test_failure_04_a_feed_that_loses_much_at_once_is_not_believed(
    lost: int, ahead: int, entries: int, code: str
) -> None:
    result = TakeOver(vanished=[known(str(n)) for n in range(lost)])
    found = distrust(result, ahead, entries, NOW)
    assert (found.code if found else "") == code


def test_failure_04_past_cancelled_and_already_missing_entries_are_no_loss() -> None:
    result = TakeOver(
        vanished=[known(str(n), NOW - HOUR) for n in range(50)]
        + [known(str(n), cancelled=True) for n in range(5)]
        + [known(str(n), missing_since=NOW - HOUR) for n in range(5)]
    )
    assert distrust(result, 8, 3, NOW) is None


# C02
@pytest.mark.parametrize(("hours", "sure"), [(0, 0), (5.99, 0), (6, 1), (48, 1)])
def test_absence_is_sure_after_six_hours(hours: float, sure: int) -> None:
    missing = [known("a", missing_since=NOW - hours * HOUR), known("b")]
    assert len(surely_gone(missing, NOW)) == sure
    assert surely_gone([known("c", missing_since=NOW - DAY, cancelled=True)], NOW) == []


# C06, C07
@pytest.mark.parametrize(
    ("moved", "ahead", "codes"),
    [
        ([4], 10, []),
        ([5], 24, ["mass_moved"]),
        ([5], 25, ["bundle_moved"]),
        ([4, 4], 100, []),
        ([5, 4], 100, ["bundle_moved"]),
        ([5, 6], 100, ["bundle_moved", "bundle_moved"]),
    ],
)
def test_many_moves_wait_for_a_person(moved: list[int], ahead: int, codes: list[str]) -> None:
    rows = [known(f"{day}-{n}", APRIL + day * DAY) for day, size in enumerate(moved) for n in range(size)]
    assert [hold.code for hold in holds(rows, [], ahead, NOW)] == codes


@pytest.mark.parametrize(("cancelled", "held"), [(5, 0), (6, 1), (60, 1)])
def test_more_than_five_cancellations_wait_for_a_person(cancelled: int, held: int) -> None:
    rows = [known(str(n)) for n in range(cancelled)] + [known("past", NOW - HOUR)]
    found = holds([], rows, 100, NOW)
    assert len(found) == held
    assert all(hold == Hold("mass_cancelled", cancelled, "", hold.ids) for hold in found)
