"""Why no test appointment was made, and what to do."""

from __future__ import annotations

OWN_VISITS = {
    "visit_without_address": "Es ist keine Nummer und keine Adresse für Tests eingetragen.",
    "visit_over": "Dieser Zeitpunkt ist schon vorbei. Wählen Sie einen kommenden.",
    "visit_far": "Das ist zu weit voraus: höchstens ein Jahr.",
    "visit_before_window": (
        "Bis dahin geht nichts hinaus: Die nächste Sendezeit beginnt am {due}. Wählen Sie eine spätere Zeit."
    ),
    "visit_there": (
        "Zu dieser Zeit gibt es schon einen Testtermin (von {by}), er steht unten. "
        "Für einen zweiten wählen Sie eine andere Zeit."
    ),
    "visit_enough": "Heute gab es schon {most} Testtermine. Morgen sind wieder welche möglich.",
}
