"""Every dropped plan has its reason."""

from __future__ import annotations

from datetime import datetime

import pytest

from kehr.rules.plan.plan_values import PlanAppointment, Reason
from kehr.rules.plan.withdrawals import Dropped, why_withdrawn
from kehr.rules.terms.messages import Kind
from tests.rules.plan_build import NOW, NUMBER, appointment, at

APRIL, MAY = at("02.04. 09:00"), at("07.05. 09:00")
THERE = appointment(APRIL)


def dropped(kind: str = "reminder", about: datetime = APRIL, recipient: str = NUMBER) -> Dropped:
    return Dropped(Kind(kind), 3, "sms", recipient, about)


@pytest.mark.parametrize(
    ("message", "there", "rules", "told", "reason"),
    [
        (dropped(), None, {3}, None, Reason("calendar_off")),
        (dropped(), appointment(APRIL, cancelled_at=NOW), {3}, None, Reason("appointment_cancelled")),
        (dropped("cancelled"), THERE, {3}, None, Reason("no_longer_wanted")),
        (dropped("cancelled"), THERE, {3}, APRIL, Reason("already_told")),
        (dropped("moved", MAY), THERE, {3}, APRIL, Reason("moved_back")),
        (dropped("moved"), THERE, {3}, APRIL, Reason("already_told")),
        (
            dropped("moved", MAY),
            THERE,
            {3},
            at("01.04. 09:00"),
            Reason("appointment_moved", {"new": APRIL.isoformat()}),
        ),
        (dropped(about=MAY), THERE, {3}, None, Reason("appointment_moved", {"new": APRIL.isoformat()})),
        (dropped(), THERE, {4}, None, Reason("rule_off")),
        (dropped(recipient="+436649999999"), THERE, {3}, None, Reason("recipient_gone")),
        (dropped("confirmation"), THERE, {3}, APRIL, Reason("already_told")),
        (dropped("confirmation"), THERE, {3}, None, Reason("confirmation_old")),
        (dropped("reminder"), THERE, {3}, APRIL, Reason("no_longer_wanted")),
        (dropped("followup"), appointment(APRIL, replied={NUMBER: MAY}), {3}, APRIL, Reason("replied")),
        (dropped("followup"), THERE, {3}, APRIL, Reason("no_longer_wanted")),
    ],
)
def test_the_reason_is_what_changed(
    message: Dropped, there: PlanAppointment | None, rules: set[int], told: datetime | None, reason: Reason
) -> None:
    assert why_withdrawn(message, there, rules, told) == reason
