"""A note on a slip that was dropped in, or on what was said by telephone."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from kehr import clock
from kehr.actions.visits.note_on_slip import LONGEST_NOTE, find_slip, note_on_slip
from kehr.web.access import needs

screen = Blueprint("slip_note", __name__)


class NoteForm(FlaskForm):  # type: ignore[misc]
    """What is to be said about it."""

    note = StringField(
        lazy_gettext("Vermerk"),
        description=lazy_gettext("Zum Beispiel: falscher Briefkasten, am 12.03. nochmals eingeworfen."),
        filters=[lambda typed: " ".join((typed or "").split())],
        validators=[
            DataRequired(lazy_gettext("Schreiben Sie, was zu vermerken ist.")),
            Length(max=LONGEST_NOTE, message=lazy_gettext("Höchstens 300 Zeichen. Kürzen Sie den Vermerk.")),
        ],
    )


@screen.route("/zettel/vermerk/<message_id>", methods=["GET", "POST"])
@needs("office")
def page(message_id: str) -> str | tuple[str, int] | Response:
    """The slip as the log has it, and a line for the note."""
    message = find_slip(message_id)
    if message is None:
        abort(404)
    form = NoteForm()
    if form.validate_on_submit():
        note_on_slip(message_id, form.note.data, current_user.login, clock.now())
        flash(_("Der Vermerk steht im Verlauf. Der Eintrag selbst bleibt, wie er war."), "success")
        return redirect(url_for("message.page", message_id=message_id))
    shown = render_template("slips/note.html", form=form, message=message)
    return (shown, 422) if form.is_submitted() else shown
