"""The screens: one blueprint a screen."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Adds what every page needs, and the screens."""
