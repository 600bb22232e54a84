"""SMS senden: opens with whatever list somebody was looking at, changes it, and shows what would be read."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.manual import change_manual_list as deeds
from kehr.actions.manual.manual_closed import ListClosed, NoList, last_send
from kehr.actions.manual.open_manual_list import Source, TooMany, open_again, open_manual_list
from kehr.actions.manual.show_manual_send import recent_by_hand
from kehr.actions.people.keep_sms_name import keep_sms_name
from kehr.models import ManualList, Property, db
from kehr.rules.plan.manual_list import MOST_OBJECTS
from kehr.rules.terms.search_text import LONGEST
from kehr.web.access import needs
from kehr.web.filters import office_zone
from kehr.web.fragments import wants_fragment
from kehr.web.manual_board import board, hits_of, preview
from kehr.web.manual_form import ManualForm, Typed, first_typed, read_typed, to_one_number
from kehr.web.manual_words import amount, moment, told_sentence
from kehr.web.sentences import spelled_day

screen = Blueprint("manual", __name__)

LOOK_BACK = timedelta(days=14)
"""So long what was sent by hand, or cancelled, stands below an empty list."""


@screen.get("/sms")
@needs("office")
def start() -> str:
    """From the menu: the object looked at last, else an empty list to add to (A34)."""
    house = db.session.get(Property, session.get("current_object") or 0)
    source = Source(properties=[house.id] if house is not None else ())
    title = _("Objekt %(number)s", number=house.number) if house is not None else ""
    return one(open_again(source, title, current_user.login, office_zone(), clock.now()))


@screen.post("/sms/oeffnen")
@needs("office")
def open() -> Response:
    """From an object or any list: loads everything that was listed (A33)."""
    form = request.form
    days = [day for typed in form.getlist("tag") if (day := _day(typed))]
    source = Source(
        properties=form.getlist("objekt", type=int),
        people=form.getlist("person", type=int),
        appointments=form.getlist("termin", type=int),
        days=days,
        search=form.get("suche", "").strip()[:LONGEST],
    )
    title = form.get("titel", "").strip() or _title(source)
    try:
        list_id = open_manual_list(source, title, current_user.login, office_zone(), clock.now())
    except TooMany as refused:
        flash(
            _(
                "Das wären %(count)s Objekte. Höchstens %(most)s gehen auf einmal. Engen Sie die Liste ein.",
                count=refused.count,
                most=MOST_OBJECTS,
            ),
            "error",
        )
        return redirect(request.referrer or url_for("manual.start"))
    return redirect(url_for("manual.one", list_id=list_id, an=form.get("an", "").strip()[:200] or None))


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None


def _title(source: Source) -> str:
    if len(source.days) == 1:
        return _("Tagesliste %(day)s", day=spelled_day(source.days[0]))
    if source.search:
        return _("Suche »%(text)s«", text=source.search)
    return _("Auswahl")


@screen.get("/sms/<list_id>")
@needs("office")
def one(list_id: str) -> str:
    """The window."""
    row = db.get_or_404(ManualList, list_id)
    if row.closed_at is not None:
        return closed_page(row)
    typed = first_typed(last_send(db.session(), list_id), row.branch_id)
    typed = to_one_number(typed, request.args.get("an", ""), [entry.id for entry in row.entries])
    values = {"text": typed.text, "subject": typed.subject}
    return page(list_id, typed, ManualForm(formdata=None, data=values))


def page(list_id: str, typed: Typed, form: ManualForm, **more: Any) -> str:
    """The whole window with what was typed."""
    shown = board(list_id, typed, clock.now())
    search = request.form.get("dazu", "").strip()[:LONGEST]
    return render_template(
        "manual/page.html",
        form=form,
        search=search,
        hits=hits_of(search),
        recent=recent_by_hand(clock.now() - LOOK_BACK) if not shown["view"].lines else (),
        moment=moment,
        told_sentence=told_sentence,
        **shown,
        **more,
    )


def closed_page(row: ManualList) -> str:
    """What stands there when a list was sent or cancelled."""
    return render_template(
        "manual/closed.html", row=row, send=last_send(db.session(), row.id), moment=moment, now=clock.now()
    )


@screen.post("/sms/<list_id>")
@needs("office")
def change(list_id: str) -> str | Response | tuple[str, int]:
    """Changes the list or how it is shown; what was typed stays."""
    row = db.get_or_404(ManualList, list_id)
    typed, form = read_typed(request.form, row.branch_id), ManualForm()
    try:
        _do(list_id, request.form.get("tun", ""))
    except ListClosed as closed:
        return gone(closed.row)
    if not wants_fragment():
        return page(list_id, typed, form)
    search = request.form.get("dazu", "").strip()[:LONGEST]
    shown = board(list_id, typed, clock.now())
    return render_template(
        "manual/_changed.html",
        form=form,
        search=search,
        hits=hits_of(search),
        told_sentence=told_sentence,
        **shown,
    )


def _do(list_id: str, wanted: str) -> None:
    """One deed of the list: its word, and what it is about after a colon."""
    deed, _colon, about = wanted.partition(":")
    number = int(about) if about.isascii() and about.isdigit() else 0
    if deed == "entfernen":
        deeds.remove_entry(list_id, number)
    elif deed == "leeren":
        deeds.clear_list(list_id)
    elif deed == "zurueckholen":
        deeds.bring_back(list_id)
    elif deed == "mitarbeiter":
        deeds.show_employees(list_id)
    elif deed == "kunden":
        deeds.show_customers(list_id)
    elif deed == "objekt":
        _add(list_id, number)
    elif deed == "sms-name":
        person, _dash, name = about.partition("-")
        if person.isascii() and person.isdigit():
            keep_sms_name(int(person), name, clock.now())


def _add(list_id: str, property_id: int) -> None:
    try:
        added = deeds.add_objects(list_id, [property_id])
    except TooMany:
        flash(_("Die Liste ist voll: Höchstens %(most)s gehen auf einmal.", most=MOST_OBJECTS), "error")
        return
    if not added:
        flash(_("Das Objekt steht schon in der Liste, oder dort wohnt niemand."), "info")
    else:
        flash(ngettext("%(num)s Eintrag kam dazu.", "%(num)s Einträge kamen dazu.", added))


@screen.post("/sms/<list_id>/vorschau")
@needs("office")
def reads(list_id: str) -> str:
    """What the selected line would read, while somebody types."""
    row = db.get_or_404(ManualList, list_id)
    shown = preview(list_id, read_typed(request.form, row.branch_id), clock.now())
    return render_template("manual/_previewed.html", told_sentence=told_sentence, **shown)


@screen.post("/sms/<list_id>/summe")
@needs("office")
def sums(list_id: str) -> str:
    """What `Alle` would come to, for a list short enough to be summed up while somebody types."""
    row = db.get_or_404(ManualList, list_id)
    typed = read_typed(request.form, row.branch_id)
    shown = board(list_id, typed, clock.now())
    return render_template(
        "manual/_sums.html", typed=typed, offer=shown["offer"], amount=amount, credit=shown["credit"]
    )


@screen.get("/sms/<list_id>/suche")
@needs("office")
def find(list_id: str) -> str | Response:
    """Objects to be added, while somebody types."""
    row = db.get_or_404(ManualList, list_id)
    if not wants_fragment():
        return redirect(url_for("manual.one", list_id=row.id))
    search = request.args.get("dazu", "").strip()[:LONGEST]
    return render_template("manual/_hits.html", hits=hits_of(search), search=search, view={"row": row})


@screen.post("/sms/<list_id>/abbruch")
@needs("office")
def cancel(list_id: str) -> Response:
    """Closes the window; nothing is sent, and that is noted (A49)."""
    try:
        deeds.cancel_list(list_id, clock.now())
    except NoList:
        abort(404)
    except ListClosed as closed:
        return gone(closed.row)
    flash(_("Abgebrochen. Es wurde nichts gesendet."), "info")
    return redirect(url_for("today.page"))


def gone(row: ManualList) -> Response:
    """Leads to what became of a closed list; a fragment makes the whole page go there."""
    send = last_send(db.session(), row.id) if row.closed_how == "sent" else None
    target = url_for("manual.one", list_id=row.id)
    if send is not None:
        words = {"when": moment(send.at, clock.now()), "who": send.by}
        flash(_("Schon gesendet: %(when)s von %(who)s. Es ging nichts doppelt hinaus.", **words), "info")
        target = url_for("manual_sends.progress", send_id=send.id)
    if wants_fragment():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = target
        return response
    return redirect(target)
