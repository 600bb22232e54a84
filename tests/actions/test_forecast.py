"""What the forecast foresees: by day and branch, with the parts and prices of the gateways."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from kehr.actions.plan.forecast import forecast
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Company, Message, db
from tests import builders
from tests.conftest import NOON

pytestmark = pytest.mark.usefixtures("app")


def _zone():
    return db.session.get(Company, 1).zoneinfo


def _office(price: int | None = 745):
    builders.company()
    account = builders.gateway(price=price)
    linz = builders.branch("Linz", sms_gateway_id=account.id, email_gateway_id=account.id)
    return builders.calendar("Linz", branch_id=linz.id), builders.calendar("Ohne Filiale")


def test_a_month_by_day_and_branch_with_its_cost():  # C13
    linz, firm = _office()
    rule = builders.rule(channel="both", text="#Wochentag, #Datum um #Uhrzeit. #Firma " + "x" * 150)
    for days in (5, 5, 12):
        builders.appointment(linz, NOON + timedelta(days=days), emails=["karl@example.at"])
    builders.appointment(firm, NOON + timedelta(days=6))
    builders.appointment(firm, NOON + timedelta(days=60))
    plan_messages(NOON)
    found = forecast(NOON, _zone())
    assert (found.first, found.last) == (date(2026, 3, 10), date(2026, 4, 8))
    lines = [(line.day, line.branch, line.sms, line.parts, line.emails, line.cost) for line in found.days]
    assert lines == [
        (date(2026, 3, 13), "Linz", 2, 4, 2, 2980),
        (date(2026, 3, 14), "", 1, 2, 0, 1490),
        (date(2026, 3, 20), "Linz", 1, 2, 1, 1490),
    ]
    assert [(line.branch, line.sms, line.cost) for line in found.branches] == [
        ("", 1, 1490),
        ("Linz", 3, 4470),
    ]
    assert (found.total.sms, found.total.parts, found.total.emails, found.total.cost) == (4, 8, 3, 5960)
    assert rule.text.endswith("x")


def test_what_is_held_stands_apart_and_a_price_that_nobody_knows_is_said():  # C13
    linz, _firm = _office(price=None)
    rule = builders.rule()
    row = builders.appointment(linz, NOON + timedelta(days=5))
    builders.message(row, rule, state="held", reason="release_always")
    builders.message(row, rule, recipient="+436641000002", due_at=NOON - timedelta(hours=1))
    builders.message(row, rule, recipient="+436641000003", state="withheld", reason="no_consent")
    found = forecast(NOON, _zone())
    assert [(line.branch, line.sms) for line in found.held] == [("Linz", 1)]
    overdue = [(line.day, line.sms, line.cost, line.unpriced) for line in found.days]
    assert overdue == [(date(2026, 3, 10), 1, 0, 1)]


def test_one_own_text_counts_with_its_own_parts():
    linz, _firm = _office()
    row = builders.appointment(linz, NOON + timedelta(days=5))
    builders.message(row, builders.rule(), own_text="y" * 400)
    assert forecast(NOON, _zone()).total.parts == 3


def test_three_thousand_messages_need_few_queries():
    linz, _firm = _office()
    rule = builders.rule()
    row = builders.appointment(linz, NOON + timedelta(days=5))
    first = builders.message(row, rule)
    values = {column.name: getattr(first, column.name) for column in Message.__table__.c}
    rows = [values | {"id": f"{n:032}", "recipient": f"+43664{n:07}"} for n in range(2999)]
    db.session.execute(Message.__table__.insert(), rows)
    db.session.commit()
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    assert forecast(NOON, _zone()).total.sms == 3000
    assert len(asked) <= 20


def test_before_the_office_is_set_up_nothing_is_foreseen(app: Flask):
    from zoneinfo import ZoneInfo

    assert forecast(NOON, ZoneInfo("Europe/Vienna")).days == ()
