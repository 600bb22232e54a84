"""The steps of an import: each is done once, by whoever comes first, and can be stopped between pieces."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from typing import Any

import pytest
from flask import Flask

from kehr.actions.facts.claims import this_process
from kehr.actions.imports.import_files import content_path, forget_contents
from kehr.actions.imports.import_runs import (
    StepRefused,
    ask_apply,
    ask_cancel,
    ask_check,
    keep_upload,
    work_run,
    work_runs,
)
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.run.run_round import SENDS_EVERY, sends_meanwhile
from kehr.models import Heartbeat, ImportRow, ImportRun, Message, Property, db, writing
from tests import builders
from tests.conftest import NOON, Clock

HEAD = "Nummer;Name;Straße\r\n"


@pytest.fixture(autouse=True)
def office(app: Flask, at: Clock) -> None:
    builders.company()
    builders.gateway()
    builders.branch()


def uploaded(rows: int = 3) -> int:
    text = HEAD + "".join(f"A{110000 + n};Mustermann {n};Weg {n}\r\n" for n in range(rows))
    return keep_upload(text.encode(), "kunden.csv", "anna", NOON)


def checked(at: Clock, rows: int = 3) -> int:
    run_id = uploaded(rows)
    run = row(run_id)
    ask_check(run_id, run.kind, run.columns, "", None)
    assert work_run(run_id, at)
    assert row(run_id).state == "checked"
    return run_id


def row(run_id: int) -> ImportRun:
    db.session.expire_all()
    found: ImportRun = db.session.get_one(ImportRun, run_id)
    return found


def objects() -> int:
    return int(db.session.scalar(db.select(db.func.count()).select_from(Property)) or 0)


def claimed_by(run_id: int, holder: str, moment: object = NOON) -> None:
    with writing() as session:
        session.execute(
            db.update(ImportRun).where(ImportRun.id == run_id).values(claimed_by=holder, claimed_at=moment)
        )


def test_checking_writes_results_and_changes_nothing_else(at: Clock) -> None:
    run_id = checked(at)
    run = row(run_id)
    assert (run.created, run.total, run.claimed_by, run.by) == (3, 3, "", "anna")
    rows = db.session.scalars(db.select(ImportRow).order_by(ImportRow.line)).all()
    assert [(one.line, one.outcome) for one in rows] == [(2, "created"), (3, "created"), (4, "created")]
    assert objects() == 0


def test_a_long_list_is_stopped_between_two_pieces_and_completed_later(at: Clock) -> None:
    run_id = checked(at, 1200)
    ask_apply(run_id, "berta")
    assert work_run(run_id, at, lambda: ask_cancel(run_id))
    run = row(run_id)
    assert run.state == "cancelled" and 0 < run.done < 1200
    assert objects() == run.done
    again = checked(at, 1200)
    ask_apply(again, "berta")
    assert work_run(again, at)
    assert objects() == 1200
    assert (row(again).created, row(again).unchanged) == (1200 - run.done, run.done)


def test_four_processes_at_once_do_a_step_once(at: Clock, in_thread: Callable[..., Any]) -> None:
    run_id = checked(at, 600)
    ask_apply(run_id, "anna")
    claims: list[str] = []
    db.session.rollback()

    def work(number: int) -> bool:
        return bool(in_thread(lambda: work_run(run_id, at, lambda: claims.append(str(number))))())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert len(set(claims)) == 1
    assert objects() == 600 and row(run_id).created == 600


def test_a_step_that_another_living_process_does_is_left_alone(at: Clock) -> None:
    run_id = checked(at)
    ask_apply(run_id, "anna")
    claimed_by(run_id, "another-host|7|7")
    assert work_runs(at) == 0
    at.moment += timedelta(minutes=15, seconds=1)
    assert work_runs(at) == 1
    assert objects() == 3


def test_a_step_whose_process_died_is_taken_up_at_once(at: Clock) -> None:
    run_id = checked(at)
    ask_apply(run_id, "anna")
    claimed_by(run_id, this_process().rpartition("|")[0] + "|1")
    assert work_runs(at) == 1
    assert row(run_id).state == "done" and objects() == 3


def test_new_columns_while_an_old_check_is_under_way_win(at: Clock) -> None:
    run_id = uploaded(600)
    run = row(run_id)
    columns = dict(run.columns)
    ask_check(run_id, "customers", columns, "", None)

    def late() -> Any:
        """The clock of the slow one: the office changes its mind while it checks."""
        if row(run_id).claimed_by and row(run_id).columns == columns:
            ask_cancel(run_id)
            ask_check(run_id, "customers", columns | {"Straße": "note"}, "", None)
        return at()

    assert work_run(run_id, late)
    assert (row(run_id).state, row(run_id).claimed_by) == ("checking", "")
    assert work_run(run_id, at)
    assert row(run_id).columns["Straße"] == "note" and row(run_id).state == "checked"
    assert db.session.scalar(db.select(db.func.count()).select_from(ImportRow)) == 600


@pytest.mark.parametrize("state", ["uploaded", "checking", "applying", "done", "failed", "cancelled"])
def test_only_what_was_checked_is_taken_over(state: str, at: Clock) -> None:
    run_id = uploaded()
    with writing() as session:
        session.execute(db.update(ImportRun).values(state=state))
    with pytest.raises(StepRefused, match="Das geht jetzt nicht mehr"):
        ask_apply(run_id, "anna")
    assert row(run_id).state == state


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_what_has_ended_is_not_stopped(state: str, at: Clock) -> None:
    run_id = uploaded()
    with writing() as session:
        session.execute(db.update(ImportRun).values(state=state))
    with pytest.raises(StepRefused):
        ask_cancel(run_id)


def test_a_fault_of_ours_ends_the_run_with_a_sentence(at: Clock) -> None:
    run_id = uploaded()
    ask_check(run_id, "rechnungen", {"Nummer": "number"}, "", None)
    assert work_run(run_id, at)
    assert row(run_id).state == "failed"
    assert "ein Fehler in Kehrbote aufgetreten" in row(run_id).problem
    assert row(run_id).claimed_by == ""


def test_columns_that_do_not_fit_end_the_run_with_their_sentence(at: Clock) -> None:
    run_id = uploaded()
    ask_check(run_id, "customers", {"Name": "name"}, "", None)
    work_run(run_id, at)
    assert (row(run_id).state, row(run_id).problem[:29]) == ("failed", "Die Spalte »Nummer« fehlt. Ex")


def test_contents_are_kept_a_month_after_their_last_run(at: Clock) -> None:
    run_id = uploaded()
    path = content_path(row(run_id).sha256)
    assert path.stat().st_mode & 0o777 == 0o600
    assert forget_contents(NOON + timedelta(days=29)) == 0 and path.exists()
    assert forget_contents(NOON + timedelta(days=31)) == 1 and not path.exists()


def test_what_is_due_leaves_during_a_long_import(at: Clock) -> None:
    calendar = builders.calendar()
    builders.appointment(calendar, NOON + timedelta(days=2, hours=1))
    builders.rule(at=time(11, 59))
    plan_messages(NOON - timedelta(minutes=2))
    run_id = checked(at, 1200)
    ask_apply(run_id, "anna")
    between = sends_meanwhile(at)

    def slow() -> None:
        at.moment += SENDS_EVERY
        between()

    assert work_run(run_id, at, slow)
    assert row(run_id).state == "done" and objects() == 1200
    assert db.session.scalars(db.select(Message.state)).all() == ["accepted"]
    assert {beat.name for beat in db.session.scalars(db.select(Heartbeat))} >= {"tick", "worker"}
