"""Adds to the ledger of consent: a tick, an untick, or a number that stands in an entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from kehr.actions.facts.change_state import change_state
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Appointment, Calendar, Consent, Message, writing
from kehr.rules.terms.messages import State
from kehr.rules.visits.consent_form import WORDING

APPOINTMENT, FEEDBACK = "appointment", "feedback"
"""What consent is for."""
SOURCES = frozenset({"form", "phone", "in_person"})
"""How a person can have said it at the desk; import and calendar are written by the machine."""
SAID = SOURCES | {"reply"}
"""Said by the person: a reply is an SMS that takes consent back."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One tick or untick on its way into the ledger. Person and object are named as they are now.

    `purpose` is appointment, or feedback: being asked afterwards is agreed to on its own.
    """

    address: str
    granted: bool
    source: str
    by: str = ""
    evidence: str = ""
    given_on: date | None = None
    person_name: str = ""
    property_number: str = ""
    scan_id: int | None = None
    wording: str = WORDING
    purpose: str = APPOINTMENT

    @property
    def proven(self) -> bool:
        """Whether anything stands behind it: a word about it, a scan, or the day on the paper."""
        return bool(self.evidence or self.scan_id or self.given_on)


def grant(
    address: str,
    source: str,
    by: str,
    evidence: str,
    now: datetime,
    *,
    person_name: str = "",
    property_number: str = "",
) -> None:
    """Ticks one number or e-mail address. Raises ValueError for an unknown source."""
    tick = Tick(address, True, source, by, evidence, person_name=person_name, property_number=property_number)
    record([tick], now)


def revoke(
    address: str,
    source: str,
    by: str,
    evidence: str,
    now: datetime,
    *,
    person_name: str = "",
    property_number: str = "",
) -> None:
    """Unticks one number or e-mail address; what is planned is withdrawn by the planning that follows."""
    tick = Tick(
        address, False, source, by, evidence, person_name=person_name, property_number=property_number
    )
    record([tick], now)


def record(ticks: Sequence[Tick], now: datetime) -> int:
    """Writes what a person said, and plans anew; how many rows that made. Raises ValueError for an
    unknown source or an empty address, before anything is written.
    """
    for tick in ticks:
        if tick.source not in SOURCES or not tick.address:
            raise ValueError(f"unknown source {tick.source!r} of consent, or no address")
    with writing() as session:
        written = write_ticks(session, ticks, now)
    plan_messages(now)
    return written


def write_ticks(session: Session, ticks: Iterable[Tick], now: datetime) -> int:
    """Adds rows inside the caller's transaction, passing over what the newest row says already.

    An import's tick never revives what somebody took back by another way; an import's untick never
    takes away what somebody gave by another way. A calendar only ever adds to an address of which
    nothing was said, and takes nothing away. Who wants no messages any more is not asked for feedback
    either.
    """
    ticks = [replace(tick, address=tick.address.lower()) for tick in ticks]
    addresses = {tick.address for tick in ticks}
    newest = {purpose: _newest(session, addresses, purpose) for purpose in (APPOINTMENT, FEEDBACK)}
    rows = []
    for tick in _with_feedback(ticks, newest[FEEDBACK]):
        known = newest[tick.purpose].get(tick.address)
        if not adds(tick, known[:2] if known else None, known is None or known[2]):
            continue
        newest[tick.purpose][tick.address] = (tick.granted, tick.source, tick.proven)
        rows.append(
            {
                "address": tick.address,
                "granted": tick.granted,
                "at": now,
                "by": tick.by,
                "source": tick.source,
                "evidence": tick.evidence,
                "wording": tick.wording,
                "given_on": tick.given_on,
                "person_name": tick.person_name,
                "property_number": tick.property_number,
                "scan_id": tick.scan_id,
                "purpose": tick.purpose,
            }
        )
    if rows:
        session.execute(insert(Consent), rows)
        revoked = [row for row in rows if not row["granted"] and row["purpose"] == APPOINTMENT]
        _hold_back_by_hand(session, [str(row["address"]) for row in revoked], now)
    return len(rows)


def _with_feedback(ticks: Iterable[Tick], asked: Mapping[str, tuple[bool, str, bool]]) -> Iterator[Tick]:
    """The ticks, and after a person's no the same for feedback where there was a yes."""
    for tick in ticks:
        yield tick
        agreed = asked.get(tick.address, (False, "", False))[0]
        if not tick.granted and tick.source in SAID and tick.purpose == APPOINTMENT and agreed:
            yield replace(tick, purpose=FEEDBACK)


def _hold_back_by_hand(session: Session, addresses: Sequence[str], now: datetime) -> None:
    """What somebody wrote by hand and has not left yet: planning does not look after it."""
    for start in range(0, len(addresses), 500):
        waiting = select(Message).where(
            Message.manual_send_id.is_not(None),
            Message.state == State.PLANNED,
            Message.recipient.in_(addresses[start : start + 500]),
        )
        for message in session.scalars(waiting):
            change_state(session, message, State.WITHHELD, now, "revoked", {"address": message.recipient})


def adds(tick: Tick, known: tuple[bool, str] | None, proven: bool = True) -> bool:
    """Whether a tick says something new beside the newest row of its address (granted, source).

    A person's tick that brings the proof which that row lacks (`proven` false) is new too.
    """
    if known is None:
        return tick.granted or tick.source in SAID
    if tick.source == "calendar":
        return False
    granted, source = known
    if tick.source == "import" and source != "import":
        return tick.granted and granted and source == "calendar"
    if tick.source in SAID and tick.proven and not proven:
        return True
    return (granted, source) != (tick.granted, tick.source)


def _newest(
    session: Session, addresses: set[str], purpose: str = APPOINTMENT
) -> dict[str, tuple[bool, str, bool]]:
    """Of each address: granted, by which way, and whether anything proves it."""
    wanted = sorted(addresses)
    found: dict[str, tuple[bool, str, bool]] = {}
    for start in range(0, len(wanted), 500):
        rows = session.execute(
            select(
                Consent.address,
                Consent.granted,
                Consent.source,
                or_(Consent.evidence != "", Consent.scan_id.is_not(None), Consent.given_on.is_not(None)),
            )
            .where(Consent.address.in_(wanted[start : start + 500]), Consent.purpose == purpose)
            .order_by(Consent.id)
        )
        found |= {address: (granted, source, bool(proven)) for address, granted, source, proven in rows}
    return found


def record_calendar_consent(
    session: Session, calendar: Calendar, appointment: Appointment, now: datetime
) -> None:
    """Where the calendar's setting says so, a number in the entry counts as consent, recorded as such.

    An address that is in the ledger already keeps its own story: an opt-out is not revived.
    """
    if calendar.consent != "calendar":
        return
    addresses = [phone["e164"] for phone in appointment.phones if phone["type"] == "mobile"]
    addresses += [address.lower() for address in appointment.emails]
    if not addresses:
        return
    evidence = f"{calendar.name}: {appointment.summary} ({appointment.uid})"
    known = _newest(session, set(addresses))
    new = [address for address in dict.fromkeys(addresses) if address not in known]
    ticks = [Tick(address, True, "calendar", evidence=evidence, wording="calendar") for address in new]
    write_ticks(session, ticks, now)
