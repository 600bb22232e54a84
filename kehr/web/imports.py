"""Einlesen: a file of customers or appointments comes in, is read, shown, and only then taken over."""

from __future__ import annotations

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.imports.drop_alarms import dismiss_files, file_notices
from kehr.actions.imports.drop_folder import drop_folder
from kehr.actions.imports.import_files import ContentGone
from kehr.actions.imports.import_profiles import drop_profile, list_profiles
from kehr.actions.imports.import_runs import (
    WORKING,
    StepRefused,
    ask_apply,
    ask_cancel,
    ask_check,
    is_waiting,
    keep_upload,
    list_runs,
    taken_over_before,
)
from kehr.actions.imports.look_at_file import FileRefused
from kehr.actions.imports.show_import import columns_of, page_of_rows, rejected_csv
from kehr.actions.imports.take_dropped_files import waiting_files
from kehr.models import Calendar, ImportRun, db
from kehr.rules.forms.settings_reader import SettingsError
from kehr.sources.tables import UnreadableTable
from kehr.web import sentences
from kehr.web.access import needs
from kehr.web.fragments import wants_fragment
from kehr.web.import_folder import folder_words
from kehr.web.import_mapping import Mapping, read_mapping, start_mapping
from kehr.web.import_queue import begin_now
from kehr.web.import_words import KINDS, OUTCOMES, STATES, TITLES, WAYS

screen = Blueprint("imports", __name__)
screen.add_app_template_global(STATES, "import_states")
screen.add_app_template_global(KINDS, "import_kinds")
screen.add_app_template_global(OUTCOMES, "import_outcomes")
screen.add_app_template_global(WAYS, "import_ways")

SHOWN = 20
"""So many past imports are listed at once."""


@screen.get("/einlesen")
@needs("office")
def page() -> str:
    """Where files come in, and which came."""
    return _page()


@screen.post("/einlesen")
@needs("office")
def upload() -> Response | tuple[str, int]:
    """Keeps an uploaded file and goes on to its columns."""
    file = request.files.get("datei")
    if file is None or not file.filename:
        return _page(_("Wählen Sie zuerst eine Datei aus.")), 422
    try:
        run_id = keep_upload(file.read(), file.filename, current_user.login, clock.now())
    except FileRefused as refused:
        return _page(f"»{file.filename}«: {refused!s}"), 422
    return redirect(url_for("imports.one", run_id=run_id))


@screen.get("/einlesen/<int:run_id>")
@needs("office")
def one(run_id: int) -> Response | str:
    """One file: its columns, its progress or its result, whichever is its turn."""
    run = db.get_or_404(ImportRun, run_id)
    if run.state == "uploaded" or request.args.get("spalten"):
        kind, profile = request.args.get("art", run.kind), request.args.get("profil")
        return _mapping_page(run, start_mapping(run, kind if kind in KINDS else "", profile))
    if wants_fragment() and run.state in WORKING:
        return render_template("imports/_progress.html", run=run, waits=is_waiting(run))
    shown = _run_page(run, "imports/_one.html" if wants_fragment() else "imports/one.html")
    if not wants_fragment():
        return shown
    answer = make_response(shown)
    answer.headers.update({"HX-Retarget": "#lauf", "HX-Reswap": "outerHTML"})
    return answer


@screen.post("/einlesen/<int:run_id>/spalten")
@needs("office")
def columns(run_id: int) -> Response | str | tuple[str, int]:
    """Says what the columns mean and asks for the dry run."""
    run = db.get_or_404(ImportRun, run_id)
    mapping = read_mapping(run, request.form, clock.now())
    if request.form.get("schritt") == "neu":
        chosen = {"art": mapping.kind, "profil": mapping.profile or None, "spalten": 1}
        return redirect(url_for("imports.one", run_id=run_id, **chosen))
    if mapping.faults:
        return _mapping_page(run, mapping), 422
    try:
        ask_check(run_id, mapping.kind, mapping.columns, mapping.profile, mapping.calendar_id)
    except StepRefused as refused:
        flash(str(refused), "error")
    begin_now()
    return redirect(url_for("imports.one", run_id=run_id))


