"""Fristen der Länder: until when a sweep must be announced, where that is said, and how sure it is (C03)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField, StringField, TextAreaField

from kehr import clock
from kehr.actions.visits.deadline_rules import change_rule, changed_rules, load_rules, restore_rule
from kehr.rules.law.deadlines import LandRule, Unit
from kehr.rules.settings.settings_deadlines import read_deadline
from kehr.web.access import needs
from kehr.web.company import LANDS
from kehr.web.filters import office
from kehr.web.form_words import choices_of
from kehr.web.settings_form import checked, whole
from kehr.words.deadlines import SURENESS

screen = Blueprint("deadline_rules", __name__)

UNITS = {
    Unit.DAY.value: lazy_gettext("Tage"),
    Unit.WEEK.value: lazy_gettext("Wochen"),
    Unit.MONTH.value: lazy_gettext("Monate"),
}
NUMBERS = ("amount", "warn_days", "posted_over", "posted_amount")
TEXTS = ("unit", "posted_unit", "form", "source", "sureness", "note")


class RuleForm(FlaskForm):
    """The rule of one Land; the checks live in kehr.rules.settings.settings_deadlines."""

    amount = StringField(
        lazy_gettext("Spätestens so lange vor dem Termin"),
        description=lazy_gettext("Leer: Es ist keine Zahl bekannt, die Ampel bleibt grau."),
    )
    unit = SelectField(lazy_gettext("in"), choices=choices_of(UNITS), validate_choice=False)
    advice = BooleanField(
        lazy_gettext("nur eine Empfehlung"),
        description=lazy_gettext("Das Gesetz nennt keine Zahl: Später wird die Ampel gelb, nie rot."),
    )
    warn_days = StringField(
        lazy_gettext("So viele Tage vor dem letzten Tag wird die Ampel gelb"),
        description=lazy_gettext("0 bis 30."),
    )
    posted_over = StringField(
        lazy_gettext("Aushang nötig in Häusern mit mehr als so vielen Wohnungen"),
        description=lazy_gettext("Leer: Ein Aushang ist nicht vorgeschrieben."),
    )
    posted_amount = StringField(lazy_gettext("Spätestens so lange vor einer Hauptkehrung"))
    posted_unit = SelectField(lazy_gettext("in"), choices=choices_of(UNITS), validate_choice=False)
    form = TextAreaField(lazy_gettext("Form der Ankündigung"))
    source = StringField(
        lazy_gettext("Quelle"), description=lazy_gettext("Gesetz oder Verordnung mit Paragraf.")
    )
    checked_on = StringField(
        lazy_gettext("Nachgesehen am"),
        description=lazy_gettext("Wann jemand im geltenden Text nachgesehen hat, zum Beispiel 10.03.2026."),
    )
    sureness = SelectField(
        lazy_gettext("Wie sicher"),
        choices=choices_of({key: lazy_gettext(word) for key, word in SURENESS.items()}),
        validate_choice=False,
        description=lazy_gettext("Bei »gering« und »unbekannt« bleibt die Ampel grau."),
    )
    note = TextAreaField(lazy_gettext("Anmerkung"))


@screen.get("/fristen")
@needs("reader")
def page() -> str:
    """The rules of all Länder."""
    company = office()
    return render_template(
        "deadlines/rules.html",
        rules=load_rules(),
        changed=changed_rules(),
        lands=LANDS,
        own=company.land if company else "",
    )


@screen.route("/fristen/<land>", methods=["GET", "POST"])
@needs("admin")
def one(land: str) -> Response | str | tuple[str, int]:
    """Changes the rule of one Land."""
    rule = load_rules().get(land)
    if rule is None:
        abort(404)
    if request.method == "GET":
        return _page(RuleForm(data=_stored(rule)), rule)
    form = RuleForm()
    typed = checked(form, _typed(form, land), lambda data: read_deadline(data, ""))
    if typed is None:
        return _page(form, rule), 422
    if change_rule(typed, current_user.login, clock.now()):
        flash(_("Gespeichert. Die Ampel rechnet ab jetzt damit."), "success")
    else:
        flash(_("Es war nichts zu ändern."), "info")
    return redirect(url_for("deadline_rules.page"))


@screen.post("/fristen/<land>/vorgabe")
@needs("admin")
def restore(land: str) -> Response:
    """Takes back what the office changed."""
    if land not in load_rules():
        abort(404)
    if restore_rule(land, clock.now()):
        flash(_("Die Vorgabe für %(land)s gilt wieder.", land=LANDS[land]), "success")
    return redirect(url_for("deadline_rules.page"))


def _page(form: RuleForm, rule: LandRule) -> str:
    return render_template(
        "deadlines/rule.html", form=form, rule=rule, name=LANDS[rule.land], row=changed_rules().get(rule.land)
    )


def _typed(form: RuleForm, land: str) -> dict[str, Any]:
    data: dict[str, Any] = {"land": land, "advice": bool(form.advice.data)}
    data |= {name: whole(form[name].data) for name in NUMBERS}
    data |= {name: form[name].data or "" for name in (*TEXTS, "checked_on")}
    return data | {"warn_days": 3 if data["warn_days"] is None else data["warn_days"]}


def _stored(rule: LandRule) -> dict[str, Any]:
    numbers = {name: "" if getattr(rule, name) is None else str(getattr(rule, name)) for name in NUMBERS}
    texts = {name: str(getattr(rule, name)) for name in TEXTS}
    checked_on = f"{rule.checked_on:%d.%m.%Y}" if rule.checked_on else ""
    return numbers | texts | {"advice": rule.advice, "checked_on": checked_on}
