"""An office with a log to seal, and a hand that changes the database past Kehrbote."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from kehr import words
from kehr.actions.facts.change_state import change_state, event
from kehr.actions.log.seal_events import seal_events
from kehr.actions.log.verify_log import Verified, verify_log
from kehr.models import Message, MessageEvent, db, writing
from kehr.rules.log.chain import Printed
from kehr.rules.terms.messages import State
from tests import builders
from tests.conftest import NOON

SENT = (State.SENDING, State.ACCEPTED, State.DELIVERED)
VIENNA = ZoneInfo("Europe/Vienna")


@dataclass
class SealedOffice:
    """Writes messages and their events as Kehrbote does; `now` goes on by a second with each."""

    now: datetime = NOON
    ids: list[str] = field(default_factory=list)

    @classmethod
    def opened(cls, *names: str) -> SealedOffice:
        """An office that told these people, and sealed it."""
        builders.company()
        office = cls()
        for name in names:
            office.tell(name)
        office.seal()
        return office

    def tell(self, name: str, states: Sequence[State] = SENT) -> str:
        """A message that went through these states."""
        message_id = secrets.token_hex(16)
        with writing() as session:
            session.add(
                Message(
                    id=message_id,
                    kind="reminder",
                    channel="sms",
                    recipient=f"+4366410000{len(self.ids) + 1:02}",
                    recipient_name=name,
                    due_at=self.now,
                    too_late_at=self.now + timedelta(days=1),
                    state=State.PLANNED,
                    reason="planned_lead",
                    reason_args={"days": 2},
                    created_at=self.now,
                )
            )
            session.flush()
            born = event(message_id, None, State.PLANNED, self.now, "planned_lead", {"days": 2})
            session.add(born)
        self.ids.append(message_id)
        self.go(message_id, *states)
        return message_id

    def go(self, message_id: str, *states: State) -> None:
        """Moves a message on, as sending and its gateway do."""
        for state in states:
            self.now += timedelta(seconds=1)
            with writing() as session:
                message = session.get_one(Message, message_id)
                if state == State.SENDING:
                    message.text = f"Wir kommen am Donnerstag ({self.now:%M:%S})"
                    message.reference = ""
                elif state == State.ACCEPTED:
                    message.reference, message.sent_at = secrets.token_hex(8), self.now
                elif state == State.DELIVERED:
                    message.delivered_at = self.now
                change_state(session, message, state, self.now)

    def seal(self) -> int:
        """Seals everything; how much that was."""
        self.now += timedelta(seconds=1)
        return seal_events(lambda: self.now).sealed

    def verify(self, printed: Printed | None = None) -> Verified:
        """What the check finds."""
        return verify_log(printed)

    def finding(self) -> str:
        """The code of what is broken, and the event; empty when all is well."""
        broken = verify_log().broken
        return f"{broken.code} {broken.args.get('event', '')}".strip() if broken else ""

    def sentence(self) -> str:
        """What is broken, in words."""
        broken = verify_log().broken
        assert broken is not None
        return words.told(broken.code, broken.args, VIENNA)

    def by_hand(self, *statements: str) -> None:
        """Changes the database as somebody with a tool for databases does."""
        db.session.rollback()
        connection = db.engine.raw_connection()
        cursor = connection.cursor()
        on_sqlite = db.engine.dialect.name == "sqlite"
        cursor.execute("PRAGMA foreign_keys=OFF" if on_sqlite else "SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        connection.commit()
        connection.invalidate()

    def events_of(self, name: str) -> list[int]:
        """The ids of the events of one person's message."""
        query = db.select(MessageEvent.id).join(Message, Message.id == MessageEvent.message_id)
        return list(db.session.scalars(query.where(Message.recipient_name == name).order_by(MessageEvent.id)))
