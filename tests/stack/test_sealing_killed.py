"""Sealing that is killed in the middle has sealed whole batches or nothing; the next run does the rest."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kehr.actions.log.seal_events import BATCH
from kehr.settings import ROOT
from tests.stack.commands import FLASK, Office, environment

pytestmark = pytest.mark.stack

EVENTS = 16_000
CLOCK = datetime.fromisoformat("2026-03-10T12:00:00+01:00")
STORY = (("", "planned"), ("planned", "sending"), ("sending", "accepted"), ("accepted", "delivered"))
MESSAGE = """INSERT INTO messages (id, kind, channel, recipient, due_at, too_late_at, state, reason,
  reason_args, tries, trial, calendar_name, branch_name, uid, work_kind, property_number, by, without_consent,
  recipient_name, place, subject, text, sender, gateway_name, reference, parts, claimed_by, cost_center,
  state_asks, delivery_code, own_text, own_subject, dealt_by, created_at)
  VALUES (?, 'reminder', 'sms', ?, ?, ?, 'delivered', '', '{}', 1, 0, '', '', '', '', '', '', '', 'Karl', '',
  '', 'Wir kommen', '', '', ?, 1, '', '', 0, '', '', '', '', ?)"""
EVENT = """INSERT INTO message_events (message_id, at, old_state, new_state, reason, reason_args, by)
  VALUES (?, ?, ?, ?, '', '{}', '')"""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office with a long log that nobody has sealed."""
    office = Office(tmp_path / "data")
    office.make_database()
    office.done("verify-log")
    with closing(sqlite3.connect(office.data / "kehrbote.db")) as database:
        moment = datetime(2026, 1, 1)  # noqa: DTZ001 - SQLite keeps UTC without its zone
        for number in range(EVENTS // len(STORY)):
            ident, at = f"{number:032x}", str(moment + timedelta(minutes=number))
            database.execute(MESSAGE, (ident, f"+43664{number:07d}", at, at, f"r{number}", at))
            database.executemany(EVENT, [(ident, at, old, new) for old, new in STORY])
        database.commit()
    return office


def ask(office: Office, question: str) -> int:
    with closing(sqlite3.connect(office.data / "kehrbote.db", timeout=20)) as database:
        return int(database.execute(question).fetchone()[0])


def kill_in_the_middle(office: Office) -> int:
    """Starts sealing, ends it with kill -9 once it has gone on; how many events have their seal."""
    before = ask(office, "SELECT count(*) FROM event_seals")
    started = subprocess.Popen(
        [str(FLASK), "verify-log"],
        cwd=ROOT,
        env=environment(office.data) | {"KEHR_CLOCK": CLOCK.isoformat()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    ends = time.monotonic() + 60
    while ask(office, "SELECT count(*) FROM event_seals") == before:
        assert time.monotonic() < ends and started.poll() is None, "the sealing was over too soon"
        time.sleep(0.002)
    os.kill(started.pid, signal.SIGKILL)
    assert started.wait() == -signal.SIGKILL
    return ask(office, "SELECT count(*) FROM event_seals")


# C08: kill -9 in the middle of sealing loses nothing
def test_killed_sealing_goes_on_where_it_was(office: Office) -> None:
    done = 0
    for _ in range(2):
        now_done = kill_in_the_middle(office)
        assert done < now_done < EVENTS
        assert now_done % BATCH == 0, "a batch is whole or not there"
        assert ask(office, "SELECT count FROM chain_head") == now_done
        assert ask(office, "SELECT event_id FROM chain_head") == ask(
            office, "SELECT max(event_id) FROM event_seals"
        )
        done = now_done
    assert office.done("verify-log", at=CLOCK) == f"ok {EVENTS}\n"
    assert office.json("tick", at=CLOCK)["seal"]["sealed"] == 0
    with closing(sqlite3.connect(office.data / "kehrbote.db")) as database:
        database.execute("UPDATE messages SET text = 'Wir kommen nicht' WHERE reference = 'r3711'")
        database.commit()
    ended = office.run("verify-log", at=CLOCK)
    assert ended.status == 1 and f"{3711:032x}" in ended.out and "wurde geändert" in ended.out
