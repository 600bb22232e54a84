"""Warns when a quota or a counter is nearly used, and ends the troubles of those that have room again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kehr.actions.facts.raise_alarm import find_open, open_alarm
from kehr.actions.money.meters import Meter, all_quotas, fullness_of, warning_of
from kehr.models import Alarm, Branch, Company, Gateway, TopUp, db, writing
from kehr.rules.plan.quota import LOW_COUNTER, Level, fits, is_low, level


def watch_meters(now: datetime) -> None:
    """One look at all quotas and counters; without any it does not write."""
    company = db.session.get(Company, 1)
    if company is None or not (_watched(company) or _open_alarms(db.session()) or _low(db.session())):
        db.session.rollback()
        return
    with writing() as session:
        company = session.get_one(Company, 1)
        quotas = all_quotas(session, company.monthly_quota, company.zoneinfo, now)
        for meter in quotas:
            _tell(session, meter, now)
        low = _low(session)
        for gateway in low:
            args = {"gateway": gateway.name, "count": gateway.counter}
            open_alarm(session, f"counter_low:{gateway.id}", "counter_low", args, now).args = args
        warned = {warning_of(meter)[0] for meter in quotas if _level(meter) == Level.WARNING}
        warned |= {f"counter_low:{gateway.id}" for gateway in low}
        by_key = {meter.key: meter for meter in quotas}
        for alarm in _open_alarms(session):
            if not _holds(session, alarm, by_key, warned):
                alarm.closed_at = now


def _watched(company: Company) -> bool:
    if company.monthly_quota is not None:
        return True
    query = select(Branch.id).where(Branch.monthly_quota.is_not(None), Branch.archived_at.is_(None))
    return db.session.scalar(query.limit(1)) is not None


def _open_alarms(session: Session) -> list[Alarm]:
    mine = or_(Alarm.key.startswith("quota"), Alarm.key.startswith("counter"))
    return list(session.scalars(select(Alarm).where(mine, Alarm.closed_at.is_(None))))


def _low(session: Session) -> list[Gateway]:
    """The accounts whose counter is nearly at its end; one that is at its end is another trouble."""
    newest = select(TopUp.count).where(TopUp.gateway_id == Gateway.id).order_by(TopUp.id.desc()).limit(1)
    query = select(Gateway, newest.scalar_subquery()).where(
        Gateway.counter > 0, Gateway.counter <= LOW_COUNTER
    )
    return [row for row, ordered in session.execute(query) if is_low(row.counter, ordered)]


def _level(meter: Meter) -> Level:
    return level(meter.limit, meter.used)


def _tell(session: Session, meter: Meter, now: datetime) -> None:
    if _level(meter) == Level.FULL:
        key, code, args = fullness_of(meter)
        old = find_open(session, key)
        if old is None or _named(old) != _named_by(args):
            if old is not None:
                old.closed_at = now
                session.flush()
            open_alarm(session, key, code, args, now)
    elif _level(meter) == Level.WARNING and find_open(session, meter.key) is None:
        key, code, args = warning_of(meter)
        if session.scalar(select(Alarm.id).where(Alarm.key == key).limit(1)) is None:
            open_alarm(session, key, code, args, now)


def _named(alarm: Alarm) -> tuple[Any, ...]:
    return _named_by(alarm.args)


def _named_by(args: dict[str, Any]) -> tuple[Any, ...]:
    return args.get("limit"), args.get("month")


def _holds(session: Session, alarm: Alarm, quotas: dict[str, Meter], warned: set[str]) -> bool:
    """Whether a trouble is still one: a message of that many parts would not fit in either."""
    needs = int(alarm.args.get("needs", 1))
    if alarm.key.startswith(("quota_warning:", "counter_low:")):
        return alarm.key in warned
    if alarm.key.startswith("counter:"):
        gateway = session.get(Gateway, int(alarm.key.partition(":")[2]))
        return gateway is not None and gateway.counter is not None and gateway.counter < needs
    meter = quotas.get(alarm.key)
    return meter is not None and not fits(meter.limit, meter.used, needs)
