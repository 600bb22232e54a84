"""seven with an account at the fake, for the tests of what it sends and what it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from kehr.gateways.account import GatewayAccount, ReleasedSender
from kehr.gateways.contract import GatewayError, OutgoingMessage, Sent
from kehr.gateways.seven import Seven
from kehr.sources.allow import Allow
from tests.fakes.seven_server import KEY, SevenServer, seven_server

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NUMBER = "+436641234567"
LOOPBACK = Allow.parse(["127.0.0.1"])
_BUILT: list[Seven] = []


@pytest.fixture
def seven() -> Iterator[SevenServer]:
    """The fake; whatever gateway a test built is closed after it."""
    with seven_server() as running:
        yield running
        while _BUILT:
            _BUILT.pop().close()


def build(fake: SevenServer, *senders: ReleasedSender, secret: str = KEY, **options: str) -> Seven:
    account = GatewayAccount("Büro", fake.base_url, secret, senders, {"timeout": "5", **options})
    _BUILT.append(Seven(account, allow=LOOPBACK, now=lambda: fake.now))
    return _BUILT[-1]


def sms(
    message_id: str = "m-1", sender: str = "", text: str = "Grüße & ✓", recipient: str = NUMBER
) -> OutgoingMessage:
    return OutgoingMessage(message_id, "sms", recipient, text, sender)


def asked(message: OutgoingMessage, reference: str = "", at: datetime = NOW) -> Sent:
    return Sent(message.id, reference, message.recipient, message.text, at)


def failure(gateway: Seven, message: OutgoingMessage | None = None) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        gateway.send(message or sms())
    return caught.value
