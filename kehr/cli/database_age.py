"""One check for all commands that need the database: is it as new as the program?"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask.cli import with_appcontext
from sqlalchemy.exc import DatabaseError

from kehr.cli.refuse import refuse
from kehr.models import db
from kehr.settings import ROOT

OLDER = "Die Datenbank ist älter als das Programm: flask db upgrade ausführen."
NEWER = "Die Datenbank ist neuer als das Programm: das Programm aktualisieren."
UNREACHABLE = "Die Datenbank ist nicht erreichbar oder keine: Adresse, Datei und Datenträger prüfen."

Command = TypeVar("Command", bound=Callable[..., Any])


def needs_current_database(command: Command) -> Command:
    """Refuses to run the command on a database whose tables are not those of this program."""

    @with_appcontext
    @wraps(command)
    def checked(*args: Any, **kwargs: Any) -> Any:
        try:
            sentence = database_objection()
        except DatabaseError:
            sentence = UNREACHABLE
        if sentence:
            refuse(sentence)
        return command(*args, **kwargs)

    return checked  # type: ignore[return-value]


def database_objection() -> str:
    """Why the database does not fit this program, or empty."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    script = ScriptDirectory.from_config(config)
    with db.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == script.get_current_head():
        return ""
    known = {revision.revision for revision in script.walk_revisions()}
    return OLDER if current is None or current in known else NEWER
