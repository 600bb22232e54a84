"""Datenqualität: what is wrong or missing in the master data, with a way to the field to mend (C14)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.visits.list_quality import BLOCKING, GROUPS, PAGE, Flaw, all_flaws, list_quality
from kehr.web import sentences
from kehr.web.access import may, needs
from kehr.web.csv_file import csv_answer
from kehr.web.pages import page_asked, page_numbers

screen = Blueprint("quality", __name__)

TITLES: dict[str, Any] = {
    "nummer": lazy_gettext("Unlesbare Nummern und E-Mails"),
    "festnetz": lazy_gettext("Festnetz mit Einwilligung für SMS"),
    "doppelt": lazy_gettext("Eine Nummer bei zwei Kunden"),
    "kein-weg": lazy_gettext("Personen ohne Handynummer und E-Mail"),
    "ohne-objekt": lazy_gettext("Termine ohne Objekt"),
    "ohne-beleg": lazy_gettext("Einwilligungen ohne Beleg"),
    "adresse": lazy_gettext("Objekte mit gleicher Adresse"),
}
WHAT_TO_DO: dict[str, Any] = {
    "nummer": lazy_gettext("Dorthin kann nichts gehen. Berichtigen Sie, was hier steht."),
    "festnetz": lazy_gettext("Eine SMS kommt dort nicht an. Tragen Sie eine Handynummer oder E-Mail ein."),
    "doppelt": lazy_gettext(
        "Nachrichten an diese Nummern warten auf Freigabe. Prüfen Sie, bei wem die Nummer stimmt. "
        "Hausverwaltungen zählen nicht."
    ),
    "kein-weg": lazy_gettext("Diese Personen erfahren nur durch einen Zettel von einem Termin."),
    "ohne-objekt": lazy_gettext("Wählen Sie das Objekt; Kehrbote merkt es sich für gleiche Einträge."),
    "ohne-beleg": lazy_gettext(
        "Das Häkchen ist da, aber weder Vermerk noch Tag noch Formular dazu. Ergänzen Sie es."
    ),
    "adresse": lazy_gettext(
        "Vorder- und Hinterhaus, oder doppelt angelegt? Bei gleicher Straße, PLZ und gleichem Ort prüfen."
    ),
}
FIELD_WORDS: dict[str, Any] = {
    "phone1": lazy_gettext("Tel.Nr.1"),
    "phone2": lazy_gettext("Tel.Nr.2"),
    "phone3": lazy_gettext("Tel.Nr.3"),
    "email1": lazy_gettext("eMail"),
    "email2": lazy_gettext("Email2"),
    "street": lazy_gettext("Straße/Hnr"),
    "": lazy_gettext("Termin"),
}


@screen.get("/datenqualitaet")
@needs("reader")
def page() -> str:
    """One group, page by page, with the counts of all."""
    group = _group()
    number = page_asked()
    found = list_quality(clock.now(), group, number)
    return render_template(
        "quality/page.html",
        found=found,
        group=group,
        titles=TITLES,
        blocking=BLOCKING,
        what_to_do=WHAT_TO_DO,
        page=number,
        pages=page_numbers("quality.page", number, found.counts[group], PAGE, gruppe=group),
        mend=mend_path,
    )


@screen.get("/datenqualitaet.csv")
@needs("reader")
def file() -> Response:
    """The whole group as a file."""
    group, now = _group(), clock.now()
    heading = [_("Objekt"), _("Name"), _("Feld"), _("Eintrag"), _("Was zu tun ist")]
    words = {name: str(word) for name, word in FIELD_WORDS.items()}
    what = str(WHAT_TO_DO[group])
    rows = ([f.number, f.name, words.get(f.field, ""), _told(f), what] for f in all_flaws(now, group))
    return csv_answer(f"datenqualitaet-{group}-{now:%Y%m%d}.csv", heading, rows)


def mend_path(flaw: Flaw, group: str) -> str:
    """Where this line is mended: the field of the form, the consent, or the choice of an object."""
    if not may("office"):
        return ""
    if flaw.appointment_id is not None:
        back = url_for("quality.page", gruppe=group)
        return url_for("appointments.choose", appointment_id=flaw.appointment_id, zurueck=back)
    if group == "ohne-beleg":
        return url_for("consent.ask", address_id=flaw.address_id)
    if flaw.own or flaw.person_id is None:
        return url_for("object_edit.edit", property_id=flaw.property_id, _anchor=flaw.field)
    return url_for(
        "object_edit.party",
        property_id=flaw.property_id,
        person_id=flaw.person_id,
        _anchor=flaw.field,
    )


def _told(flaw: Flaw) -> str:
    if flaw.start is None:
        return flaw.detail
    return f"{sentences.spelled(flaw.start, 'dd.MM.yyyy HH:mm')} {flaw.detail}"


def _group() -> str:
    """The group of the address; without one the first."""
    group = request.args.get("gruppe", "")
    return group if group in GROUPS else GROUPS[0]
