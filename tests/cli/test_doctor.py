"""`doctor`: a line for each part, and a status that scripts can use."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from kehr.models import Heartbeat, db
from tests import builders
from tests.conftest import NOON, Clock


@pytest.fixture
def machine(app: Flask, at: Clock, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A machine on which all is well."""
    monkeypatch.setattr("kehr.actions.run.check_health._ping", lambda url: True)
    builders.company()
    builders.gateway()
    builders.calendar()
    for name in ("tick", "poll", "worker"):
        db.session.add(Heartbeat(name=name, at=NOON))
    db.session.commit()
    return app


def test_healthy_machine_ends_with_0_and_a_line_for_each_part(machine: Flask) -> None:
    result = machine.test_cli_runner().invoke(args=["doctor"])
    assert result.exit_code == 0, result.output
    for name in (
        "Datenbank",
        "Warteschlange",
        "Dienst",
        "Zeitplan",
        "Uhr",
        "Speicherplatz",
        "Kalender",
        "Gateways",
        "Prüfkette",
    ):
        assert f" {name}: " in result.output
    assert "FEHLER" not in result.output


def test_faulty_feed_is_named_and_ends_with_1(machine: Flask) -> None:
    builders.calendar("Kaputt", faulty_code="not_found")
    result = machine.test_cli_runner().invoke(args=["doctor"])
    assert result.exit_code == 1
    assert "FEHLER Kalender: Nicht abrufbar: Kaputt." in result.output


def test_silent_worker_is_named_with_its_last_time(machine: Flask, at: Clock) -> None:
    at.moment = NOON + timedelta(minutes=5)
    result = machine.test_cli_runner().invoke(args=["doctor"])
    assert result.exit_code == 1
    assert "FEHLER Dienst: Der Dienst hat sich seit Di, 10.03. 12:00 nicht gemeldet." in result.output


def test_simulated_clock_is_said(machine: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEHR_CLOCK", "2026-03-10T12:00:00+01:00")
    result = machine.test_cli_runner().invoke(args=["doctor"])
    assert "Die Uhr ist gestellt: Kehrbote glaubt, es ist Di, 10.03. 12:00." in result.output


def test_office_without_company_can_be_checked(app: Flask, at: Clock) -> None:
    result = app.test_cli_runner().invoke(args=["doctor"])
    assert result.exit_code == 1
    assert "Kalender: noch keiner eingetragen" in result.output
