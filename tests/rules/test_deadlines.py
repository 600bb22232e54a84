"""Until when a sweep must be announced, Land by Land, and what sign follows from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kehr.rules.forms.settings_values import LANDS
from kehr.rules.law.deadlines import Announced, Deadline, LandRule, Sign, Sureness, Unit, back, sign_of
from kehr.rules.law.start_deadlines import START_DEADLINES
from kehr.rules.terms.appointments import WorkKind

START = date(2026, 3, 30)
EARLY = date(2026, 2, 1)


def day(text: str) -> date:
    """`16.03.` of 2026."""
    number, month = text.rstrip(".").split(".")
    return date(2026, int(month), int(number))


def sign(
    land: str,
    told: str | None,
    *,
    today: date = START,
    units: int | None = 1,
    work: WorkKind = WorkKind.SWEEP,
    posted: str | None = None,
    start: date = START,
) -> Deadline:
    announced = Announced((day(told) if told else None,), day(posted) if posted else None)
    found = sign_of(START_DEADLINES[land], units, work, start, announced, today)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("land", "told", "expected"),
    [
        ("NÖ", "16.03.", Sign.GREEN),
        ("NÖ", "17.03.", Sign.RED),
        ("Tirol", "28.03.", Sign.GREEN),
        ("Tirol", "29.03.", Sign.RED),
        ("Bgld", "27.02.", Sign.GREEN),
        ("Bgld", "28.02.", Sign.GREEN),
        ("Bgld", "01.03.", Sign.RED),
        ("Bgld", "02.03.", Sign.RED),
        ("OÖ", "23.03.", Sign.GREEN),
        ("OÖ", "24.03.", Sign.AMBER),
        ("Wien", "02.03.", Sign.GREEN),
        ("Wien", "03.03.", Sign.RED),
        ("Ktn", "01.02.", Sign.GREY),
        ("Stmk", "01.02.", Sign.GREY),
        ("Sbg", "01.02.", Sign.GREY),
        ("Vbg", "01.02.", Sign.GREY),
    ],
)
def test_the_last_day_of_each_land(land: str, told: str, expected: Sign) -> None:  # C03
    assert sign(land, told).sign == expected


@pytest.mark.parametrize(
    ("today", "posted", "expected", "code"),
    [
        ("10.03.", None, Sign.OPEN, "deadline_post"),
        ("20.03.", None, Sign.AMBER, "deadline_post"),
        ("23.03.", None, Sign.AMBER, "deadline_post"),
        ("24.03.", None, Sign.RED, "deadline_not_posted"),
        ("30.03.", "23.03.", Sign.GREEN, "deadline_posted"),
        ("30.03.", "24.03.", Sign.RED, "deadline_posted_late"),
    ],
)
def test_main_sweep_in_a_larger_house_in_vienna_needs_its_notice_whatever_was_sent(
    today: str, posted: str | None, expected: Sign, code: str
) -> None:  # C03
    found = sign("Wien", "01.02.", today=day(today), units=10, work=WorkKind.MAIN_SWEEP, posted=posted)
    assert (found.sign, found.code, found.posted_by) == (expected, code, day("23.03."))
    assert found.until == day("23.03.")
    assert found.args["until"] == "2026-03-23" and found.args["units"] == 10


@pytest.mark.parametrize(
    ("units", "work", "expected", "code"),
    [
        (2, WorkKind.MAIN_SWEEP, Sign.GREEN, "deadline_told"),
        (3, WorkKind.MAIN_SWEEP, Sign.RED, "deadline_not_posted"),
        (3, WorkKind.SWEEP, Sign.GREY, "deadline_year_notice"),
        (None, WorkKind.MAIN_SWEEP, Sign.GREY, "deadline_units"),
        (None, WorkKind.SWEEP, Sign.GREY, "deadline_units"),
    ],
)
def test_vienna_tells_houses_apart_by_their_flats(
    units: int | None, work: WorkKind, expected: Sign, code: str
) -> None:
    found = sign("Wien", "01.02.", units=units, work=work)
    assert (found.sign, found.code) == (expected, code)


@pytest.mark.parametrize(("posted", "expected"), [("02.03.", Sign.GREEN), ("03.03.", Sign.GREY)])
def test_notice_of_the_year_counts_for_ordinary_sweeps(posted: str, expected: Sign) -> None:
    assert sign("Wien", None, units=10, posted=posted).sign == expected


@pytest.mark.parametrize(
    ("start", "amount", "unit", "expected"),
    [
        (date(2026, 3, 31), 1, Unit.MONTH, date(2026, 2, 28)),
        (date(2026, 3, 28), 1, Unit.MONTH, date(2026, 2, 28)),
        (date(2028, 3, 31), 1, Unit.MONTH, date(2028, 2, 29)),
        (date(2028, 2, 29), 1, Unit.MONTH, date(2028, 1, 29)),
        (date(2028, 2, 29), 12, Unit.MONTH, date(2027, 2, 28)),
        (date(2026, 1, 15), 1, Unit.MONTH, date(2025, 12, 15)),
        (date(2026, 12, 31), 1, Unit.MONTH, date(2026, 11, 30)),
        (date(2028, 3, 1), 1, Unit.DAY, date(2028, 2, 29)),
        (date(2026, 1, 5), 2, Unit.WEEK, date(2025, 12, 22)),
        (date(2026, 3, 30), 0, Unit.DAY, date(2026, 3, 30)),
    ],
)
def test_counting_back_over_ends_of_months_and_leap_years(
    start: date, amount: int, unit: Unit, expected: date
) -> None:
    assert back(start, amount, unit) == expected


@pytest.mark.parametrize(
    ("today", "expected", "code"),
    [
        ("01.03.", Sign.OPEN, "deadline_announce"),
        ("12.03.", Sign.OPEN, "deadline_announce"),
        ("13.03.", Sign.AMBER, "deadline_announce"),
        ("16.03.", Sign.AMBER, "deadline_announce"),
        ("17.03.", Sign.RED, "deadline_missed"),
    ],
)
def test_what_is_not_announced_yet_warns_before_it_is_late(today: str, expected: Sign, code: str) -> None:
    found = sign("NÖ", None, today=day(today))
    assert (found.sign, found.code, found.last_day) == (expected, code, day("16.03."))


def test_a_recommendation_is_never_red() -> None:
    assert sign("OÖ", None).sign == Sign.AMBER
    assert sign("OÖ", None).code == "deadline_missed_advice"
    assert sign("OÖ", "24.03.").code == "deadline_late_advice"


@pytest.mark.parametrize(
    ("days", "today", "expected", "code", "done"),
    [
        (("10.03.", "16.03.", "01.03."), "30.03.", Sign.GREEN, "deadline_told", 3),
        (("10.03.", "16.03.", None), "16.03.", Sign.AMBER, "deadline_announce_rest", 2),
        (("10.03.", "10.03.", None), "11.03.", Sign.OPEN, "deadline_announce_rest", 2),
        (("10.03.", "16.03.", None), "17.03.", Sign.RED, "deadline_part", 2),
        (("10.03.", "16.03.", "18.03."), "20.03.", Sign.RED, "deadline_part_late", 2),
        (("17.03.", "18.03.", "18.03."), "20.03.", Sign.RED, "deadline_late", 0),
        (("17.03.", "18.03.", None), "20.03.", Sign.RED, "deadline_part", 0),
        ((None, None, None), "17.03.", Sign.RED, "deadline_missed", 0),
        ((), "17.03.", Sign.RED, "deadline_missed", 0),
    ],
)
def test_every_party_of_a_house_counts(
    days: tuple[str | None, ...], today: str, expected: Sign, code: str, done: int
) -> None:
    announced = Announced(tuple(day(one) if one else None for one in days))
    found = sign_of(START_DEADLINES["NÖ"], 3, WorkKind.SWEEP, START, announced, day(today))
    assert found is not None
    assert (found.sign, found.code, found.args["done"]) == (expected, code, done)
    assert found.args["parties"] == (len(days) or 1)


def test_special_work_has_no_term_and_a_land_that_nobody_chose_is_grey() -> None:
    told = Announced((EARLY,))
    assert sign_of(START_DEADLINES["NÖ"], 1, WorkKind.SPECIAL, START, told, START) is None
    unknown = sign_of(None, 1, WorkKind.SWEEP, START, told, START)
    assert unknown is not None and (unknown.sign, unknown.code) == (Sign.GREY, "deadline_no_land")


@pytest.mark.parametrize("sureness", [Sureness.LOW, Sureness.UNKNOWN])
def test_a_rule_that_is_not_sure_is_grey_even_with_a_number(sureness: Sureness) -> None:
    rule = replace(START_DEADLINES["NÖ"], sureness=sureness)
    found = sign_of(rule, 1, WorkKind.SWEEP, START, Announced((EARLY,)), START)
    assert found is not None and (found.sign, found.last_day) == (Sign.GREY, None)


def test_the_default_table_knows_every_land_and_says_where_it_is_from() -> None:
    assert set(START_DEADLINES) == set(LANDS)
    for rule in START_DEADLINES.values():
        assert isinstance(rule, LandRule)
        assert rule.source or rule.sureness == Sureness.UNKNOWN
