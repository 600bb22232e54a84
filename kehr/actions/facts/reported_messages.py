"""Finds the messages that a gateway speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.actions.facts.chunks import chunks
from kehr.gateways.contract import Receipt
from kehr.models import Message
from kehr.rules.terms.outside_text import keepable

REFERENCE_LENGTH = 300


class ReportedMessages:
    """The messages behind some receipts of one account, as they are in the present transaction.

    Loading them for many receipts in one go takes a few statements however many there are.
    """

    def __init__(self, session: Session, gateway_id: int, receipts: Sequence[Receipt]) -> None:
        session.flush()
        ids = {keepable(receipt.message_id) for receipt in receipts if receipt.message_id}
        references = {keepable(receipt.reference) for receipt in receipts if receipt.reference}
        mine = select(Message).where(Message.gateway_id == gateway_id)
        self._by_id = {
            message.id: message
            for chunk in chunks(sorted(ids))
            for message in _fresh(session, mine.where(Message.id.in_(chunk)))
        }
        self._by_reference: dict[str, Message] = {}
        by_age = (Message.carrier_id.is_not(None), Message.claimed_at.desc(), Message.id)
        for chunk in chunks(
            sorted(reference for reference in references if len(reference) <= REFERENCE_LENGTH)
        ):
            for message in _fresh(session, mine.where(Message.reference.in_(chunk)).order_by(*by_age)):
                self._by_reference.setdefault(message.reference, message)
        self._load_digests(session)

    def find(self, receipt: Receipt) -> Message | None:
        """By our id, else by the gateway's own; of a digest always the message that carried the others."""
        found = self._by_id.get(keepable(receipt.message_id))
        if found is None:
            found = self._by_reference.get(keepable(receipt.reference))
        if found is not None and found.carrier_id is not None:
            return self._carriers[found.carrier_id]
        return found

    def together(self, message: Message) -> list[Message]:
        """The message and what it carried."""
        return [message, *self._carried.get(message.id, ())]

    def _load_digests(self, session: Session) -> None:
        found = [*self._by_id.values(), *self._by_reference.values()]
        wanted = {message.carrier_id for message in found if message.carrier_id is not None}
        self._carriers = {
            message.id: message
            for chunk in chunks(sorted(wanted))
            for message in _fresh(session, select(Message).where(Message.id.in_(chunk)))
        }
        self._carried = carried_by(session, {message.id for message in found} | wanted)


def carried_by(session: Session, ids: Iterable[str]) -> dict[str, list[Message]]:
    """Of each of these messages what left inside it."""
    carried: dict[str, list[Message]] = {}
    for chunk in chunks(sorted(ids)):
        inside = select(Message).where(Message.carrier_id.in_(chunk)).order_by(Message.id)
        for message in _fresh(session, inside):
            carried.setdefault(message.carrier_id or "", []).append(message)
    return carried


def _fresh(session: Session, query: Any) -> list[Message]:
    return list(session.scalars(query.execution_options(populate_existing=True)))