@screen.post("/einlesen/<int:run_id>/uebernehmen")
@needs("office")
def apply(run_id: int) -> Response:
    """Asks to take over what was shown; a second click finds it already asked."""
    run = db.get_or_404(ImportRun, run_id)
    try:
        ask_apply(run_id, current_user.login)
    except StepRefused as refused:
        db.session.refresh(run)
        if run.state not in ("applying", "done"):
            flash(str(refused), "error")
    begin_now()
    return redirect(url_for("imports.one", run_id=run_id))


@screen.post("/einlesen/<int:run_id>/abbrechen")
@needs("office")
def cancel(run_id: int) -> Response:
    """Stops a run; what has been taken over stays."""
    db.get_or_404(ImportRun, run_id)
    try:
        ask_cancel(run_id)
    except StepRefused as refused:
        flash(str(refused), "error")
    return redirect(url_for("imports.one", run_id=run_id))


@screen.get("/einlesen/<int:run_id>/abgelehnt.csv")
@needs("office")
def rejected(run_id: int) -> Response:
    """The rejected rows as a list for Excel."""
    run = db.get_or_404(ImportRun, run_id)
    answer = Response(rejected_csv(run).encode("utf-8-sig"), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="abgelehnt-{run_id}.csv"'
    return answer


@screen.post("/einlesen/profile/<int:profile_id>/loeschen")
@needs("office")
def forget_profile(profile_id: int) -> Response:
    """Forgets a profile."""
    try:
        name = drop_profile(profile_id)
    except SettingsError as refused:
        flash(refused.sentence, "error")
    else:
        if name is None:
            abort(404)
        flash(_("Das Profil »%(name)s« ist gelöscht. Eingelesenes bleibt.", name=name), "success")
    return redirect(url_for("imports.page"))


@screen.post("/einlesen/gesehen")
@needs("office")
def seen() -> Response:
    """The notices about refused files and rows have been read."""
    dismiss_files(clock.now())
    return redirect(url_for("imports.page"))


def _page(fault: str = "") -> str:
    before = request.args.get("vor", type=int)
    runs = list_runs(SHOWN + 1, before)
    older = runs[SHOWN - 1].id if len(runs) > SHOWN else None
    row = drop_folder()
    notices = [(alarm, sentences.alarm(alarm.code, alarm.args)) for alarm in file_notices()]
    return render_template(
        "imports/page.html",
        runs=runs[:SHOWN],
        older=older,
        before=before,
        fault=fault,
        profiles=list_profiles(),
        folder=row,
        folder_words=folder_words(row),
        unfinished=waiting_files(),
        notices=notices,
    )


def _mapping_page(run: ImportRun, mapping: Mapping) -> str:
    try:
        file_columns = columns_of(run)
    except (ContentGone, UnreadableTable):
        file_columns = []
        mapping.faults.setdefault(
            "file", _("Die Datei liegt nicht mehr hier. Laden Sie sie noch einmal hoch.")
        )
    return render_template(
        "imports/mapping.html",
        run=run,
        mapping=mapping,
        file_columns=file_columns,
        profiles=list_profiles(),
        title=TITLES["uploaded"],
    )


def _run_page(run: ImportRun, template: str) -> str:
    outcome = request.args.get("zeilen", "")
    shown = page_of_rows(
        run.id, outcome if outcome in OUTCOMES else "", request.args.get("seite", 1, type=int)
    )
    return render_template(
        template,
        run=run,
        title=TITLES[run.state],
        waits=is_waiting(run),
        shown=shown,
        outcome=outcome if outcome in OUTCOMES else "",
        calendar=db.session.get(Calendar, run.calendar_id) if run.calendar_id is not None else None,
        already=taken_over_before(run) if run.state == "checked" else None,
        pages=_neighbours(shown.page, shown.pages),
    )


def _neighbours(page: int, pages: int) -> list[int]:
    """The first, the last and the pages around this one."""
    return sorted({1, pages, *range(max(1, page - 2), min(pages, page + 2) + 1)})
