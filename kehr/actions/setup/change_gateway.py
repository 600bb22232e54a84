"""Adds or changes an account at a gateway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from kehr.actions.facts.row_changes import assign
from kehr.models import Branch, Gateway, Message, writing
from kehr.models.accounts import UnreadableSecret
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.forms.settings_values import GatewaySettings
from kehr.rules.settings.gateway_options import usual_per_minute
from kehr.rules.terms.messages import State

OWN_TOKENS = frozenset({"linkmobility", "seven", "http_template"})
"""Kinds at which a branch that sends by itself has an account, and so a token, of its own."""


def save_gateway(gateway_id: int | None, settings: GatewaySettings, now: datetime) -> int:
    """Saves what the form says and answers the row's id. Raises SettingsError for a name already taken."""
    with writing() as session:
        same = session.scalar(select(Gateway.id).where(Gateway.name == settings.name))
        if same is not None and same != gateway_id:
            raise SettingsError("name", f"Ein Gateway »{settings.name}« gibt es schon.")
        kinds = {name: kind for name, kind in session.execute(select(Gateway.name, Gateway.kind))}
        refuse_missing_mail(settings, kinds, "via")
        row = session.get(Gateway, gateway_id) if gateway_id is not None else None
        row, _ = apply_gateway(session, row, settings, now)
        refuse_shared_secret(session, row, settings.secret_key)
        return int(row.id)


def refuse_missing_mail(settings: GatewaySettings, kinds: Mapping[str, str | None], key: str) -> None:
    """SMS that leave as e-mails go through a mail server; `kinds` are all gateways by name."""
    via = settings.options.get("via", "")
    if via and kinds.get(via) != "smtp":
        raise SettingsError(key, f"Ein Gateway »{via}« der Art smtp gibt es nicht. Legen Sie es zuerst an.")


def refuse_shared_secret(session: Any, row: Gateway, key: str) -> None:
    """A branch's account has a token of its own, NOT that of the main account (B09).

    Raises SettingsError under `key` when another account holds the same login and a branch sends through one
    of the two.
    """
    twins = twins_of(session, row)
    if not twins:
        return
    ids = [row.id, *(twin.id for twin in twins)]
    branch = session.scalar(
        select(Branch.name).where(Branch.sms_gateway_id.in_(ids), Branch.archived_at.is_(None))
    )
    if branch is not None:
        raise SettingsError(
            key,
            f"Dieses Token hat schon das Gateway »{twins[0].name}«. "
            f"Die Filiale »{branch}« braucht ein eigenes: "
            "Erzeugen Sie es beim Anbieter im Konto der Filiale, nicht in jenem des Hauptaccounts.",
        )


def twin_of(session: Any, row: Gateway) -> Gateway | None:
    """Another account with the same login, if there is one."""
    return next(iter(twins_of(session, row)), None)


def twins_of(session: Any, row: Gateway) -> list[Gateway]:
    """The other accounts with the same login, in the order they were made; a provider that one account names
    may be described in words by another.
    """
    login = _login(row)
    if login is None:
        return []
    others = select(Gateway).where(Gateway.kind.in_(OWN_TOKENS), Gateway.id != row.id)
    return [one for one in session.scalars(others.order_by(Gateway.id)) if _login(one) == login]


def _login(row: Gateway) -> tuple[str, str] | None:
    """User and secret of an account that a branch has to have of its own."""
    secret = _readable_secret(row) if row.kind in OWN_TOKENS else ""
    return (str(row.options.get("user", "")), secret) if secret else None


def _readable_secret(row: Gateway) -> str:
    try:
        return row.secret
    except UnreadableSecret:
        return ""


def apply_gateway(
    session: Any, row: Gateway | None, settings: GatewaySettings, now: datetime
) -> tuple[Gateway, list[str]]:
    """Writes the settings into the row (a new one when None) and tells which of them changed.

    An absent or empty token leaves the stored one. Changed credentials make the last check void; another
    kind has no use for the options and the secret of the old one, and its own usual speed. Who stands
    behind the account now knows nothing of what the one before it may have taken.
    """
    before = None if row is None else _who(row)
    if row is None:
        row = Gateway(
            name=settings.name,
            kind=settings.kind or "",
            created_at=now,
            options={"user": ""},
            senders=[],
            base_url="",
            secret_box="",
            max_per_minute=usual_per_minute(settings.kind or ""),
        )
        session.add(row)
    if settings.kind and row.kind != settings.kind:
        row.secret_box, row.options, row.base_url = "", {"user": ""}, ""
        row.max_per_minute = usual_per_minute(settings.kind)
    changed = assign(row, _values(row, settings)) + _set_money(row, settings)
    if settings.secret and _readable_secret(row) != settings.secret:
        row.secret = settings.secret
        changed.append(settings.secret_key)
    if set(changed) & {"kind", "base_url", "options", "token", "password"}:
        row.checked_at, row.check_code, row.check_detail = None, "", ""
    if before is not None and before != _who(row):
        _ask_no_more(session, row, other_kind=before[0] != row.kind)
    session.flush()
    return row, changed


def _who(row: Gateway) -> tuple[str, ...]:
    """Whom an account asks: kind, address, login and file."""
    options = (str(row.options.get(name) or "") for name in ("user", "database"))
    return (row.kind, row.base_url, _readable_secret(row), *options)


def _ask_no_more(session: Any, row: Gateway, *, other_kind: bool) -> None:
    """Leaves what is unclear to a person: that another phone or account does not have a message is no proof
    that it never left, and it would be sent twice.
    """
    mine = update(Message).where(Message.gateway_id == row.id)
    session.execute(
        mine.where(Message.state.in_((State.SENDING, State.UNCLEAR)))
        .values(next_state_at=None, state_asks=Message.state_asks + 1)
        .execution_options(synchronize_session=False)
    )
    if other_kind:
        session.execute(
            mine.where(Message.state == State.ACCEPTED)
            .values(next_state_at=None)
            .execution_options(synchronize_session=False)
        )


def _values(row: Gateway, settings: GatewaySettings) -> dict[str, object]:
    user = {} if settings.user is None else {"user": settings.user}
    return {
        "name": settings.name,
        "kind": settings.kind,
        "base_url": settings.base_url,
        "senders": None if settings.senders is None else [asdict(sender) for sender in settings.senders],
        "max_per_minute": settings.max_per_minute,
        "options": {**row.options, **user, **settings.options, **_whose(settings)},
    }


def _whose(settings: GatewaySettings) -> dict[str, str]:
    if settings.branch_only is None:
        return {}
    return {"branch_only": "yes" if settings.branch_only else ""}


def _set_money(row: Gateway, settings: GatewaySettings) -> list[str]:
    """Price and counter. A counter that runs is no setting: what was sent since is not undone by a file."""
    changed = []
    for name in ("price", "counter"):
        value = getattr(settings, name)
        wanted = None if value == -1 else value
        runs = name == "counter" and wanted is not None and row.counter is not None
        if value is not None and not runs and getattr(row, name) != wanted:
            setattr(row, name, wanted)
            changed.append(name)
    return changed
