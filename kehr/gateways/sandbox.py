"""The gateway of a fresh installation and of demonstrations: takes everything, sends nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from kehr.gateways.contract import Abilities, Accepted, Account, OutgoingMessage


class Sandbox:
    """Accepts every message without any network; the same id gets the same reference again.

    `record` is called with each message, from whichever thread sends it.
    """

    kind: ClassVar[str] = "sandbox"
    channels: ClassVar[frozenset[str]] = frozenset({"sms", "email"})
    abilities: ClassVar[Abilities] = Abilities(idempotent=True)

    def __init__(self, record: Callable[[OutgoingMessage], None] | None = None) -> None:
        self._record = record

    def send(self, message: OutgoingMessage) -> Accepted:
        """Accepts the message; the reference is made from its id."""
        if self._record is not None:
            self._record(message)
        return Accepted(reference=f"sandbox-{message.id}")

    def check(self) -> Account:
        """Always well: there is nothing that could be wrong."""
        return Account(name="Trockenlauf")

    def close(self) -> None:
        """Holds nothing open."""
