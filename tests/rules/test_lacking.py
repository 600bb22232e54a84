"""What a text lacks is told from the facts alone, exactly as from their values in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from kehr.rules.terms.appointments import WorkKind
from kehr.rules.texts.calendar_link import opens_until
from kehr.rules.texts.text import TextFacts, lacking, lacking_in, values_for

NOW = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
WORDS = st.sampled_from(["", " ", "\t", "Steyr", "Frau", "Herr Ing.", "Frau Huber", "Dr. ", "+43 7252 1"])
MOMENTS = st.none() | st.integers(-500, 500).map(lambda hours: NOW + timedelta(hours=hours))
FACTS = st.builds(
    TextFacts,
    start=MOMENTS,
    end=MOMENTS,
    all_day=st.booleans(),
    old_start=MOMENTS,
    old_all_day=st.booleans(),
    kind=st.none() | st.sampled_from(WorkKind),
    calendar_link=st.none() | WORDS,
    code=st.none() | WORDS,
    **dict.fromkeys(
        (
            *("name", "salutation", "title", "first_name", "object_number", "place", "address"),
            *("company", "branch", "phone", "fallback_name", "fallback_location"),
        ),
        WORDS,
    ),
)


@given(FACTS, st.integers(-100_000, 100_000))
def test_planning_and_sending_agree_on_what_a_text_lacks(facts: TextFacts, minutes: int) -> None:
    now = NOW + timedelta(minutes=minutes)
    known = lacking_in(facts)
    # That a link no longer opens is only known at its moment.
    ends = facts.end or facts.start
    closed = {"Kalenderlink"} if ends is not None and opens_until(ends) <= now else set()
    assert known | closed == lacking(values_for(facts, now, ZoneInfo("Europe/Vienna")))
