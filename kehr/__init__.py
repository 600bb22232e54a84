"""Kehrbote: announces sweeping dates from an office's calendars, and proves it."""

from __future__ import annotations

import sys

from flask import Flask
from flask_migrate import Migrate

from kehr.models.database import db
from kehr.settings import ROOT, Settings, WrongSetting, read_settings

migrate = Migrate(directory=str(ROOT / "migrations"))


def create_app(settings: Settings | None = None, *, screens: bool = True) -> Flask:
    """Builds the app. `screens=False` leaves the pages out, for processes that show none.

    A wrong value in the environment ends the process with one sentence.
    """
    if settings is None:
        try:
            settings = read_settings()
        except WrongSetting as error:
            sys.exit(str(error))
    app = Flask("kehr", root_path=str(ROOT / "kehr"), template_folder=str(ROOT / "templates"))
    app.config.update(
        KEHR=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=16 * 1024 * 1024,
    )
    db.init_app(app)
    migrate.init_app(app, db, render_as_batch=True)
    from kehr import cli

    cli.register(app)
    if screens:
        from kehr import web

        web.register(app)
    return app
