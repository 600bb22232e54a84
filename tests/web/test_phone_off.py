"""A phone that is off for an hour: nothing lost, nothing twice, and the start page says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from kehr.models import Reply, db
from kehr.rules.terms.messages import State
from tests.actions.phone_office import PhoneOffice
from tests.conftest import NOON, Clock
from tests.fakes.android_phone import AndroidPhone, android_phone
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

SILENT = "Gateway antwortet nicht"


@pytest.fixture
def handy() -> Iterator[AndroidPhone]:
    with android_phone() as phone:
        yield phone


@pytest.fixture
def office(app: Flask, handy: AndroidPhone) -> PhoneOffice:
    return PhoneOffice.opened(handy)


def minutes(office: PhoneOffice, count: int) -> None:
    """So many rounds of sending and asking, one a minute."""
    for _ in range(count):
        office.send(minutes=1)
        office.ask()


# C29, C19, A55, failures.md 1, 11, 15
def test_failure_11_a_phone_off_for_an_hour_is_seen_and_catches_up(
    office: PhoneOffice, at: Clock, sign_in: SignIn
) -> None:
    reader = sign_in("reader")

    def page() -> str:
        at.moment = office.now
        return check_page(reader.get("/heute"))

    gone = office.sent(2)
    office.ask()
    office.due()
    office.handy.behaviours = ["drop_after"]
    assert office.send().unclear == 1
    office.handy.behaviours = ["ok"]
    office.handy.off()
    office.due(2)
    assert office.send().accepted == 0
    minutes(office, 20)
    assert SILENT in page() and "nimmt keine Verbindung an" in page()
    assert "SMS werden weiter versucht" in page()
    assert {message.state for message in office.messages()} == {State.ACCEPTED, State.UNCLEAR, State.PLANNED}
    minutes(office, 40)
    assert SILENT in page() and len(office.handy.arrived()) == 3

    office.handy.receive("+436640000001", "STOP", NOON + timedelta(minutes=30), dead=True)
    for message_id in office.handy.arrived():
        office.handy.move(message_id, "Delivered", at=NOON + timedelta(minutes=1))
    office.handy.on()
    minutes(office, 30)
    arrived = office.handy.arrived()
    assert len(arrived) == len(set(arrived)) == 5
    assert sorted(arrived) == sorted(message.id for message in office.messages())
    for message_id in arrived[3:]:
        office.handy.move(message_id, "Delivered", at=office.now)
    minutes(office, 65)
    assert {message.state for message in office.messages()} == {State.DELIVERED}
    assert [office.story(one).count("accepted accepted") for one in gone] == [1, 1]
    posts = [call for call in office.handy.calls if call.method == "POST" and call.path == "/messages"]
    assert len(posts) == len(arrived)
    assert [reply.text for reply in db.session.scalars(db.select(Reply))] == ["STOP"]
    assert SILENT not in page() and office.alarms() == []
