"""Einwilligungen: tick and untick one address, its history, the paper form, and the scans of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.people.consent_state import consent_history, consent_states, find_address
from kehr.actions.people.list_scans import waiting_scans
from kehr.actions.people.record_consent import APPOINTMENT, FEEDBACK
from kehr.actions.people.tick_address import ConsentRefused, Ticked, tick_address
from kehr.models import Address
from kehr.rules.terms.office_days import office_day
from kehr.rules.terms.people import takes_sms
from kehr.rules.terms.phones import find_numbers
from kehr.rules.visits.consent_form import WORDING, WrongDay, read_day, wording_text
from kehr.web import consent_print, consent_tray, consent_words, layout
from kehr.web.access import needs
from kehr.web.filters import office, office_zone
from kehr.web.fragments import wants_fragment
from kehr.web.security import is_local_path
from kehr.words.consent import WAYS

screen = Blueprint("consent", __name__)
SAYINGS = {
    "ja": (True, APPOINTMENT),
    "nein": (False, APPOINTMENT),
    "fragen": (True, FEEDBACK),
    "nichtfragen": (False, FEEDBACK),
}
CHOICES = {
    f"{word}-{way}": (granted, way, purpose) for word, (granted, purpose) in SAYINGS.items() for way in WAYS
}
"""What the buttons of the form say: ja-phone, nein-form, fragen-phone …"""


@screen.get("/einwilligung/<int:address_id>")
@needs("reader")
def ask(address_id: int) -> str:
    """Whether this number or e-mail address may be told, how that came, and the buttons to change it."""
    return _asked(_address(address_id), {}, _typed())


@screen.post("/einwilligung/<int:address_id>")
@needs("office")
def change(address_id: int) -> Response | tuple[str, int]:
    """Ticks or unticks; both take one click."""
    address, typed = _address(address_id), _typed()
    try:
        done = _change(address, typed)
    except WrongDay as wrong:
        return _asked(address, {"given_on": consent_words.refused(wrong.trouble)}, typed), 422
    except ConsentRefused as no:
        sentence = consent_words.refused(no.code, no.args_of_code)
        return _asked(address, {no.field: sentence}, typed), 422
    granted, _way, purpose = CHOICES[typed["said"]]
    _tell(address, granted, done, purpose)
    back = typed["zurueck"]
    return redirect(back if is_local_path(back) else url_for("consent.ask", address_id=address_id))


def _change(address: Address, typed: dict[str, str]) -> Ticked:
    if typed["said"] not in CHOICES:
        raise ConsentRefused("no_how", "said")
    granted, way, purpose = CHOICES[typed["said"]]
    now, zone = clock.now(), office_zone()
    day = read_day(typed["given_on"], office_day(now, zone))
    return tick_address(
        address,
        granted,
        way,
        day,
        typed["note"],
        str(current_user.login),
        now,
        zone,
        purpose,
        seen=typed["nummer"],
    )


def _tell(address: Address, granted: bool, done: Ticked, purpose: str) -> None:
    where = consent_words.shown_address(address)
    if not done.added:
        flash(_("Das war für %(address)s schon so eingetragen.", address=where), "info")
    elif purpose == FEEDBACK and granted:
        flash(_("Eingetragen: %(address)s darf nach einem Besuch gefragt werden.", address=where), "success")
    elif purpose == FEEDBACK:
        flash(_("Eingetragen: %(address)s wird nach einem Besuch nicht gefragt.", address=where), "success")
    elif granted:
        flash(_("Eingetragen: %(address)s hat zugestimmt.", address=where), "success")
    else:
        flash(_("Eingetragen: An %(address)s geht keine Nachricht mehr.", address=where), "success")
        if done.stopped:
            flash(
                ngettext(
                    "%(num)s geplante Nachricht wurde zurückgezogen.",
                    "%(num)s geplante Nachrichten wurden zurückgezogen.",
                    done.stopped,
                ),
                "success",
            )


def _address(address_id: int) -> Address:
    address = find_address(address_id)
    if address is None:
        abort(404)
    return address


def _typed() -> dict[str, str]:
    """What the form holds: as typed, else today and nothing."""
    if request.method == "POST":
        names = ("said", "given_on", "note", "zurueck", "nummer")
        return {name: request.form.get(name, "").strip() for name in names}
    today = consent_words.spell_day(office_day(clock.now(), office_zone()))
    # A part of another page leads back to that page.
    here = urlsplit(request.headers.get("HX-Current-URL", "")).path if wants_fragment() else ""
    return {"said": "", "given_on": today, "note": "", "zurueck": request.args.get("zurueck", here)}


def _asked(address: Address, wrong: dict[str, str], typed: dict[str, str]) -> str:
    state = consent_states([address.value]).get(address.value)
    return render_template(
        "consent/_address.html" if wants_fragment() else "consent/address.html",
        address=address,
        state=state,
        questions=consent_states([address.value], FEEDBACK).get(address.value),
        history=consent_history(address.value) if address.value else [],
        typed=typed,
        wrong=wrong,
        ways=WAYS,
        no_sms=address.kind == "phone" and address.value and not takes_sms(address.type),
        wording=_wording(),
    )


def _wording() -> str:
    company = office()
    return wording_text(WORDING, company.name if company and company.name else _("die Firma"))


@screen.get("/einwilligungen/verlauf")
@needs("reader")
def history() -> str:
    """The story of any number or e-mail address, also of one that stands at no object any more."""
    typed = request.args.get("adresse", "").strip()[:200]
    numbers = find_numbers(typed)
    value = numbers[0].e164 if numbers else typed.lower()
    return render_template(
        "consent/history.html", typed=typed, value=value, history=consent_history(value) if value else []
    )


screen.get("/objekte/<int:property_id>/einwilligung")(consent_print.form)
screen.get("/einwilligungen/drucken")(consent_print.forms)
screen.get("/einwilligungen")(consent_tray.tray)
screen.post("/einwilligungen")(consent_tray.upload)
screen.get("/einwilligungen/<int:scan_id>")(consent_tray.scan)
screen.post("/einwilligungen/<int:scan_id>")(consent_tray.enter)
screen.post("/einwilligungen/<int:scan_id>/objekt")(consent_tray.choose)
screen.post("/einwilligungen/<int:scan_id>/ablegen")(consent_tray.away)
screen.get("/einwilligungen/<int:scan_id>/bild")(consent_tray.picture)
screen.get("/einwilligungen/<int:scan_id>/datei")(consent_tray.original)


def _words(app: Flask) -> None:
    filters: dict[str, Any] = {
        "consent_look": consent_words.look_of,
        "row_look": consent_words.row_look,
        "row_sentence": consent_words.row_sentence,
        "row_whose": consent_words.whose,
        "tray_sentence": consent_words.tray_sentence,
        "address_shown": consent_words.shown_address,
        "address_type": consent_words.type_word,
        "plain_day": consent_words.spell_day,
    }
    app.jinja_env.filters.update(filters)


@screen.record_once
def _join(state: BlueprintSetupState) -> None:
    """Gives templates the words of consent, and the menu the number of forms that wait."""
    _words(state.app)
    layout.count_in_menu(state.app, "/einwilligungen", waiting_scans)
