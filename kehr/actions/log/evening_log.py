"""Mails and files a day's log every evening: once per day and way, and told when it does not work."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kehr.actions.facts.gateway_queue import sender_of
from kehr.actions.facts.office_facts import gateway_for
from kehr.actions.facts.raise_alarm import close_alarm, open_alarm
from kehr.gateways.contract import Attachment, GatewayError, Misconfigured, NotTaken, OutgoingMessage
from kehr.models import Branch, Company, EveningLog, Gateway, db, writing
from kehr.rules.log.evening import due_days, newest_due
from kehr.rules.terms.messages import Channel

EMAIL, FILE = "email", "file"
WAYS = (EMAIL, FILE)
FOLDER = "protokolle"
"""In the data folder; each file has its day in its name, so that no day overwrites another."""
AGAIN_AFTER = timedelta(minutes=15)
AGAIN_FOR = timedelta(days=3)
"""After so long a mail that was surely not sent, or a file that could not be written, is given up."""
CUT_OFF_AFTER = timedelta(minutes=10)
"""A claim without outcome after this time is one whose process died."""
BEGUN = "begun"
"""The fault of the row that only says from which day on a way is wanted."""
LAST_TRY = "last: "
"""Begins the fault of what is not tried again."""

ALARMS = {
    "no_gateway": "evening_log_no_gateway",
    "no_pdf": "evening_log_no_pdf",
    "file_not_written": "evening_log_file",
}
"""What the office is told for faults that are no gateway's."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Paper:
    """A day's log, ready to leave."""

    subject: str
    text: str
    pdf: bytes


Make = Callable[[date], Paper | None]
"""Lays out the log of a day; None when this machine cannot make PDF files."""


def name_of(day: date) -> str:
    """`sendeprotokoll-2026-03-10.pdf`."""
    return f"sendeprotokoll-{day.isoformat()}.pdf"


def anything_due(now: datetime) -> bool:
    """Whether a log would be made now, looked at without taking a lock."""
    company = db.session.get(Company, 1)
    found = company is not None and any(_due(db.session(), company, way, now) for way in WAYS)
    db.session.rollback()
    return found


def bring_evening_logs(now: Callable[[], datetime], make: Make) -> int:
    """Mails and files every log that is due; how many left or were written.

    1. The log is laid out before anything is claimed: that may take minutes, and a crash then loses
       nothing.
    2. The day and the way are claimed and committed; only one process can.
    3. The mail leaves with no transaction open, and what became of it is recorded in a new one. A claim
       that nobody recorded counts as a mail that may have left, and is never repeated.
    """
    done = 0
    papers: dict[date, Paper | None] = {}
    for way in WAYS:
        company = db.session.get(Company, 1)
        days = _due(db.session(), company, way, now()) if company is not None else []
        db.session.rollback()
        for day in days:
            if day not in papers:
                papers = {day: make(day)}
            done += _bring(way, day, papers[day], now)
    return done


def begin(session: Session, way: str, company: Company, now: datetime) -> None:
    """Notes that a way is wanted from now on: evenings before this moment are nobody's to catch up."""
    day = newest_due(now, company.evening_log_at, company.zoneinfo)
    if session.get(EveningLog, (day.isoformat(), way)) is None:
        session.add(EveningLog(day=day.isoformat(), way=way, claimed_at=now, done_at=now, fault=BEGUN))


def _wanted(company: Company, way: str) -> bool:
    return bool(company.evening_log_email) if way == EMAIL else company.evening_log_file


def _due(session: Session, company: Company, way: str, now: datetime) -> list[date]:
    """The days of this way that were never claimed, and those that are to be tried again."""
    if not _wanted(company, way):
        return []
    last = session.scalar(select(func.max(EveningLog.day)).where(EveningLog.way == way))
    newest = date.fromisoformat(last) if last else None
    days = due_days(now, company.evening_log_at, company.zoneinfo, newest)
    open_rows = select(EveningLog).where(EveningLog.way == way, EveningLog.done_at.is_(None))
    again = [row for row in session.scalars(open_rows) if _again(row, company, now)]
    return sorted({*days, *(date.fromisoformat(row.day) for row in again)})


