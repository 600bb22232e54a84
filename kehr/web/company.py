"""The firm: master data, when messages may leave, trial mode."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    EmailField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from kehr import clock
from kehr.actions.setup.change_company import CompanyRefused, change_company
from kehr.actions.setup.end_trial import TrialStays, end_trial, forecast_trial_end, resume_trial
from kehr.models import Company
from kehr.rules.terms.phones import pretty
from kehr.web.access import needs
from kehr.web.firm import firm
from kehr.web.form_words import MASTER_WORDS, choices_of

screen = Blueprint("company", __name__)

LANDS = {
    "": lazy_gettext("kein Land gewählt"),
    "Wien": "Wien",
    "NÖ": "Niederösterreich",
    "OÖ": "Oberösterreich",
    "Sbg": "Salzburg",
    "Tirol": "Tirol",
    "Vbg": "Vorarlberg",
    "Stmk": "Steiermark",
    "Ktn": "Kärnten",
    "Bgld": "Burgenland",
}
DAYS = {
    "mon": lazy_gettext("Mo"),
    "tue": lazy_gettext("Di"),
    "wed": lazy_gettext("Mi"),
    "thu": lazy_gettext("Do"),
    "fri": lazy_gettext("Fr"),
    "sat": lazy_gettext("Sa"),
    "sun": lazy_gettext("So"),
}
RELEASES = {
    "anomalies": lazy_gettext("bei Auffälligem, zum Beispiel wenn sich auf einmal viele Termine verschieben"),
    "always": lazy_gettext("immer: keine Nachricht geht ohne einen Klick hinaus"),
    "never": lazy_gettext("nie: alles geht von selbst hinaus"),
}


class ClockText(StringField):
    """A time of day such as 17:00, as text: browsers show their own clock field by the machine's language."""

    def __call__(self, **attributes: Any) -> Any:
        """The input, with what fits into it."""
        return super().__call__(**{"maxlength": 5, "placeholder": "08:00"} | attributes)


