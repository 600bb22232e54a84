"""`check-gateway`: proves credentials without sending."""

from __future__ import annotations

import click
from sqlalchemy import select

from kehr import clock
from kehr.actions.hear.check_gateway import check_gateway
from kehr.cli.database_age import needs_current_database
from kehr.cli.refuse import refuse
from kehr.models import Gateway, db
from kehr.words import sentence


@click.command("check-gateway")
@click.argument("name")
@needs_current_database
def check_gateway_command(name: str) -> None:
    """Prove the credentials of a gateway without sending."""
    gateway_id = db.session.scalar(select(Gateway.id).where(Gateway.name == name))
    if gateway_id is None:
        names = ", ".join(db.session.scalars(select(Gateway.name).order_by(Gateway.id))) or "noch keines"
        refuse(f"Ein Gateway »{name}« gibt es nicht; es gibt: {names}.")
    result = check_gateway(gateway_id, clock.now())
    if result.account is None:
        refuse(sentence(result.code, {"detail": result.detail}))
    click.echo(f"Konto: {result.account.name}")
    if result.account.balance:
        click.echo(f"Guthaben: {result.account.balance}")
