"""The second, tiny app on a port of its own: calendar links and what gateways report, and nothing else.

It knows no sessions, forms, pages or static files; whatever it is asked beyond its two routes does not exist.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask, Response

    from kehr.settings import Settings

LARGEST_BODY = 16 * 1024
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}

log = logging.getLogger(__name__)


def create_public_app(settings: Settings | None = None) -> Flask:
    """Builds the public app. A wrong value in the environment ends the process with one sentence."""
    from flask import Flask

    from kehr.models.database import db
    from kehr.public import calendar_links, hooks
    from kehr.settings import WrongSetting, read_settings

    if settings is None:
        try:
            settings = read_settings()
        except WrongSetting as error:
            sys.exit(str(error))
    app = Flask("kehr.public", static_folder=None, template_folder=None)
    app.config.update(
        KEHR=settings,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        PROPAGATE_EXCEPTIONS=False,
        PROVIDE_AUTOMATIC_OPTIONS=False,
    )
    # Without this a doubled slash would be answered with a redirect.
    app.url_map.merge_slashes = False
    db.init_app(app)
    app.register_blueprint(calendar_links.door)
    app.register_blueprint(hooks.door)
    app.register_error_handler(Exception, _nothing)
    app.after_request(_headers)
    return app


def _nothing(error: Exception) -> Response:
    """Whatever goes wrong is answered with nothing: a stranger learns neither what is here nor why."""
    from flask import Response
    from werkzeug.exceptions import HTTPException

    if isinstance(error, HTTPException):
        return Response(status=404)
    log.exception("a request from outside failed", exc_info=error)
    return Response(status=500)


def _headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "private, no-store")
    if response.status_code in (404, 500) and not response.content_length:
        response.headers.pop("Content-Type", None)
    return response
