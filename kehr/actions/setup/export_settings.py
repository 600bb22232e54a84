"""Writes the whole set-up as a settings file, without secrets unless they are asked for."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import tomli_w
from sqlalchemy import select

from kehr.actions.facts.customers_only import of_customers
from kehr.actions.visits.deadline_rules import changed_rules, load_rules
from kehr.models import Branch, Calendar, Company, DropFolder, Gateway, ImportProfile, MessageRule, User, db
from kehr.rules.forms.settings_values import KINDS
from kehr.rules.law.deadlines import LandRule
from kehr.rules.plan.second_channel import SECOND_KINDS
from kehr.rules.settings.gateway_options import told_options
from kehr.rules.settings.settings_gateways import KIND_KEYS, secret_key_of
from kehr.rules.settings.settings_mail import mail_server
from kehr.rules.settings.settings_template import TEMPLATE_KEYS, described_headers
from kehr.rules.terms.addresses import address_is_secret
from kehr.rules.terms.euro import spell_euro

_COMPANY = ("name", "street", "postcode", "town", "phone", "email", "zone", "land", "trial")


def export_settings(*, with_secrets: bool) -> str:
    """The settings file that `configure` reads back.

    Without secrets it lacks tokens, passwords and the calendar addresses that are secrets themselves.
    """
    file: dict[str, Any] = {}
    company = db.session.get(Company, 1)
    if company is not None:
        file["company"] = _company(company)
        file["network"] = {"allow": list(company.network_allow), "public_url": company.public_url}
    gateways = {row.id: row for row in db.session.scalars(select(Gateway).order_by(Gateway.id))}
    branches = {row.id: row for row in db.session.scalars(select(Branch).order_by(Branch.id))}
    shown = select(Calendar).where(of_customers(Calendar.id)).order_by(Calendar.id)
    calendars = {row.id: row for row in db.session.scalars(shown)}
    lists = {
        "gateways": [_gateway(row, with_secrets) for row in gateways.values()],
        "branches": [_branch(row) for row in branches.values() if row.archived_at is None],
        "calendars": [_calendar(row, with_secrets) for row in calendars.values()],
        "rules": [_rule(row) for row in _rules()],
        "users": [_user(row, with_secrets) for row in db.session.scalars(select(User).order_by(User.id))],
    }
    for rule, row in zip(lists["rules"], _rules(), strict=True):
        if row.branch_id:
            rule["branch"] = branches[row.branch_id].name
        if row.calendar_id:
            rule["calendar"] = calendars[row.calendar_id].name
    rules = load_rules()
    lists["deadlines"] = [_deadline(rules[land]) for land in sorted(changed_rules())]
    imports = _import(calendars, with_secrets)
    sections = {name: rows for name, rows in lists.items() if rows} | ({"import": imports} if imports else {})
    return tomli_w.dumps(file | sections, multiline_strings=False)


def _company(row: Company) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _COMPANY} | {
        "own_numbers": list(row.own_numbers),
        "own_emails": list(row.own_emails),
        "send_window": {
            "from": f"{row.window_from:%H:%M}",
            "to": f"{row.window_to:%H:%M}",
            "days": list(row.window_days),
            "holidays": row.window_holidays,
        },
        "settle_minutes": row.settle_minutes,
        "release": row.release,
        "self_test": {"sms": row.self_test_sms, "email": row.self_test_email},
        "kind_words": {kind: list(words) for kind, words in row.kind_words.items()},
        "monthly_quota": row.monthly_quota or 0,
        "evening_log": {
            "email": row.evening_log_email,
            "file": row.evening_log_file,
            "at": f"{row.evening_log_at:%H:%M}",
        },
    }


def _gateway(row: Gateway, with_secrets: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"name": row.name, "kind": row.kind}
    keys, options = KIND_KEYS.get(row.kind, ()), row.options
    if row.kind == "smtp" and row.base_url:
        server = mail_server(row.base_url)
        told |= {"host": server.host, "port": server.port, "security": server.security}
    elif "base_url" in keys:
        told["base_url"] = row.base_url
    if "user" in keys and options.get("user"):
        told["user"] = options["user"]
    if with_secrets and row.secret:
        told[secret_key_of(row.kind)] = row.secret
    told |= _described(row) if row.kind == "http_template" else {}
    told |= told_options(row.kind, options)
    told["senders"] = [_sender(one) for one in row.senders]
    if row.price is not None:
        told["price"] = spell_euro(row.price)
    if row.counter is not None:
        told["counter"] = row.counter
    if options.get("branch_only"):
        told["branch_only"] = True
    return told | {"max_per_minute": row.max_per_minute}


def _deadline(rule: LandRule) -> dict[str, Any]:
    """The whole rule of a Land; what is not known is left out."""
    told = {name: value for name, value in asdict(rule).items() if value is not None}
    return told | {name: str(told[name]) for name in ("unit", "posted_unit", "sureness")}


def _sender(stored: dict[str, Any]) -> dict[str, str]:
    told = {"address": str(stored["address"]), "type": str(stored.get("type") or "")}
    if stored.get("registered", "unknown") != "unknown":
        told["registered"] = stored["registered"]
    return told | ({"registered_on": stored["registered_on"]} if stored.get("registered_on") else {})


def _described(row: Gateway) -> dict[str, Any]:
    """What the office said of a gateway; whatever is empty has its default."""
    told: dict[str, Any] = {"url": row.base_url} if row.base_url else {}
    told |= {key: row.options[key] for key in TEMPLATE_KEYS if row.options.get(key)}
    if "headers" in told:
        told["headers"] = described_headers(row.options)
    if "timeout" in told:
        told["timeout"] = int(told["timeout"])
    return told


def _branch(row: Branch) -> dict[str, Any]:
    return {
        "name": row.name,
        "sms_gateway": row.sms_gateway.name if row.sms_gateway else "",
        "email_gateway": row.email_gateway.name if row.email_gateway else "",
        "sender": row.sender,
        "land": row.land,
        "cost_center": row.cost_center,
        "monthly_quota": row.monthly_quota or 0,
    }


def _calendar(row: Calendar, with_secrets: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"name": row.name}
    if row.kind == "file":
        told["kind"] = row.kind
    elif with_secrets or not address_is_secret(row.url):
        told["url"] = row.url
    return told | {
        "branch": row.branch.name if row.branch else "",
        "color": row.color,
        "active": row.active,
        "poll_minutes": row.poll_minutes,
        "phone_field": row.phone_field,
        "name_field": row.name_field,
        "location_field": row.location_field,
        "fallbacks": {"name": row.fallback_name, "location": row.fallback_location},
        "consent": row.consent,
    }


def _import(calendars: dict[int, Calendar], with_secrets: bool) -> dict[str, Any]:
    """The watched folder and the profiles; nothing while neither is used."""
    told: dict[str, Any] = {}
    row = db.session.get(DropFolder, 1)
    if row is not None:
        ftp: dict[str, Any] = {"port": row.ftp_port, "user": row.ftp_user}
        if with_secrets and row.ftp_secret_box:
            ftp["password"] = row.ftp_password
        if with_secrets or not row.ftp_active:
            ftp["active"] = row.ftp_active
        names = ("active", "folder", "minutes", "customers_profile", "appointments_profile")
        told = {name: getattr(row, name) for name in names} | {"at": f"{row.at:%H:%M}", "ftp": ftp}
    profiles = [
        {
            "name": one.name,
            "kind": one.kind,
            "columns": dict(one.columns),
            "calendar": calendars[one.calendar_id].name if one.calendar_id in calendars else "",
        }
        for one in db.session.scalars(select(ImportProfile).order_by(ImportProfile.id))
    ]
    return told | ({"profiles": profiles} if profiles else {})


def _rules() -> list[MessageRule]:
    """The rules that count: the firm's, then branches, then calendars, each kind in its usual order."""
    there = select(MessageRule).where(MessageRule.archived_at.is_(None))
    rows = db.session.scalars(there.where(of_customers(MessageRule.calendar_id)))
    return sorted(
        rows,
        key=lambda row: (
            row.calendar_id or 0,
            row.branch_id or 0,
            KINDS.index(row.kind),
            row.position,
            row.id,
        ),
    )


def _rule(row: MessageRule) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "active": row.active,
        "channel": row.channel,
        "days": row.days,
        "at": f"{row.at:%H:%M}",
        "text": row.text,
        "subject": row.subject,
        "ical_link": row.ical_link,
    } | ({"second_channel": row.second_channel} if row.kind in SECOND_KINDS else {})


def _user(row: User, with_secrets: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"login": row.login, "role": row.role, "active": row.active}
    return told | ({"password_hash": row.password_hash} if with_secrets and row.password_hash else {})
