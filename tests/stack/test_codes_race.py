"""Telefon-Codes that real processes give at once: one for each appointment, none twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from kehr.models import Message, MessageRule, PhoneCode, db
from tests.actions.conftest import (  # noqa: F401 - fixtures
    app,
    app_on_postgres,
    database_url,
    postgres,
    postgres_url,
)
from tests.stack.crash_office import CrashOffice, crash_office

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

MESSAGES = 60


@pytest.fixture
def office(app: Flask, tmp_path: Path) -> Iterator[CrashOffice]:  # noqa: F811
    """Sixty appointments with a reminder each, all due, whose text says a code."""
    with crash_office(app, tmp_path, MESSAGES) as found:
        db.session.execute(update(MessageRule).values(text="Termin #Datum. Ihr Code: #Code"))
        db.session.commit()
        yield found


def test_processes_that_send_at_once_give_each_appointment_a_code_of_its_own(office: CrashOffice) -> None:
    # C05
    office.gateway.start("ok")
    office.send_all(together=3)
    codes = {row.appointment_id: row.code for row in db.session.scalars(select(PhoneCode))}
    assert len(codes) == MESSAGES == len(set(codes.values()))
    for message in db.session.scalars(select(Message)):
        assert message.text.endswith(f"Ihr Code: {codes[message.appointment_id]}")
    told = [request["messageContent"].rpartition(" ")[2] for request in office.gateway.accepted]
    assert sorted(told) == sorted(codes.values())
    db.session.rollback()
