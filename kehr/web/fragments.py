"""Whether htmx asks for a part of a page, or a browser for the whole."""

from __future__ import annotations

from flask import request


def wants_fragment() -> bool:
    """True for htmx's own requests; after going back in the history htmx needs the whole page."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
