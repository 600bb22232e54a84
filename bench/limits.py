"""Sending 2,000 messages through two gateways at once, each at its limit a minute, beside those limits.

The office's clock is simulated: a round of sending every 20 seconds, as its timetable has it; within a round
it goes on at normal speed.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import func, select, update

from bench.gateway import accepted_at, running_gateway
from bench.office import BEFORE, NOW, TOKEN, add_appointments, add_rules, office
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.send.send_due import send_due
from kehr.models import Appointment, Branch, Calendar, Gateway, Message, db

MESSAGES = 2_000
LIMITS = (50, 150)
"""Messages a minute of the two gateways; the second has three times the messages of the first."""
EVERY = timedelta(seconds=20)
DUE = datetime.fromisoformat("2026-03-12T17:00:00+01:00")


def measure(runs: int = 3) -> list[dict[str, object]]:
    """Messages a minute through both, beside what both allow together."""
    ours = statistics.median(MESSAGES / (send_all() / timedelta(minutes=1)) for _ in range(runs))
    allowed = sum(LIMITS)
    return [
        {
            "measure": f"sending {MESSAGES} messages through two gateways with limits",
            "ours": round(ours, 1),
            "unit": "1/min",
            "against": f"their limits, {' and '.join(map(str, LIMITS))} a minute",
            "theirs": allowed,
            "ratio": round(ours / allowed, 3),
            "runs": runs,
        }
    ]


def send_all() -> timedelta:
    """Simulated time from the first message to the end of the minute in which the last one counts."""
    with running_gateway(0) as first, running_gateway(0) as second, office(first):
        _add_second(second)
        add_rules((2,))
        add_appointments(MESSAGES, 1, DUE + timedelta(days=1, hours=15), days=1)
        db.session.execute(update(Appointment).where(Appointment.id % 4 != 0).values(calendar_id=2))
        db.session.execute(update(Gateway).where(Gateway.id == 1).values(max_per_minute=LIMITS[0]))
        db.session.commit()
        plan_messages(NOW)
        for rounds in count():
            send_due(_clock(DUE + EVERY * rounds))
            if not db.session.scalar(select(func.count()).where(Message.state == "planned")):
                break
            db.session.rollback()
        _check((first, second))
        return EVERY * rounds + timedelta(minutes=1)


def _clock(moment: datetime) -> Callable[[], datetime]:
    """Begins at `moment` now."""
    began = time.perf_counter()
    return lambda: moment + timedelta(seconds=time.perf_counter() - began)


def _add_second(base_url: str) -> None:
    gateway = Gateway(
        name="Zweites",
        kind="linkmobility",
        base_url=base_url,
        max_per_minute=LIMITS[1],
        senders=[{"address": "+43720111222", "type": "international"}],
        created_at=BEFORE,
    )
    gateway.secret = TOKEN
    db.session.add(gateway)
    db.session.flush()
    branch = Branch(name="Linz", sms_gateway_id=gateway.id, sender="+43720111222", created_at=BEFORE)
    db.session.add(branch)
    db.session.flush()
    calendar = Calendar(name="Linz", url="https://calendar.example.at/l.ics", branch_id=branch.id)
    calendar.consent = "customer"
    calendar.live_since = calendar.last_good_at = calendar.created_at = BEFORE
    db.session.add(calendar)
    db.session.commit()


def _check(gateways: tuple[str, str]) -> None:
    """Everything left once, and no minute held more than its limit."""
    arrived = [accepted_at(gateway) for gateway in gateways]
    if sum(one for one, _ in arrived) != MESSAGES or any(one != other for one, other in arrived):
        raise SystemExit(f"Not every message left once: {arrived}.")
    for gateway_id, limit in enumerate(LIMITS, 1):
        query = (
            select(Message.claimed_at).where(Message.gateway_id == gateway_id).order_by(Message.claimed_at)
        )
        claims = [at for at in db.session.scalars(query) if at is not None]
        pairs = zip(claims, claims[limit:], strict=False)
        if any(later - earlier < timedelta(minutes=1) for earlier, later in pairs):
            raise SystemExit(f"Gateway {gateway_id} took more than {limit} in a minute.")


if __name__ == "__main__":
    print(measure(1))
