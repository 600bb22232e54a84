"""`doctor`: how every part of the machine is, a line each."""

from __future__ import annotations

import sys
from zoneinfo import ZoneInfo

import click

from kehr import clock, words
from kehr.actions.run.check_health import check_health
from kehr.cli.database_age import needs_current_database
from kehr.models import Company, db

SIGNS = {"ok": "ok    ", "note": "Info  ", "bad": "FEHLER"}


@click.command("doctor")
@needs_current_database
def doctor_command() -> None:
    """Check database, broker, clock, disk, feeds and gateways; exit 1 when something is red."""
    now = clock.now()
    health = check_health(now)
    company = db.session.get(Company, 1)
    zone = company.zoneinfo if company else ZoneInfo("Europe/Vienna")
    for check in health.checks:
        last = f" (zuletzt {words.spell_moment(check.at, zone)})" if check.at else ""
        said = words.told(check.code, check.args, zone)
        click.echo(f"{SIGNS[check.level]} {words.CHECKS[check.name]}: {said}{last}")
    if health.red:
        sys.exit(1)
