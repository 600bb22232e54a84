"""What monitors and people learn about the machine."""

from __future__ import annotations

from collections import namedtuple
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from kehr.actions.run.check_health import Health, check_health
from kehr.models import Heartbeat, MessageEvent, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page


def beat(**ages: int) -> None:
    """Heartbeats so many seconds old."""
    for name, seconds in ages.items():
        db.session.merge(Heartbeat(name=name, at=NOON - timedelta(seconds=seconds)))
    db.session.commit()


@pytest.fixture
def machine(app: Flask, at: Clock, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A machine on which all is well."""
    monkeypatch.setattr("kehr.actions.run.check_health._ping", lambda url: True)
    builders.company()
    builders.gateway(last_ok_at=NOON)
    builders.calendar()
    beat(tick=10, poll=10, worker=10)
    return app


def level(name: str) -> str:
    """How one part is now."""
    return next(check.level for check in check_health(NOON).checks if check.name == name)


def answer(app: Flask) -> tuple[int, Any]:
    """What a monitor gets, without sign-in."""
    response = app.test_client().get("/healthz")
    return response.status_code, response.get_json()


def test_healthy_machine_answers_200_without_sign_in(machine: Flask) -> None:
    status, body = answer(machine)
    assert status == 200
    assert body["status"] == "ok"
    assert set(body["checks"]) == {
        "database",
        "broker",
        "worker",
        "cron",
        "clock",
        "disk",
        "feeds",
        "gateways",
        "chain",
    }
    assert set(body["checks"].values()) == {"ok"}


@pytest.mark.parametrize("part", ["tick", "poll", "worker"])
@pytest.mark.parametrize(("seconds", "status"), [(120, 200), (121, 503)])
def test_part_silent_for_more_than_two_minutes_is_red(
    machine: Flask, part: str, seconds: int, status: int
) -> None:
    # failures.md 15: a dead worker is seen.
    beat(**{part: seconds})
    assert answer(machine)[0] == status


@pytest.mark.parametrize("part", ["tick", "poll", "worker"])
def test_part_that_never_ran_is_red(machine: Flask, part: str) -> None:
    db.session.delete(db.session.get(Heartbeat, part))
    db.session.commit()
    assert answer(machine)[0] == 503


def test_silent_broker_is_red(machine: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kehr.actions.run.check_health._ping", lambda url: False)
    status, body = answer(machine)
    assert (status, body["status"], body["checks"]["broker"]) == (503, "down", "bad")


def test_broker_that_is_not_there_does_not_answer(app: Flask, at: Clock) -> None:
    assert level("broker") == "bad"


def test_database_that_does_not_answer_is_red_and_nothing_breaks(
    machine: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("disk I/O error"))

    monkeypatch.setattr(db.session, "execute", refuse)
    health = check_health(NOON)
    assert [check.level for check in health.checks if check.name == "database"] == ["bad"]
    assert not health.serving


@pytest.mark.parametrize(("free", "expected"), [(500_000_000, "ok"), (499_999_999, "bad")])
def test_disk_below_500_mb_is_red(
    machine: Flask, monkeypatch: pytest.MonkeyPatch, free: int, expected: str
) -> None:  # failures.md 15: disk full
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage(10**12, 0, free))
    assert level("disk") == expected


@pytest.mark.parametrize(("ahead", "expected"), [(60, "ok"), (61, "bad"), (-3600, "ok")])
def test_clock_behind_the_newest_entry_is_red(machine: Flask, ahead: int, expected: str) -> None:
    # failures.md 12: the clock is wrong at boot.
    row = builders.appointment(builders.calendar("B"), NOON)
    message = builders.message(row, builders.rule())
    db.session.add(
        MessageEvent(message_id=message.id, at=NOON + timedelta(seconds=ahead), new_state="planned")
    )
    db.session.commit()
    assert level("clock") == expected


def test_simulated_clock_is_named_and_is_no_fault(machine: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEHR_CLOCK", "2026-03-10T12:00:00+01:00")
    status, body = answer(machine)
    assert (status, body["checks"]["clock"]) == (200, "note")


def test_faulty_feed_and_stopped_gateway_are_red_but_the_machine_serves(machine: Flask) -> None:
    builders.calendar("Kaputt", faulty_code="not_found")
    builders.gateway("LINK", stopped_code="refused_in_row")
    status, body = answer(machine)
    assert (status, body["status"]) == (200, "degraded")
    assert (body["checks"]["feeds"], body["checks"]["gateways"]) == ("bad", "bad")


def test_switched_off_calendar_is_not_checked(machine: Flask) -> None:
    builders.calendar("Alt", faulty_code="not_found", active=False)
    assert level("feeds") == "ok"


def test_answer_without_sign_in_names_nobody(machine: Flask) -> None:
    builders.calendar("Geheimer Kalender", faulty_code="not_found", faulty_detail="geheim.example.at")
    builders.gateway("LINK Konto 4711", stopped_code="refused_in_row")
    text = machine.test_client().get("/healthz").get_data(as_text=True)
    for word in ("Geheim", "geheim", "4711", "LINK", str(machine.config["KEHR"].data)):
        assert word not in text


def test_office_without_anything_yet_is_not_red(app: Flask, at: Clock) -> None:
    assert (level("feeds"), level("gateways")) == ("note", "note")


def test_system_page_says_how_all_is_in_words(machine: Flask, sign_in: SignIn) -> None:
    builders.calendar("Kaputt", faulty_code="not_found")
    html = check_page(sign_in("reader").get("/system"))
    for words in (
        "Nicht abrufbar: Kaputt.",
        "Läuft seit",
        "Kehrbote",
        "SQLite",
        "Datenordner",
        "braucht Sie",
    ):
        assert words in html
    assert machine.test_client().get("/system").status_code == 302


def test_machine_serves_while_only_the_outside_is_red() -> None:
    assert Health(()).serving and not Health(()).red
