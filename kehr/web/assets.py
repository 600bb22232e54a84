"""Files that packages carry and pages load: htmx, served from here and from nowhere else."""

from __future__ import annotations

from pathlib import Path

import js_lib_htmx
from flask import Blueprint, send_from_directory
from werkzeug.wrappers import Response

from kehr.web.access import public

screen = Blueprint("assets", __name__)
FOLDER = Path(js_lib_htmx.__file__).parent / "static" / "htmx"


@screen.get("/assets/htmx.min.js")
@public
def htmx() -> Response:
    """The htmx of the pinned package."""
    return send_from_directory(FOLDER, "htmx.min.js", max_age=3600)
