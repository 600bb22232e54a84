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
from tests.conftest import settings_in


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


def test_there_is_exactly_one_newest_migration() -> None:
    assert len(ScriptDirectory(str(ROOT / "migrations")).get_heads()) == 1
