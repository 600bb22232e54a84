"""`receipts` and `tick`: what scripts read of states and replies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests.actions.phone_office import PhoneOffice
from tests.conftest import NOON, Clock
from tests.fakes.android_phone import AndroidPhone, android_phone

NOTHING = {
    **{"asked": 0, "delivered": 0, "undelivered": 0, "looked_up": 0},
    **{"planned_again": 0, "replies": 0, "unreachable": 0},
}


@pytest.fixture
def handy() -> Iterator[AndroidPhone]:
    with android_phone() as phone:
        yield phone


@pytest.fixture
def office(app: Flask, at: Clock, handy: AndroidPhone) -> PhoneOffice:
    return PhoneOffice.opened(handy)


def run(app: Flask, *arguments: str) -> Any:
    result = app.test_cli_runner().invoke(args=[*arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_receipts_prints_its_counts(app: Flask, office: PhoneOffice, at: Clock) -> None:
    (message,) = office.sent()
    assert run(app, "receipts") == NOTHING
    office.handy.move(message, "Delivered")
    office.handy.receive("+436640000001", "Danke", NOON)
    at.moment += timedelta(minutes=1)
    assert run(app, "receipts") == NOTHING | {"asked": 1, "delivered": 1, "replies": 1}
    assert run(app, "receipts") == NOTHING


def test_receipts_says_so_in_words(app: Flask, office: PhoneOffice) -> None:
    result = app.test_cli_runner().invoke(args=["receipts"])
    assert result.output.startswith("asked 0, delivered 0, ")


def test_receipts_without_any_office(app: Flask, at: Clock) -> None:
    assert run(app, "receipts") == NOTHING


def test_tick_includes_receipts(app: Flask, office: PhoneOffice, at: Clock) -> None:
    office.due()
    first = run(app, "tick")
    assert list(first) == ["poll", "plan", "send", "receipts", "seal", "told"]
    assert first["send"]["accepted"] == 1
    (message,) = office.messages()
    office.handy.move(message.id, "Delivered")
    at.moment += timedelta(minutes=1)
    assert run(app, "tick")["receipts"]["delivered"] == 1
