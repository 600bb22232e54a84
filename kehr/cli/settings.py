"""Commands about the settings file: apply it, and write it back."""

from __future__ import annotations

import tomllib
from pathlib import Path

import click

from kehr import clock
from kehr.actions.setup.configure import configure
from kehr.actions.setup.export_settings import export_settings
from kehr.cli.database_age import needs_current_database
from kehr.cli.refuse import refuse
from kehr.rules.forms.settings_reader import SettingsError


@click.command("configure")
@click.argument("file", type=click.Path(path_type=Path))
@needs_current_database
def configure_command(file: Path) -> None:
    """Apply a settings file, all or nothing, and say what changed."""
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        refuse(f"Die Datei {file} ist nicht zu lesen: {error.strerror}.")
    except UnicodeDecodeError:
        refuse(f"Die Datei {file} ist kein Text in UTF-8.")
    except tomllib.TOMLDecodeError as error:
        refuse(f"Die Datei {file} ist kein gültiges TOML: {error}.")
    try:
        lines = configure(data, file.absolute().parent, clock.now())
    except SettingsError as error:
        refuse(str(error))
    for line in lines:
        click.echo(line)


@click.command("export-settings")
@click.option("--with-secrets", is_flag=True, help="passwords, tokens and secret addresses too")
@needs_current_database
def export_command(with_secrets: bool) -> None:
    """Write the settings as a file that configure understands."""
    click.echo(export_settings(with_secrets=with_secrets), nl=False)
