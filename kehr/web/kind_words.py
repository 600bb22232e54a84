"""By which words the kind of work is told: the office's own, beside the built-in ones."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from kehr import clock
from kehr.actions.setup.first_run import ensure_office
from kehr.actions.visits.change_kind_words import WordsRefused, change_kind_words, count_kinds
from kehr.web.access import needs
from kehr.web.filters import office
from kehr.words import WORK_KINDS

screen = Blueprint("kind_words", __name__)

BUILT_IN = {
    "HK": "Hauptkehrung, Hauptkehrtermin, HK",
    "Kehrung": "Kehrung, Kehrtermin, Kehrtag, Kaminkehrung, Rauchfangkehrung, Termin",
    "Sonderarbeit": (
        "Sonderarbeit, Sonderkehrung, Reparatur, Überprüfung, Messung, Ausbrennen, Dichtheitsprobe, "
        "Feuerbeschau, Befund, Abnahme, Sanierung, Wartung, Verstopfung"
    ),
}
"""What is read without a word of the office, as an example."""


class WordsForm(FlaskForm):
    """Words by kind, one a line; the checks live in kehr.rules.entries.kind_words."""

    HK = TextAreaField(lazy_gettext("Hauptkehrung"))
    Kehrung = TextAreaField(lazy_gettext("Kehrung"))
    Sonderarbeit = TextAreaField(lazy_gettext("Sonderarbeit"))


@screen.route("/termine/woerter", methods=["GET", "POST"])
@needs("office")
def page() -> Response | str | tuple[str, int]:
    """Shows the words and stores what is typed."""
    form = WordsForm()
    if not form.is_submitted():
        company = office()
        stored = company.kind_words if company else {}
        return _page(WordsForm(data={kind: "\n".join(stored.get(kind, ())) for kind in WORK_KINDS}))
    ensure_office(clock.now())
    try:
        changed = change_kind_words({kind: form[kind].data or "" for kind in WORK_KINDS}, clock.now())
    except WordsRefused as refused:
        for kind, sentence in refused.faults.items():
            form[kind].errors = [sentence]
        return _page(form), 422
    if changed is None:
        flash(_("Es war nichts zu ändern."), "info")
    elif changed:
        flash(
            ngettext(
                "Gespeichert. %(num)s kommender Termin wird nun anders gelesen.",
                "Gespeichert. %(num)s kommende Termine werden nun anders gelesen.",
                changed,
            ),
            "success",
        )
    else:
        flash(_("Gespeichert. An den kommenden Terminen ändert sich nichts."), "success")
    return redirect(url_for("kind_words.page"))


def _page(form: WordsForm) -> str:
    return render_template(
        "appointments/words.html", form=form, built_in=BUILT_IN, counts=count_kinds(clock.now())
    )
