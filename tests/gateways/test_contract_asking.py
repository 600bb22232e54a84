"""One contract, every gateway that can be asked: for states, for replies, and for what is unclear."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from kehr.gateways.contract import (
    Accepted,
    Fate,
    GatewayError,
    IncomingReply,
    NotTaken,
    PollsReplies,
    PollsStates,
    Receipt,
    Reconciles,
    Sent,
    Unclear,
)
from kehr.gateways.registry import KINDS, abilities_of
from kehr.rules.gateways.delivery import moved_by
from kehr.rules.terms.messages import State
from tests.gateways.outcomes import OUTER
from tests.gateways.stages import NOW, STAGES, Stage

ASKED = tuple(kind for kind in KINDS if abilities_of(kind).polls_states)
OVER_THE_NETWORK = tuple(kind for kind in ASKED if kind in OUTER)


@pytest.fixture(params=ASKED)
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with STAGES[request.param]() as ready:
        yield ready


@pytest.fixture(params=OVER_THE_NETWORK)
def outer(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with STAGES[request.param]() as ready:
        yield ready


def states(stage: Stage, *sent: Sent) -> list[Receipt]:
    assert isinstance(stage.gateway, PollsStates)
    return stage.gateway.read_states(sent)


def replies(stage: Stage) -> list[IncomingReply]:
    assert isinstance(stage.gateway, PollsReplies)
    since, until = NOW - timedelta(hours=24), NOW + timedelta(hours=1)
    return stage.gateway.read_replies(since, until, after_outage=False)


def look_up(stage: Stage, *sent: Sent) -> dict[str, Accepted | None]:
    assert isinstance(stage.gateway, Reconciles)
    return dict(stage.gateway.look_up(sent))


def final(receipts: Sequence[Receipt]) -> State:
    """The state to which these words lead, one after the other."""
    state = State.ACCEPTED
    for receipt in receipts:
        state = moved_by(state, receipt.fate) or state
    return state


@pytest.mark.parametrize("kind", KINDS)
def test_a_gateway_can_do_what_its_abilities_say(kind: str) -> None:
    with STAGES[kind]() as stage:
        abilities = stage.gateway.abilities
        assert stage.gateway.kind == kind
        assert stage.gateway.channels <= {"sms", "email"}
        assert isinstance(stage.gateway, PollsStates) == abilities.polls_states
        assert isinstance(stage.gateway, PollsReplies) == abilities.polls_replies
        assert isinstance(stage.gateway, Reconciles) == abilities.can_reconcile


def test_a_phone_a_modem_and_seven_can_be_asked() -> None:  # C29
    assert {"android", "seven", "gammu"} <= set(ASKED)


@pytest.mark.parametrize(
    ("fate", "state"), [("delivered", State.DELIVERED), ("undelivered", State.UNDELIVERED)]
)
def test_a_message_goes_on_to_its_last_word(stage: Stage, fate: str, state: State) -> None:  # A55
    sent = stage.send()
    stage.becomes("underway")
    assert [receipt.fate for receipt in states(stage, sent)] == [Fate.UNDERWAY]
    stage.becomes(fate)
    receipts = states(stage, sent)
    assert final(receipts) is state
    for receipt in receipts:
        assert sent.message_id == receipt.message_id or sent.reference == receipt.reference
        assert receipt.at is not None and receipt.at.utcoffset() == timedelta(0)
        assert receipt.word and len(receipt.event_key) <= 200


def test_the_same_state_asked_twice_has_the_same_key(stage: Stage) -> None:
    sent = stage.send()
    stage.becomes("delivered")
    first, again = states(stage, sent), states(stage, sent)
    assert first == again
    assert len({receipt.event_key for receipt in first}) == len(first)


def test_a_state_out_of_order_moves_nothing_back(stage: Stage) -> None:
    sent = stage.send()
    told: list[Receipt] = []
    for fate in ("delivered", "underway", "undelivered", "delivered"):
        stage.becomes(fate)
        told += states(stage, sent)
    assert final(told) is State.DELIVERED


def test_each_message_gets_its_own_word(stage: Stage) -> None:
    first = stage.send("m-1")
    stage.becomes("delivered")
    others = [stage.send(f"m-{number}") for number in range(2, 5)]
    told = {receipt.reference: receipt.fate for receipt in states(stage, *others, first)}
    assert told[first.reference] is Fate.DELIVERED
    assert Fate.DELIVERED not in {told[one.reference] for one in others}


def test_what_a_gateway_never_had_has_no_state(stage: Stage) -> None:
    assert states(stage) == []
    assert states(stage, stage.sent("m-9", Accepted("990"))) == []


def test_a_reply_read_twice_has_the_same_key(stage: Stage) -> None:  # C25
    stage.comes_in("+436641234567", "Stopp – danke")
    first, again = replies(stage), replies(stage)
    assert first == again
    assert [(one.sender, one.text, one.at) for one in first] == [("+436641234567", "Stopp – danke", NOW)]


def test_two_replies_with_one_text_are_two(stage: Stage) -> None:
    stage.comes_in("+436641234567", "ja")
    stage.later(timedelta(minutes=3))
    stage.comes_in("+436641234567", "ja")
    assert len({reply.event_key for reply in replies(stage)}) == 2


def test_failure_01_an_unclear_message_is_found_by_our_id(outer: Stage) -> None:  # C19
    outer.play("drop_after")
    with pytest.raises(Unclear):
        outer.gateway.send(outer.message("m-1"))
    outer.play("ok")
    found = look_up(outer, outer.sent("m-1"))["m-1"]
    assert found is not None
    outer.becomes("delivered")
    assert final(states(outer, outer.sent("m-1", found))) is State.DELIVERED
    assert outer.arrived() == ["m-1"]


def test_failure_01_what_a_gateway_never_had_is_known_in_time(stage: Stage) -> None:
    stage.send("m-1")
    stage.later(timedelta(minutes=20))
    told = look_up(stage, stage.sent("m-1"), stage.sent("m-2"))
    assert told["m-1"] is not None
    assert told["m-2"] is None


@pytest.mark.parametrize("act", ["cut", "html", "wrong_json", "http:500", "http:503", "drop_after", "slow"])
def test_an_answer_that_cannot_be_read_tells_nothing(outer: Stage, act: str) -> None:
    sent = [outer.send("m-1"), outer.send("m-2")]
    outer.becomes("delivered")
    outer.comes_in("+436641234567", "ja")
    outer.play(act)
    for ask in (
        lambda: states(outer, *sent),
        lambda: states(outer, sent[0]),
        lambda: replies(outer),
        lambda: look_up(outer, *sent),
        lambda: outer.gateway.check(),
    ):
        with pytest.raises(GatewayError) as caught:
            ask()
        assert type(caught.value) is NotTaken


def test_asking_sends_nothing(stage: Stage) -> None:
    sent = stage.send()
    states(stage, sent), replies(stage), look_up(stage, sent)
    assert stage.arrived() == ["m-1"]
