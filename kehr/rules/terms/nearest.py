"""Which rules and which gateway apply: the nearest setting wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kehr.rules.terms.messages import RULE_KINDS, Channel, Kind


@dataclass(frozen=True, slots=True)
class Scoped:
    """A rule and where it was set: neither id means the firm's default."""

    rule_id: int
    kind: Kind
    branch_id: int | None
    calendar_id: int | None


def applying(rules: Sequence[Scoped], calendar_id: int, branch_id: int | None) -> list[int]:
    """The ids of the rules for a calendar: per kind its own, else its branch's, else the firm's.

    A switched-off override still overrides: that is how one calendar is left out.
    """
    result: list[int] = []
    for kind in RULE_KINDS:
        of_kind = [r for r in rules if r.kind == kind]
        own = [r.rule_id for r in of_kind if r.calendar_id == calendar_id]
        branch = [
            r.rule_id
            for r in of_kind
            if r.calendar_id is None and branch_id is not None and r.branch_id == branch_id
        ]
        firm = [r.rule_id for r in of_kind if r.calendar_id is None and r.branch_id is None]
        result += own or branch or firm
    return result


@dataclass(frozen=True, slots=True)
class GatewayChoice:
    """A gateway as far as the choice between them goes; `own` is one branch's own account."""

    id: int
    kind: str
    channels: frozenset[Channel]
    own: bool = False


def choose_gateway(gateways: Sequence[GatewayChoice], wished: int | None, channel: Channel) -> int | None:
    """The gateway of a branch for a channel, else the firm's: the oldest real one.

    The sandbox stands in only while no real gateway exists at all, so that a missing account is seen
    and not silently recorded away. A branch's own account is for that branch only.
    """
    fitting = [g for g in gateways if channel in g.channels]
    if wished is not None and any(g.id == wished for g in fitting):
        return wished
    real = [g.id for g in fitting if g.kind != "sandbox" and not g.own]
    if real:
        return min(real)
    if any(g.kind != "sandbox" for g in gateways):
        return None
    return min((g.id for g in fitting), default=None)
