"""The commands of the project: each reads its input, calls one action and prints the result."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Adds the commands to the app."""
