"""What the page of messages shows: a card for each kind, the firm's rules and whose own ones differ."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from kehr.actions.feeds.list_calendars import SHOWN_KINDS
from kehr.models import Branch, Calendar, MessageRule, db
from kehr.models.calendars import OWN_TESTS


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """The rules of one kind for the firm (both ids None), a branch or a calendar, in their order."""

    branch_id: int | None
    calendar_id: int | None
    name: str
    rules: tuple[MessageRule, ...]


@dataclass(frozen=True, slots=True)
class KindCard:
    """One kind of message. `free` are the scopes that have no rules of their own yet: (value, name)."""

    kind: str
    groups: tuple[RuleGroup, ...]
    free: tuple[tuple[str, str], ...]


def list_rules() -> list[KindCard]:
    """A card for each kind, the firm's group first."""
    query = select(MessageRule).where(MessageRule.archived_at.is_(None))
    rules = list(db.session.scalars(query.order_by(MessageRule.position, MessageRule.id)))
    scopes = _scopes()
    return [_card(kind, [rule for rule in rules if rule.kind == kind], scopes) for kind in SHOWN_KINDS]


def _scopes() -> dict[tuple[int | None, int | None], str]:
    """Whose rules there can be: branches, then calendars."""
    there = select(Branch.id, Branch.name).where(Branch.archived_at.is_(None))
    branches = db.session.execute(there.order_by(Branch.id))
    customers = select(Calendar.id, Calendar.name).where(Calendar.kind.not_in(OWN_TESTS))
    calendars = db.session.execute(customers.order_by(Calendar.id))
    found: dict[tuple[int | None, int | None], str] = {(number, None): name for number, name in branches}
    return found | {(None, number): name for number, name in calendars}


def _card(kind: str, rules: list[MessageRule], scopes: dict[tuple[int | None, int | None], str]) -> KindCard:
    groups = [
        RuleGroup(branch_id, calendar_id, name, own)
        for (branch_id, calendar_id), name in {(None, None): "", **scopes}.items()
        if (own := tuple(r for r in rules if (r.branch_id, r.calendar_id) == (branch_id, calendar_id)))
    ]
    taken = {(group.branch_id, group.calendar_id) for group in groups}
    free = tuple(
        (f"filiale-{scope[0]}" if scope[0] else f"kalender-{scope[1]}", name)
        for scope, name in scopes.items()
        if scope not in taken
    )
    return KindCard(kind, tuple(groups), free)
