"""From an empty database to the first person who may sign in."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from kehr.actions.setup.change_users import UserRefused, new_user
from kehr.models import Company, Gateway, MessageRule, User, db, writing
from kehr.rules.plan.start_rules import START_RULES, StartRule

TOKEN_FILE = "first_run_token"  # noqa: S105


class LinkEnded(ValueError):
    """A first-run link that is not, or no longer, the right one."""


def ensure_office(now: datetime) -> None:
    """Makes what an office cannot do without: the firm (in trial mode), a sandbox gateway, the start rules.

    What exists stays as it is; a firm-wide rule that was archived is not made again.
    """
    with writing() as session:
        if session.get(Company, 1) is None:
            session.add(Company(id=1, trial=True))
        if session.scalar(select(Gateway.id).limit(1)) is None:
            session.add(Gateway(name="sandbox", kind="sandbox", max_per_minute=0, created_at=now))
        firm_wide = select(MessageRule.kind).where(
            MessageRule.branch_id.is_(None), MessageRule.calendar_id.is_(None)
        )
        known = set(session.scalars(firm_wide))
        session.add_all(_row(rule, now) for rule in START_RULES if rule.kind.value not in known)


def _row(rule: StartRule, now: datetime) -> MessageRule:
    return MessageRule(
        kind=rule.kind.value,
        days=rule.days,
        at=rule.at,
        text=rule.text,
        subject=rule.subject,
        active=False,
        created_at=now,
    )


def first_run_link(now: datetime) -> str | None:
    """The path of a fresh one-time link, such as `/einrichtung/…`; None as soon as an admin exists.

    Only the token's hash is kept, in KEHR_DATA; the link before it ends.
    """
    ensure_office(now)
    if _admin_exists():
        _token_file().unlink(missing_ok=True)
        return None
    token = secrets.token_urlsafe(24)
    _keep(_hash(token))
    return f"/einrichtung/{token}"


def link_is_good(token: str) -> bool:
    """Whether this token opens the first run."""
    try:
        kept = _token_file().read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return False
    return hmac.compare_digest(kept, _hash(token)) and not _admin_exists()


def create_first_admin(token: str, login: str, password: str, now: datetime) -> User:
    """Makes the first admin and ends the link. Raises LinkEnded, or UserRefused about the input."""
    if not link_is_good(token):
        raise LinkEnded
    ensure_office(now)
    user = new_user(login, "admin", password, now, must_change=False)
    user.last_login_at = now
    with writing() as session:
        # Holding the firm's row makes a second use of the link wait, and then find the admin.
        session.get(Company, 1, with_for_update=True)
        if _admin_exists():
            raise LinkEnded
        if session.scalar(select(User.id).where(User.login == user.login)) is not None:
            raise UserRefused("login_taken", "login")
        session.add(user)
    _token_file().unlink(missing_ok=True)
    return user


def _admin_exists() -> bool:
    return db.session.scalar(select(User.id).where(User.role == "admin", User.active).limit(1)) is not None


def _token_file() -> Path:
    folder: Path = current_app.config["KEHR"].data
    return folder / TOKEN_FILE


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _keep(hashed: str) -> None:
    path = _token_file()
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(hashed)
    fresh.replace(path)
