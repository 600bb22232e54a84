"""The public app on the same database as the office's, asked by a stranger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kehr.models import db
from kehr.public import create_public_app
from tests.conftest import settings_in

URL = "https://k.example.at"


@pytest.fixture
def public_app(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The public app; its own connections end with the test."""
    found = create_public_app(settings_in(tmp_path, f"sqlite:///{tmp_path / 'kehrbote.db'}"))
    yield found
    with found.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def stranger(public_app: Flask) -> FlaskClient:
    """Somebody outside."""
    return public_app.test_client()
