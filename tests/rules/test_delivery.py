"""When a message is asked for, and what a gateway's word does to it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kehr.rules.gateways.delivery import ask_at, moved_by
from kehr.rules.terms.messages import State
from tests.rules.plan_build import at

TAKEN = at("10.03. 12:00")


def after(**span: float) -> object:
    return TAKEN + timedelta(**span)


@pytest.mark.parametrize(
    ("asks", "minutes"),
    [(0, 1), (1, 2), (2, 5), (3, 15), (4, 60), (5, 120), (6, 180), (74, 71 * 60), (75, 72 * 60)],
)
def test_the_rhythm(asks: int, minutes: int) -> None:  # A55
    assert ask_at(asks, TAKEN, TAKEN + timedelta(minutes=minutes, seconds=-1)) == after(minutes=minutes)


@pytest.mark.parametrize(
    ("asks", "now", "due"),
    [
        (0, {"minutes": 30}, {"minutes": 30}),  # never asked: at once
        (1, {"minutes": 30}, {"minutes": 32}),  # behind: the pause of the rhythm, from now
        (4, {"hours": 5}, {"hours": 6}),
        (5, {"hours": 5}, {"hours": 6}),
        (0, {"hours": 72}, {"hours": 72}),
        (0, {"hours": 72, "seconds": 1}, None),
        (9, {"hours": 71}, {"hours": 72}),
        (9, {"hours": 71, "seconds": 1}, None),
        (76, {"hours": 72}, None),
    ],
)
def test_a_box_that_was_off_goes_on_and_stops_after_72_hours(
    asks: int, now: dict[str, float], due: dict[str, float] | None
) -> None:  # A55
    assert ask_at(asks, TAKEN, TAKEN + timedelta(**now)) == (None if due is None else after(**due))


@pytest.mark.parametrize("fate", ["delivered", "undelivered"])
@pytest.mark.parametrize("state", State)
def test_only_what_was_taken_or_is_unclear_is_moved_and_no_final_state(state: State, fate: str) -> None:
    # C19, failures.md 15
    moves = state in (State.ACCEPTED, State.UNCLEAR)
    assert moved_by(state, fate) == (State(fate) if moves else None)


@pytest.mark.parametrize("fate", ["underway", "", "DELIVERED", "accepted"])
def test_a_word_that_is_no_end_moves_nothing(fate: str) -> None:
    assert [moved_by(state, fate) for state in State] == [None] * len(State)
