"""Changes the firm's master data and its rules for all messages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kehr.actions.facts.row_changes import assign, set_quota
from kehr.actions.money.watch_meters import watch_meters
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Company, db, writing
from kehr.rules.settings.company_form import CheckedCompany, check_company, lines_of
from kehr.sources.allow import Allow

PLANNED_WITH = frozenset(
    {"zone", "window_from", "window_to", "window_days", "window_holidays", "settle_minutes", "release"}
)
"""What moves planned messages when it changes."""


class CompanyRefused(ValueError):
    """Input about the firm that is not stored; `faults` holds a German sentence for each field."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


def change_company(typed: Mapping[str, object], now: datetime) -> list[str]:
    """Stores what a form says about the firm and plans anew; answers the names of what changed.

    All or nothing: raises CompanyRefused when any field is at fault.
    """
    before = db.session.get(Company, 1)
    checked = check_company(typed, trial=before is None or before.trial)
    _check_allow(checked, typed)
    if checked.faults:
        raise CompanyRefused(checked.faults)
    with writing() as session:
        company = session.get(Company, 1)
        if company is None:
            company = Company(id=1)
            session.add(company)
            session.flush()
        quota = checked.values.pop("monthly_quota", None)
        changed = assign(company, checked.values)
        changed += set_quota(company, quota if isinstance(quota, int) else None)
    watch_meters(now)
    if PLANNED_WITH & set(changed):
        plan_messages(now)
    return changed


def finish_setup(now: datetime) -> bool:
    """Notes that the guided set-up is done; False when it already was."""
    with writing() as session:
        company = session.get(Company, 1)
        if company is None or company.wizard_done_at is not None:
            return False
        company.wizard_done_at = now
    return True


def _check_allow(checked: CheckedCompany, typed: Mapping[str, object]) -> None:
    for entry in lines_of(typed.get("network_allow")):
        try:
            Allow.parse([entry])
        except ValueError:
            checked.faults["network_allow"] = (
                f"»{entry}« ist weder Rechnername noch Adresse noch Netz. "
                "So schreiben: drucker.lan, 192.168.1.20:8080 oder 10.0.0.0/8."
            )
            return
