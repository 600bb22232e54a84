"""One contract, every gateway that calls us: reports and replies twice, out of order, and alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from kehr.gateways.contract import IncomingReply, Receipt
from kehr.gateways.hook_call import HookCall
from kehr.gateways.hooks import HOOKS
from kehr.gateways.registry import KINDS, abilities_of
from kehr.rules.gateways.delivery import moved_by
from kehr.rules.terms.messages import State
from tests.fakes.hook_caller import link_reply, link_report, seven_headers, seven_reply, seven_report

NOW = datetime(2026, 3, 10, 11, 0, 5, tzinfo=UTC)
OPTIONS = {"hook_key": "signing-key", "callback_url": "https://termine.example.at/hooks/x"}


@dataclass(frozen=True)
class Caller:
    """How a gateway reports `underway`, `delivered` or `undelivered`, and brings a reply under an id."""

    kind: str
    report: Callable[[str], dict[str, Any]]
    reply: Callable[[str, str], dict[str, Any]]

    def heard(self, told: dict[str, Any]) -> Receipt | IncomingReply | None:
        """What the call means."""
        body = json.dumps(told).encode()
        signed = seven_headers(body, OPTIONS["hook_key"], OPTIONS["callback_url"])
        headers = {name.lower(): value for name, value in signed.items()} if self.kind == "seven" else {}
        return HOOKS[self.kind](HookCall(body, headers), OPTIONS, NOW)


LINK_WORDS = {"underway": "undelivered", "delivered": "delivered", "undelivered": "expired"}
SEVEN_WORDS = {"underway": "TRANSMITTED", "delivered": "DELIVERED", "undelivered": "FAILED"}
CALLERS = {
    "linkmobility": Caller(
        "linkmobility",
        lambda fate: link_report(LINK_WORDS[fate]),
        lambda text, key: link_reply(text, notificationId=key),
    ),
    "seven": Caller(
        "seven",
        lambda fate: seven_report(SEVEN_WORDS[fate]),
        lambda text, key: seven_reply(text, id=key),
    ),
}


@pytest.fixture(params=sorted(CALLERS))
def caller(request: pytest.FixtureRequest) -> Caller:
    return CALLERS[request.param]


def test_every_kind_that_calls_stands_on_this_stage() -> None:
    calls = {kind for kind in KINDS if abilities_of(kind, OPTIONS).pushes_states}
    assert calls == {kind for kind in KINDS if abilities_of(kind, OPTIONS).pushes_replies}
    assert calls == set(CALLERS) == set(HOOKS)
    for kind in KINDS:
        assert not abilities_of(kind, {}).pushes_states and not abilities_of(kind, {}).pushes_replies


@pytest.mark.parametrize(
    ("fates", "state"),
    [
        (("underway",), State.ACCEPTED),
        (("underway", "delivered"), State.DELIVERED),
        (("delivered", "underway", "undelivered"), State.DELIVERED),
        (("underway", "undelivered", "underway", "delivered"), State.UNDELIVERED),
    ],
)
def test_a_report_out_of_order_moves_nothing_back(
    caller: Caller, fates: tuple[str, ...], state: State
) -> None:  # A55, C19
    now = State.ACCEPTED
    for fate in fates:
        receipt = caller.heard(caller.report(fate))
        assert isinstance(receipt, Receipt) and receipt.reference and len(receipt.event_key) <= 200
        now = moved_by(now, receipt.fate) or now
    assert now is state


def test_a_report_told_twice_has_the_same_key(caller: Caller) -> None:
    told = caller.report("delivered")
    first, again = caller.heard(told), caller.heard(told)
    assert first == again and isinstance(first, Receipt)
    assert first.at is not None and first.at.utcoffset() is not None
    other = caller.heard(caller.report("underway"))
    assert isinstance(other, Receipt) and other.event_key != first.event_key


def test_a_reply_told_twice_has_the_same_key_and_two_alike_are_two(caller: Caller) -> None:  # C25
    told = caller.reply("Stopp – danke", "r-1")
    first, again = caller.heard(told), caller.heard(told)
    other = caller.heard(caller.reply("Stopp – danke", "r-2"))
    assert first == again and isinstance(first, IncomingReply) and isinstance(other, IncomingReply)
    assert (first.sender, first.text) == ("+436641000001", "Stopp – danke")
    assert first.event_key != other.event_key
