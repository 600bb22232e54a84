"""An office whose SMS leave through a phone in its own network, and a clock to turn for both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from kehr.actions.hear.read_receipts import ReceiptsResult, read_receipts
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.send.send_due import SendResult, send_due
from kehr.models import Alarm, Gateway, Message, MessageEvent, db, writing
from tests import builders
from tests.actions.outbox import phone
from tests.conftest import NOON
from tests.fakes.android_phone import PASSWORD, AndroidPhone
from tests.rules.plan_build import at


def account(handy: AndroidPhone, name: str = "Handy", **values: Any) -> Gateway:
    """The account of a phone."""
    gateway: Gateway = builders.gateway(
        name, kind="android", base_url=handy.base_url, **{"options": {"timeout": "2"}} | values
    )
    with writing():
        gateway.secret = PASSWORD
    return gateway


@dataclass
class PhoneOffice:
    """Reminders leave two days before, at noon: for the 12th that is NOON."""

    handy: AndroidPhone
    now: datetime = NOON
    people: int = 0

    @classmethod
    def opened(cls, handy: AndroidPhone, **company: Any) -> PhoneOffice:
        """An office with a phone, a calendar and a reminder."""
        builders.company(network_allow=["127.0.0.1"], **company)
        account(handy)
        builders.calendar()
        builders.rule("reminder", at=time(12))
        handy.now = NOON
        return cls(handy)

    def due(self, count: int = 1, start: str = "12.03. 09:00") -> list[Message]:
        """So many people's reminders, planned and due now."""
        calendar = builders.db.session.get_one(builders.Calendar, 1)
        for _ in range(count):
            self.people += 1
            name, uid = f"Kunde{self.people}", f"u{self.people}"
            builders.appointment(calendar, at(start), name=name, uid=uid, phones=[phone(self.people)])
        plan_messages(self.now)
        return self.messages()

    def later(self, **time: float) -> None:
        """Turns both clocks."""
        self.now += timedelta(**time)
        self.handy.now = self.now

    def send(self, **later: float) -> SendResult:
        """One round of planning and sending, after so much time."""
        self.later(**later)
        plan_messages(self.now)
        return send_due(lambda: self.now)

    def ask(self, **later: float) -> ReceiptsResult:
        """One round of questions, after so much time."""
        self.later(**later)
        return read_receipts(lambda: self.now)

    def sent(self, count: int = 1) -> list[str]:
        """The ids of so many reminders that the phone took."""
        self.due(count)
        assert self.send().accepted == count
        return [message.id for message in self.messages()]

    def change(self, model: Any, key: Any, **values: Any) -> None:
        """Changes a row as somebody else would."""
        with writing() as session:
            row = session.get(model, key)
            for name, value in values.items():
                setattr(row, name, value)

    @property
    def gateway(self) -> Gateway:
        """The account as it is now."""
        db.session.rollback()
        db.session.expire_all()
        return db.session.get_one(Gateway, 1)

    def messages(self) -> list[Message]:
        """All messages as they are now, by recipient."""
        db.session.rollback()
        db.session.expire_all()
        return list(db.session.scalars(select(Message).order_by(Message.recipient, Message.due_at)))

    def states(self) -> list[str]:
        """Each message as `state reason`."""
        return [f"{m.state} {m.reason}".strip() for m in self.messages()]

    def story(self, message_id: str) -> list[str]:
        """The states a message went through, by its events."""
        query = select(MessageEvent).where(MessageEvent.message_id == message_id).order_by(MessageEvent.id)
        return [f"{e.new_state} {e.reason}".strip() for e in db.session.scalars(query)]

    def alarms(self) -> list[str]:
        """The codes of the open troubles."""
        db.session.rollback()
        return sorted(db.session.scalars(select(Alarm.code).where(Alarm.closed_at.is_(None))))

    def asked(self) -> int:
        """How often the phone was asked for the states of messages."""
        calls = [call for call in self.handy.calls if call.method == "GET"]
        return sum(call.path.startswith("/messages") for call in calls)
