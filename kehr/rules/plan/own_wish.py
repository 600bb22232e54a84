"""A person's own wishes for one message: another time, another text, or that it does not leave (B45)."""

from __future__ import annotations

from dataclasses import replace

from kehr.rules.plan.plan_values import Own, Reason, Wanted
from kehr.rules.plan.wishes import Case
from kehr.rules.terms.messages import ASKING
from kehr.rules.terms.timing import plan_due

NOTHING = Own()


def own_of(w: Wanted, case: Case) -> Own:
    """What a person decided about this very message: about this start, by this rule."""
    return next(
        (
            p.own
            for p in case.own
            if p.own is not None and (p.kind, p.rule_id, p.about_start) == (w.kind, w.rule_id, w.about_start)
        ),
        NOTHING,
    )


def as_decided(w: Wanted, own: Own, case: Case) -> Wanted:
    """The wish with its own time and reason. A time that the window no longer allows rolls back into it;
    nobody is asked about a visit before it is over.
    """
    due = own.due_at
    if due is not None and w.kind in ASKING and due < case.appointment.end:
        due = None
    if due is not None:
        w = replace(w, due_at=plan_due(due, case.office.window, case.office.zone))
    code = changed_code(text=own.asked is not None, due=due is not None)
    return replace(w, reason=Reason(code, {"by": own.by})) if code else w


def changed_code(*, text: bool, due: bool) -> str:
    """The code of what was changed, empty for nothing."""
    if text:
        return "text_due_changed" if due else "text_changed"
    return "due_changed" if due else ""
