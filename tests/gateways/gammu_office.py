"""The modem gateway with its tables, for the tests of what it writes and reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kehr.gateways.account import GatewayAccount, ReleasedSender
from kehr.gateways.contract import Accepted, Fate, GatewayError, OutgoingMessage, Receipt, Sent
from kehr.gateways.gammu import Gammu
from kehr.gateways.registry import build_gateway
from kehr.sources.allow import Allow
from tests.fakes.gammu_tables import GammuTables

NOON = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
NUMBER = "+436641234567"
LONG = "Wir kehren am Montag. " * 20
ZONE = "Europe/Vienna"


class Office:
    """The gateway, its tables and the time it is."""

    def __init__(self, tables: GammuTables, **options: str) -> None:
        self.tables = tables
        self.now = NOON
        self.options = {"database": str(tables.path), "timeout": "0.2", "zone": ZONE} | options
        self.gateway = self.build()

    def build(self, senders: tuple[ReleasedSender, ...] = (), *, loopback_only: bool = False) -> Gammu:
        account = GatewayAccount("modem", senders=senders, options=self.options)
        gateway = build_gateway(
            "gammu", account, allow=Allow(), loopback_only=loopback_only, now=lambda: self.now
        )
        assert isinstance(gateway, Gammu)
        return gateway

    def send(self, text: str = "Wir kehren.", message_id: str = "m-1") -> Accepted:
        return self.gateway.send(sms(text, message_id))

    def later(self, **more: float) -> None:
        """Time passes, and the modem lives."""
        self.now += timedelta(**more)
        self.tables.beat(self.now, since=NOON - timedelta(days=1))

    def states(self, *references: str) -> list[Receipt]:
        ids = references or ("1",)
        return self.gateway.read_states([sent(f"m-{number}", number) for number in ids])

    def fate(self) -> tuple[Fate, str]:
        (receipt,) = self.states()
        return receipt.fate, receipt.word

    def replies(self) -> list[tuple[str, str]]:
        found = self.gateway.read_replies(self.now - timedelta(hours=24), self.now, after_outage=False)
        return [(reply.sender, reply.text) for reply in found]


def sms(text: str = "Wir kehren.", message_id: str = "m-1", sender: str = "") -> OutgoingMessage:
    return OutgoingMessage(message_id, "sms", NUMBER, text, sender=sender)


def sent(message_id: str = "m-1", reference: str = "1", claimed_at: datetime = NOON) -> Sent:
    return Sent(message_id, reference, NUMBER, "Wir kehren.", claimed_at)


def fault(office: Office) -> tuple[type[GatewayError], str]:
    """What the check and a send both say."""
    said = []
    for ask in (office.gateway.check, lambda: office.send(message_id="m-9")):
        with pytest.raises(GatewayError) as caught:
            ask()
        said.append((type(caught.value), caught.value.code))
    assert len(set(said)) == 1
    return said[0]


@pytest.fixture(params=[17, 18], ids=["schema 17", "schema 18"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Office:
    """In both schemas: 17 fills in UTC, 18 local time."""
    tables = GammuTables.make(tmp_path / "smsd.db", version=request.param, writes_utc=request.param == 17)
    tables.beat(NOON)
    return Office(tables)
