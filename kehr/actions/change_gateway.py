"""Adds or changes an account at a gateway."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select

from kehr.actions.row_changes import assign
from kehr.models import Gateway, writing
from kehr.rules.settings_reader import SettingsError
from kehr.rules.settings_values import GatewaySettings


def save_gateway(gateway_id: int | None, settings: GatewaySettings, now: datetime) -> int:
    """Saves what the form says and answers the row's id. Raises SettingsError for a name already taken."""
    with writing() as session:
        same = session.scalar(select(Gateway.id).where(Gateway.name == settings.name))
        if same is not None and same != gateway_id:
            raise SettingsError("name", f"Ein Gateway »{settings.name}« gibt es schon.")
        row = session.get(Gateway, gateway_id) if gateway_id is not None else None
        row, _ = apply_gateway(session, row, settings, now)
        return int(row.id)


def apply_gateway(
    session: Any, row: Gateway | None, settings: GatewaySettings, now: datetime
) -> tuple[Gateway, list[str]]:
    """Writes the settings into the row (a new one when None) and tells which of them changed.

    An absent or empty token leaves the stored one. Changed credentials make the last check void.
    """
    if row is None:
        row = Gateway(
            name=settings.name,
            kind=settings.kind or "",
            created_at=now,
            options={"user": ""},
            senders=[],
            base_url="",
            secret_box="",
            max_per_minute=60,
        )
        session.add(row)
    changed = assign(row, _values(row, settings))
    if settings.secret and row.secret != settings.secret:
        row.secret = settings.secret
        changed.append(settings.secret_key)
    if set(changed) & {"kind", "base_url", "options", "token", "password"}:
        row.checked_at, row.check_code, row.check_detail = None, "", ""
    session.flush()
    return row, changed


def _values(row: Gateway, settings: GatewaySettings) -> dict[str, object]:
    user = settings.user
    return {
        "name": settings.name,
        "kind": settings.kind,
        "base_url": settings.base_url,
        "senders": None if settings.senders is None else [asdict(sender) for sender in settings.senders],
        "max_per_minute": settings.max_per_minute,
        "options": None if user is None else {**row.options, "user": user},
    }
