"""Where a rule applies: whether anybody there hears an answer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from kehr.actions.facts.hears_replies import deaf_reason
from kehr.actions.facts.office_facts import gateway_for
from kehr.models import Branch, Calendar, Company, Gateway, db
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.plan.plan_values import Reason
from kehr.rules.terms.messages import Channel
from kehr.words import sentence


@dataclass(frozen=True, slots=True)
class Hearing:
    """Which branches of a scope hear no answers, and why; `nobody` when none of them hears any."""

    deaf: tuple[tuple[str, Reason], ...]
    nobody: bool


def hearing_of(branch_id: int | None, calendar_id: int | None) -> Hearing:
    """Who hears answers where a rule applies: a calendar's branch, a branch, or (both None) all that send."""
    company = db.session.get(Company, 1)
    if company is None:
        return Hearing((), nobody=False)
    gateways = list(db.session.scalars(select(Gateway).order_by(Gateway.id)))
    branches = _branches(branch_id, calendar_id)
    deaf = []
    for branch in branches:
        gateway = gateway_for(branch, Channel.SMS, gateways)
        reason = deaf_reason(branch, gateway, company, hooked=True)
        if reason is not None:
            deaf.append((branch.name if branch is not None else "", reason))
    return Hearing(tuple(deaf), bool(deaf) and len(deaf) == len(branches))


def _branches(branch_id: int | None, calendar_id: int | None) -> list[Branch | None]:
    if calendar_id is not None:
        calendar = db.session.get(Calendar, calendar_id)
        branch_id = calendar.branch_id if calendar is not None else None
        return [db.session.get(Branch, branch_id) if branch_id is not None else None]
    if branch_id is not None:
        return [db.session.get(Branch, branch_id)]
    rows = list(db.session.scalars(select(Branch).where(Branch.archived_at.is_(None)).order_by(Branch.id)))
    without = db.session.scalars(select(Calendar.id).where(Calendar.branch_id.is_(None)).limit(1)).first()
    return [*rows, None] if without is not None or not rows else [*rows]


def refuse_followup(branch_id: int | None, calendar_id: int | None, key: str) -> None:
    """Raises SettingsError at `key` where nobody hears an answer: the follow-up would ask in vain (B40)."""
    hearing = hearing_of(branch_id, calendar_id)
    if hearing.nobody:
        name, reason = hearing.deaf[0]
        where = f" (Filiale »{name}«)" if name else ""
        said = sentence(reason.code, {"sender": "", **reason.args})
        raise SettingsError(key, f"Die Nachfrage braucht Antworten, und hier kommen keine an{where}. {said}")
