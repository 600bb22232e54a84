"""The first run: a one-time link makes the first admin, then a list of steps leads on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_login import login_user
from flask_wtf import FlaskForm
from sqlalchemy import func, select
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from kehr import clock
from kehr.actions.setup.change_company import finish_setup
from kehr.actions.setup.change_users import UserRefused
from kehr.actions.setup.first_run import LinkEnded, create_first_admin, link_is_good
from kehr.models import Calendar, Company, Gateway, MessageRule, Property, db
from kehr.web.access import needs, public
from kehr.web.form_words import MASTER_WORDS, USER_FAULTS
from kehr.web.layout import count_in_menu

screen = Blueprint("first_run", __name__)
screen.record_once(lambda state: count_in_menu(state.app, "/einrichtung", open_steps))


class FirstAdminForm(FlaskForm):
    """The first person who may sign in."""

    login = StringField(lazy_gettext("Benutzername"), description=lazy_gettext("Zum Beispiel Ihr Vorname."))
    password = PasswordField(
        lazy_gettext("Kennwort"),
        description=lazy_gettext("Mindestens 10 Zeichen, zum Beispiel drei Wörter hintereinander."),
    )
    again = PasswordField(lazy_gettext("Kennwort noch einmal"))


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the set-up. `needed` ones keep it from being finished; `href` leads to its screen."""

    title: Any
    sentence: Any
    done: bool
    href: str
    needed: bool = True


@screen.route("/einrichtung/<token>", methods=["GET", "POST"])
@public
def begin(token: str) -> Response | str | tuple[str, int]:
    """The one-time link."""
    if not link_is_good(token):
        return _ended()
    form = FirstAdminForm()
    if not form.validate_on_submit():
        return render_template("first_run/begin.html", form=form, token=token)
    try:
        if form.password.data != form.again.data:
            raise UserRefused("password_differs", "again")
        user = create_first_admin(token, form.login.data or "", form.password.data or "", clock.now())
    except LinkEnded:
        return _ended()
    except UserRefused as refused:
        field = form[refused.field]
        field.errors = [*field.errors, USER_FAULTS[refused.code]]
        return render_template("first_run/begin.html", form=form, token=token), 422
    session.clear()
    session.permanent = True
    login_user(user)
    return redirect(url_for("first_run.checklist"))


@screen.get("/einrichtung")
@needs("admin")
def checklist() -> str:
    """What is set up and what is next, read from the rows."""
    steps = setup_steps()
    following = next((step for step in steps if step.needed and not step.done), None)
    company = db.session.get(Company, 1)
    done = company is not None and company.wizard_done_at is not None
    return render_template("first_run/page.html", steps=steps, following=following, done=done)


@screen.post("/einrichtung/fertig")
@needs("admin")
def finish() -> Response:
    """Ends the guided set-up once every needed step is done."""
    if any(step.needed and not step.done for step in setup_steps()):
        flash(_("Es ist noch nicht alles eingerichtet. Der nächste Schritt ist unten markiert."), "warning")
        return redirect(url_for("first_run.checklist"))
    if finish_setup(clock.now()):
        flash(_("Die Einrichtung ist fertig. Kehrbote arbeitet, noch im Probebetrieb."), "success")
    return redirect("/")


def setup_steps() -> tuple[Step, ...]:
    """The steps in their order, each with its state as the rows tell it (A22)."""
    company = db.session.get(Company, 1)
    missing = company.missing_fields if company else Company.MASTER_FIELDS
    own = [*company.own_numbers, *company.own_emails] if company else []
    gateway = db.session.scalar(select(Gateway.name).where(Gateway.kind != "sandbox").limit(1))
    calendar = db.session.scalars(
        select(Calendar)
        .where(Calendar.active)
        .order_by(Calendar.last_good_at.is_(None), Calendar.id)
        .limit(1)
    ).first()
    rule = db.session.scalar(
        select(MessageRule.id).where(MessageRule.active, MessageRule.archived_at.is_(None)).limit(1)
    )
    return (
        _firm_step(missing),
        _gateway_step(gateway),
        _calendar_step(calendar),
        _customers_step(),
        Step(
            lazy_gettext("Nachrichten"),
            lazy_gettext("Mindestens eine Nachricht ist eingeschaltet.")
            if rule
            else lazy_gettext("Schalten Sie eine Erinnerung ein: 2 Tage vorher um 17:00 ist vorbereitet."),
            rule is not None,
            "/nachrichten",
        ),
        Step(
            lazy_gettext("Eigene Nummern"),
            lazy_gettext("Im Probebetrieb gehen Nachrichten nur dorthin.")
            if own
            else lazy_gettext(
                "Tragen Sie Ihr eigenes Handy oder Ihre E-Mail ein: Nur dorthin geht im Probebetrieb etwas."
            ),
            bool(own),
            "/firma?zurueck=einrichtung#own_numbers",
        ),
    )


def _firm_step(missing: tuple[str, ...]) -> Step:
    return Step(
        lazy_gettext("Firma"),
        _("Noch auszufüllen: %(fields)s.", fields=", ".join(str(MASTER_WORDS[name]) for name in missing))
        if missing
        else lazy_gettext("Name, Anschrift, Telefon und E-Mail sind da."),
        not missing,
        "/firma?zurueck=einrichtung",
    )


def _gateway_step(gateway: str | None) -> Step:
    return Step(
        lazy_gettext("Gateway"),
        _("%(name)s ist eingerichtet.", name=gateway)
        if gateway
        else lazy_gettext(
            "Zum Ausprobieren genügt der Trockenlauf. Für echte SMS tragen Sie hier Ihr Konto "
            "bei LINK ein, das geht auch später."
        ),
        gateway is not None,
        "/gateways",
        needed=False,
    )


def _customers_step() -> Step:
    """Who lives where: without objects an office can still live on numbers in its entries."""
    objects = db.session.scalar(select(func.count()).select_from(Property)) or 0
    return Step(
        lazy_gettext("Kunden"),
        ngettext("%(num)s Objekt ist angelegt.", "%(num)s Objekte sind angelegt.", objects)
        if objects
        else lazy_gettext(
            "Lesen Sie die Kunden aus einer Liste von WinChim oder Excel ein. Stehen Name und Nummer in "
            "jedem Kalendereintrag, geht es auch ohne."
        ),
        objects > 0,
        "/einlesen",
        needed=False,
    )


def _calendar_step(calendar: Calendar | None) -> Step:
    title = lazy_gettext("Kalender")
    if calendar is None:
        sentence = lazy_gettext(
            "Fügen Sie die Adresse Ihres Kalenders ein, dann sehen Sie, was Kehrbote darin erkennt."
        )
        return Step(title, sentence, False, "/kalender/neu")
    if calendar.last_good_at is None:
        sentence = _(
            "%(name)s ist eingetragen, aber noch nicht gelesen. Sehen Sie nach, woran es liegt.",
            name=calendar.name,
        )
        return Step(title, sentence, False, f"/kalender/{calendar.id}")
    return Step(
        title, _("%(name)s wird gelesen.", name=calendar.name), True, f"/kalender/{calendar.id}/vorschau"
    )


def open_steps() -> int | None:
    """How many needed steps are open while the guided set-up runs; None once it is finished."""
    company = db.session.get(Company, 1)
    if company is not None and company.wizard_done_at is not None:
        return None
    return sum(step.needed and not step.done for step in setup_steps())


def _ended() -> tuple[str, int]:
    current_app.logger.info("a first-run link that does not hold was opened")
    return render_template("first_run/ended.html"), 404
