"""What every answer carries: headers against foreign content, CSRF tokens, the throttle."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, current_app, request
from flask_bootstrap import Bootstrap5
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect
from limits import parse
from werkzeug.wrappers import Response

POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
PER_ADDRESS = parse("10 per 5 minutes")
PER_LOGIN = parse("30 per hour")
SESSION_HOURS = 12
"""A session ends this long after its last request."""


def register(app: Flask) -> None:
    """Adds CSRF protection, the login throttle and the headers."""
    app.config.update(
        SESSION_COOKIE_NAME="kehrbote",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=SESSION_HOURS),
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_HEADERS_ENABLED=False,
    )
    CSRFProtect(app)
    # The counts live in this process: the login then works without the broker, and one gunicorn
    # process with threads is all that serves an office.
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    app.extensions["login_throttle"] = limiter
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    Bootstrap5(app)
    app.after_request(_headers)


def may_try(login: str) -> bool:
    """Counts one attempt to sign in; False when this address or this name has had too many."""
    if not current_app.config.get("RATELIMIT_ENABLED", True):
        return True
    counts = current_app.extensions["login_throttle"].limiter
    by_address = counts.hit(PER_ADDRESS, "address", get_remote_address())
    return bool(by_address and counts.hit(PER_LOGIN, "login", login[:60]))


def forget_tries(login: str) -> None:
    """Starts the count anew after a successful sign-in."""
    counts = current_app.extensions["login_throttle"].limiter
    counts.clear(PER_ADDRESS, "address", get_remote_address())
    counts.clear(PER_LOGIN, "login", login[:60])


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.vary.add("HX-Request")
    if request.endpoint is None or not request.endpoint.endswith("static"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def is_local_path(target: str | None) -> bool:
    """Whether a redirect to `target` stays in this app: one slash in front, no host, no tricks."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return False
    return not any(character in target for character in "\\\r\n\t") and target.isprintable()
