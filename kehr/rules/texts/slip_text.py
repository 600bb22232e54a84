"""What stands on a door slip or a house notice, in the customer's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from kehr.rules.terms import german
from kehr.rules.texts.text import TextFacts, work_word


@dataclass(frozen=True, slots=True)
class SlipWords:
    """The lines of a slip: `day` and `time` stand big, `whom` names party and flat."""

    whom: str
    place: str
    day: str
    time: str
    work: str
    request: str
    company: str
    phone: str
    before: str = ""

    @property
    def text(self) -> str:
        """The slip as running text: what the log keeps of it."""
        parts = (
            f"{self.company}: {self.work} am {self.day}, {self.time}.",
            self.before,
            f"{self.place}." if self.place else "",
            self.request,
            f"Fragen: {self.phone}" if self.phone else "",
        )
        return " ".join(part for part in parts if part)

    @property
    def off(self) -> str:
        """What somebody is told of an appointment that is called off."""
        asked = f" Fragen: {self.phone}" if self.phone else ""
        return f"{self.company}: Der Termin am {self.day}, {self.time}, entfällt.{asked}"


def slip_words(facts: TextFacts, whom: str, zone: tzinfo, *, notice: bool = False) -> SlipWords:
    """The words for one appointment; `facts` are the same that a message has. Raises ValueError without
    a start, because then there is nothing to announce.
    """
    if facts.start is None:
        raise ValueError("a slip needs the start of its appointment")
    asks = "allen Wohnungen" if notice else "allen Kaminen und Feuerstätten"
    return SlipWords(
        whom=whom,
        place=facts.address or facts.place,
        day=_day(facts.start, zone),
        time=_time(facts, zone),
        work=work_word(facts.kind) or "Kehrung",
        request=f"Bitte ermöglichen Sie uns den Zugang zu {asks}.",
        company=facts.company,
        phone=facts.phone,
        before=_before(facts, zone),
    )


def _day(moment: datetime, zone: tzinfo) -> str:
    day = moment.astimezone(zone).date()
    return f"{german.weekday(day)}, {german.full_date(day)}"


def _time(facts: TextFacts, zone: tzinfo) -> str:
    if facts.start is None or facts.all_day:
        return "ganztägig"
    span = german.time_span(facts.start, facts.end or facts.start, zone)
    return f"{span} Uhr"


def _before(facts: TextFacts, zone: tzinfo) -> str:
    """What the customer was told last, where it is no longer true; its time where the day is the same."""
    if facts.old_start is None:
        return ""
    day = _day(facts.old_start, zone)
    if facts.start is None or facts.all_day or day != _day(facts.start, zone):
        return f"Das ersetzt den Termin am {day}."
    return f"Das ersetzt den Termin am {day} um {facts.old_start.astimezone(zone):%H:%M} Uhr."
