"""LINK Mobility's adapter against its fake: what the tests of it share."""

from __future__ import annotations

import pytest

from kehr.gateways.account import GatewayAccount, ReleasedSender
from kehr.gateways.contract import GatewayError, OutgoingMessage
from kehr.gateways.linkmobility import LinkMobility
from kehr.sources.allow import Allow
from tests.fakes.link_server import TOKEN, LinkServer

LOOPBACK = Allow.parse(["127.0.0.1"])
BUILT: list[LinkMobility] = []
"""What was built and is not closed yet."""


def build(fake: LinkServer, *senders: ReleasedSender, secret: str = TOKEN, **options: str) -> LinkMobility:
    account = GatewayAccount("Büro", fake.base_url, secret, senders, {"timeout": "5", **options})
    BUILT.append(LinkMobility(account, allow=LOOPBACK))
    return BUILT[-1]


def message(sender: str = "", recipient: str = "+436641234567", text: str = "Grüße") -> OutgoingMessage:
    return OutgoingMessage("m-1", "sms", recipient, text, sender)


def failure(gateway: LinkMobility, outgoing: OutgoingMessage) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        gateway.send(outgoing)
    return caught.value
