"""The consent form on paper: one A4 sheet a person, with a QR code by which its scan files itself."""

from __future__ import annotations

import segno
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from kehr.actions.people.consent_sheets import MOST_OBJECTS, consent_sheets
from kehr.rules.visits.consent_form import WORDING, wording_text
from kehr.web.access import needs
from kehr.web.filters import office


@needs("reader")
def form(property_id: int) -> str:
    """The forms of one object, for each of its people; `?person=` for one of them."""
    return _printed([property_id], request.args.get("person", type=int))


@needs("reader")
def forms() -> str | Response:
    """The forms of several objects, `?objekt=1&objekt=2`."""
    wanted = request.args.getlist("objekt", type=int)
    if not wanted:
        flash(_("Wählen Sie zuerst die Objekte aus, deren Formulare Sie drucken wollen."), "info")
        return redirect(url_for("consent.tray"))
    return _printed(wanted, None)


def _printed(property_ids: list[int], person_id: int | None) -> str:
    sheets = consent_sheets(property_ids, person_id)
    if not sheets:
        abort(404)
    company = office()
    # Customers sign it, so it is German whatever language the person at the desk reads.
    with force_locale("de"):
        return render_template(
            "consent/print.html",
            sheets=sheets,
            codes=[qr_code(sheet.mark) for sheet in sheets],
            wording=wording_text(WORDING, company.name if company and company.name else _("die Firma")),
            version=WORDING,
            left_out=max(len(set(property_ids)) - MOST_OBJECTS, 0),
        )


def qr_code(text: str) -> Markup:
    """An SVG without any style: what a strict policy lets through, and what prints sharp at any size."""
    code = segno.make_qr(text, error="q")
    drawn = code.svg_inline(border=4, omitsize=True, svgclass="qr", lineclass=None)
    return Markup(drawn)  # noqa: S704 - drawn by us from modules; the text itself is not in it
