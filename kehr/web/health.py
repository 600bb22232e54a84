"""How the machine is: for people who may look, and for monitors that may not sign in."""

from __future__ import annotations

from flask import Blueprint, jsonify, render_template
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.run.check_health import check_health
from kehr.actions.run.describe_system import describe_system
from kehr.web.access import needs, public

screen = Blueprint("health", __name__)


@screen.get("/healthz")
@public
def healthz() -> tuple[Response, int]:
    """200 while the machine itself works, else 503; names of parts and how they are, nothing more."""
    health = check_health(clock.now())
    status = "ok" if not health.red else "degraded" if health.serving else "down"
    checks = {check.name: check.level for check in health.checks}
    return jsonify(status=status, checks=checks), 200 if health.serving else 503


@screen.get("/system")
@needs("reader")
def page() -> str:
    """What runs here, and how it is."""
    return render_template("health/page.html", system=describe_system(clock.now()))
