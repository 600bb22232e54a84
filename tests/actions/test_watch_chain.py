"""Every night the log is gone through; what was changed is told once and shown until it is mended."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from kehr.actions.decide.waiting_work import find_waiting
from kehr.actions.log.watch_chain import compare_printed, verify_and_tell, verify_nightly
from kehr.actions.run.check_health import check_health
from kehr.actions.run.tell_office import tell_office
from kehr.models import Alarm, ChainHead, Heartbeat, db
from kehr.rules.log.chain import Printed
from tests import builders
from tests.actions.sealed_office import SealedOffice
from tests.conftest import NOON
from tests.rules.plan_build import at

CHANGE = "UPDATE messages SET text = 'x' WHERE recipient_name = 'Huber'"


@pytest.fixture
def office(app: Flask) -> SealedOffice:
    office = SealedOffice.opened("Mayr", "Huber")
    builders.gateway()
    return office


# C08, C28: a break is told once, by mail, and stands on the start page until it is gone
def test_a_break_is_shown_and_told_once(office: SealedOffice) -> None:
    office.by_hand(CHANGE)
    for day in range(3):
        now = NOON + timedelta(days=day)
        result = verify_and_tell(lambda now=now: now)
        assert result.broken is not None and result.broken.code == "chain_text"
        told = tell_office(lambda now=now: now)
        assert told == (1 if day == 0 else 0)
    (line,) = [one for one in find_waiting(NOON) if one.what == "alarm"]
    assert (line.key, line.code, line.args["name"]) == ("chain", "chain_broken", "Huber")
    chain = next(check for check in check_health(NOON).checks if check.name == "chain")
    assert (chain.level, chain.at) == ("bad", NOON + timedelta(days=2))
    office.by_hand("UPDATE chain_head SET id = 1")
    alarm = db.session.scalars(db.select(Alarm)).one()
    assert alarm.closed_at is None


def test_an_alarm_ends_when_the_log_is_whole_again(office: SealedOffice) -> None:
    office.by_hand("UPDATE message_events SET by = 'x' WHERE id = 3")
    assert verify_and_tell(lambda: NOON).broken is not None
    office.by_hand("UPDATE message_events SET by = '' WHERE id = 3")
    assert verify_and_tell(lambda: NOON).broken is None
    assert db.session.scalars(db.select(Alarm)).one().closed_at == NOON
    assert next(check for check in check_health(NOON).checks if check.name == "chain").level == "ok"


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, at("10.03. 12:00"), True),
        (at("10.03. 03:00"), at("10.03. 23:59"), False),
        (at("10.03. 02:59"), at("10.03. 03:00"), True),
        (at("09.03. 03:10"), at("10.03. 02:59"), False),
        (at("06.03. 03:10"), at("09.03. 07:30"), True),
        (at("28.03. 03:10"), at("29.03. 03:01"), True),
    ],
)
def test_it_is_due_once_a_night_and_after_being_off(
    office: SealedOffice, last: datetime | None, now: datetime, due: bool
) -> None:
    if last is not None:
        db.session.add(Heartbeat(name="log_verified", at=last))
        db.session.commit()
    assert (verify_nightly(lambda: now) is not None) == due
    assert verify_nightly(lambda: now) is None


def test_the_end_on_a_sheet_is_compared_with_the_chain(office: SealedOffice) -> None:
    head = db.session.get_one(ChainHead, 1)
    number, digits = head.count, head.hash
    office.tell("Bauer")
    office.seal()
    assert compare_printed(Printed(number, digits)) == ""
    assert compare_printed(Printed(number, digits[:8])) == ""
    assert compare_printed(Printed(number - 1, digits)) == "chain_printed"
    assert compare_printed(Printed(number + 5, digits)) == "chain_short"
