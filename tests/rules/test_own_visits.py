"""When a test appointment may be, and which time is offered for the next."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from kehr.rules.plan.own_visits import next_start, why_not_at
from tests.rules.plan_build import at

VIENNA = ZoneInfo("Europe/Vienna")


@pytest.mark.parametrize(
    ("start", "leaves", "code"),
    [
        ("10.03. 12:01", "10.03. 12:00", None),
        ("10.03. 12:00", "10.03. 12:00", "visit_over"),
        ("09.03. 12:00", "10.03. 12:00", "visit_over"),
        ("11.03. 07:30", "11.03. 08:00", "visit_before_window"),
        ("11.03. 08:00", "11.03. 08:00", "visit_before_window"),
        ("11.03. 08:01", "11.03. 08:00", None),
    ],
)
def test_a_test_appointment_is_ahead_of_its_message(start: str, leaves: str, code: str | None) -> None:  # B46
    reason = why_not_at(at(start), at(leaves), at("10.03. 12:00"))
    assert (reason.code if reason else None) == code


def test_nobody_tests_for_the_year_after_next() -> None:
    now = at("10.03. 12:00")
    assert why_not_at(now + timedelta(days=365), now, now) is None
    reason = why_not_at(now + timedelta(days=365, minutes=1), now, now)
    assert reason is not None and reason.code == "visit_far"


@pytest.mark.parametrize(
    ("leaves", "taken", "offered"),
    [
        ("10.03. 12:00", [], "10.03. 13:00"),
        ("10.03. 12:01", [], "10.03. 13:15"),
        ("10.03. 12:14", [], "10.03. 13:15"),
        ("10.03. 12:15", [], "10.03. 13:15"),
        ("10.03. 12:00", ["10.03. 13:00", "10.03. 13:15"], "10.03. 13:30"),
        ("28.03. 23:30", [], "29.03. 00:30"),
        ("29.03. 01:30", [], "29.03. 03:30"),
    ],
)
def test_the_next_free_quarter_is_offered(leaves: str, taken: list[str], offered: str) -> None:
    assert next_start(at(leaves), {at(one) for one in taken}, VIENNA) == at(offered)
