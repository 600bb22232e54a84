"""An office that writes by hand: objects with people, a day of appointments, and LINK behind real HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from kehr.actions.manual.offer_manual import Offer, offer_manual, view_for
from kehr.actions.manual.open_manual_list import Source, open_manual_list
from kehr.actions.manual.send_manual import Sent, send_manual
from kehr.actions.manual.show_manual_list import ListView, show_manual_list
from kehr.actions.send.send_due import SendResult, send_due
from kehr.models import Calendar, Gateway, Message, MessageEvent, Person, db, writing
from kehr.rules.plan.manual_list import Wish
from kehr.rules.terms.messages import Channel
from tests import builders
from tests.conftest import NOON
from tests.fakes.link_server import TOKEN, LinkServer
from tests.rules.plan_build import VIENNA, at

TEXT = "#Anrede #Name, am #Datum kommen wir wegen Nebels erst gegen #Uhrzeit. #Firma"
FREE = "Bitte begleichen Sie die Rechnung. #Firma, #Telefon"


@dataclass
class Hand:
    """Somebody at the desk; `now` stands still until moved."""

    link: LinkServer
    now: datetime = NOON

    @classmethod
    def opened(cls, link: LinkServer, max_per_minute: int = 0, **company: Any) -> Hand:
        """An office with an account at LINK, a live calendar, and nobody in it yet."""
        builders.company(network_allow=["127.0.0.1"], **company)
        gateway = builders.gateway(
            "LINK",
            kind="linkmobility",
            base_url=link.base_url,
            senders=[{"address": "+43720111222", "type": "international"}],
            max_per_minute=max_per_minute,
        )
        with writing():
            gateway.secret = TOKEN
        builders.calendar(consent="customer")
        return cls(link)

    def customer(self, number: int, start: str = "12.03. 09:00", **person: Any) -> Person:
        """Object `B<number>` with one ticked person, and (unless `start` is empty) an appointment there."""
        mobile = f"0664 100{number:04d}"
        defaults = {"salutation": "Frau", "first_name": "Eva", "phones": [mobile]}
        house = builders.house(f"B{number}", street=f"Weg {number}")
        row: Person = builders.person(house, f"Kunde{number}", **defaults | person)
        for address in row.addresses:
            if address.value and address.kind != "fax":
                builders.consent(address.value)
        if start:
            calendar = db.session.get_one(Calendar, 1)
            builders.appointment(calendar, at(start), phones=[], name="", property_id=house.id, place="")
        return row

    def open(self, title: str = "Tagesliste", by: str = "eva", **source: Any) -> str:
        """Opens the window with the appointments of 12.03., or what is asked for."""
        return open_manual_list(
            Source(**source or {"days": [at("12.03. 12:00").date()]}), title, by, VIENNA, self.now
        )

    def view(self, list_id: str, channel: Channel = Channel.SMS, **more: Any) -> ListView:
        """The list as the window shows it."""
        db.session.rollback()
        view = show_manual_list(list_id, channel, **more)
        assert view is not None
        return view

    def offer(self, list_id: str, text: str = TEXT, **wish: Any) -> tuple[Wish, Offer]:
        """What would leave."""
        wanted = Wish(**{"channel": Channel.SMS, "text": text} | wish)
        db.session.rollback()
        view = view_for(list_id, wanted)
        assert view is not None
        return wanted, offer_manual(view, wanted, self.now)

    def send(self, list_id: str, text: str = TEXT, by: str = "eva", **wish: Any) -> Sent:
        """Asks and says yes."""
        wanted, offer = self.offer(list_id, text, **wish)
        return send_manual(list_id, wanted, offer.stamp, by, self.now)

    def round(self) -> SendResult:
        """One round of the machine."""
        return send_due(lambda: self.now)

    def arrived(self) -> list[str]:
        """The texts that the gateway took."""
        return [request["messageContent"] for request in self.link.accepted]

    def messages(self) -> list[Message]:
        """All messages by hand as they are now."""
        db.session.rollback()
        db.session.expire_all()
        query = select(Message).where(Message.manual_send_id.is_not(None))
        return list(db.session.scalars(query.order_by(Message.recipient, Message.created_at, Message.id)))

    def states(self) -> list[str]:
        """Each message by hand as `state reason`."""
        return [f"{m.state} {m.reason}" for m in self.messages()]

    def story(self, message_id: str) -> list[str]:
        """The states that a message went through."""
        query = select(MessageEvent).where(MessageEvent.message_id == message_id).order_by(MessageEvent.id)
        return [f"{e.new_state} {e.reason}".strip() for e in db.session.scalars(query)]

    def change(self, model: Any, key: Any, **values: Any) -> None:
        """Changes a row as somebody else would."""
        with writing() as session:
            row = session.get(model, key)
            for name, value in values.items():
                setattr(row, name, value)

    @property
    def gateway(self) -> Gateway:
        """The account."""
        return db.session.get_one(Gateway, 1)
