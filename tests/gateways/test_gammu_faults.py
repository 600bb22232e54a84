"""What can be wrong with a modem and its file: each is told for what it is, and nothing is sent."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from kehr.gateways.contract import (
    Fate,
    Misconfigured,
    NotTaken,
)
from tests.fakes.gammu_tables import GammuTables
from tests.gateways.gammu_office import LONG, NOON, NUMBER, Office, fault, sent, sms


# B05
def test_the_check_tells_network_and_signal_and_writes_nothing(office: Office) -> None:
    assert office.gateway.check().name == "A1, Signal 64 %"
    office.tables.beat(NOON, Signal=-1)
    assert office.gateway.check().name == "A1"
    assert office.tables.run("SELECT * FROM outbox") == []


@pytest.mark.parametrize(
    ("age", "code"),
    [
        (timedelta(minutes=5), ""),
        (timedelta(minutes=6), "gammu_silent"),
        (timedelta(hours=1), "gammu_silent"),
        (timedelta(minutes=-5), ""),
        (timedelta(minutes=-6), "gammu_clock"),
    ],
)
def test_a_silent_modem_takes_nothing(office: Office, age: timedelta, code: str) -> None:
    office.tables.beat(NOON - age)
    if not code:
        assert office.send()
        assert office.gateway.check()
        return
    for ask in (office.gateway.check, office.send, office.replies):
        with pytest.raises(NotTaken) as caught:
            ask()
        assert caught.value.code == code
    assert office.tables.run("SELECT * FROM outbox") == []


def test_what_came_before_the_modem_fell_silent_is_still_read(office: Office) -> None:
    office.send()
    office.tables.send(NOON, "DeliveryOK")
    office.tables.receive("Ja", NOON)
    office.now = NOON + timedelta(hours=2)
    assert office.fate() == (Fate.DELIVERED, "DeliveryOK")
    assert office.replies() == [(NUMBER, "Ja")]
    with pytest.raises(NotTaken):
        office.replies()


def test_a_modem_that_may_not_send_or_never_was_is_named(office: Office) -> None:
    office.tables.beat(NOON, Send="no")
    assert fault(office) == (Misconfigured, "gammu_send_off")
    office.tables.run("DELETE FROM phones")
    assert fault(office) == (NotTaken, "gammu_no_modem")


@pytest.mark.parametrize("version", [0, 16, 19])
def test_failure_15_an_unknown_schema_is_named(tmp_path: Path, version: int) -> None:
    office = Office(GammuTables.make(tmp_path / "smsd.db", version=version))
    assert fault(office) == (Misconfigured, "gammu_version")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "gammu_schema"),
        (b"<html>login</html>" * 100, "gammu_no_database"),
        (b"SQLite format 3\0" + b"\xff" * 4096, "gammu_no_database"),
    ],
)
def test_failure_15_a_file_that_is_something_else_is_named(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "smsd.db"
    path.write_bytes(content)
    assert fault(Office(GammuTables(path))) == (Misconfigured, code)
    assert path.read_bytes() == content


def test_failure_15_a_missing_table_is_named(office: Office) -> None:
    office.tables.run("DROP TABLE outbox_multipart")
    with pytest.raises(Misconfigured) as caught:
        office.send(LONG)
    assert caught.value.code == "gammu_schema"
    assert "outbox_multipart" in caught.value.detail
    assert office.tables.run("SELECT * FROM outbox") == []


@pytest.mark.parametrize(("path", "code"), [("", "gammu_path"), ("smsd.db", "gammu_path")])
def test_a_path_must_be_whole(office: Office, path: str, code: str) -> None:
    office.options["database"] = path
    office.gateway = office.build()
    assert fault(office) == (Misconfigured, code)


def test_failure_15_a_missing_file_is_named_and_not_made(tmp_path: Path) -> None:
    office = Office(GammuTables(tmp_path / "nowhere.db"))
    assert fault(office) == (Misconfigured, "gammu_missing")
    assert not (tmp_path / "nowhere.db").exists()


def test_failure_15_a_locked_file_took_nothing_and_takes_it_later(office: Office) -> None:
    with closing(sqlite3.connect(office.tables.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert fault(office) == (NotTaken, "gammu_locked")
        other.execute("ROLLBACK")
    assert office.send().reference == "1"


def test_failure_15_a_reader_that_blocks_the_commit_leaves_nothing_behind(office: Office) -> None:
    with closing(sqlite3.connect(office.tables.path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM gammu").fetchall()
        with pytest.raises(NotTaken) as caught:
            office.send()
        assert caught.value.code == "gammu_locked"
        other.execute("ROLLBACK")
    assert office.tables.run("SELECT * FROM outbox") == []


@contextmanager
def nobody() -> Iterator[None]:
    """As a user who owns nothing; root may write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize(("file", "folder"), [(0o444, 0o755), (0o666, 0o555)])
def test_failure_15_a_file_that_may_not_be_written_is_named(file: int, folder: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        tables = GammuTables.make(Path(name) / "smsd.db")
        tables.beat(NOON)
        tables.path.chmod(file)
        Path(name).chmod(folder)
        with nobody():
            assert fault(Office(tables)) == (Misconfigured, "gammu_readonly")
        Path(name).chmod(0o755)


def test_simulated_clock_gives_nothing_to_a_real_modem(office: Office) -> None:
    gateway = office.build(loopback_only=True)
    for ask in (gateway.check, lambda: gateway.send(sms()), lambda: gateway.read_states([sent()])):
        with pytest.raises(NotTaken) as caught:
            ask()
        assert caught.value.code == "simulated_clock"
    assert office.tables.run("SELECT * FROM outbox") == []


@pytest.mark.parametrize(
    "options",
    [
        {"validity_hours": "0"},
        {"validity_hours": "721"},
        {"validity_hours": "viel"},
        {"timeout": "bald"},
        {"zone": "Steyr"},
    ],
)
def test_a_wrong_option_is_named(tmp_path: Path, options: dict[str, str]) -> None:
    with pytest.raises(Misconfigured) as caught:
        Office(GammuTables(tmp_path / "smsd.db"), **options)
    assert caught.value.code == "gateway_option"
