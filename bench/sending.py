"""Sending 500 due messages through a gateway that answers in 50 ms, beside a loop that only sends."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count
from threading import local

import httpx
from sqlalchemy import func, select

from bench.gateway import accepted_at, running_gateway
from bench.office import NOW, TOKEN, add_appointments, add_rules, office
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.send.send_due import AT_ONCE, send_due
from kehr.models import Message, db

MESSAGES = 500
ANSWER_SECONDS = 0.05
DUE = datetime.fromisoformat("2026-03-12T17:00:00+01:00")


def measure(runs: int = 5) -> list[dict[str, object]]:
    """Messages a second, ours beside the bare loop's."""
    ours, theirs = [], []
    for _ in range(runs):
        ours.append(MESSAGES / send_all())
        theirs.append(MESSAGES / send_bare())
    mine, bare = statistics.median(ours), statistics.median(theirs)
    return [
        {
            "measure": f"sending {MESSAGES} due messages, answer after {ANSWER_SECONDS * 1000:.0f} ms",
            "ours": round(mine, 1),
            "unit": "1/s",
            "against": f"a bare loop of {AT_ONCE} threads, nothing stored",
            "theirs": round(bare, 1),
            "ratio": round(mine / bare, 3),
            "runs": runs,
        }
    ]


def send_all() -> float:
    """Seconds of one round of sending, each claim decided anew and durable before its call."""
    with running_gateway(ANSWER_SECONDS) as base_url, office(base_url):
        add_rules((2,))
        add_appointments(MESSAGES, 1, DUE + timedelta(days=1, hours=15), days=1)
        plan_messages(NOW)
        ticks = count()
        began = time.perf_counter()
        result = send_due(lambda: DUE + timedelta(milliseconds=next(ticks)))
        seconds = time.perf_counter() - began
        stored = db.session.scalar(select(func.count()).where(Message.state == "accepted"))
        if (result.accepted, stored, accepted_at(base_url)) != (MESSAGES, MESSAGES, (MESSAGES, MESSAGES)):
            raise SystemExit(f"Not every message left once: {result}, {stored} stored.")
        return seconds


def send_bare() -> float:
    """Seconds of as many threads with kept connections that send as many bodies of the same kind."""
    own = local()

    def send(serial: int) -> None:
        if not hasattr(own, "client"):
            own.client = httpx.Client(
                headers={"Authorization": f"Bearer {TOKEN}", "Accept": "application/json"}
            )
        answer = own.client.post(f"{base_url}/smsmessaging/text", json=_body(serial))
        assert answer.json()["statusCode"] == 2000

    with running_gateway(ANSWER_SECONDS) as base_url, ThreadPoolExecutor(AT_ONCE) as pool:
        began = time.perf_counter()
        for sent in [pool.submit(send, serial) for serial in range(MESSAGES)]:
            sent.result()
        return time.perf_counter() - began


def _body(serial: int) -> dict[str, object]:
    return {
        "recipientAddressList": [f"43664{1_000_000 + serial}"],
        "messageContent": "Erinnerung: Samstag, 14.03.2026 um 10:00 kommt der Rauchfangkehrer: "
        "Redtenbachergasse 3, 4400 Steyr. Rauchfangkehrer Probe, +43 7252 12345",
        "clientMessageId": f"{serial:032x}",
        "contentCategory": "informational",
        "senderAddress": "43720111222",
        "senderAddressType": "international",
    }


if __name__ == "__main__":
    print(measure(3))
