"""The log over very many messages: what the database looks at, and how often it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import event, text

from kehr.actions.facts.log_filter import LogFilter
from kehr.actions.log.list_log import filter_choices, list_log, log_ids, messages_in_parts
from kehr.models import db
from tests import builders
from tests.conftest import NOON

VIENNA = ZoneInfo("Europe/Vienna")
WEEK = LogFilter(date(2026, 3, 4), date(2026, 3, 10))
NARROWED = {
    "days alone": WEEK,
    "calendar": replace(WEEK, calendar=1),
    "branch": replace(WEEK, branch="Steyr"),
    "state": replace(WEEK, state="delivered"),
    "kind": replace(WEEK, kind="reminder"),
    "channel": replace(WEEK, channel="sms"),
    "work": replace(WEEK, work="HK"),
    "cost centre": replace(WEEK, cost_center="100"),
    "employee": replace(WEEK, employee=1),
    "login": replace(WEEK, by="maria"),
    "name": replace(WEEK, search="Mustermann"),
    "number": replace(WEEK, search="0664 1000001"),
    "everything": replace(WEEK, calendar=1, branch="Steyr", state="planned", kind="moved", search="x"),
}


@contextmanager
def asked() -> Iterator[list[tuple[str, object]]]:
    """The statements, with their values, that the database is asked meanwhile."""
    seen: list[tuple[str, object]] = []

    def note(*args: object) -> None:
        seen.append((str(args[2]), args[3]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("name", NARROWED)
def test_a_span_of_days_is_found_by_its_index_whatever_narrows_it(app: Flask, name: str) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL decides by what it knows of the rows; here there are none")
    with asked() as seen:
        log = list_log(NARROWED[name], NOON, VIENNA)
        filter_choices(NARROWED[name], NOON, VIENNA, log)
        log_ids(NARROWED[name], NOON, VIENNA, 5000)
    looked = [(sql, values) for sql, values in seen if "FROM messages" in sql and "sent_at >=" in sql]
    once_more = NARROWED[name] != WEEK
    assert len(looked) == 2 + once_more, "sums, choices where something narrows, and the ids for paper"
    for sql, values in looked:
        with db.engine.connect() as connection:
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
        steps = [step for step in plan if step.startswith(("SCAN messages", "SEARCH messages"))]
        assert len(steps) == 2, plan
        assert all("ix_messages_sent (sent_at>" in s or "ix_messages_due (due_at>" in s for s in steps), plan


def test_number_of_queries_does_not_grow_with_the_messages(app: Flask) -> None:
    builders.company()
    calendar, rule = builders.calendar(), builders.rule()
    row = builders.appointment(calendar, NOON + timedelta(days=1))

    def fill(count: int, name: str) -> None:
        for number in range(count):
            builders.message(row, rule, due_at=NOON, recipient=f"{name}{number}@example.at")

    def queries() -> int:
        with asked() as seen:
            log = list_log(WEEK, NOON, VIENNA)
            filter_choices(WEEK, NOON, VIENNA, log)
        assert log.messages
        return len(seen)

    fill(1, "a")
    few = queries()
    fill(40, "b")
    assert queries() == few <= 9


def test_parts_hold_each_message_once_and_in_order(app: Flask) -> None:
    builders.company()
    calendar, rule = builders.calendar(), builders.rule()
    row = builders.appointment(calendar, NOON + timedelta(days=1))
    for number in (3, 1, 2, 0, 4):
        builders.message(row, rule, due_at=NOON - timedelta(minutes=5 - number), recipient=f"r{number}")
    ids = log_ids(WEEK, NOON, VIENNA, 4)
    parts = [[message.recipient for message in part] for part in messages_in_parts(ids, 3)]
    assert parts == [["r0", "r1", "r2"], ["r3"]]
    assert db.session.scalar(text("SELECT count(*) FROM messages")) == 5


def test_a_page_is_the_same_whether_it_is_read_from_the_first_or_from_the_last(app: Flask) -> None:
    builders.company()
    calendar, rule = builders.calendar(), builders.rule()
    row = builders.appointment(calendar, NOON + timedelta(days=1))
    for number in range(11):
        moment = NOON - timedelta(minutes=5 * (number * 7 % 4))
        sent = moment if number % 3 else None
        state = "delivered" if sent else "withheld"
        name = f"Name {number * 5 % 7}"
        builders.message(
            row, rule, due_at=moment, sent_at=sent, state=state, recipient=f"r{number}", recipient_name=name
        )
    whole = log_ids(WEEK, NOON, VIENNA, 100)
    pages = [list_log(WEEK, NOON, VIENNA, page, 2).messages for page in range(1, 7)]
    assert [message.id for page in pages for message in page] == whole
    assert len(set(whole)) == 11
    moments = [(one.sent_at or one.due_at, one.kind, one.recipient_name) for page in pages for one in page]
    assert moments == sorted(moments)
