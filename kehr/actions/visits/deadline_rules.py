"""The rules of the Länder: the defaults, and what the office made of them."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.models import DeadlineRule, db, writing
from kehr.rules.law.deadlines import LandRule, Sureness, Unit
from kehr.rules.law.start_deadlines import START_DEADLINES

_NAMES = tuple(one.name for one in fields(LandRule))


def load_rules() -> dict[str, LandRule]:
    """The rule that holds in each Land: the office's where somebody changed it, else the default."""
    rows = db.session.scalars(select(DeadlineRule).where(DeadlineRule.changed_at.is_not(None)))
    return START_DEADLINES | {row.land: _rule(row) for row in rows if row.land in START_DEADLINES}


def changed_rules() -> dict[str, DeadlineRule]:
    """The rows that somebody changed, by Land."""
    rows = db.session.scalars(select(DeadlineRule).where(DeadlineRule.changed_at.is_not(None)))
    return {row.land: row for row in rows}


def ensure_rules() -> None:
    """Keeps the defaults in the database, where other parts read them."""
    with writing() as session:
        keep_defaults(session)


def keep_defaults(session: Session) -> None:
    """Stores the defaults that are missing, and those that nobody changed and that are newer now."""
    rows = {row.land: row for row in session.scalars(select(DeadlineRule))}
    for land, rule in START_DEADLINES.items():
        row = rows.get(land)
        if row is None:
            row = DeadlineRule(land=land)
            session.add(row)
        elif row.changed_at is not None:
            continue
        _assign(row, rule)


def change_rule(rule: LandRule, by: str, now: datetime) -> bool:
    """Stores what the office says about a Land; False when it says so already."""
    with writing() as session:
        return apply_rule(session, rule, by, now)


def apply_rule(session: Session, rule: LandRule, by: str, now: datetime) -> bool:
    """As `change_rule`, inside a transaction. What equals the default is the default again."""
    row = session.get(DeadlineRule, rule.land)
    old = START_DEADLINES[rule.land] if row is None or row.changed_at is None else _rule(row)
    if rule == old:
        return False
    if row is None:
        row = DeadlineRule(land=rule.land)
        session.add(row)
    _assign(row, rule)
    default = rule == START_DEADLINES[rule.land]
    row.changed_at, row.changed_by = (None, "") if default else (now, by)
    return True


def restore_rule(land: str, now: datetime) -> bool:
    """Back to the default; False when it is that already."""
    return change_rule(START_DEADLINES[land], "", now)


def _rule(row: DeadlineRule) -> LandRule:
    values = {name: getattr(row, name) for name in _NAMES}
    typed = {
        "unit": Unit(row.unit),
        "posted_unit": Unit(row.posted_unit),
        "sureness": Sureness(row.sureness),
    }
    return LandRule(**values | typed)


def _assign(row: DeadlineRule, rule: LandRule) -> None:
    for name, value in asdict(rule).items():
        setattr(row, name, value.value if isinstance(value, (Unit, Sureness)) else value)
