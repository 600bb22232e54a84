"""Scanned consent forms: upload, the tray of those that wait, and the page on which one is entered."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.people.file_scan import AGREED, EMPTY, WITHDRAWN, choose_object, enter_ticks, put_away
from kehr.actions.people.keep_scan import FOLDER, PICTURE, Kept, Upload, keep_scan, picture_name
from kehr.actions.people.list_scans import ScanView, find_scan, list_scans
from kehr.actions.people.search_objects import search_objects
from kehr.actions.people.tick_address import ConsentRefused
from kehr.rules.terms.office_days import office_day
from kehr.rules.visits.consent_form import WITHOUT_QUESTIONS, WrongDay, read_day, wording_text
from kehr.sources.scans import MOST_BYTES, SECONDS
from kehr.web import consent_words
from kehr.web.access import needs
from kehr.web.filters import office, office_zone

MOST_FILES = 20
UPLOAD_SECONDS = 90.0
"""For all files of one upload together."""
MOST_HITS = 8
MEDIA = {"image/jpeg": ".jpg", "image/png": ".png", "image/tiff": ".tif", "application/pdf": ".pdf"}
_MEGABYTE = 1024 * 1024
NO_SCRIPTS = "default-src 'none'; sandbox"


@needs("reader")
def tray() -> str:
    """Which forms wait for their ticks or for an object, and where new ones go in."""
    return _tray([])


@needs("office")
def upload() -> Response | tuple[str, int]:
    """Takes scanned files; each is kept or refused on its own."""
    files = [file for file in request.files.getlist("datei") if file.filename]
    if not files:
        return _tray([consent_words.upload_sentence("nothing")]), 422
    if len(files) > MOST_FILES:
        args = {"count": len(files), "limit": MOST_FILES}
        return _tray([consent_words.upload_sentence("too_many", args)]), 422
    kept = _kept(files)
    for one in kept:
        if one.refused is None:
            flash(_kept_sentence(one), "info" if one.in_tray else "success")
    refused = [_refusal(one) for one in kept if one.refused is not None]
    if refused:
        return _tray(refused), 422
    filed = [scan_id for one in kept for scan_id in one.filed]
    if len(filed) == 1 and not any(one.in_tray for one in kept):
        return redirect(url_for("consent.scan", scan_id=filed[0]))
    return redirect(url_for("consent.tray"))


def _kept(files: list[FileStorage]) -> list[Kept]:
    folder: Path = current_app.config["KEHR"].data
    ends = time.monotonic() + UPLOAD_SECONDS
    kept = []
    for file in files:
        seconds = max(min(SECONDS, ends - time.monotonic()), 1.0)
        taken = Upload(_plain_name(file.filename or ""), file.stream.read(MOST_BYTES + 1))
        kept.append(keep_scan(taken, str(current_user.login), clock.now(), folder, seconds))
    return kept


def _plain_name(name: str) -> str:
    """A file's own name, without folders and unprintable signs."""
    own = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in own if sign.isprintable())[-200:] or _("ohne Namen")


def _refusal(one: Kept) -> str:
    refused = one.refused
    sentence = consent_words.upload_sentence(refused.code, refused.args_of_code) if refused else ""
    return f"{one.name}: {sentence}"


def _kept_sentence(one: Kept) -> str:
    parts = []
    if one.filed:
        parts.append(ngettext("%(num)s Formular zugeordnet", "%(num)s Formulare zugeordnet", len(one.filed)))
    if one.in_tray:
        parts.append(
            ngettext(
                "%(num)s Blatt wartet auf sein Objekt",
                "%(num)s Blätter warten auf ihr Objekt",
                len(one.in_tray),
            )
        )
    if one.repeated:
        parts.append(ngettext("%(num)s Blatt war schon da", "%(num)s Blätter waren schon da", one.repeated))
    if one.blank:
        parts.append(ngettext("%(num)s leere Seite übergangen", "%(num)s leere Seiten übergangen", one.blank))
    return f"{one.name}: {', '.join(parts)}."


def _tray(wrong: list[str]) -> str:
    return render_template(
        "consent/tray.html",
        scans=list_scans(),
        wrong=wrong,
        limits={
            "files": MOST_FILES,
            "megabytes": MOST_BYTES // _MEGABYTE,
            "total": current_app.config["MAX_CONTENT_LENGTH"] // _MEGABYTE,
        },
    )


@needs("reader")
def scan(scan_id: int) -> str:
    """The form beside the addresses of its object, or the search for the object."""
    return _shown(_view(scan_id), {}, {})


