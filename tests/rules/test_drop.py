"""The watched folder's rules: when to look, what is complete, which names are meant; and who is near."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from kehr.rules.imports.drop_names import is_meant, is_sendable, kept_name
from kehr.rules.imports.drop_times import is_steady, look_due, next_look_time
from kehr.rules.settings.ftp_wish import (
    BrokenText,
    FtpState,
    FtpWish,
    password_check,
    read_state,
    read_wish,
    salt_of,
)
from kehr.rules.terms.near import is_near

VIENNA = ZoneInfo("Europe/Vienna")
SIX = time(6)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "last", "due"),
    [
        ("2026-03-10T05:59:59+01:00", "2026-03-09T06:00:00+01:00", False),
        ("2026-03-10T06:00:00+01:00", "2026-03-09T06:00:00+01:00", True),
        ("2026-03-10T23:59:00+01:00", "2026-03-10T06:00:00+01:00", False),
        ("2026-03-10T05:00:00+01:00", "2026-03-08T06:00:10+01:00", True),  # off for a day
        ("2026-03-29T05:59:00+02:00", "2026-03-28T06:00:00+01:00", False),  # the night of 23 hours
        ("2026-03-29T06:00:00+02:00", "2026-03-28T06:00:00+01:00", True),
        ("2026-10-25T05:59:00+01:00", "2026-10-24T06:00:00+02:00", False),  # the night of 25 hours
        ("2026-10-25T06:00:00+01:00", "2026-10-24T06:00:00+02:00", True),
        ("2026-03-10T12:00:00+01:00", "2027-03-10T06:00:00+01:00", True),  # the clock was ahead
    ],
)
def test_once_a_day_at_office_time(now: str, last: str, due: bool) -> None:  # A29
    assert look_due(utc(now), utc(last), SIX, 0, VIENNA) is due


def test_at_once_when_never_looked_and_every_few_minutes_else() -> None:
    now = utc("2026-03-10T12:00:00+01:00")
    assert look_due(now, None, SIX, 0, VIENNA)
    assert not look_due(now, now - timedelta(minutes=14, seconds=59), SIX, 15, VIENNA)
    assert look_due(now, now - timedelta(minutes=15), SIX, 15, VIENNA)


@pytest.mark.parametrize(
    ("last", "minutes", "then"),
    [
        ("2026-03-10T06:00:00+01:00", 0, "2026-03-11T06:00:00+01:00"),
        ("2026-03-10T11:50:00+01:00", 15, "2026-03-10T12:05:00+01:00"),
        ("2026-03-09T06:00:00+01:00", 0, "2026-03-10T12:00:00+01:00"),
    ],
)
def test_the_next_look_is_known(last: str, minutes: int, then: str) -> None:
    now = utc("2026-03-10T12:00:00+01:00")
    assert next_look_time(now, utc(last), SIX, minutes, VIENNA) == utc(then)
    early = utc("2026-03-10T05:00:00+01:00")
    assert next_look_time(early, utc("2026-03-09T06:00:00+01:00"), SIX, 0, VIENNA) == utc(
        "2026-03-10T06:00:00+01:00"
    )


@pytest.mark.parametrize(
    ("before", "seconds", "found", "steady"),
    [
        ((10, 5), 10, (10, 5), True),
        ((10, 5), 9, (10, 5), False),
        ((10, 5), 60, (11, 5), False),
        ((10, 5), 60, (10, 6), False),
        (None, 60, (10, 5), False),
    ],
)
def test_complete_is_what_rested_ten_seconds(
    before: tuple[int, int] | None, seconds: int, found: tuple[int, int], steady: bool
) -> None:  # A29
    now = utc("2026-03-10T12:00:00+01:00")
    seen = now - timedelta(seconds=seconds) if before else None
    assert is_steady(before, seen, found, now) is steady


@pytest.mark.parametrize("name", ["kunden.csv", "Kehrplan März.xlsx", "a", "part", "tmp.csv", "x~y.csv"])
def test_names_that_are_meant(name: str) -> None:
    assert is_meant(name)


@pytest.mark.parametrize(
    "name", [".x.csv", "~$x.xlsx", "x.csv~", "x.part", "x.TMP", "x.csv.filepart", "x.crdownload", "THUMBS.DB"]
)
def test_names_that_are_not(name: str) -> None:
    assert not is_meant(name)


@pytest.mark.parametrize(
    ("name", "good"),
    [("x" * 150, True), ("x" * 151, False), ("", False), (".x", False), ("a/b", False), ("a\nb", False)],
)
def test_names_that_may_be_sent(name: str, good: bool) -> None:
    assert is_sendable(name) is good


def test_a_kept_name_has_its_day_and_overwrites_nothing() -> None:
    there = {"2026-03-10 plan.csv", "2026-03-10 plan (2).csv"}
    assert kept_name("plan.csv", date(2026, 3, 10), there.__contains__) == "2026-03-10 plan (3).csv"
    assert kept_name("plan.csv", date(2026, 3, 11), there.__contains__) == "2026-03-11 plan.csv"
    assert len(kept_name("x" * 250 + ".csv", date(2026, 3, 10), there.__contains__)) < 230


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("10.0.0.1", True),
        ("172.16.0.1", True),
        ("172.31.255.255", True),
        ("192.168.178.20", True),
        ("127.0.0.1", True),
        ("169.254.7.7", True),
        ("::1", True),
        ("fd00::1", True),
        ("fe80::1%eth0", True),
        ("::ffff:192.168.1.2", True),
        ("172.15.255.255", False),
        ("172.32.0.1", False),
        ("11.0.0.1", False),
        ("192.169.0.1", False),
        ("8.8.8.8", False),
        ("0.0.0.0", False),
        ("203.0.113.5", False),
        ("2001:db8::1", False),
        ("::ffff:8.8.8.8", False),
        ("nirgends", False),
        ("", False),
    ],
)
def test_only_the_own_network_is_near(address: str, near: bool) -> None:
    assert is_near(address) is near


def wish() -> FtpWish:
    salt = salt_of("box")
    return FtpWish(True, 2121, "winchim", salt, password_check("ein langes Kennwort", salt), "/srv/eingang")


def test_a_wish_comes_back_as_it_was_written() -> None:
    assert read_wish(wish().as_text()) == wish()
    assert read_state(FtpState("serving", 2121).as_text()) == FtpState("serving", 2121)
    assert "Kennwort" not in wish().as_text()


@pytest.mark.parametrize(
    ("user", "password", "good"),
    [
        ("winchim", "ein langes Kennwort", True),
        ("winchim", "ein langes kennwort", False),
        ("WinChim", "ein langes Kennwort", False),
        ("winchim", "", False),
        ("", "", False),
        ("größe", "ü", False),
    ],
)
def test_only_the_one_user_fits(user: str, password: str, good: bool) -> None:
    assert wish().fits(user, password) is good
    assert not FtpWish(False).fits(user, password)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "7",
        '{"active": true, "mehr": 1}',
        '{"active": 1}',
        '{"active": true, "port": "2121"}',
        '{"active": true, "port": true}',
        '{"active": true, "folder": null}',
    ],
)
def test_a_broken_wish_is_told_as_such(text: str) -> None:
    with pytest.raises(BrokenText):
        read_wish(text)


@pytest.mark.parametrize("text", ["", "[]", '{"state": "gut"}', '{"state": "off", "port": "1"}'])
def test_a_broken_state_is_told_as_such(text: str) -> None:
    with pytest.raises(BrokenText):
        read_state(text)
