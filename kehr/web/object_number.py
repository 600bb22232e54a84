"""What a number or e-mail address is while it is being typed: its type, its consent, who else has it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kehr.actions.people.consent_state import ConsentState, consent_states
from kehr.actions.people.show_object import holders_of
from kehr.rules.forms.object_form import EMAILS, LONGEST_NUMBER, PHONES, check_person
from kehr.web.access import needs
from kehr.web.consent_words import look_of
from kehr.web.fragments import wants_fragment

screen = Blueprint("object_number", __name__)


@screen.get("/objekte/nummer")
@needs("office")
def ask() -> str | Response:
    """The line beside a field of the form. What is wrong is said by the form itself, after OK."""
    if not wants_fragment():
        return redirect(url_for("objects.page"))
    typed = {
        name: request.args[name][: 4 * LONGEST_NUMBER] for name in PHONES + EMAILS if name in request.args
    }
    checked = check_person({"name": "–"} | typed, party=False)
    if checked.faults:
        return render_template("objects/_wrong.html", sentence=next(iter(checked.faults.values())))
    if not checked.addresses:
        return ""
    address = checked.addresses[0]
    return render_template(
        "objects/_heard.html",
        address=address,
        state=consent_states([address.value]).get(address.value, ConsentState()),
        holders=holders_of(address.value, request.args.get("objekt", type=int)),
        look_of=look_of,
    )