@needs("office")
def enter(scan_id: int) -> Response | tuple[str, int]:
    """Writes the ticks that stand on the form; the next form follows at once."""
    view, typed = _view(scan_id), request.form.to_dict()
    now, zone = clock.now(), office_zone()
    try:
        day = read_day(typed.get("given_on", ""), office_day(now, zone))
        note = typed.get("note", "").strip()
        written = enter_ticks(
            scan_id,
            _choices(typed),
            day,
            note,
            str(current_user.login),
            now,
            zone,
            asked=_choices(typed, "frage-"),
            seen=_choices(typed, "nummer-"),
        )
    except WrongDay as wrong:
        return _shown(view, {"given_on": consent_words.refused(wrong.trouble)}, typed), 422
    except ConsentRefused as no:
        if no.code == "already_done":
            return _too_late(scan_id)
        if no.code == "number_changed":
            typed = {
                name: value for name, value in typed.items() if not name.endswith(f"-{no.args_of_code['id']}")
            }
        return _shown(view, {no.field: consent_words.refused(no.code, no.args_of_code)}, typed), 422
    number = view.house.number if view.house else ""
    flash(
        ngettext(
            "Objekt %(number)s: %(num)s Eintrag geschrieben.",
            "Objekt %(number)s: %(num)s Einträge geschrieben.",
            written,
            number=number,
        ),
        "success",
    )
    return _to_next()


def _choices(typed: dict[str, str], begins: str = "wahl-") -> dict[int, str]:
    """The radio buttons by address id; what is no id counts as an unknown choice."""
    found = {}
    for name, value in typed.items():
        if name.startswith(begins):
            number = name.removeprefix(begins)
            found[int(number) if number.isdecimal() and len(number) < 10 else 0] = value
    return found


def _to_next() -> Response:
    """To the next form that waits for its ticks, so that a pile is worked through in one go."""
    filed = list_scans().filed
    if filed:
        return redirect(url_for("consent.scan", scan_id=filed[0].scan.id))
    return redirect(url_for("consent.tray"))


@needs("office")
def choose(scan_id: int) -> Response | tuple[str, int]:
    """Files a form to the object that a person has found."""
    view = _view(scan_id)
    try:
        choose_object(scan_id, request.form.get("objekt", 0, type=int))
    except ConsentRefused as no:
        if no.code == "already_done":
            return _too_late(scan_id)
        return _shown(view, {"suche": consent_words.refused(no.code)}, {}), 422
    return redirect(url_for("consent.scan", scan_id=scan_id))


@needs("office")
def away(scan_id: int) -> Response | tuple[str, int]:
    """Puts a form away that holds no ticks."""
    view, note = _view(scan_id), request.form.get("ablage_vermerk", "").strip()
    try:
        put_away(scan_id, note, str(current_user.login), clock.now())
    except ConsentRefused as no:
        if no.code == "already_done":
            return _too_late(scan_id)
        return _shown(view, {no.field: consent_words.refused(no.code)}, request.form.to_dict()), 422
    flash(_("%(name)s ist ohne Häkchen abgelegt.", name=view.scan.file_name), "success")
    return _to_next()


def _too_late(scan_id: int) -> Response:
    flash(consent_words.refused("already_done"), "info")
    return redirect(url_for("consent.scan", scan_id=scan_id))


def _view(scan_id: int) -> ScanView:
    view = find_scan(scan_id)
    if view is None:
        abort(404)
    return view


def _shown(view: ScanView, wrong: dict[str, str], typed: dict[str, Any]) -> str:
    company = office()
    search = request.args.get("suche", "").strip()[:200]
    return render_template(
        "consent/scan.html",
        view=view,
        wrong=wrong,
        typed=typed,
        choices=((AGREED, _("zugestimmt")), (EMPTY, _("leer")), (WITHDRAWN, _("nicht"))),
        empty=EMPTY,
        with_questions=view.scan.wording not in WITHOUT_QUESTIONS,
        wording=wording_text(view.scan.wording, company.name if company else ""),
        search=search,
        hits=search_objects(search, MOST_HITS) if search else [],
    )


@needs("reader")
def picture(scan_id: int) -> Response:
    """The form as a picture, drawn by ourselves from what came."""
    row = _view(scan_id).scan
    kept = _file(picture_name(row.sha256))
    if not kept.exists() and row.media_type == PICTURE:
        kept = _file(row.sha256)
    return _served(kept, PICTURE, f"formular-{row.id}.jpg", "inline")


@needs("reader")
def original(scan_id: int) -> Response:
    """The file as it came, only ever as a download."""
    row = _view(scan_id).scan
    media_type = row.media_type if row.media_type in MEDIA else "application/octet-stream"
    name = f"formular-{row.id}{MEDIA.get(row.media_type, '')}"
    return _served(_file(row.sha256), media_type, name, "attachment")


def _file(name: str) -> Path:
    folder: Path = current_app.config["KEHR"].data / FOLDER
    return folder / name


def _served(path: Path, media_type: str, name: str, disposition: str) -> Response:
    """A file with a type of ours; the browser may neither guess another nor run anything in it."""
    if not path.is_file():
        abort(404)
    response: Response = current_app.response_class(path.read_bytes(), mimetype=media_type)
    response.headers.set("Content-Disposition", disposition, filename=name)
    response.headers["Content-Security-Policy"] = NO_SCRIPTS
    return response
