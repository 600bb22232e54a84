"""The public app cannot reach what it does not have: two routes, no sessions, none of the pages' code."""

from __future__ import annotations

import subprocess
import sys

from flask import Flask

from kehr.settings import ROOT

PAGES = ("kehr.web", "kehr.cli", "kehr.ftp", "kehr.jobs", "flask_wtf", "wtforms", "flask_babel")


def test_it_has_two_routes_and_nothing_to_sign_a_session_with(public_app: Flask) -> None:
    rules = {rule.rule: rule.methods for rule in public_app.url_map.iter_rules()}
    assert rules == {"/t/<token>": {"GET", "HEAD"}, "/hooks/<secret>": {"POST"}}
    assert public_app.secret_key is None
    assert (public_app.static_folder, public_app.template_folder) == (None, None)


def test_its_process_never_loads_the_code_of_the_pages(public_app: Flask) -> None:
    asks = (
        "import sys, kehr.public, kehr.public.worker\n"
        "from kehr.public import calendar_links, hooks\n"
        f"print([name for name in sys.modules if name.startswith({PAGES!r})])"
    )
    found = subprocess.run([sys.executable, "-c", asks], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
