"""Which sender a message leaves with, and what SMS gateways agree on about numbers."""

from __future__ import annotations

import re

from kehr.gateways.account import GatewayAccount, ReleasedSender
from kehr.gateways.contract import Misconfigured, OutgoingMessage, Refused

_RECIPIENT = re.compile(r"\+[1-9]\d{4,14}")
_NUMERIC = re.compile(r"\+?[0-9]{3,16}")


def sms_recipient(message: OutgoingMessage) -> str:
    """The recipient in E.164 with `+`. Raises Refused for anything else, and for what is no SMS."""
    if message.channel != "sms":
        raise Refused("wrong_channel", message.channel)
    if not _RECIPIENT.fullmatch(message.recipient):
        raise Refused("recipient_invalid", message.recipient[:100])
    return message.recipient


def released_sender(account: GatewayAccount, typed: str) -> ReleasedSender:
    """The account's sender that is meant; raises Misconfigured when it is not released there.

    An account that names no senders leaves it to the gateway to refuse.
    """
    if not account.senders:
        return ReleasedSender(typed.strip())
    for sender in account.senders:
        if plain_sender(sender.address) == plain_sender(typed):
            return sender
    raise Misconfigured("sender_not_released", typed)


def plain_sender(sender: str) -> str:
    """A number without spaces, brackets and strokes; a name as it is."""
    text = re.sub(r"[\s/()-]", "", sender)
    return text if _NUMERIC.fullmatch(text) else sender.strip()


def is_number(sender: str) -> bool:
    """Whether a sender is a number and not a name."""
    return bool(_NUMERIC.fullmatch(plain_sender(sender)))
