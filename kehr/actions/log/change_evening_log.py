"""Changes whether, when and whereto the day's log goes every evening."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.actions.facts.row_changes import assign
from kehr.actions.log.evening_log import EMAIL, FILE, begin
from kehr.models import Company, EveningLog, db, writing
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.forms.settings_values import Known
from kehr.rules.settings.settings_office import read_company

FIELDS = ("email", "file", "at")
SHOWN = 14


class EveningRefused(ValueError):
    """Input that is not stored; `faults` holds a German sentence for each field."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


def change_evening_log(typed: Mapping[str, object], now: datetime) -> list[str]:
    """Stores what a form says and answers the names of what changed. Raises EveningRefused."""
    values: dict[str, object] = {}
    faults: dict[str, str] = {}
    for name in FIELDS:
        try:
            read = read_company({"evening_log": {name: typed.get(name)}}, Known())
        except SettingsError as error:
            faults[name] = error.sentence
            continue
        values[f"evening_log_{name}"] = getattr(read, f"evening_log_{name}")
    if faults:
        raise EveningRefused(faults)
    with writing() as session:
        company = session.get_one(Company, 1)
        changed = assign(company, values)
        begin_evenings(session, company, changed, now)
    return changed


def begin_evenings(session: Session, company: Company, changed: Collection[str], now: datetime) -> None:
    """Lets what was switched on count from now: no evening before it is caught up."""
    if "evening_log_email" in changed and company.evening_log_email:
        begin(session, EMAIL, company, now)
    if "evening_log_file" in changed and company.evening_log_file:
        begin(session, FILE, company, now)


def last_evenings() -> list[EveningLog]:
    """The newest logs that were mailed or filed, or could not be."""
    query = select(EveningLog).order_by(EveningLog.day.desc(), EveningLog.way).limit(SHOWN)
    rows: list[Any] = list(db.session.scalars(query))
    return rows
