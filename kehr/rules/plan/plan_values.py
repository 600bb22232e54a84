"""The plain values that planning works on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kehr.rules.terms.messages import Channel, Kind, State
from kehr.rules.terms.timing import SendWindow


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a message stands where it stands: a code and what its sentence needs. Moments are ISO UTC."""

    code: str
    args: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One number or address of one appointment.

    `blocked` is why nothing may go there; `held` why a person must look first. `person_id` is whose it is
    at the object, None when only the entry names it; `named` whether that person has a name. A `digest`
    recipient hears of all his houses in one message a day. `agreed` tells whether he may be asked for
    feedback, which is a consent of its own.
    """

    channel: Channel
    address: str
    blocked: Reason | None = None
    held: Reason | None = None
    person_id: int | None = None
    named: bool = False
    digest: bool = False
    agreed: bool = False


@dataclass(frozen=True, slots=True)
class PlanRule:
    """An active rule, as it applies to one appointment. `placeholders` are those its text uses.

    With `second_channel` an SMS that does not arrive goes on as an e-mail. `text_new_since` is set while
    the first send of a changed text waits for its release.
    """

    id: int
    kind: Kind
    channels: frozenset[Channel]
    days: int
    at: time
    active_since: datetime
    placeholders: frozenset[str] = frozenset()
    second_channel: bool = False
    text_new_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """What a person decided about this one message: its due time, its text, or that it stays here.

    `asked` are the placeholders of its own text, None when the rule's text holds; `by` is who changed it
    last, `withheld_by` who keeps it back.
    """

    due_at: datetime | None = None
    asked: frozenset[str] | None = None
    by: str = ""
    withheld_by: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """A message that exists, whatever became of it. `trial` ones told nobody. `id` is its row's; `own` what
    a person decided about it.
    """

    kind: Kind
    rule_id: int
    channel: Channel
    recipient: str
    about_start: datetime
    due_at: datetime
    state: State
    told_at: datetime | None
    trial: bool = False
    released: bool = False
    id: str = ""
    own: Own | None = None
    released_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlanAppointment:
    """One occurrence as planning sees it; all times aware UTC.

    `known_since` is when its present start was first seen; `live_since` when its calendar was last
    switched on. `lacking` are the placeholders for which it has no value. `replied` is when something last
    came in from an address; `deaf` why nobody would hear an answer, None when somebody does.
    `second` are the e-mail addresses of those who have a mobile number, by number; empty where no rule goes
    on by e-mail. `first` is set while its calendar's first send waits for a release.
    """

    id: int
    start: datetime
    end: datetime
    first_seen_at: datetime
    known_since: datetime
    live_since: datetime
    baseline: bool = False
    missing_since: datetime | None = None
    cancelled_at: datetime | None = None
    hold: Reason | None = None
    lacking: frozenset[str] = frozenset()
    recipients: tuple[Recipient, ...] = ()
    replied: Mapping[str, datetime] = field(default_factory=dict)
    deaf: Reason | None = None
    second: Mapping[str, tuple[Recipient, ...]] = field(default_factory=dict)
    first: Reason | None = None


@dataclass(frozen=True, slots=True)
class Office:
    """The office's zone and its rules for all messages. `release`: anomalies, always or never.

    `full_days` are days on which far more would leave than usual, until a person has looked.
    """

    zone: ZoneInfo
    window: SendWindow
    settle: timedelta = timedelta(minutes=20)
    release: str = "anomalies"
    full_days: Mapping[date, Reason] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One message that should exist, and how it should stand now. `second_of` is the id of the SMS that it
    stands in for.
    """

    appointment_id: int
    kind: Kind
    rule_id: int
    channel: Channel
    recipient: str
    about_start: datetime
    due_at: datetime
    too_late_at: datetime
    state: State
    reason: Reason
    person_id: int | None = None
    second_of: str = ""

    @property
    def identity(self) -> tuple[int, str, int, str, str, datetime]:
        """What may exist only once."""
        return (self.appointment_id, self.kind, self.rule_id, self.channel, self.recipient, self.about_start)


@dataclass(frozen=True, slots=True)
class NeedsCall:
    """Somebody who last heard something else than the truth and cannot be written to again.

    `truth` is the start that holds now; with `cancelled` none does.
    """

    appointment_id: int
    channel: Channel
    recipient: str
    told: datetime
    truth: datetime
    cancelled: bool = False
