"""The phone as a gateway with an account at the fake, for the tests of what it sends and what it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from kehr.gateways.account import GatewayAccount, ReleasedSender
from kehr.gateways.android import Android
from kehr.gateways.contract import GatewayError, OutgoingMessage, Sent
from kehr.sources.allow import Allow
from tests.fakes.android_phone import PASSWORD, AndroidPhone, android_phone

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NUMBER = "+436641234567"
LOOPBACK = Allow.parse(["127.0.0.1"])
_BUILT: list[Android] = []


@pytest.fixture
def phone() -> Iterator[AndroidPhone]:
    """The fake; whatever gateway a test built is closed after it."""
    with android_phone() as running:
        yield running
        while _BUILT:
            _BUILT.pop().close()


def build(url: str, *senders: ReleasedSender, secret: str = PASSWORD, **options: str) -> Android:
    account = GatewayAccount("Telefon", url, secret, senders, {"timeout": "5", **options})
    _BUILT.append(Android(account, allow=LOOPBACK))
    return _BUILT[-1]


def sms(message_id: str = "m-1", sender: str = "", recipient: str = NUMBER) -> OutgoingMessage:
    return OutgoingMessage(message_id, "sms", recipient, "Wir kehren – Grüße", sender)


def sent(message_id: str = "m-1", claimed_at: datetime = NOW) -> Sent:
    return Sent(message_id, message_id, NUMBER, "Wir kehren – Grüße", claimed_at)


def failure(gateway: Android, message: OutgoingMessage | None = None) -> tuple[type[GatewayError], str]:
    with pytest.raises(GatewayError) as caught:
        gateway.send(message or sms())
    return type(caught.value), caught.value.code
