"""The broker holds nothing that is needed: it is emptied and killed under a sending machine, as are the
worker, its job and the scheduler, and every message still leaves exactly once."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil
import pytest
from flask_migrate import upgrade
from redis import Redis
from sqlalchemy import insert

from kehr import create_app
from kehr.models import Appointment, db
from kehr.settings import ROOT, Settings
from tests import builders
from tests.conftest import settings_in
from tests.fakes.link_server import TOKEN
from tests.stack.commands import environment
from tests.stack.crash_office import Gateway
from tests.stack.radicale import free_port
from tests.stack.running_stack import Stack, running, short_folder, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("long"), pytest.mark.timeout(420)]

MESSAGES = 700
KEY = "a key for tests only"
VIENNA = ZoneInfo("Europe/Vienna")


@dataclass
class Sending:
    """A machine that has much to send."""

    stack: Stack
    gateway: Gateway
    settings: Settings

    def broker(self) -> Redis:
        """A connection to its broker."""
        return Redis(unix_socket_path=str(self.settings.socket))

    def parts(self, word: str) -> list[psutil.Process]:
        """Its processes whose command line has this word, the oldest first."""
        found = [psutil.Process(pid) for pid, command in self.stack.left().items() if word in command]
        return sorted(found, key=lambda process: process.create_time())

    def kill(self, word: str) -> None:
        """kill -9 of the oldest such process: a worker is older than the job it forked."""
        self.parts(word)[0].send_signal(signal.SIGKILL)

    def kill_job(self) -> None:
        """kill -9 of the forked job in the middle of its work."""
        jobs = wait_for(lambda: self.parts("kehr.worker")[1:], 60, "a job at work")
        jobs[0].send_signal(signal.SIGKILL)

    def goes_on(self, seconds: float = 90) -> None:
        """Waits until more is sent than now."""
        sent = len(self.gateway.accepted)
        wait_for(lambda: len(self.gateway.accepted) > sent + 10, seconds, f"more than {sent} sent")

    def ended(self) -> bool:
        """Whether nothing is planned or under way any more."""
        return all(m["state"] not in ("planned", "sending") for m in self.stack.office.messages())


@pytest.fixture
def sending() -> Iterator[Sending]:
    """The running machine, on the real clock, with its gateway."""
    with short_folder() as data:
        gateway = Gateway(free_port(), data / "accepted.jsonl")
        settings = settings_in(data)
        _fill(settings, gateway.port)
        gateway.start("delay:0.1")
        try:
            with running(data, KEHR_SECRET_KEY=KEY) as stack:
                yield Sending(stack, gateway, settings)
        finally:
            gateway.stop()


def _fill(settings: Settings, port: int) -> None:
    """An office that may send at any hour; all its messages have been due since midnight."""
    app = create_app(settings)
    today = datetime.now(VIENNA).date()
    start = datetime.combine(today + timedelta(days=2), time(6), VIENNA).astimezone(UTC)
    known = datetime.now(UTC) - timedelta(days=30)
    with app.app_context():
        upgrade()
        builders.company(
            network_allow=["127.0.0.1"],
            window_from=time(0),
            window_to=time(23, 59, 59),
            window_days=["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
            window_holidays=True,
        )
        account = builders.gateway("LINK", kind="linkmobility", base_url=f"http://127.0.0.1:{port}/rest")
        account.secret = TOKEN
        db.session.commit()
        far = datetime.now(UTC) + timedelta(days=900)
        calendar = builders.calendar(live_since=known, last_good_at=known, next_poll_at=far)
        builders.rule(days=2, at=time(0), active_since=known)
        db.session.execute(insert(Appointment), [_row(calendar.id, start, known, n) for n in range(MESSAGES)])
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def _row(calendar_id: int, start: datetime, known: datetime, serial: int) -> dict[str, object]:
    number = f"+43664{3_000_000 + serial}"
    return {
        "calendar_id": calendar_id,
        "uid": f"{serial}@example.at",
        "start": start,
        "end": start + timedelta(minutes=30),
        "name": f"Karl Muster{serial}",
        "phones": [{"e164": number, "type": "mobile", "country": "AT", "typed": number}],
        "place": "Redtenbachergasse 3, 4400 Steyr",
        "baseline": True,
        "first_seen_at": known,
        "changed_at": known,
    }


def test_the_broker_emptied_and_every_part_killed_lose_nothing_and_send_nothing_twice(
    sending: Sending,
) -> None:
    _only_its_owner_reaches_the_broker(sending)
    sending.goes_on()
    sending.broker().flushall()
    sending.goes_on()
    sending.kill_job()
    sending.goes_on()
    for part in ("kehr.worker", "valkey", "rq cron"):
        sending.kill(part)
        sending.goes_on()
        sending.broker().flushall()
    wait_for(sending.ended, 150, "the end of sending")
    messages = sending.stack.office.messages()
    ids = sending.gateway.ids
    assert len(messages) == MESSAGES
    assert set(ids.values()) == set(sending.gateway.told.values()) == {1}
    states = {m["id"]: m["state"] for m in messages}
    assert set(states.values()) <= {"accepted", "unclear"}
    assert {i for i, state in states.items() if state == "accepted"} <= set(ids)
    assert sum(state == "unclear" for state in states.values()) <= 12, "more than the killed ones had claimed"
    wait_for(sending.stack.healthy, 60, "a healthy machine")
    sending.stack.interrupt()
    wait_for(lambda: not sending.stack.left(), 10, f"the end of {sending.stack.left()}")


def _only_its_owner_reaches_the_broker(sending: Sending) -> None:
    """Whoever can write to the broker can run code: file and folder are for the owner alone."""
    socket = sending.settings.socket
    assert stat.S_ISSOCK(socket.stat().st_mode)
    assert {stat.S_IMODE(path.stat().st_mode) for path in (socket, socket.parent, sending.settings.data)} == {
        0o700
    }
    listening = [c for part in sending.parts("valkey") for c in part.net_connections("inet")]
    assert listening == []


WRONG = {
    "KEHR_CLOCK": ("gestern", "KEHR_CLOCK='gestern' is no moment with a zone"),
    "KEHR_PORT": ("70000", "KEHR_PORT='70000' is no port"),
    "DATABASE_URL": ("mysql://root@127.0.0.1/kehrbote", "DATABASE_URL must begin with sqlite:/// or"),
    "KEHR_SECRET_KEY_FILE": ("/nowhere/key", "KEHR_SECRET_KEY_FILE=/nowhere/key cannot be read"),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("module", ["kehr.supervise", "kehr.worker", "flask"])
def test_a_wrong_setting_ends_the_start_with_one_sentence(name: str, module: str, tmp_path: Path) -> None:
    value, sentence = WRONG[name]
    words = ["send-due"] if module == "flask" else []
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=ROOT,
        env=environment(tmp_path) | {name: value},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1, done.stderr
    assert not os.path.exists(tmp_path / "kehrbote.db")
