"""The migrations bring any database to exactly what the models say, and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from kehr import create_app
from kehr.models import db
from kehr.models.database import Base
from kehr.settings import ROOT
from tests.conftest import NOON, settings_in


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.stack)])
def bare_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The app on a database in which nothing is yet."""
    if request.param == "sqlite":
        yield from _app(tmp_path, f"sqlite:///{tmp_path / 'bare.db'}")
        return
    postgres = request.getfixturevalue("postgres")
    postgres.run("CREATE DATABASE bare")
    yield from _app(tmp_path, postgres.address("bare"))
    postgres.run("DROP DATABASE bare WITH (FORCE)")


def _app(folder: Path, url: str) -> Iterator[Flask]:
    app = create_app(settings_in(folder, url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _differences() -> list[Any]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, Base.metadata)


def _tables() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_migrations_lead_up_down_and_up_again_to_what_the_models_say(bare_app: Flask) -> None:
    upgrade()
    assert _differences() == []
    assert _tables() == set(Base.metadata.tables)
    downgrade(revision="base")
    assert _tables() == set()
    upgrade()
    assert _differences() == []


def _index_statements(connection: sa.Connection) -> set[str]:
    """How SQLite keeps the indexes, spaces aside; the comparison above does not look at their conditions."""
    rows = connection.execute(sa.text("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql != ''"))
    return {" ".join(sql.replace('"', "").split()) for (sql,) in rows}


def test_an_index_of_a_migration_holds_the_rows_that_the_models_say(tmp_path: Path) -> None:
    for app in _app(tmp_path, f"sqlite:///{tmp_path / 'bare.db'}"):
        upgrade()
        with app.app_context(), db.engine.connect() as connection:
            migrated = _index_statements(connection)
        with sa.create_engine("sqlite://").connect() as connection:
            Base.metadata.create_all(connection)
            assert _index_statements(connection) == migrated


def test_there_is_exactly_one_newest_migration() -> None:
    assert len(ScriptDirectory(str(ROOT / "migrations")).get_heads()) == 1


ROWS = {
    "company": {"id": 1, "name": "Probe", "zone": "Europe/Vienna", "trial": False},
    "calendars": {"id": 3, "name": "Kehrplan", "url": "https://example.at/a.ics"},
    "rules": {"id": 5, "kind": "reminder", "active": True},
    "appointments": {"id": 7, "calendar_id": 3, "uid": "a@example.at"},
    "messages": {
        **{"id": "m" * 32, "appointment_id": 7, "rule_id": 5, "calendar_id": 3, "kind": "reminder"},
        **{"channel": "email", "recipient": "Karl@Example.at", "state": "accepted"},
    },
    "message_events": {"id": 9, "message_id": "m" * 32, "new_state": "accepted"},
    "consents": {"id": 11, "address": "Karl@Example.at", "granted": True, "source": "phone"},
}
"""What an office of the version before had, a row of each kind."""


def _fill(connection: sa.Connection) -> None:
    """Writes the rows, with something sensible in every column that must not be empty."""
    tables = sa.MetaData()
    tables.reflect(connection)
    for name, values in ROWS.items():
        row = dict(values)
        for column in tables.tables[name].columns:
            if column.name not in row and not column.nullable:
                row[column.name] = _something(column)
        connection.execute(tables.tables[name].insert(), [row])
    connection.commit()


def _something(column: sa.Column[Any]) -> Any:
    match column.type:
        case sa.DateTime():
            return NOON
        case sa.Time():
            return NOON.time()
        case sa.Boolean():
            return False
        case sa.Integer():
            return 0
        case sa.JSON():
            return []
        case _:
            return ""


def _kept() -> dict[str, int]:
    with db.engine.connect() as connection:
        return {name: connection.scalar(sa.text(f"SELECT count(*) FROM {name}")) or 0 for name in ROWS}


def test_rows_of_the_version_before_come_through_whole(bare_app: Flask) -> None:
    upgrade(revision="0001")
    with db.engine.connect() as connection:
        _fill(connection)
    upgrade()
    assert _kept() == dict.fromkeys(ROWS, 1)
    with db.engine.connect() as connection:
        told = connection.execute(sa.text("SELECT recipient, appointment_id, rule_id FROM messages")).one()
        assert tuple(told) == ("karl@example.at", 7, 5)
        assert connection.scalar(sa.text("SELECT address FROM consents")) == "karl@example.at"
        assert connection.scalar(sa.text("SELECT kind FROM calendars")) == "ics"
    downgrade(revision="0001")
    assert _kept() == dict.fromkeys(ROWS, 1)


# C09, A14
@pytest.mark.parametrize(
    "change",
    ["UPDATE consents SET granted = (1 = 0)", "DELETE FROM consents", "UPDATE consents SET by = 'x'"],
)
def test_the_database_itself_refuses_to_change_the_ledger(bare_app: Flask, change: str) -> None:
    upgrade(revision="0001")
    with db.engine.connect() as connection:
        _fill(connection)
    upgrade()
    with db.engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="never changed"):
        connection.execute(sa.text(change))
    assert _kept()["consents"] == 1


def test_a_row_of_the_ledger_is_not_replaced_either(tmp_path: Path) -> None:
    app = create_app(settings_in(tmp_path, f"sqlite:///{tmp_path / 'bare.db'}"))
    with app.app_context():
        upgrade(revision="0001")
        with db.engine.connect() as connection:
            _fill(connection)
        upgrade()
        replace = "INSERT OR REPLACE INTO consents SELECT * FROM consents"
        with db.engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="never changed"):
            connection.execute(sa.text(replace))
        with db.engine.connect() as connection:
            row = connection.execute(sa.text("SELECT * FROM consents")).mappings().one()
            more = {name: value for name, value in row.items() if name != "id"}
            columns = ", ".join(f'"{name}"' for name in more)
            values = ", ".join(f":{name}" for name in more)
            connection.execute(sa.text(f"INSERT INTO consents ({columns}) VALUES ({values})"), more)
            connection.commit()
        assert _kept()["consents"] == 2
        db.engine.dispose()
