"""Beweisblatt: what was told about an object or an appointment, on paper and as a file for the archive."""

from __future__ import annotations

import re
from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.log.note_break import MOST, NoteRefused, mark_of, note_break
from kehr.actions.log.proof_sheet import Sheet, sheet_of_appointment, sheet_of_object
from kehr.actions.log.watch_chain import ChainView, compare_printed, show_chain
from kehr.rules.log.chain import FEWEST_DIGITS, Printed, read_printed
from kehr.rules.terms.office_days import day_span, day_start
from kehr.web import proof_words, sentences
from kehr.web.access import needs
from kehr.web.filters import office_zone
from kehr.web.pdf_answer import pdf_answer

screen = Blueprint("proof", __name__)
UNSAFE = re.compile(r"[^\w-]+", re.ASCII)


@screen.record_once
def _words(state: BlueprintSetupState) -> None:
    proof_words.register(state.app)


@screen.get("/objekte/<int:property_id>/beweis")
@needs("reader")
def of_object(property_id: int) -> str:
    """The sheet of an object, all of its days or those asked for."""
    since, until = _days()
    sheet = _object_sheet(property_id, since, until)
    pdf = url_for("proof.object_pdf", property_id=property_id, von=_iso(since), bis=_iso(until))
    return _printed(sheet, since, until, pdf)


@screen.get("/objekte/<int:property_id>/beweis.pdf")
@needs("reader")
def object_pdf(property_id: int) -> Response:
    """The same sheet as a file."""
    since, until = _days()
    sheet = _object_sheet(property_id, since, until)
    page = url_for("objects.one", property_id=property_id)
    number = UNSAFE.sub("-", sheet.house.number) if sheet.house else str(property_id)
    return pdf_answer(f"beweisblatt-{number}.pdf", _printed(sheet, since, until), clock.now(), page)


@screen.get("/termine/<int:appointment_id>/beweis")
@needs("reader")
def of_appointment(appointment_id: int) -> str:
    """The sheet of an appointment."""
    sheet = _appointment_sheet(appointment_id)
    return _printed(sheet, None, None, url_for("proof.appointment_pdf", appointment_id=appointment_id))


@screen.get("/termine/<int:appointment_id>/beweis.pdf")
@needs("reader")
def appointment_pdf(appointment_id: int) -> Response:
    """The same sheet as a file."""
    sheet = _appointment_sheet(appointment_id)
    page = url_for("appointments.one", appointment_id=appointment_id)
    name = f"beweisblatt-termin-{appointment_id}.pdf"
    return pdf_answer(name, _printed(sheet, None, None), clock.now(), page)


def _object_sheet(property_id: int, since: date | None, until: date | None) -> Sheet:
    zone = office_zone()
    start = day_start(since, zone) if since else None
    end = day_span(until, until, zone)[1] if until else None
    sheet = sheet_of_object(property_id, start, end)
    if sheet is None:
        abort(404)
    return sheet


def _appointment_sheet(appointment_id: int) -> Sheet:
    sheet = sheet_of_appointment(appointment_id)
    if sheet is None:
        abort(404)
    return sheet


def _printed(sheet: Sheet, since: date | None, until: date | None, pdf: str = "") -> str:
    # Authorities and courts read it, so it is German whatever language the person at the desk reads.
    view = show_chain()
    with force_locale("de"):
        return render_template(
            "proof/print.html",
            sheet=sheet,
            since=since,
            until=until,
            days=_in_words(since, until),
            pdf=pdf,
            found=_found(view),
            notes=[note for note in view.notes if note.gone_at is None],
        )


def _found(view: ChainView) -> str:
    return sentences.alarm("chain_broken", view.found) if view.found else ""


def _in_words(since: date | None, until: date | None) -> str:
    if since and until:
        return _("vom %(first)s bis %(last)s", first=_spelled(since), last=_spelled(until))
    if since:
        return _("ab %(first)s", first=_spelled(since))
    return _("bis %(last)s", last=_spelled(until)) if until else _("alle Tage")


def _spelled(day: date) -> str:
    return sentences.spelled_day(day)


def _days() -> tuple[date | None, date | None]:
    """The days of the address; unreadable ones are left out, days in the wrong order are turned."""
    since, until = _day("von"), _day("bis")
    return (until, since) if since and until and since > until else (since, until)


def _day(name: str) -> date | None:
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


@screen.post("/pruefkette")
@needs("admin")
def note() -> Response | tuple[str, int]:
    """Keeps what somebody found who looked into a break."""
    text = request.form.get("befund", "")
    try:
        kept = note_break(request.form.get("bruch", ""), text, current_user.login, clock.now())
    except NoteRefused as refused:
        said = {
            "empty": _("Schreiben Sie, was Sie gefunden haben: Es steht dann neben der Änderung."),
            "long": _("Der Befund hat mehr als %(most)s Zeichen. Kürzen Sie ihn.", most=MOST),
        }
        return _chain_page(text, said[refused.code]), 422
    if kept:
        flash(_("Der Befund ist eingetragen. Die Kette bleibt zerrissen; gemeldet wird nur noch Neues."))
    else:
        flash(_("Das war schon eingetragen, oder es wurde inzwischen etwas anderes gefunden."), "info")
    return redirect(url_for("proof.chain"))


@screen.get("/pruefkette")
@needs("reader")
def chain() -> str:
    """How the chain is, and whether the end of it that stands on a sheet is still in it."""
    return _chain_page()


def _chain_page(finding: str = "", refused: str = "") -> str:
    view = show_chain()
    typed = {
        "number": request.args.get("eintrag", "").strip(),
        "hash": request.args.get("pruefwert", "").strip(),
    }
    printed = read_printed(typed["number"], typed["hash"])
    asked = any(typed.values())
    right = printed is not None and not compare_printed(printed)
    return render_template(
        "proof/chain.html",
        view=view,
        found=_found(view),
        mark=mark_of(view.found) if view.found else "",
        finding=finding,
        refused=refused,
        typed={name: value[:120] for name, value in typed.items()},
        wrong=_unreadable(typed) if asked and printed is None else {},
        answer=_answer(printed) if printed is not None else "",
        right=right,
    )


def _unreadable(typed: dict[str, str]) -> dict[str, str]:
    wrong = {}
    if read_printed(typed["number"], "0" * FEWEST_DIGITS) is None:
        wrong["number"] = _(
            "Das ist keine Nummer. Auf dem Blatt steht sie nach »Eintrag«, zum Beispiel 20.418."
        )
    if read_printed("1", typed["hash"]) is None:
        wrong["hash"] = _("Der Prüfwert besteht aus mindestens 8 Zeichen von 0 bis 9 und a bis f.")
    return wrong


def _answer(printed: Printed) -> str:
    number = proof_words.thousands(printed.number)
    code = compare_printed(printed)
    if not code:
        return _("Stimmt: Eintrag %(number)s steht noch so in der Kette.", number=number)
    if code == "chain_short":
        return _(
            "Stimmt nicht: So viele Einträge hat die Kette nicht. Prüfen Sie die Nummer; stimmt sie, wurde "
            "das Ende der Kette abgeschnitten."
        )
    return _(
        "Stimmt nicht: Bei Eintrag %(number)s steht in der Kette ein anderer Prüfwert. Haben Sie ihn "
        "richtig abgetippt, wurde das Protokoll seither neu geschrieben.",
        number=number,
    )
