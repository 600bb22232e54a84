"""Sends what is due: claim, commit, call, record."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from kehr.actions.facts.appointment_facts import load_appointments
from kehr.actions.facts.claims import this_process
from kehr.actions.facts.gateway_queue import sender_of
from kehr.actions.facts.house_facts import Surroundings, look_for_shared
from kehr.actions.facts.office_facts import NoOffice, OfficeFacts, load_office
from kehr.actions.send.claim_message import Claim, Skipped, claim, due_messages, sweep_abandoned
from kehr.actions.send.record_outcome import Outcome, record_outcome
from kehr.gateways.contract import Gateway as Sender
from kehr.gateways.contract import GatewayError, Misconfigured, OutgoingMessage, Unclear
from kehr.models import Gateway, db, writing
from kehr.rules.terms.messages import State
from kehr.rules.terms.timing import is_open

AT_ONCE = 4
"""Calls under way at the same time: a gateway that answers slowly must not make an office late."""
LOOKED_AT_ONCE = 25
"""So many messages are decided in one transaction, so that others who write need not wait long."""
COUNTED = {
    State.ACCEPTED: "accepted",
    State.REFUSED: "refused",
    State.PLANNED: "not_taken",
    State.UNCLEAR: "unclear",
    State.MISSED: "missed",
}

log = logging.getLogger(__name__)


@dataclass(slots=True)
class SendResult:
    """How many messages ended how in one round."""

    accepted: int = 0
    refused: int = 0
    not_taken: int = 0
    unclear: int = 0
    missed: int = 0

    def count(self, state: State) -> None:
        """Adds one message that ended in `state`."""
        name = COUNTED.get(state)
        if name is not None:
            setattr(self, name, getattr(self, name) + 1)

    def as_dict(self) -> dict[str, int]:
        """For printing."""
        return asdict(self)


@dataclass(slots=True)
class _Round:
    """One round of sending: what is waiting, what is under way, which gateways take no more."""

    now: Callable[[], datetime]
    waiting: list[str]
    around: Surroundings
    result: SendResult
    claimed_by: str
    ends: float | None
    senders: dict[int, Sender] = field(default_factory=dict)
    full: set[int | str] = field(default_factory=set)
    running: dict[Future[Outcome], Claim] = field(default_factory=dict)


def send_due(now: Callable[[], datetime], seconds: float | None = None) -> SendResult:
    """One round: everything that is due, as far as windows, gateways and rates let it.

    After `seconds` nothing more is claimed; the next round goes on.

    Only this thread touches the database. One durable commit records what came back and claims what
    goes out next; the gateway is called by other threads, after that commit, with no transaction open.
    """
    result = SendResult()
    with writing() as session:
        result.unclear += sweep_abandoned(session, now())
    waiting = due_messages(db.session(), now())
    if not waiting:
        db.session.rollback()
        return result
    try:
        facts = load_office()
    except NoOffice:
        return result
    if not is_open(facts.office.window, now(), facts.office.zone):
        db.session.rollback()
        return result
    around = look_for_shared(load_appointments(now()), facts.accepted_names, now())
    ends = time.monotonic() + seconds if seconds is not None else None
    round_ = _Round(now, waiting[::-1], around, result, this_process(), ends)
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        try:
            _run(round_, pool)
        finally:
            for sender in round_.senders.values():
                sender.close()
    return result


def _run(round_: _Round, pool: ThreadPoolExecutor) -> None:
    done: set[Future[Outcome]] = set()
    while round_.waiting or round_.running:
        if round_.ends is not None and time.monotonic() > round_.ends:
            round_.waiting.clear()
        claims = _commit_step(round_, done)
        for claimed in claims:
            sender = round_.senders[claimed.gateway_id]
            round_.running[pool.submit(call, sender, claimed.outgoing)] = claimed
        if not round_.running:
            done = set()
            continue
        done, _ = wait(round_.running, return_when=FIRST_COMPLETED)


def _commit_step(round_: _Round, done: set[Future[Outcome]]) -> list[Claim]:
    """One transaction: records what came back, and claims as many as there are free hands."""
    finished = [(round_.running.pop(future), future.result()) for future in done]
    claims: list[Claim] = []
    states: list[State] = []
    with writing() as session:
        facts = load_office(addresses=())
        for called, outcome in finished:
            state = record_outcome(session, called.message_id, called.gateway_id, outcome, round_.now())
            if state is not None:
                states.append(state)
            if isinstance(outcome, Misconfigured):
                round_.full.add(called.gateway_id)
        session.flush()
        for _ in range(min(LOOKED_AT_ONCE, len(round_.waiting))):
            if len(round_.running) + len(claims) >= AT_ONCE:
                break
            claimed = _claim_next(session, round_, facts, states)
            if claimed is not None:
                claims.append(claimed)
    for state in states:
        round_.result.count(state)
    db.session.expunge_all()
    return claims


def _claim_next(session: Session, round_: _Round, facts: OfficeFacts, states: list[State]) -> Claim | None:
    message_id = round_.waiting.pop()
    answer = claim(session, message_id, facts, round_.around, round_.full, round_.claimed_by, round_.now())
    session.flush()
    if isinstance(answer, Skipped):
        if answer.full is not None:
            round_.full.add(answer.full)
        if answer.state in {State.ACCEPTED, State.MISSED}:
            states.append(answer.state)
        return None
    return answer if _ready(session, round_, answer, states) else None


def _ready(session: Session, round_: _Round, claimed: Claim, states: list[State]) -> bool:
    """Whether the account behind a claim can be used at all; if not, nothing was sent."""
    if claimed.gateway_id in round_.senders:
        return True
    gateway = session.get_one(Gateway, claimed.gateway_id)
    try:
        round_.senders[gateway.id] = sender_of(gateway, round_.now)
    except Misconfigured as error:
        state = record_outcome(session, claimed.message_id, gateway.id, error, round_.now())
        session.flush()
        states.append(state or State.PLANNED)
        round_.full.add(gateway.id)
        return False
    return True


def call(sender: Sender, outgoing: OutgoingMessage) -> Outcome:
    """Calls the gateway. Whatever is not one of its four answers is unclear, and never tried blindly."""
    try:
        return sender.send(outgoing)
    except GatewayError as error:
        return error
    except Exception as error:
        log.exception("gateway broke its contract on message %s", outgoing.id)
        return Unclear("gateway_broke", type(error).__name__)
