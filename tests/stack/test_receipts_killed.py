"""Whoever is killed between asking a gateway and keeping its answer loses nothing, with real processes."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from kehr.models import DeliveryReport, Reply, db
from tests.actions.conftest import (  # noqa: F401 - fixtures
    app,
    app_on_postgres,
    database_url,
    postgres,
    postgres_url,
)
from tests.actions.phone_office import PhoneOffice
from tests.conftest import NOON
from tests.fakes.android_phone import android_phone
from tests.stack.crash_office import KEY, Nursery

pytestmark = pytest.mark.stack

MESSAGES = 40


@pytest.fixture
def office(app: Flask) -> Iterator[PhoneOffice]:  # noqa: F811
    """An office whose phone took everything, has delivered it, and has an answer to each."""
    with android_phone() as handy:
        office = PhoneOffice.opened(handy)
        ids = office.sent(MESSAGES)
        db.session.rollback()
        for number, message_id in enumerate(ids, 1):
            handy.move(message_id, "Delivered", at=NOON)
            handy.receive(f"+43664{number:07d}", f"Antwort {number}", NOON)
        yield office


def _environment(app: Flask, folder: Path, minutes: int) -> dict[str, str]:  # noqa: F811
    return os.environ | {
        "KEHR_DATA": str(folder),
        "KEHR_SECRET_KEY": KEY,
        "KEHR_CLOCK": (NOON + timedelta(minutes=minutes)).isoformat(),
        "DATABASE_URL": app.config["KEHR"].database_url,
    }


def _count(what: type[DeliveryReport] | type[Reply]) -> int:
    found = db.session.scalar(select(func.count()).select_from(what)) or 0
    db.session.rollback()
    return found


@pytest.mark.parametrize(("stop_at", "after"), [("apply", 0), ("keep", 0), ("keep", 7)])
def test_failure_13_killed_between_asking_and_keeping_nothing_is_lost_and_nothing_kept_twice(
    office: PhoneOffice,
    app: Flask,  # noqa: F811
    tmp_path: Path,
    stop_at: str,
    after: int,
) -> None:
    with Nursery(_environment(app, tmp_path, 1)) as nursery:
        for _ in range(3):
            pid = nursery.start("receipts", stop_at=stop_at, after=after)
            if nursery.wait(pid) is not None:
                continue  # the states' right to ask is still the dead one's: nothing was asked
            os.kill(pid, signal.SIGKILL)
            assert nursery.wait(pid) == -signal.SIGKILL
    assert set(office.states()) == ({"accepted accepted"} if stop_at == "apply" else {"delivered delivered"})
    assert _count(Reply) == (MESSAGES if stop_at == "apply" else 0)
    with Nursery(_environment(app, tmp_path, 4)) as nursery:
        nursery.run("receipts", together=2)
        nursery.run("receipts", times=5)
    assert set(office.states()) == {"delivered delivered"}
    assert (_count(DeliveryReport), _count(Reply)) == (MESSAGES, MESSAGES)
    for message in office.messages():
        assert office.story(message.id).count("delivered delivered") == 1
