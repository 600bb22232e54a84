"""An office for action tests: a calendar behind real HTTP, rules, a gateway, and a clock to turn."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from kehr.actions.feeds.poll_calendars import PollResult, poll_calendar
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.send.send_due import SendResult, send_due
from kehr.models import Alarm, Appointment, Calendar, Message, MessageEvent, db
from tests import builders
from tests.conftest import NOON
from tests.fakes.calendar_server import CalendarServer, Deed, body
from tests.rules.feed_build import calendar, event
from tests.rules.plan_build import at, shown

__all__ = ["Desk", "at", "entry", "shown"]
PATH = "/kehrplan.ics"


def number_of(uid: str) -> str:
    """The mobile number of the customer of an entry."""
    return f"+43664{2_000_000 + zlib.crc32(uid.encode()) % 8_000_000}"


def entry(uid: str, when: str, title: str = "", *lines: str) -> str:
    """A VEVENT of one hour; `when` is `12.03. 09:00` by Vienna's clock in 2026.

    Each uid is a customer of its own, with a number of its own, unless `title` says otherwise.
    """
    moment = datetime.strptime(when.replace(". ", ".2026 "), "%d.%m.%Y %H:%M")  # noqa: DTZ007
    stamp = f";TZID=Europe/Vienna:{moment:%Y%m%dT%H%M%S}"
    name = f"{uid.capitalize()}berger {number_of(uid)}"
    return event(
        "DURATION:PT1H", "LOCATION:Redtenbachergasse 3", *lines, uid=uid, summary=title or name, start=stamp
    )


@dataclass
class Desk:
    """Polls one calendar, plans and sends; `now` stands still until moved."""

    feeds: CalendarServer
    calendar_id: int
    now: datetime = NOON

    @classmethod
    def opened(cls, feeds: CalendarServer, rules: tuple[str, ...] = ("confirmation",), **values: Any) -> Desk:
        """An office with a sandbox and a calendar that has never been polled."""
        builders.company(network_allow=["127.0.0.1"], **values)
        builders.gateway()
        for kind in rules:
            builders.rule(kind)
        row = builders.calendar(url=f"{feeds.url}{PATH}", live_since=None, last_good_at=None)
        return cls(feeds, row.id)

    def serve(self, *events: str) -> None:
        """The calendar holds these entries from now on."""
        self.answer(body(calendar(*events).encode()))

    def answer(self, deed: Deed) -> None:
        """The server does this from now on."""
        self.feeds.deeds[PATH] = deed

    def poll(self, *events: str, **later: float) -> PollResult:
        """Polls, with these entries if any, after so much time."""
        self.later(**later)
        if events:
            self.serve(*events)
        result = poll_calendar(self.calendar_id, self.now)
        assert result is not None
        return result

    def changed(self, *events: str, **later: float) -> tuple[int, int, int]:
        """Polls a quarter of an hour later (or so much) and plans: how many are new, moved, cancelled."""
        result = self.poll(*events, **(later or {"minutes": 15}))
        plan_messages(self.now)
        return (result.added, result.moved, result.cancelled)

    def live(self, *events: str) -> None:
        """The first take-over, an hour ago."""
        self.now -= timedelta(hours=1)
        self.poll(*events)
        self.now += timedelta(hours=1)

    def later(self, **time: float) -> None:
        """Turns the clock."""
        self.now += timedelta(**time)

    def round(self, **later: float) -> SendResult:
        """Plans and sends, after so much time."""
        self.later(**later)
        plan_messages(self.now)
        return send_due(lambda: self.now)

    def tell(self, *about: str, kind: str = "confirmation") -> None:
        """Everybody (or those of these UIDs) has been told of the present start, long ago."""
        rule = builders.rule(kind, text="Hallo")
        for row in list(db.session.scalars(select(Appointment).order_by(Appointment.id))):
            if row.phones and (not about or row.uid in about):
                moment = self.now - timedelta(minutes=30)
                told = builders.message(
                    row,
                    rule,
                    recipient=row.phones[0]["e164"],
                    state="accepted",
                    claimed_at=moment,
                    sent_at=moment,
                    due_at=moment,
                )
                # What no event tells of counts as written by hand when the log is checked.
                db.session.add(MessageEvent(message_id=told.id, at=moment, new_state="accepted"))
                db.session.commit()

    def calendar(self) -> Calendar:
        """The calendar's row as it is now."""
        db.session.expire_all()
        return db.session.get_one(Calendar, self.calendar_id)

    def appointments(self) -> dict[str, str]:
        """UID (and which occurrence) -> start, with a mark when cancelled or missing."""
        db.session.expire_all()
        found = {}
        for row in db.session.scalars(select(Appointment).order_by(Appointment.start)):
            mark = " cancelled" if row.cancelled_at else " missing" if row.missing_since else ""
            name = f"{row.uid}/{row.recurrence_id}" if row.recurrence_id else row.uid
            found[name] = shown(row.start) + mark
        return found

    def messages(self, *kinds: str) -> list[str]:
        """Each message of these kinds (or all) as `kind state start`, sorted."""
        db.session.expire_all()
        rows = db.session.scalars(select(Message))
        return sorted(
            f"{m.kind} {m.state} {shown(m.about_start)}" for m in rows if not kinds or m.kind in kinds
        )

    def left(self) -> list[Message]:
        """The messages that have left, or were noted as told."""
        db.session.rollback()
        return list(db.session.scalars(select(Message).where(Message.sent_at.is_not(None))))

    def reasons(self, *kinds: str) -> list[str]:
        """Each message of these kinds as `state reason`, sorted."""
        db.session.expire_all()
        rows = db.session.scalars(select(Message))
        return sorted(f"{m.state} {m.reason}" for m in rows if not kinds or m.kind in kinds)

    def alarms(self) -> list[str]:
        """The codes of the open troubles."""
        db.session.expire_all()
        return sorted(db.session.scalars(select(Alarm.code).where(Alarm.closed_at.is_(None))))
