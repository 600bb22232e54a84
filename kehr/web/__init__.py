"""The screens: one blueprint a screen, each called `screen` in its own module."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

SCREENS = (
    "assets",
    "login",
    "first_run",
    "company",
    "users",
    "today",
    "catch_up",
    "planned",
    "bundle",
    "message",
    "log",
    "evening_log",
    "health",
    "calendars",
    "rules_editor",
    "branches",
    "gateways",
    "money",
    "forecast",
    "gateway_hook",
    "imports",
    "import_folder",
    "objects",
    "object_edit",
    "object_delete",
    "object_number",
    "consent",
    "employees",
    "appointments",
    "deadlines",
    "deadline_rules",
    "kind_words",
    "slips",
    "slip_note",
    "day_list",
    "phone_codes",
    "quality",
    "manual",
    "manual_sends",
    "inbox",
    "proof",
    "own_visits",
)
"""Modules of this package that show something; a new screen adds its name here."""


def register(app: Flask) -> None:
    """Adds what every page needs, and the screens."""
    from kehr.web import access, errors, filters, layout, own_test_signs, security

    security.register(app)
    access.register(app)
    filters.register(app)
    layout.register(app)
    own_test_signs.register(app)
    errors.register(app)
    for name in SCREENS:
        app.register_blueprint(import_module(f"kehr.web.{name}").screen)
