"""`receipts` and `tick`: what scripts read of states and replies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from kehr.actions.log.evening_log import begin
from kehr.models import Company, SelfTest, db, writing
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


# A32, C08
def test_an_office_that_lives_by_tick_alone_misses_nothing_of_the_day(
    app: Flask, office: PhoneOffice, at: Clock
) -> None:
    with writing() as session:
        company = session.get_one(Company, 1)
        company.self_test_sms = "+436641112223"
        company.evening_log_file = True
        begin(session, "file", company, NOON)
    first = run(app, "tick")
    assert (first["verified"], first["evening_logs"]) == ("ok", 0), "the log is checked at once"
    assert [test.channel for test in db.session.scalars(db.select(SelfTest))] == ["sms"]
    at.moment = NOON + timedelta(hours=9)
    evening = run(app, "tick")
    assert (evening["verified"], evening["evening_logs"]) == ("", 1)
    folder = app.config["KEHR"].data / "protokolle"
    assert [file.name for file in folder.iterdir()] == ["sendeprotokoll-2026-03-10.pdf"]
    assert (folder / "sendeprotokoll-2026-03-10.pdf").read_bytes().startswith(b"%PDF-1.7")
    at.moment += timedelta(minutes=5)
    again = run(app, "tick")
    assert (again["verified"], again["evening_logs"], again["balances"]) == ("", 0, 0)
    at.moment = NOON + timedelta(hours=16)
    assert run(app, "tick")["verified"] == "ok", "every night after three"


def test_receipts_says_so_in_words(app: Flask, office: PhoneOffice) -> None:
    result = app.test_cli_runner().invoke(args=["receipts"])
    assert result.output.startswith("asked 0, delivered 0, ")


def test_receipts_without_any_office(app: Flask, at: Clock) -> None:
    assert run(app, "receipts") == NOTHING


def test_tick_includes_receipts(app: Flask, office: PhoneOffice, at: Clock) -> None:
    office.due()
    first = run(app, "tick")
    assert list(first)[:5] == ["poll", "plan", "send", "receipts", "seal"]
    assert list(first)[5:] == ["balances", "verified", "evening_logs", "told"]
    assert first["send"]["accepted"] == 1
    (message,) = office.messages()
    office.handy.move(message.id, "Delivered")
    at.moment += timedelta(minutes=1)
    assert run(app, "tick")["receipts"]["delivered"] == 1
