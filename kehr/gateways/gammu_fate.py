"""What the parts of a message, as gammu-smsd lists them, say together."""

from __future__ import annotations

from kehr.gateways.contract import Fate, Receipt, Sent
from kehr.gateways.gammu_outbox import SentPart, parts_in

WAITING = "Outbox"
"""The word for a message that the modem has not sent yet; the others are the daemon's own."""
DELIVERED = "DeliveryOK"
UNDELIVERED = frozenset({"SendingError", "DeliveryFailed", "Error"})


def say(sent: Sent, number: int, parts: list[SentPart], *, waits: bool) -> list[Receipt]:
    """The one word about a message: delivered when all its parts are, undelivered when one is.

    `waits` while it is still in the outbox. Nothing when the daemon no longer knows it.
    """
    if not parts and not waits:
        return []
    failed = [part for part in parts if part.status in UNDELIVERED]
    delivered = [part for part in parts if part.status == DELIVERED]
    total = max(parts_in(parts[0].udh), len(parts)) if parts else 0
    if failed:
        fate, word, by = Fate.UNDELIVERED, failed[0].status, failed[:1]
    elif parts and len(delivered) == total:
        fate, word, by = Fate.DELIVERED, DELIVERED, delivered
    else:
        open_ = [part for part in parts if part.status != DELIVERED]
        fate, word, by = Fate.UNDERWAY, open_[0].status if open_ and not waits else WAITING, parts
    progress = f":{len(delivered)}" if fate is Fate.UNDERWAY else ""
    return [
        Receipt(
            fate=fate,
            event_key=f"{sent.message_id}:{word}{progress}",
            word=word,
            message_id=sent.message_id,
            reference=str(number),
            code=failed[0].code if failed else "",
            at=max((part.changed_at for part in by), default=None),
        )
    ]
