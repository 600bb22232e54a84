"""What a change to a message would do to what is planned, found without writing anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from kehr.actions.facts.office_facts import NoOffice, OfficeFacts, load_office, with_rules
from kehr.actions.plan.plan_messages import Difference, find_difference
from kehr.actions.setup.change_rules import Scope, is_new, rule_values
from kehr.models import Message, MessageRule, db
from kehr.rules.forms.settings_values import RuleSettings
from kehr.rules.plan.planning import WILL_LEAVE
from kehr.rules.terms.messages import State

MOST_EXAMPLES = 10
NEW_ID = 0
"""Stands for a rule that has no row yet."""


@dataclass(frozen=True, slots=True)
class Example:
    """One message that would be new, moved or withdrawn: `due_at` is its time then, `old_due_at` now."""

    what: str
    name: str
    recipient: str
    channel: str
    start: datetime | None
    due_at: datetime | None
    old_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class RulePreview:
    """What would come of a change. `new` would leave, `new_withheld` would stand there without leaving;
    `moved` get another time, `restated` another state or reason, `withdrawn` leave no more; `texts` leave
    with other words. `held` of all these wait for a release.
    """

    new: int = 0
    new_withheld: int = 0
    moved: int = 0
    restated: int = 0
    withdrawn: int = 0
    texts: int = 0
    held: int = 0
    examples: tuple[Example, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether what is planned would change at all."""
        return any((self.new, self.new_withheld, self.moved, self.restated, self.withdrawn, self.texts))


def preview_rule(rule_id: int | None, scope: Scope, settings: RuleSettings, now: datetime) -> RulePreview:
    """What planning would do more if this were saved; of a new rule `rule_id` is None. Holds no lock."""
    try:
        facts = load_office()
    except NoOffice:
        return RulePreview()
    row = facts.rules.get(rule_id) if rule_id is not None else None
    changed = _changed(row, scope, settings, now)
    rules = [rule for rule in facts.rules.values() if rule is not row]
    with db.session.no_autoflush:
        difference = find_difference(with_rules(facts, [*rules, changed]), now)
        if difference.created or difference.updated:
            _take_out(difference, find_difference(facts, now))
    texts = _reworded(row, changed, facts, difference) if row is not None else 0
    return _counted(difference, texts)


def _changed(row: MessageRule | None, scope: Scope, settings: RuleSettings, now: datetime) -> MessageRule:
    """The rule as it would be; it belongs to no session, so that nothing of it is ever written."""
    changed = MessageRule(
        id=row.id if row is not None else NEW_ID,
        branch_id=scope[0],
        calendar_id=scope[1],
        kind=scope[2],
        text_new_since=row.text_new_since if row is not None else None,
        active_since=row.active_since if row is not None else None,
        **rule_values(settings),
    )
    if settings.active and (row is None or not row.active):
        changed.active_since = now
    before = (row.active, row.text, row.subject) if row is not None else None
    if is_new(db.session(), changed, before):
        changed.text_new_since = now
    return changed


def _take_out(difference: Difference, anyway: Difference) -> None:
    """Leaves what comes of the change alone, without that which the next planning will do anyway."""
    created = {_news(values) for values in anyway.created}
    updated = {values["id"]: values for values in anyway.updated}
    difference.created = [values for values in difference.created if _news(values) not in created]
    difference.updated = [values for values in difference.updated if updated.get(values["id"]) != values]


def _news(values: dict[str, Any]) -> tuple[object, ...]:
    """What tells one new message from another; each planning gives it another id."""
    names = ("appointment_id", "kind", "rule_id", "channel", "recipient", "about_start", "state", "due_at")
    return tuple(values[name] for name in names)


def _reworded(row: MessageRule, changed: MessageRule, facts: OfficeFacts, difference: Difference) -> int:
    """How many of the planned messages of this rule would still leave, with other words."""
    words = ("text", "subject", "ical_link")
    if all(getattr(row, name) == getattr(changed, name) for name in words):
        return 0
    stays = select(func.count()).where(
        Message.rule_id == row.id, Message.state.in_(WILL_LEAVE), Message.own_text == ""
    )
    gone = [
        values["id"]
        for values in difference.updated
        if values.get("state", State.PLANNED) not in WILL_LEAVE
        and difference.before[values["id"]].rule_id == row.id
        and difference.before[values["id"]].state in WILL_LEAVE
        and not difference.before[values["id"]].own_text
    ]
    return (db.session.scalar(stays) or 0) - len(gone)


def _counted(difference: Difference, texts: int) -> RulePreview:
    leaving = [values for values in difference.created if values["state"] in WILL_LEAVE]
    moved, withdrawn, restated = [], [], 0
    for values in difference.updated:
        if values.get("state") == State.WITHDRAWN:
            withdrawn.append(values)
        elif _is_moved(values, difference):
            moved.append(values)
        else:
            restated += 1
    held = [values for values in leaving if values["state"] == State.HELD]
    held += [values for values in difference.updated if values.get("state") == State.HELD]
    return RulePreview(
        new=len(leaving),
        new_withheld=len(difference.created) - len(leaving),
        moved=len(moved),
        restated=restated,
        withdrawn=len(withdrawn),
        texts=texts,
        held=len(held),
        examples=_examples(leaving, moved, withdrawn, difference),
    )


def _is_moved(values: dict[str, Any], difference: Difference) -> bool:
    """Whether a message that would leave, and will, gets another time."""
    before = difference.before[values["id"]]
    state = values.get("state", before.state)
    both = before.state in WILL_LEAVE and state in WILL_LEAVE
    return both and "due_at" in values and values["due_at"] != before.due_at


def _examples(
    leaving: list[dict[str, Any]],
    moved: list[dict[str, Any]],
    withdrawn: list[dict[str, Any]],
    difference: Difference,
) -> tuple[Example, ...]:
    """Some of each, at most ten, the earliest first."""
    new = sorted(leaving, key=lambda values: (values["due_at"], values["id"]))
    chosen = list(_dealt(new, moved, withdrawn))
    ids = [values["id"] for what, values in chosen if what != "new"]
    rows = {row.id: row for row in db.session.scalars(select(Message).where(Message.id.in_(ids)))}
    order = ("new", "moved", "withdrawn")
    found = [_example(what, values, rows, difference) for what, values in chosen]
    return tuple(sorted(found, key=lambda one: order.index(one.what)))


def _dealt(*kinds: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """One of each kind in turn, until there are enough."""
    named = list(zip(("new", "moved", "withdrawn"), kinds, strict=True))
    left = MOST_EXAMPLES
    for at in range(MOST_EXAMPLES):
        for what, values in named:
            if at < len(values) and left:
                left -= 1
                yield what, values[at]


def _example(what: str, values: dict[str, Any], rows: dict[str, Message], difference: Difference) -> Example:
    if what == "new":
        name, recipient, channel = values["recipient_name"], values["recipient"], values["channel"]
        return Example(what, name, recipient, channel, values["appointment_start"], values["due_at"], None)
    row, before = rows[values["id"]], difference.before[values["id"]]
    due = values["due_at"] if what == "moved" else None
    return Example(
        what, row.recipient_name, row.recipient, row.channel, row.appointment_start, due, before.due_at
    )
