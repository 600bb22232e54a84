"""Applies a settings file: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from kehr.actions.facts.row_changes import assign, set_quota, told
from kehr.actions.feeds.change_calendar import apply_calendar
from kehr.actions.imports.drop_folder import apply_import, check_folder, write_wish
from kehr.actions.log.change_evening_log import begin_evenings
from kehr.actions.setup.change_branch import apply_branch, refuse_borrowed_token
from kehr.actions.setup.change_gateway import apply_gateway, refuse_missing_mail, refuse_shared_secret
from kehr.actions.setup.change_rules import replace_rules
from kehr.actions.setup.configure_users import apply_users, read_passwords
from kehr.actions.setup.hearing import refuse_followup
from kehr.actions.setup.known_settings import known_settings
from kehr.actions.setup.read_secret import read_secret
from kehr.actions.visits.deadline_rules import apply_rule
from kehr.actions.visits.entry_fields import read_again
from kehr.models import Branch, Calendar, Company, Gateway, db, writing
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.forms.settings_values import GatewaySettings, ImportSettings, RuleSettings, SettingsFile
from kehr.rules.settings.settings_file import read_settings_file
from kehr.rules.settings.settings_import import refuse_weak
from kehr.sources.allow import Allow
from kehr.words import KINDS

NOTHING = "nichts geändert"
FROM_FILE = "Einstellungsdatei"


def configure(data: dict[str, object], folder: Path, now: datetime) -> list[str]:
    """Applies a parsed settings file and tells what changed, one line each; never a secret.

    `folder` is where relative `token_file` and `password_file` paths begin. Raises SettingsError before
    anything is changed.
    """
    settings = read_settings_file(data, known_settings(db.session))
    _check_allow(settings)
    _check_mail_accounts(settings)
    settings = replace(
        settings,
        gateways=tuple(_with_secret(settings.gateways, folder)),
        imports=_with_password(settings.imports, folder),
    )
    passwords = read_passwords(settings.users, folder)
    if db.session.get(Company, 1) is None:
        from kehr.actions.setup.first_run import ensure_office

        ensure_office(now)
    with writing() as session:
        lines = _apply_office(session, settings, now)
        lines += _apply_named(session, settings, now)
        lines += _apply_rules(session, settings.rules, now)
        lines += apply_users(session, settings.users, passwords, now)
        changed = [rule.land for rule in settings.deadlines if apply_rule(session, rule, FROM_FILE, now)]
        lines += [f"Frist »{land}«: geändert" for land in changed]
        if settings.imports is not None:
            lines += apply_import(session, settings.imports, now)
    if settings.imports is not None:
        write_wish()
    return lines or [NOTHING]


def _check_allow(settings: SettingsFile) -> None:
    entries = (settings.network.network_allow if settings.network else None) or ()
    for index, entry in enumerate(entries):
        try:
            Allow.parse([entry])
        except ValueError as error:
            sentence = (
                f"»{entry}« ist weder Rechnername noch Adresse noch Netz, wie drucker.lan oder 10.0.0.0/8."
            )
            raise SettingsError(f"network.allow[{index}]", sentence) from error


def _check_mail_accounts(settings: SettingsFile) -> None:
    """SMS that leave as e-mails need a mail server, wherever in the file it stands."""
    kinds = {name: one.kind for name, one in known_settings(db.session).gateways.items()}
    kinds |= {one.name: one.kind for one in settings.gateways if one.kind}
    for index, gateway in enumerate(settings.gateways):
        refuse_missing_mail(gateway, kinds, f"gateways[{index}].via")


def _with_secret(gateways: Iterable[GatewaySettings], folder: Path) -> Iterable[GatewaySettings]:
    for index, gateway in enumerate(gateways):
        if gateway.secret_file:
            key = f"gateways[{index}].{gateway.secret_key}_file"
            gateway = replace(gateway, secret=read_secret(folder / gateway.secret_file, key))
        yield gateway


def _with_password(imports: ImportSettings | None, folder: Path) -> ImportSettings | None:
    if imports is None:
        return None
    check_folder(imports.folder, "import.folder")
    if not imports.ftp_password_file:
        return imports
    key = "import.ftp.password_file"
    password = read_secret(folder / imports.ftp_password_file, key)
    refuse_weak(key, password)
    return replace(imports, ftp_password=password)


def _apply_office(session: Any, settings: SettingsFile, now: datetime) -> list[str]:
    company = session.get(Company, 1)
    changed: list[str] = []
    for section in (settings.company, settings.network):
        if section is not None:
            values = {field.name: getattr(section, field.name) for field in fields(section)}
            changed += set_quota(company, values.pop("monthly_quota", None))
            changed += assign(company, values)
    begin_evenings(session, company, changed, now)
    if "kind_words" in changed:
        read_again(session, now)
    return told("Firma", changed, new=False)


def _apply_named(session: Any, settings: SettingsFile, now: datetime) -> list[str]:
    sections: tuple[tuple[str, Any, Any, Iterable[Any]], ...] = (
        ("Gateway", Gateway, apply_gateway, settings.gateways),
        ("Filiale", Branch, apply_branch, settings.branches),
        ("Kalender", Calendar, apply_calendar, settings.calendars),
    )
    lines: list[str] = []
    for word, model, apply, items in sections:
        for item in items:
            row = session.scalar(select(model).where(model.name == item.name))
            _, changed = apply(session, row, item, now)
            lines += told(f"{word} »{item.name}«", changed, new=row is None)
    for index, gateway in enumerate(settings.gateways):
        row = session.scalar(select(Gateway).where(Gateway.name == gateway.name))
        refuse_shared_secret(session, row, f"gateways[{index}].{gateway.secret_key}")
    for index, branch in enumerate(settings.branches):
        row = session.scalar(select(Branch).where(Branch.name == branch.name))
        refuse_borrowed_token(session, row, f"branches[{index}].sms_gateway")
    return lines


def _first(rules: Sequence[RuleSettings], wanted: Sequence[RuleSettings]) -> int:
    """Where the first active of these stands in the file."""
    return next(at for at, rule in enumerate(rules) if rule in wanted and rule.active)


def _apply_rules(session: Any, rules: Sequence[RuleSettings], now: datetime) -> list[str]:
    sets: dict[tuple[str, str, str], list[RuleSettings]] = {}
    for rule in rules:
        sets.setdefault(rule.scope, []).append(rule)
    lines: list[str] = []
    for (branch, calendar, kind), wanted in sets.items():
        branch_id = session.scalar(select(Branch.id).where(Branch.name == branch)) if branch else None
        calendar_id = (
            session.scalar(select(Calendar.id).where(Calendar.name == calendar)) if calendar else None
        )
        where = f"Filiale »{branch}«" if branch else f"Kalender »{calendar}«" if calendar else "Firma"
        if kind == "followup" and any(rule.active for rule in wanted):
            refuse_followup(branch_id, calendar_id, f"rules[{_first(rules, wanted)}].active")
        word = KINDS.get(kind, kind)
        lines += [
            f"Nachricht {word} ({where}): {phrase}"
            for phrase in replace_rules(session, (branch_id, calendar_id, kind), wanted, now)
        ]
    return lines