def _again(row: EveningLog, company: Company, now: datetime) -> bool:
    """Whether one without success is looked at again: to be tried, or to be recorded as cut off."""
    if not row.fault:
        return row.claimed_at <= now - CUT_OFF_AFTER
    oldest = newest_due(now, company.evening_log_at, company.zoneinfo) - AGAIN_FOR
    may_be_tried = not row.fault.startswith(LAST_TRY) and row.day >= oldest.isoformat()
    return may_be_tried and row.claimed_at <= now - AGAIN_AFTER


def _bring(way: str, day: date, paper: Paper | None, now: Callable[[], datetime]) -> int:
    with writing() as session:
        company = session.get_one(Company, 1)
        if day not in _due(session, company, way, now()):
            return 0
        cut_off = not _claim(session, way, day, now())
        if cut_off:
            _record(session, way, day, f"{LAST_TRY}smtp_lost_after", now())
            return 0
        sending = _sending(session, company, day, paper, now) if paper and way == EMAIL else None
    if paper is None:
        fault = "no_pdf"
    elif way == FILE:
        fault = _written(day, paper.pdf)
    else:
        fault = _sent(*sending) if isinstance(sending, tuple) else sending or "no_gateway"
    with writing() as session:
        _record(session, way, day, fault, now())
    return 0 if fault else 1


def _claim(session: Session, way: str, day: date, now: datetime) -> bool:
    """Makes this try ours; False for a mail whose last try was cut off and may have left."""
    row = session.get(EveningLog, (day.isoformat(), way))
    if row is None:
        session.add(EveningLog(day=day.isoformat(), way=way, claimed_at=now))
        return True
    if way == EMAIL and not row.fault:
        return False
    session.execute(
        update(EveningLog)
        .where(EveningLog.day == row.day, EveningLog.way == way)
        .values(claimed_at=now, fault="")
    )
    return True


def _sending(
    session: Session, company: Company, day: date, paper: Paper, now: Callable[[], datetime]
) -> tuple[Any, OutgoingMessage] | str:
    """The mail and the account through which it leaves, or why it cannot."""
    gateways = list(session.scalars(select(Gateway).order_by(Gateway.id)))
    branch = session.scalars(select(Branch).where(Branch.archived_at.is_(None)).order_by(Branch.id)).first()
    gateway = gateway_for(branch, Channel.EMAIL, gateways)
    if gateway is None:
        return "no_gateway"
    released = [str(sender["address"]) for sender in gateway.senders]
    outgoing = OutgoingMessage(
        id=f"evening-{day.isoformat()}",
        channel=Channel.EMAIL,
        recipient=company.evening_log_email,
        text=f"{paper.text}\n\nKehrbote, {company.name}",
        sender=released[0] if released else company.email,
        sender_name="Kehrbote",
        subject=paper.subject,
        attachments=(Attachment(name_of(day), "application/pdf", paper.pdf),),
    )
    try:
        return sender_of(gateway, now), outgoing
    except Misconfigured as error:
        return error.code


def _sent(sender: Any, outgoing: OutgoingMessage) -> str:
    try:
        sender.send(outgoing)
    except GatewayError as error:
        log.warning("the evening's log did not leave: %s", error)
        return error.code if isinstance(error, NotTaken) else f"{LAST_TRY}{error.code}"
    finally:
        sender.close()
    return ""


def _written(day: date, pdf: bytes) -> str:
    """Writes the file whole or not at all, readable for this machine's user only."""
    folder: Path = current_app.config["KEHR"].data / FOLDER
    path = folder / name_of(day)
    half = path.with_suffix(".part")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(pdf)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except OSError as error:
        log.warning("the evening's log could not be written: %s", error)
        return "file_not_written"
    return ""


def _record(session: Session, way: str, day: date, fault: str, now: datetime) -> None:
    row = session.get_one(EveningLog, (day.isoformat(), way), populate_existing=True)
    row.fault = fault
    key = f"evening_log:{way}"
    if not fault:
        row.done_at = now
        close_alarm(session, key, now)
        return
    code = fault.removeprefix(LAST_TRY)
    args = {"day": day.isoformat(), "code": code, "detail": "", "folder": FOLDER}
    open_alarm(session, key, ALARMS.get(code, "evening_log_mail"), args, now)
