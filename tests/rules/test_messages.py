"""States move only as the table allows, and final ones never."""

from __future__ import annotations

import itertools

import pytest

from kehr.rules.terms.messages import FINAL, MAYBE_TOLD, MOVES, OPEN, ForbiddenMove, State, check_move

EVERY_PAIR = list(itertools.product(State, State))


# C19
@pytest.mark.parametrize(("old", "new"), EVERY_PAIR)
def test_only_moves_of_the_table_are_allowed(old: State, new: State) -> None:
    if new in MOVES[old]:
        check_move(old, new)
        return
    with pytest.raises(ForbiddenMove) as raised:
        check_move(old, new)
    assert (raised.value.old, raised.value.new) == (old, new)


def test_every_state_is_in_the_table() -> None:
    assert set(MOVES) == set(State)


def test_what_is_final_is_what_was_delivered_or_not_or_missed() -> None:
    assert {State.DELIVERED, State.UNDELIVERED, State.MISSED} == FINAL


@pytest.mark.parametrize("state", sorted(State))
def test_nothing_that_may_have_been_heard_can_be_withdrawn(state: State) -> None:
    if state in MAYBE_TOLD:
        assert State.WITHDRAWN not in MOVES[state]
        assert state not in OPEN


# C19: an unclear outcome is resolved, never retried by itself
def test_only_a_claim_leads_to_sending() -> None:
    assert [state for state in State if State.SENDING in MOVES[state]] == [State.PLANNED]


@pytest.mark.parametrize("state", sorted(OPEN))
def test_whatever_is_open_can_be_withdrawn_or_missed(state: State) -> None:
    assert {State.WITHDRAWN, State.MISSED} <= MOVES[state]
