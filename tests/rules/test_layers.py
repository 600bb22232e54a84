"""Who may import whom: the source is read, and a forbidden import fails here."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES_OF_RULES = {"icalendar", "recurring_ical_events", "phonenumbers", "holidays", "dateutil"}
NOT_FOR_RULES = {"socket", "http", "smtplib", "imaplib", "ssl", "sqlite3", "urllib.request"}
CLOCK_READERS = {"now", "utcnow", "today"}
TIME_READERS = {"time", "time_ns", "monotonic", "monotonic_ns", "localtime", "gmtime"}
OS_READERS = {"environ", "environb", "getenv", "getenvb"}
EDGES = ("kehr.web", "kehr.public")
FORBIDDEN = {
    "kehr.gateways": ("kehr.models", "kehr.actions", *EDGES, "flask", "sqlalchemy", "flask_sqlalchemy", "rq"),
    "kehr.sources": ("kehr.models", "kehr.actions", *EDGES, "flask", "sqlalchemy", "flask_sqlalchemy", "rq"),
    "kehr.models": ("kehr.actions", "kehr.gateways.registry"),
    "kehr.public": (
        "kehr.web",
        "kehr.cli",
        "flask.session",
        "flask_login",
        "flask_wtf",
        "flask_bootstrap",
        "wtforms",
    ),
    "kehr.actions": (*EDGES, "kehr.cli", "kehr.jobs", "kehr.cron"),
}

ROOMS = {
    "rules": (
        *("terms", "texts", "law", "forms", "entries", "plan", "visits", "feeds", "imports", "gateways"),
        *("settings", "log"),
    ),
    "actions": (
        *("facts", "texts", "money", "plan", "send", "people", "hear", "manual", "decide", "visits"),
        *("feeds", "imports", "log", "setup", "run"),
    ),
}
"""The rooms of two layers, from the ground up: each may ask those before it."""


def _within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def _imports(tree: ast.AST, module: str, is_package: bool) -> Iterator[str]:
    """Every imported module, absolute; `from a import b` counts as `a` and as `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = module.split(".") if is_package else module.split(".")[:-1]
            kept = parents[: len(parents) - node.level + 1] if node.level else []
            origin = ".".join([*kept, *([node.module] if node.module else [])])
            yield origin
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def _outside_reads(tree: ast.AST) -> Iterator[str]:
    """Reads of clock and environment, called on a module or class or imported by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value).rsplit(".", 1)[-1]
            clock = node.attr in CLOCK_READERS and owner in {"datetime", "date", "dt", "Date", "DateTime"}
            if clock or (owner == "time" and node.attr in TIME_READERS) or node.attr in OS_READERS:
                yield f"reads {owner}.{node.attr}"
        elif isinstance(node, ast.ImportFrom) and node.module in ("time", "os"):
            readers = TIME_READERS if node.module == "time" else OS_READERS
            yield from (f"reads {node.module}.{one.name}" for one in node.names if one.name in readers)


def _forbidden_for_rules(imported: str) -> bool:
    top = imported.split(".")[0]
    if top == "kehr":
        return imported != "kehr" and not _within(imported, "kehr.rules")
    if any(_within(imported, one) for one in NOT_FOR_RULES):
        return True
    return top not in sys.stdlib_module_names and top not in LIBRARIES_OF_RULES


def _from_above(module: str, imported: str) -> bool:
    """Whether a rule asks one of a room above its own, or an action does."""
    here, there = module.split("."), imported.split(".")
    rooms = ROOMS.get(here[1], ()) if here[:2] == there[:2] and len(here) > 1 else ()
    if not {*here[2:3], *there[2:3]} <= set(rooms) or len(there) < 3:
        return False
    return rooms.index(here[2]) < rooms.index(there[2])


def violations(root: Path) -> list[str]:
    """Every forbidden import and read in the package `kehr` under `root`, as `module: what`."""
    found = []
    for path in sorted((root / "kehr").rglob("*.py")):
        is_package = path.name == "__init__.py"
        parts = path.relative_to(root).with_suffix("").parts
        module = ".".join(parts[:-1] if is_package else parts)
        tree = ast.parse(path.read_text("utf-8"))
        imported = set(_imports(tree, module, is_package))
        if _within(module, "kehr.rules"):
            found += [f"{module}: imports {one}" for one in imported if _forbidden_for_rules(one)]
            found += [f"{module}: {one}" for one in _outside_reads(tree)]
        for layer, forbidden in FORBIDDEN.items():
            if _within(module, layer):
                bad = [one for one in imported for name in forbidden if _within(one, name)]
                found += [f"{module}: imports {one}" for one in bad]
        found += [f"{module}: imports {one}" for one in imported if _from_above(module, one)]
        for edge in EDGES:
            if module != "kehr" and not _within(module, edge):
                found += [f"{module}: imports {one}" for one in imported if _within(one, edge)]
    return sorted(set(found))


def test_layers_point_in_one_direction() -> None:
    assert violations(ROOT) == []


@pytest.mark.parametrize("layer", ROOMS)
def test_everything_is_in_a_room(layer: str) -> None:
    folder = ROOT / "kehr" / layer
    assert [path.name for path in folder.glob("*.py")] == ["__init__.py"]
    assert {path.parent.name for path in folder.glob("*/*.py")} == set(ROOMS[layer])


@pytest.mark.parametrize(
    ("path", "source", "told"),
    [
        ("rules/bad.py", "import flask", "kehr.rules.bad: imports flask"),
        ("rules/bad.py", "from flask import g", "kehr.rules.bad: imports flask"),
        ("rules/bad.py", "import sqlalchemy.orm", "kehr.rules.bad: imports sqlalchemy.orm"),
        ("rules/bad.py", "import rq", "kehr.rules.bad: imports rq"),
        ("rules/bad.py", "import httpx", "kehr.rules.bad: imports httpx"),
        ("rules/bad.py", "import redis", "kehr.rules.bad: imports redis"),
        ("rules/bad.py", "import socket", "kehr.rules.bad: imports socket"),
        ("rules/bad.py", "from urllib.request import urlopen", "kehr.rules.bad: imports urllib.request"),
        ("rules/bad.py", "from kehr import clock", "kehr.rules.bad: imports kehr.clock"),
        ("rules/bad.py", "from ..settings import load", "kehr.rules.bad: imports kehr.settings"),
        ("rules/bad.py", "from kehr.models import calendars", "kehr.rules.bad: imports kehr.models"),
        ("rules/deep/bad.py", "from ...web import today", "kehr.rules.deep.bad: imports kehr.web"),
        ("rules/bad.py", "def f():\n    import flask", "kehr.rules.bad: imports flask"),
        ("rules/bad.py", "import os\nX = os.environ['X']", "kehr.rules.bad: reads os.environ"),
        ("rules/bad.py", "from os import getenv", "kehr.rules.bad: reads os.getenv"),
        ("rules/bad.py", "import time\ntime.time()", "kehr.rules.bad: reads time.time"),
        ("rules/bad.py", "from time import time", "kehr.rules.bad: reads time.time"),
        (
            "rules/bad.py",
            "from datetime import UTC, datetime\ndatetime.now(UTC)",
            "kehr.rules.bad: reads datetime.now",
        ),
        ("rules/bad.py", "import datetime\ndatetime.date.today()", "kehr.rules.bad: reads date.today"),
        (
            "gateways/bad.py",
            "from kehr.models.messages import M",
            "kehr.gateways.bad: imports kehr.models.messages",
        ),
        ("gateways/bad.py", "from ..actions import send_due", "kehr.gateways.bad: imports kehr.actions"),
        ("sources/bad.py", "import kehr.models", "kehr.sources.bad: imports kehr.models"),
        ("sources/bad.py", "from kehr import web", "kehr.sources.bad: imports kehr.web"),
        ("actions/bad.py", "from kehr.web.words import X", "kehr.actions.bad: imports kehr.web.words"),
        ("actions/bad.py", "import kehr.public", "kehr.actions.bad: imports kehr.public"),
        (
            "rules/terms/bad.py",
            "from kehr.rules.plan import planning",
            "kehr.rules.terms.bad: imports kehr.rules.plan",
        ),
        (
            "actions/plan/bad.py",
            "from kehr.actions.send.send_due import send_due",
            "kehr.actions.plan.bad: imports kehr.actions.send.send_due",
        ),
        ("models/bad.py", "from kehr.web import words", "kehr.models.bad: imports kehr.web"),
        ("jobs.py", "from kehr.web import words", "kehr.jobs: imports kehr.web"),
        ("public/bad.py", "from kehr.web import words", "kehr.public.bad: imports kehr.web"),
        ("public/bad.py", "from flask import session", "kehr.public.bad: imports flask.session"),
        ("public/bad.py", "import flask_login", "kehr.public.bad: imports flask_login"),
        ("public/bad.py", "from flask_wtf import FlaskForm", "kehr.public.bad: imports flask_wtf"),
    ],
)
def test_planted_offence_is_told(tmp_path: Path, path: str, source: str, told: str) -> None:
    planted = tmp_path / "kehr" / path
    planted.parent.mkdir(parents=True)
    planted.write_text(source, "utf-8")
    assert told in violations(tmp_path)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("__init__.py", "from kehr.web import blueprints\nfrom kehr.public import app"),
        ("web/today.py", "import flask\nfrom kehr.web import words\nfrom kehr.actions import plan"),
        ("actions/good.py", "from kehr import clock\nfrom kehr.models import calendars\nimport sqlalchemy"),
        ("actions/send/good.py", "from kehr.actions.plan.plan_messages import plan_messages"),
        ("models/good.py", "from kehr.rules.terms.messages import State"),
        ("gateways/good.py", "import httpx\nfrom kehr.rules import sms\nfrom .contract import Gateway"),
        (
            "rules/good.py",
            "import re\nimport phonenumbers\nfrom datetime import datetime, time\nfrom . import sms",
        ),
        ("rules/good.py", "from datetime import datetime\ndef f(now: datetime):\n    return now.time()"),
    ],
)
def test_allowed_import_is_not_told(tmp_path: Path, path: str, source: str) -> None:
    planted = tmp_path / "kehr" / path
    planted.parent.mkdir(parents=True)
    planted.write_text(source, "utf-8")
    assert violations(tmp_path) == []
