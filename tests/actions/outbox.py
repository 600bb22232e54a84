"""Messages that are due now, and a gateway behind real HTTP to send them through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.send.send_due import SendResult, send_due
from kehr.models import Calendar, Gateway, Message, MessageEvent, db, writing
from tests import builders
from tests.actions.desk import at
from tests.conftest import NOON
from tests.fakes.link_server import TOKEN, LinkServer

SENDER = "+43720111222"


def phone(number: int) -> dict[str, str]:
    """The phone of one customer."""
    return {"e164": f"+43664{number:07d}", "type": "mobile", "country": "AT", "typed": f"0664 {number:07d}"}


@dataclass
class Outbox:
    """An office whose reminders leave two days before, at noon: for the 12th that is NOON."""

    link: LinkServer
    now: datetime = NOON
    people: int = 0

    @classmethod
    def opened(cls, link: LinkServer, max_per_minute: int = 0, **company: Any) -> Outbox:
        """An office with an account at LINK and a reminder."""
        builders.company(network_allow=["127.0.0.1"], **company)
        gateway = builders.gateway(
            "LINK",
            kind="linkmobility",
            base_url=link.base_url,
            senders=[{"address": SENDER, "type": "international"}],
            max_per_minute=max_per_minute,
        )
        with writing():
            gateway.secret = TOKEN
        builders.calendar()
        builders.rule("reminder", at=time(12))
        return cls(link)

    @property
    def gateway(self) -> Gateway:
        """The account."""
        return db.session.get_one(Gateway, 1)

    @property
    def calendar(self) -> Calendar:
        """The calendar."""
        return db.session.get_one(Calendar, 1)

    def due(self, count: int = 1, start: str = "12.03. 09:00") -> list[Message]:
        """So many people's reminders, planned and due now."""
        for _ in range(count):
            self.people += 1
            number = self.people
            builders.appointment(
                self.calendar, at(start), name=f"Kunde{number}", phones=[phone(number)], uid=f"u{number}"
            )
        plan_messages(self.now)
        return self.messages()

    def send(self, **later: float) -> SendResult:
        """One round, after so much time."""
        self.now += timedelta(**later)
        return send_due(lambda: self.now)

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

    def change(self, model: Any, key: Any, **values: Any) -> None:
        """Changes a row as somebody else would, between planning and sending."""
        with writing() as session:
            row = session.get(model, key)
            for name, value in values.items():
                setattr(row, name, value)

    def arrived(self) -> list[str]:
        """The texts that the gateway took."""
        return [request["messageContent"] for request in self.link.accepted]
