"""Adds, changes or takes out a Filiale."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import func, select, update

from kehr.actions.facts.row_changes import assign, set_quota
from kehr.actions.money.watch_meters import watch_meters
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.setup.change_gateway import apply_gateway, refuse_shared_secret
from kehr.models import Branch, Calendar, Gateway, MessageRule, db, writing
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.forms.settings_values import BranchSettings, GatewaySettings


def save_branch(
    branch_id: int | None, settings: BranchSettings, own: GatewaySettings | None, now: datetime
) -> int:
    """Saves what the form says, plans anew and answers the row's id.

    With `own` the branch gets an account of its own, through which it sends its SMS. Raises SettingsError:
    for a name already taken, and for a token that another account holds already (B09).
    """
    with writing() as session:
        _refuse_name(session, branch_id, settings.name)
        row = session.get(Branch, branch_id) if branch_id is not None else None
        row, _ = apply_branch(session, row, settings, now)
        if own is not None:
            gateway, _ = apply_gateway(session, None, replace(own, name=_free_name(session, own.name)), now)
            row.sms_gateway_id = gateway.id
            session.flush()
        refuse_borrowed_token(session, row, "token" if own is not None else "sms_gateway")
        saved = int(row.id)
    plan_messages(now)
    watch_meters(now)
    return saved


def apply_branch(
    session: Any, row: Branch | None, settings: BranchSettings, now: datetime
) -> tuple[Branch, list[str]]:
    """Writes the settings into the row (a new one when None) and tells which of them changed.

    A branch that was taken out comes back.
    """
    if row is None:
        row = Branch(name=settings.name, sender="", land="", cost_center="", created_at=now)
        session.add(row)
    names = ("name", "sender", "land", "cost_center")
    changed = assign(row, {name: getattr(settings, name) for name in names})
    changed += set_quota(row, settings.monthly_quota)
    if row.archived_at is not None:
        row.archived_at = None
        changed.append("archived_at")
    for key in ("sms_gateway", "email_gateway"):
        name = getattr(settings, key)
        if name is None:
            continue
        wanted = session.scalar(select(Gateway.id).where(Gateway.name == name)) if name else None
        if getattr(row, f"{key}_id") != wanted:
            setattr(row, f"{key}_id", wanted)
            changed.append(key)
    session.flush()
    return row, changed


@dataclass(frozen=True, slots=True)
class Leaving:
    """What taking a branch out changes: its calendars fall to the firm, its own texts end."""

    calendars: tuple[str, ...]
    rules: int
    gateway: str


def what_leaves(branch: Branch) -> Leaving:
    """What would change if this branch were taken out now."""
    calendars = select(Calendar.name).where(Calendar.branch_id == branch.id).order_by(Calendar.name)
    rules = select(func.count()).where(MessageRule.branch_id == branch.id, MessageRule.archived_at.is_(None))
    own = branch.sms_gateway
    kept = own.name if own is not None and own.options.get("branch_only") else ""
    return Leaving(tuple(db.session.scalars(calendars)), db.session.scalar(rules) or 0, kept)


def archive_branch(branch_id: int, now: datetime) -> bool:
    """Takes a branch out and plans anew: its calendars fall to the firm, its rules end, its history stays.

    False when it was out already.
    """
    with writing() as session:
        row = session.get_one(Branch, branch_id)
        if row.archived_at is not None:
            return False
        row.archived_at = now
        session.execute(update(Calendar).where(Calendar.branch_id == branch_id).values(branch_id=None))
        own = MessageRule.branch_id == branch_id
        session.execute(
            update(MessageRule).where(own, MessageRule.archived_at.is_(None)).values(archived_at=now)
        )
    plan_messages(now)
    watch_meters(now)
    return True


def restore_branch(branch_id: int) -> None:
    """Offers a branch again; calendars and texts are given to it anew.

    Raises SettingsError when another account has been given the branch's token meanwhile (B09).
    """
    with writing() as session:
        row = session.get_one(Branch, branch_id)
        row.archived_at = None
        session.flush()
        refuse_borrowed_token(session, row, "sms_gateway")


def _refuse_name(session: Any, branch_id: int | None, name: str) -> None:
    same = session.scalar(select(Branch).where(Branch.name == name))
    if same is None or same.id == branch_id:
        return
    if same.archived_at is not None:
        raise SettingsError(
            "name", f"Eine Filiale »{name}« gab es schon, sie ist stillgelegt. Nehmen Sie sie wieder auf."
        )
    raise SettingsError("name", f"Eine Filiale »{name}« gibt es schon.")


def _free_name(session: Any, wanted: str) -> str:
    """A gateway's name that none has yet: `Linz`, `Linz 2`."""
    taken = set(session.scalars(select(Gateway.name)))
    names = (wanted if number == 1 else f"{wanted[:110]} {number}" for number in count(1))
    return next(name for name in names if name not in taken)


def refuse_borrowed_token(session: Any, row: Branch, key: str) -> None:
    """The firm's token is not a branch's (B09); sending through the firm's own account is another thing.

    Raises SettingsError under `key`.
    """
    if row.sms_gateway_id is not None:
        refuse_shared_secret(session, session.get_one(Gateway, row.sms_gateway_id), key)
