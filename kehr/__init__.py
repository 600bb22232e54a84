"""Kehrbote: announces sweeping dates from an office's calendars, and proves it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from kehr.settings import Settings


def create_app(settings: Settings | None = None, *, screens: bool = True) -> Flask:
    """Builds the app. `screens=False` leaves the pages out, for processes that show none.

    A wrong value in the environment ends the process with one sentence. The libraries are imported
    here and not above, because the scheduler's process needs none of them.
    """
    from flask import Flask
    from flask_migrate import Migrate

    from kehr import cli
    from kehr.models.database import db
    from kehr.settings import ROOT, WrongSetting, read_settings

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
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    if screens:
        from kehr import web

        cli.register(app)
        web.register(app)
    return app
