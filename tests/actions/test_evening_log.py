"""The day's log goes out once every evening, is caught up after an outage, and its failure is told once."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from kehr.actions.log.change_evening_log import change_evening_log
from kehr.actions.log.evening_log import CUT_OFF_AFTER, Paper, anything_due, bring_evening_logs
from kehr.actions.run.tell_office import tell_office
from kehr.models import Alarm, EveningLog, db
from kehr.words import alarm_sentence
from tests import builders
from tests.conftest import NOON
from tests.fakes.mail_server import MailServer, mail_server
from tests.rules.plan_build import VIENNA, at

EVENING = at("10.03. 20:30")


@pytest.fixture
def mails(app: Flask) -> Iterator[MailServer]:
    with mail_server() as server:
        builders.company(network_allow=["127.0.0.1"])
        builders.gateway("Post", kind="smtp", base_url=f"smtp+plain://127.0.0.1:{server.port}")
        yield server


def switch_on(now: datetime = NOON, **typed: Any) -> None:
    change_evening_log({"email": "", "file": False, "at": "20:30"} | typed, now)


def paper(day: date) -> Paper:
    return Paper(f"Sendeprotokoll {day}", f"Der Tag {day} im Anhang.", f"%PDF of {day}".encode())


def bring(now: datetime = EVENING, **later: float) -> int:
    return bring_evening_logs(lambda: now + timedelta(**later), paper)


def rows() -> dict[tuple[str, str], str]:
    db.session.expire_all()
    found = {(row.day, row.way): row.fault for row in db.session.scalars(select(EveningLog))}
    db.session.rollback()
    return found


def alarms() -> list[Alarm]:
    db.session.expire_all()
    return list(db.session.scalars(select(Alarm).order_by(Alarm.id)))


def test_a_days_log_is_mailed_once_with_the_pdf(mails: MailServer) -> None:
    switch_on(email="chef@example.at")
    assert not anything_due(EVENING - timedelta(seconds=1))
    assert bring(EVENING - timedelta(seconds=1)) == 0
    assert anything_due(EVENING)
    assert [bring(), bring(), bring(minutes=30), bring(hours=9)] == [1, 0, 0, 0]
    (letter,) = mails.letters
    assert letter["To"] == "chef@example.at" and letter["Subject"] == "Sendeprotokoll 2026-03-10"
    assert "Der Tag 2026-03-10 im Anhang." in letter.get_body(("plain",)).get_content()
    (file,) = letter.iter_attachments()
    assert file.get_filename() == "sendeprotokoll-2026-03-10.pdf"
    assert file.get_content_type() == "application/pdf" and file.get_content() == b"%PDF of 2026-03-10"


def test_a_days_log_is_filed_under_its_day_for_this_user_only(mails: MailServer) -> None:
    switch_on(file=True)
    assert [bring(), bring()] == [1, 0]
    folder: Path = current_app.config["KEHR"].data / "protokolle"
    (file,) = folder.iterdir()
    assert file.name == "sendeprotokoll-2026-03-10.pdf" and file.read_bytes() == b"%PDF of 2026-03-10"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700 and stat.S_IMODE(file.stat().st_mode) == 0o600
    assert mails.letters == []


def test_nothing_leaves_while_nobody_wants_it(mails: MailServer) -> None:
    switch_on()
    assert bring() == 0 and mails.letters == []


# failures.md 11
def test_evenings_on_which_the_machine_was_off_are_caught_up_the_next_morning(mails: MailServer) -> None:
    switch_on(email="chef@example.at", file=True)
    assert bring() == 2
    assert bring(at("14.03. 07:30")) == 6
    assert [letter["Subject"][-10:] for letter in mails.letters] == [
        "2026-03-10",
        "2026-03-11",
        "2026-03-12",
        "2026-03-13",
    ]


def test_what_is_switched_on_begins_with_this_evening(mails: MailServer) -> None:
    switch_on(email="chef@example.at")
    assert bring(at("11.03. 08:00")) == 1, "the machine was off on its very first evening"
    switch_on(now=at("20.03. 21:00"), file=True)
    assert bring(at("20.03. 21:01")) == 0, "that evening had gone by"
    assert bring(at("21.03. 20:30")) == 1


def test_switching_off_and_on_again_brings_no_old_days(mails: MailServer) -> None:
    switch_on(email="chef@example.at")
    bring()
    switch_on(now=at("11.03. 09:00"))
    switch_on(now=at("20.03. 09:00"), email="neu@example.at")
    assert bring(at("20.03. 20:30")) == 1
    assert [letter["To"] for letter in mails.letters] == ["chef@example.at", "neu@example.at"]


def test_a_mail_that_was_surely_not_sent_is_tried_again_the_same_evening(mails: MailServer) -> None:
    switch_on(email="chef@example.at")
    mails.replies["mail"] = "451 later"
    assert [bring(), bring(minutes=14)] == [0, 0]
    assert rows()["2026-03-10", "email"] == "smtp_later"
    (alarm,) = alarms()
    said = alarm_sentence(alarm.code, alarm.args, VIENNA)
    assert said.startswith("Das Sendeprotokoll vom") and "bittet um einen späteren Versuch. Kehrbote" in said
    assert bring(minutes=16) == 0
    assert len(alarms()) == 1, "told once, however often it is tried"
    mails.replies.clear()
    assert [tell_office(lambda: EVENING), tell_office(lambda: EVENING + timedelta(hours=1))] == [1, 0]
    assert [bring(minutes=32), bring(minutes=48)] == [1, 0]
    assert alarms()[0].closed_at is not None and rows()["2026-03-10", "email"] == ""


@pytest.mark.parametrize(("step", "reply"), [("content", "drop"), ("rcpt", "550 no"), ("content", "554 no")])
def test_a_mail_that_may_have_left_or_was_refused_is_never_repeated(
    mails: MailServer, step: str, reply: str
) -> None:
    switch_on(email="chef@example.at")
    mails.replies[step] = reply
    assert [bring(), bring(minutes=20), bring(hours=3)] == [0, 0, 0]
    mails.replies.clear()
    assert bring(hours=5) == 0 and len(alarms()) == 1
    assert bring(days=1) == 1, "the next evening goes on"
    assert alarms()[0].closed_at is not None


def test_a_claim_that_was_cut_off_counts_as_sent_and_is_told(mails: MailServer) -> None:
    switch_on(email="chef@example.at", file=True)
    with db.session.begin():
        for way in ("email", "file"):
            db.session.add(EveningLog(day="2026-03-10", way=way, claimed_at=EVENING))
    assert bring(minutes=1) == 0, "somebody is at it"
    assert bring_evening_logs(lambda: EVENING + CUT_OFF_AFTER, paper) == 1, "a file is simply written again"
    assert mails.letters == [] and [alarm.code for alarm in alarms()] == ["evening_log_mail"]
    assert bring(hours=2) == 0


@pytest.mark.parametrize(
    ("typed", "code"),
    [({"email": "chef@example.at"}, "evening_log_no_pdf"), ({"file": True}, "evening_log_no_pdf")],
)
def test_a_machine_without_the_packages_says_so(mails: MailServer, typed: dict[str, Any], code: str) -> None:
    switch_on(**typed)
    assert bring_evening_logs(lambda: EVENING, lambda day: None) == 0
    assert [alarm.code for alarm in alarms()] == [code]
    assert bring(hours=1) == 1


def test_an_office_without_mail_account_is_told(app: Flask) -> None:
    builders.company()
    switch_on(email="chef@example.at")
    assert bring() == 0
    assert [alarm.code for alarm in alarms()] == ["evening_log_no_gateway"]


def test_a_folder_that_cannot_be_written_is_told_and_tried_again(mails: MailServer) -> None:
    switch_on(file=True)
    folder: Path = current_app.config["KEHR"].data / "protokolle"
    folder.write_text("in the way")
    assert bring() == 0
    assert [alarm.code for alarm in alarms()] == ["evening_log_file"]
    folder.unlink()
    assert bring(minutes=15) == 1


def test_two_processes_at_once_bring_it_once(mails: MailServer) -> None:
    switch_on(email="chef@example.at")

    def meanwhile(day: date) -> Paper:
        bring_evening_logs(lambda: EVENING, paper)
        return paper(day)

    assert bring_evening_logs(lambda: EVENING, meanwhile) == 0
    assert len(mails.letters) == 1
