"""What every test may use: an app on a fresh database, a signed-in client, a frozen clock."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Engine, event

from kehr import clock, create_app
from kehr.models import db
from kehr.settings import Settings

# Processes that tests start by the hundred need not compile every file of ours anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@event.listens_for(Engine, "connect")
def _never_wait_for_the_disk(connection: Any, _record: object) -> None:
    """Databases opened by the tests themselves need not outlive a power cut; processes of ours keep to it."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


NOON = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
"""Tuesday, 10.03.2026, 12:00 in Vienna: the moment at which most tests begin."""


def settings_in(folder: Path, database_url: str = "") -> Settings:
    """Settings of an app that lives in `folder`."""
    (folder / "run").mkdir(parents=True, exist_ok=True)
    return Settings(
        data=folder,
        port=8080,
        database_url=database_url or f"sqlite:///{folder / 'kehrbote.db'}",
        redis_url=f"unix://{folder / 'run' / 'valkey.sock'}?db=0",
        secret_key="a key for tests only",
    )


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database brought up by the migrations, to be copied by each test."""
    folder = tmp_path_factory.mktemp("template")
    app = create_app(settings_in(folder))
    with app.app_context():
        upgrade()
        db.engine.dispose()
    return folder / "kehrbote.db"


@contextmanager
def tested(app: Flask, settings: Settings) -> Iterator[None]:
    """The app's context with these settings; whatever a test changes in the configuration ends with it."""
    before = dict(app.config)
    app.config.update(KEHR=settings, TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()
    app.config.clear()
    app.config.update(before)


@pytest.fixture(scope="session")
def built_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One app for all tests: building one and compiling its templates takes longer than most tests."""
    return create_app(settings_in(tmp_path_factory.mktemp("app")))


@pytest.fixture
def app(built_app: Flask, tmp_path: Path, migrated_database: Path) -> Iterator[Flask]:
    """The app on a fresh SQLite database and data folder, inside its context."""
    database = built_app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    shutil.copy(migrated_database, database)
    # Commands that a test starts as processes of their own find the same database.
    (tmp_path / "kehrbote.db").symlink_to(database)
    with tested(built_app, settings_in(tmp_path, f"sqlite:///{tmp_path / 'kehrbote.db'}")):
        yield built_app
    for left in Path(database).parent.glob("kehrbote.db*"):
        left.unlink()


class Clock:
    """The clock of a test: stands still until moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """`kehr.clock.now` standing at noon of 10.03.2026; set `at.moment` to move it."""
    frozen = Clock(NOON)
    monkeypatch.setattr(clock, "now", frozen)
    return frozen
