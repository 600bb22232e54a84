"""Ends trial mode: from then on messages really leave. Shows beforehand how many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select

from kehr.models import Company, Gateway, Message, db, writing
from kehr.rules.terms.messages import State

LOOK_AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Leaving:
    """So many messages of a kind and channel leave in the next seven days, the first of them at `first`."""

    kind: str
    channel: str
    count: int
    first: datetime


@dataclass(frozen=True, slots=True)
class TrialForecast:
    """What ending trial mode would set free.

    `recorded` counts what was noted as Probe in the last seven days, `held` what waits for a release.
    `missing` are master data that must be filled first; `only_sandbox` tells that nothing could leave.
    """

    leaving: tuple[Leaving, ...]
    recipients: int
    recorded: int
    held: int
    missing: tuple[str, ...]
    only_sandbox: bool

    @property
    def total(self) -> int:
        """All messages of the next seven days."""
        return sum(line.count for line in self.leaving)


class TrialStays(ValueError):
    """Trial mode cannot end yet; `missing` names the master data to fill."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


def forecast_trial_end(now: datetime) -> TrialForecast:
    """Looks at what is planned for the next seven days."""
    soon = (Message.state == State.PLANNED, Message.due_at < now + LOOK_AHEAD)
    lines = db.session.execute(
        select(Message.kind, Message.channel, func.count(), func.min(Message.due_at))
        .where(*soon)
        .group_by(Message.kind, Message.channel)
        .order_by(func.min(Message.due_at))
    ).all()
    recorded = (Message.trial, Message.sent_at >= now - LOOK_AHEAD)
    company = db.session.get(Company, 1)
    real = db.session.scalar(select(Gateway.id).where(Gateway.kind != "sandbox").limit(1))
    return TrialForecast(
        leaving=tuple(Leaving(kind, channel, count, first) for kind, channel, count, first in lines),
        recipients=_count(select(func.count(func.distinct(Message.recipient))).where(*soon)),
        recorded=_count(select(func.count()).select_from(Message).where(*recorded)),
        held=_count(select(func.count()).select_from(Message).where(Message.state == State.HELD)),
        missing=company.missing_fields if company else Company.MASTER_FIELDS,
        only_sandbox=real is None,
    )


def end_trial() -> bool:
    """Lets messages leave from now on; False when they already did. Raises TrialStays (B03)."""
    with writing() as session:
        company = session.get(Company, 1)
        if company is None:
            raise TrialStays(Company.MASTER_FIELDS)
        if not company.trial:
            return False
        if company.missing_fields:
            raise TrialStays(company.missing_fields)
        company.trial = False
    return True


def resume_trial() -> bool:
    """Goes back to trial mode: only the firm's own numbers are reached; False when it already was."""
    with writing() as session:
        company = session.get(Company, 1)
        if company is None or company.trial:
            return False
        company.trial = True
    return True


def _count(query: Select[int]) -> int:
    return int(db.session.scalar(query) or 0)
