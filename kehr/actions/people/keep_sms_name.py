"""Keeps the cheap spelling of a person's name for SMS."""

from __future__ import annotations

from datetime import datetime

from kehr.actions.people.search_lines import refresh_search_lines
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Person, writing

LONGEST = 200


def keep_sms_name(person_id: int, sms_name: str, now: datetime) -> bool:
    """Writes the SMS spelling of a person's name; False when the person is gone or the name too long.

    What is not yet sent uses it from then on.
    """
    with writing() as session:
        person = session.get(Person, person_id)
        if person is None or len(sms_name) > LONGEST:
            return False
        person.sms_name, person.changed_at = sms_name.strip(), now
        refresh_search_lines(session, [person.property_id])
    plan_messages(now)
    return True
