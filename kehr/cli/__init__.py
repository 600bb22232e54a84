"""The commands of the project: each reads its input, calls one action and prints the result."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from kehr.cli.database_age import needs_current_database
from kehr.cli.refuse import refuse

__all__ = ["needs_current_database", "refuse", "register"]

COMMANDS = (
    ("settings", "configure_command"),
    ("settings", "export_command"),
    ("preview", "preview_feed"),
    ("texts", "phone_numbers"),
    ("texts", "sms_parts"),
    ("gateways", "check_gateway_command"),
    ("rounds", "poll_command"),
    ("rounds", "plan_command"),
    ("rounds", "send_due_command"),
    ("rounds", "receipts_command"),
    ("rounds", "tick_command"),
    ("imports", "import_customers"),
    ("imports", "import_appointments"),
    ("messages", "messages_command"),
    ("proof", "verify_log_command"),
    ("doctor", "doctor_command"),
)
"""Module of this package and the command in it; a new command adds its line here."""


def register(app: Flask) -> None:
    """Adds the commands to the app."""
    for module, name in COMMANDS:
        app.cli.add_command(getattr(import_module(f"kehr.cli.{module}"), name))
