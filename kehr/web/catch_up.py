"""Nachholliste: what was missed while nobody could send it, and what is to become of it (C11)."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.decide.catch_up import (
    MOST,
    CaughtUp,
    last_outage,
    list_missed,
    rephrase_missed,
    send_missed,
)
from kehr.actions.decide.decide_waiting import settle_messages
from kehr.web import filters, sentences
from kehr.web.access import needs

screen = Blueprint("catch_up", __name__)

DEEDS = ("senden", "formulieren", "verwerfen")
MOST_REASONS = 3


@screen.get("/nachholen")
@needs("reader")
def page() -> str:
    """What was missed: what can still be sent first."""
    now = clock.now()
    return render_template("catch_up/page.html", missed=list_missed(now), outage=last_outage(now), most=MOST)


@screen.post("/nachholen")
@needs("office")
def decide() -> Response:
    """Sends, opens the manual window, or lets be: one message, or all that are ticked."""
    one, several = request.form.get("eins", ""), request.form.get("mit", "")
    deed, _bar, message_id = one.partition("|")
    ids = [message_id] if one else request.form.getlist("nachricht")[:MOST]
    deed = deed if one else several
    if not deed:  # Return in a tick box presses the first button, which decides nothing.
        return redirect(url_for("catch_up.page"))
    if deed not in DEEDS:
        abort(400)
    if not ids:
        flash(_("Nichts war angehakt. Haken Sie an, was Sie entscheiden wollen."), "info")
        return redirect(url_for("catch_up.page"))
    return _done(deed, ids, current_user.login)


def _done(deed: str, ids: list[str], by: str) -> Response:
    now = clock.now()
    if deed == "formulieren":
        list_id = rephrase_missed(ids, by, now)
        if list_id is not None:
            return redirect(url_for("manual.one", list_id=list_id))
        flash(_("Das war schon entschieden."), "info")
    elif deed == "verwerfen":
        count = settle_messages(ids, by, now)
        said = ngettext("%(num)s Nachricht ist verworfen.", "%(num)s Nachrichten sind verworfen.", count)
        flash(said if count else _("Das war schon entschieden."), "success" if count else "info")
    else:
        _tell(send_missed(ids, by, now))
    return redirect(url_for("catch_up.page"))


def _tell(result: CaughtUp) -> None:
    if result.sent:
        flash(
            ngettext(
                "%(num)s Nachricht geht mit dem heutigen Text hinaus.",
                "%(num)s Nachrichten gehen mit dem heutigen Text hinaus.",
                result.sent,
            )
        )
    elif not result.refused:
        flash(_("Das war schon entschieden."), "info")
    for one in result.refused[:MOST_REASONS]:
        name = one.message.recipient_name or filters.phone(one.message.recipient)
        why = sentences.told(one.reason.code, one.reason.args) if one.reason is not None else ""
        flash(_("Nicht gesendet an %(name)s: %(why)s", name=name, why=why), "warning")
    rest = len(result.refused) - MOST_REASONS
    if rest > 0:
        flash(ngettext("und %(num)s weitere", "und %(num)s weitere", rest), "warning")
