"""Replaces the rules of one scope and kind, keeping rows that stay the same rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.actions.facts.row_changes import assign
from kehr.actions.setup.hearing import hearing_of, refuse_followup
from kehr.models import Message, MessageRule, writing
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.forms.settings_values import RuleSettings
from kehr.rules.terms.messages import Kind

Scope = tuple[int | None, int | None, str]
"""Branch id, calendar id (both None for the firm) and kind."""


def scope_rules(session: Any, scope: Scope) -> list[MessageRule]:
    """The rules of a scope that count, in their order."""
    branch_id, calendar_id, kind = scope
    query = (
        select(MessageRule)
        .where(
            MessageRule.branch_id.is_not_distinct_from(branch_id),
            MessageRule.calendar_id.is_not_distinct_from(calendar_id),
            MessageRule.kind == kind,
            MessageRule.archived_at.is_(None),
        )
        .order_by(MessageRule.position, MessageRule.id)
    )
    return list(session.scalars(query))


def replace_rules(session: Any, scope: Scope, wanted: Sequence[RuleSettings], now: datetime) -> list[str]:
    """Makes the scope's rules be `wanted`; answers what it did, one phrase a rule.

    A rule keeps its row, and with it what was already sent for it, when channel, days and time are the
    same, else by its place in the order. What is left over is archived.
    """
    before = scope_rules(session, scope)
    rows = _matched(before, wanted)
    phrases: list[str] = []
    for position, (settings, row) in enumerate(zip(wanted, rows, strict=True)):
        phrases += _apply(session, scope, settings, row, position, now)
    for old in before:
        if old not in rows:
            old.archived_at = now
            phrases.append("eine Regel entfernt")
    session.flush()
    return phrases


def _matched(rows: list[MessageRule], wanted: Sequence[RuleSettings]) -> list[MessageRule | None]:
    left = list(rows)
    found: list[MessageRule | None] = []
    for settings in wanted:
        same = next((row for row in left if _when(row) == _when(settings)), None)
        found.append(same)
        if same is not None:
            left.remove(same)
    return [row if row is not None or not left else left.pop(0) for row in found]


def _when(rule: MessageRule | RuleSettings) -> tuple[object, ...]:
    return (rule.channel, rule.days, rule.at)


def _apply(
    session: Any,
    scope: Scope,
    settings: RuleSettings,
    row: MessageRule | None,
    position: int,
    now: datetime,
) -> list[str]:
    values = rule_values(settings) | {"position": position}
    if row is None:
        row = MessageRule(branch_id=scope[0], calendar_id=scope[1], kind=scope[2], created_at=now, **values)
        row.active_since = now if settings.active else None
        session.add(row)
        session.flush()
        return ["eine Regel angelegt"]
    switched_on = settings.active and not row.active
    changed = assign(row, values)
    if switched_on:
        row.active_since = now
    return [f"{', '.join(changed)} geändert"] if changed else []


def rule_values(settings: RuleSettings) -> dict[str, Any]:
    """The columns that a rule's settings fill."""
    return {
        "active": settings.active,
        "channel": settings.channel,
        "days": settings.days,
        "at": settings.at,
        "text": settings.text,
        "subject": settings.subject,
        "ical_link": settings.ical_link,
        "second_channel": settings.second_channel,
    }


def save_rule(rule_id: int | None, scope: Scope, settings: RuleSettings, now: datetime) -> int:
    """Saves one rule from the editor: a new one (None) is added at the end of its scope.

    Raises SettingsError when another of its scope goes at the same time on the same channel: the customer
    would hear twice at once; or when a follow-up would ask where nobody hears an answer. A text that is new
    waits for the release of its first send (C06).
    """
    with writing() as session:
        row = session.get(MessageRule, rule_id) if rule_id is not None else None
        others = [other for other in scope_rules(session, scope) if other is not row]
        if any(_when(other) == _when(settings) for other in others):
            raise SettingsError(
                "at", "Zu diesem Zeitpunkt geht schon eine andere; bitte eine andere Zeit nehmen."
            )
        if scope[2] == Kind.FOLLOWUP and settings.active:
            refuse_followup(scope[0], scope[1], "active")
        position = row.position if row else len(scope_rules(session, scope))
        before = (row.active, row.text, row.subject) if row is not None else None
        _apply(session, scope, settings, row, position, now)
        if row is None:
            row = scope_rules(session, scope)[-1]
        if is_new(session, row, before):
            row.text_new_since = now
        return int(row.id)


def is_new(session: Session, row: MessageRule, before: tuple[bool, str, str] | None) -> bool:
    """Whether nobody has seen this text as it leaves: it was changed, or it is switched on for the first
    time (C06).
    """
    if before is None or before[1:] != (row.text, row.subject):
        return True
    if before[0] or not row.active:
        return False
    sent = select(Message.id).where(Message.rule_id == row.id, Message.sent_at.is_not(None)).limit(1)
    return session.scalar(sent) is None


def copy_rules(source: Scope, target: Scope, now: datetime) -> int:
    """Gives a branch or calendar its own rules of a kind, beginning with the firm's; answers the first id.

    A scope that has rules of its own already keeps them. A follow-up stays off where nobody hears an answer.
    """
    deaf = target[2] == Kind.FOLLOWUP and hearing_of(target[0], target[1]).nobody
    with writing() as session:
        own = scope_rules(session, target)
        if not own:
            for position, row in enumerate(scope_rules(session, source)):
                copy = RuleSettings(
                    row.kind,
                    "",
                    "",
                    row.active and not deaf,
                    row.channel,
                    row.days,
                    row.at,
                    row.text,
                    row.subject,
                    row.ical_link,
                    row.second_channel,
                )
                _apply(session, target, copy, None, position, now)
            own = scope_rules(session, target)
        return int(own[0].id)


def archive_scope(scope: Scope, now: datetime) -> None:
    """Takes out all own rules of a branch or calendar, so that the firm's count again."""
    with writing() as session:
        for row in scope_rules(session, scope):
            row.archived_at = now


def archive_rule(rule_id: int, now: datetime) -> bool:
    """Takes out one rule and answers whether it went; the last one of its scope is only switched off."""
    with writing() as session:
        row = session.get(MessageRule, rule_id)
        scope = (row.branch_id, row.calendar_id, row.kind)
        if len(scope_rules(session, scope)) < 2:
            row.active = False
            return False
        row.archived_at = now
        return True
