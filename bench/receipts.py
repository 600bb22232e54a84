"""Asking what became of 10,000 messages: the requests used beside the fewest that the gateway allows."""

from __future__ import annotations

import math
import statistics
import time
from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, select

from bench.answering import FIRST_REFERENCE, LARGEST_PAGE, answering, asked, ident, taken_at
from bench.office import NOW, TOKEN, office
from kehr.actions.hear.read_states import read_states
from kehr.gateways.seven import AT_ONCE
from kehr.models import Gateway, Message, db

MESSAGES = 10_000
WHEN = NOW + timedelta(days=2)
KINDS = {
    "seven": ("/api", AT_ONCE, f"{AT_ONCE} ids a request"),
    "android": ("", LARGEST_PAGE, f"pages of {LARGEST_PAGE}"),
}
"""What stands after the address, how many states one request may bring, and how that is said."""


def measure(runs: int = 3) -> list[dict[str, object]]:
    """Requests and states a second of each kind of gateway."""
    rows: list[dict[str, object]] = []
    for kind, (path, most, said) in KINDS.items():
        found = [ask_for_all(kind, path) for _ in range(runs)]
        requests = statistics.median(one[0] for one in found)
        rate = MESSAGES / statistics.median(one[1] for one in found)
        fewest = math.ceil(MESSAGES / most)
        what = f"asking {kind} for {MESSAGES} states"
        rows.append(_row(what, requests, "requests", f"the fewest: {said}", fewest, runs))
        rows.append(_row(what, round(rate), "1/s", None, None, runs))
    return rows


def _row(
    what: str, ours: float, unit: str, against: str | None, theirs: float | None, runs: int
) -> dict[str, object]:
    return {
        "measure": what,
        "ours": ours,
        "unit": unit,
        "against": against,
        "theirs": theirs,
        "ratio": round(ours / theirs, 3) if theirs else None,
        "runs": runs,
    }


def ask_for_all(kind: str, path: str) -> tuple[int, float]:
    """Requests and seconds until every message is known to be delivered, and kept so."""
    with answering(MESSAGES) as address, office():
        gateway = db.session.get_one(Gateway, 1)
        gateway.kind, gateway.base_url, gateway.secret = kind, f"{address}{path}", TOKEN
        db.session.execute(insert(Message), [_message(number) for number in range(MESSAGES)])
        db.session.commit()
        began = time.perf_counter()
        result = read_states(lambda: WHEN)
        seconds = time.perf_counter() - began
        stored = db.session.scalar(select(func.count()).where(Message.state == "delivered"))
        if (result.asked, result.delivered, stored) != (MESSAGES, MESSAGES, MESSAGES):
            raise SystemExit(f"Not every state came once: {result}, {stored} stored.")
        return asked(address), seconds


def _message(number: int) -> dict[str, Any]:
    at = taken_at(number)
    times = dict.fromkeys(("due_at", "claimed_at", "sent_at", "created_at"), at)
    return times | {
        "id": ident(number),
        "kind": "free",
        "channel": "sms",
        "recipient": f"+43664{FIRST_REFERENCE + number}",
        "too_late_at": at + timedelta(days=2),
        "state": "accepted",
        "reason": "accepted",
        "gateway_id": 1,
        "reference": str(FIRST_REFERENCE + number),
        "next_state_at": at + timedelta(minutes=1),
        "manual_key": ident(number),
    }


if __name__ == "__main__":
    print(measure(1))
