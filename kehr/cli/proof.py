"""`verify-log`: whether the log is as it was written."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import click

from kehr import clock, words
from kehr.actions.log.seal_events import seal_events
from kehr.actions.log.verify_log import verify_log
from kehr.cli.database_age import needs_current_database
from kehr.cli.refuse import refuse
from kehr.models import Company, db
from kehr.rules.log.chain import Printed, read_printed


class PrintedEnd(click.ParamType):
    """Number and hash as they stand on a sheet: `20418:7f3a 91c2 …`, dots and blanks as they come."""

    name = "number:hash"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Printed:
        """The printed end; wrong usage for anything that is none."""
        if isinstance(value, Printed):
            return value
        number, _colon, digits = value.partition(":")
        printed = read_printed(number, digits)
        if printed is None:
            self.fail(f"{value!r} ist kein gedrucktes Ende der Kette wie 20418:7f3a91c2.", param, ctx)
        return printed


@click.command("verify-log")
@click.option("--printed", type=PrintedEnd(), help="also look for this end of the chain, from a sheet")
@needs_current_database
def verify_log_command(printed: Printed | None) -> None:
    """Follow the hash chain over the log; say ok, or name the first broken row."""
    seal_events(clock.now)
    result = verify_log(printed)
    if result.broken is None:
        click.echo(f"ok {result.count}")
        return
    company = db.session.get(Company, 1)
    zone = company.zoneinfo if company else ZoneInfo("Europe/Vienna")
    click.echo(words.told(result.broken.code, result.broken.args, zone))
    refuse("Das Protokoll wurde an Kehrbote vorbei geändert.")