class TicksField(SelectMultipleField):
    """Several ticks under one name."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class CompanyForm(FlaskForm):
    """What the office tells about itself; the checks live in kehr.rules.settings.company_form."""

    name = StringField(
        lazy_gettext("Firmenname"), description=lazy_gettext("Steht als #Firma in den Texten.")
    )
    street = StringField(lazy_gettext("Straße und Hausnummer"))
    postcode = StringField(lazy_gettext("PLZ"))
    town = StringField(lazy_gettext("Ort"))
    phone = TelField(
        lazy_gettext("Telefon"),
        description=lazy_gettext("Steht als #Telefon in den Texten, so wie Sie es schreiben."),
    )
    email = EmailField(
        lazy_gettext("E-Mail"), description=lazy_gettext("Hierher meldet Kehrbote, wenn etwas nicht stimmt.")
    )
    land = SelectField(lazy_gettext("Bundesland"), choices=choices_of(LANDS), validate_choice=False)
    zone = StringField(lazy_gettext("Zeitzone"), description=lazy_gettext("Für Österreich: Europe/Vienna."))
    window_from = ClockText(lazy_gettext("Frühestens um"))
    window_to = ClockText(lazy_gettext("Spätestens um"))
    window_days = TicksField(lazy_gettext("An diesen Tagen"), choices=choices_of(DAYS), validate_choice=False)
    window_holidays = BooleanField(lazy_gettext("auch an gesetzlichen Feiertagen"))
    settle_minutes = StringField(
        lazy_gettext("Wartezeit nach einer Änderung, in Minuten"),
        description=lazy_gettext(
            "So lange bleibt ein Termin unverändert, bevor jemand davon erfährt. "
            "Wer sich verschreibt, hat Zeit."
        ),
    )
    release = RadioField(
        lazy_gettext("Auf Freigabe warten"), choices=choices_of(RELEASES), validate_choice=False
    )
    own_numbers = TextAreaField(
        lazy_gettext("Eigene Handynummern"),
        description=lazy_gettext("Eine je Zeile. Im Probebetrieb gehen SMS nur an diese Nummern."),
    )
    own_emails = TextAreaField(
        lazy_gettext("Eigene E-Mail-Adressen"),
        description=lazy_gettext("Eine je Zeile. Im Probebetrieb gehen E-Mails nur an diese Adressen."),
    )
    self_test_sms = StringField(
        lazy_gettext("Handynummer für den Selbsttest"),
        description=lazy_gettext(
            "Jeden Tag mit Sendezeit geht eine SMS dorthin, auf demselben Weg wie alle Nachrichten. "
            "Kommt sie bis 10:00 nicht an, steht es rot unter Heute. Leer: kein Selbsttest."
        ),
    )
    self_test_email = StringField(
        lazy_gettext("E-Mail-Adresse für den Selbsttest"),
        description=lazy_gettext("Ebenso eine E-Mail am Tag."),
    )
    network_allow = TextAreaField(
        lazy_gettext("Erlaubte Adressen im eigenen Netz"),
        description=lazy_gettext(
            "Nur nötig, wenn ein Kalender oder Gateway im eigenen Netz steht. "
            "Eine je Zeile: Name, Adresse oder Netz, zum Beispiel 192.168.1.20:8080."
        ),
    )
    monthly_quota = StringField(
        lazy_gettext("Höchstens so viele SMS im Monat"),
        description=lazy_gettext("Leer: ohne Grenze. Ab 80 % warnt Kehrbote, bei 100 % warten weitere SMS."),
    )
    public_url = StringField(
        lazy_gettext("Öffentliche Adresse"),
        description=lazy_gettext(
            "Nur wenn Kehrbote von außen erreichbar ist, zum Beispiel https://t.example.at."
        ),
    )


@screen.route("/firma", methods=["GET", "POST"])
@needs("admin")
def page() -> Response | str | tuple[str, int]:
    """Shows the firm and stores what is typed."""
    if request.method == "GET":
        return _page(CompanyForm(data=_stored(firm())))
    form = CompanyForm()
    try:
        changed = change_company(form.data, clock.now())
    except CompanyRefused as refused:
        for name, sentence in refused.faults.items():
            form[name].errors = [sentence]
        return _page(form), 422
    if changed:
        flash(_("Gespeichert."), "success")
    else:
        flash(_("Es war nichts zu ändern."), "info")
    back = request.args.get("zurueck") == "einrichtung"
    return redirect(url_for("first_run.checklist" if back else "company.page"))


@screen.route("/firma/probe", methods=["GET", "POST"])
@needs("admin")
def trial() -> Response | str | tuple[str, int]:
    """Says what would leave without trial mode, and ends it on one more click."""
    if request.method == "POST":
        try:
            ended = end_trial()
        except TrialStays:
            return _trial_page(), 422
        if ended:
            flash(_("Der Probebetrieb ist beendet. Ab jetzt gehen Nachrichten wirklich hinaus."), "success")
        return redirect(url_for("company.page"))
    if not firm().trial:
        return redirect(url_for("company.page"))
    return _trial_page()


@screen.post("/firma/probe/wieder")
@needs("admin")
def resume() -> Response:
    """Goes back to trial mode."""
    if resume_trial():
        flash(
            _("Der Probebetrieb läuft wieder: Nur die eigenen Nummern und Adressen werden erreicht."),
            "success",
        )
    return redirect(url_for("company.page"))


def _page(form: CompanyForm) -> str:
    company = firm()
    return render_template(
        "company/page.html",
        form=form,
        company=company,
        missing=[MASTER_WORDS[name] for name in company.missing_fields],
        back="einrichtung" if request.args.get("zurueck") == "einrichtung" else None,
    )


def _trial_page() -> str:
    forecast = forecast_trial_end(clock.now())
    missing = [MASTER_WORDS[name] for name in forecast.missing]
    return render_template("company/trial.html", forecast=forecast, missing=missing)


def _stored(company: Company) -> dict[str, Any]:
    plain = {
        name: getattr(company, name)
        for name in (
            *Company.MASTER_FIELDS,
            "land",
            "zone",
            "window_days",
            "window_holidays",
            "release",
            "public_url",
            "self_test_email",
        )
    }
    return plain | {
        "window_from": f"{company.window_from:%H:%M}",
        "window_to": f"{company.window_to:%H:%M}",
        "settle_minutes": str(company.settle_minutes),
        "monthly_quota": "" if company.monthly_quota is None else str(company.monthly_quota),
        "own_numbers": "\n".join(pretty(number) for number in company.own_numbers),
        "own_emails": "\n".join(company.own_emails),
        "self_test_sms": pretty(company.self_test_sms) if company.self_test_sms else "",
        "network_allow": "\n".join(company.network_allow),
    }
