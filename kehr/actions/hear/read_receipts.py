"""Asks gateways for everything that comes back: states, the unclear, replies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kehr.actions.hear.ask_gateway import forget_silence
from kehr.actions.hear.read_replies import read_replies
from kehr.actions.hear.read_states import read_states
from kehr.actions.hear.resolve_unclear import resolve_unclear


@dataclass(frozen=True, slots=True)
class ReceiptsResult:
    """What came back in one round.

    `asked` messages were asked for; of these and of others `delivered` and `undelivered` are final now.
    `looked_up` were unclear and had been taken, `planned_again` were unclear and had not. `unreachable`
    questions had no answer.
    """

    asked: int = 0
    delivered: int = 0
    undelivered: int = 0
    looked_up: int = 0
    planned_again: int = 0
    replies: int = 0
    unreachable: int = 0


def read_receipts(now: Callable[[], datetime], *, at_once: bool = False) -> ReceiptsResult:
    """One round over all gateways. States keep their rhythm; replies are read `at_once` or in theirs."""
    forget_silence(now())
    unclear = resolve_unclear(now)
    states = read_states(now)
    replies = read_replies(now, at_once=at_once)
    return ReceiptsResult(
        asked=states.asked,
        delivered=states.delivered,
        undelivered=states.undelivered,
        looked_up=unclear.accepted,
        planned_again=unclear.planned,
        replies=replies,
        unreachable=states.unreachable + unclear.unreachable,
    )
