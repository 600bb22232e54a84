"""Posteingang: what people answered, by number, and what becomes of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.hear.list_replies import ALL, LONGEST_SEARCH, OPEN_ONES, PAGE, count_open, list_replies
from kehr.actions.hear.settle_replies import settle_replies
from kehr.actions.hear.show_conversation import ConversationView, show_conversation
from kehr.rules.gateways.replies import CALL_BACK, DONE, WAITING
from kehr.web.access import needs
from kehr.web.consent_words import look_of
from kehr.web.inbox_words import done_sentence, register, reply_look
from kehr.web.layout import count_in_menu
from kehr.web.pages import page_numbers

screen = Blueprint("inbox", __name__)
screen.record_once(lambda state: count_in_menu(state.app, "/posteingang", count_open))
screen.record_once(lambda state: register(state.app))

DEEDS = {"erledigt": DONE, "zurueckrufen": CALL_BACK, "offen": WAITING}


@screen.get("/posteingang")
@needs("reader")
def page() -> str:
    """The conversations, and of them the first."""
    return _page(None)


@screen.get("/posteingang/<int:reply_id>")
@needs("reader")
def one(reply_id: int) -> str:
    """The conversation to which a reply belongs, beside the others."""
    view = show_conversation(reply_id)
    if view is None:
        abort(404)
    return _page(view)


@screen.post("/posteingang")
@needs("office")
def several() -> Response:
    """Settles all conversations that were ticked."""
    ids = request.form.getlist("antwort", type=int)
    if not ids:
        flash(_("Haken Sie zuerst an, was erledigt ist."), "info")
        return redirect(_back())
    return _settle(ids, alone=False)


@screen.post("/posteingang/<int:reply_id>")
@needs("office")
def settle(reply_id: int) -> Response:
    """Settles one conversation up to this reply, or this reply alone."""
    if show_conversation(reply_id) is None:
        abort(404)
    return _settle([reply_id], alone=request.form.get("einzeln", "") == "1")


def _settle(ids: list[int], *, alone: bool) -> Response:
    deed = request.form.get("tun", "")
    if deed not in DEEDS:
        abort(400)
    changed = settle_replies(ids, DEEDS[deed], str(current_user.login), clock.now(), alone=alone)
    if not changed:
        flash(_("Das war schon erledigt. Es ist nichts zu tun."), "info")
    else:
        flash(_told(deed, changed), "success")
    stays = deed != "erledigt" and len(ids) == 1
    return redirect(url_for("inbox.one", reply_id=ids[0], **_kept()) if stays else _back())


def _told(deed: str, changed: int) -> str:
    if deed == "zurueckrufen":
        return _("Vorgemerkt zum Zurückrufen. Es bleibt offen, bis Sie es als erledigt vermerken.")
    if deed == "offen":
        return _("Wieder offen.")
    return ngettext("%(num)s Antwort ist erledigt.", "%(num)s Antworten sind erledigt.", changed)


def _back() -> str:
    return url_for("inbox.page", **_kept())


def _kept() -> dict[str, Any]:
    """What narrows the list, from the address or from a form that carries it along."""
    group, search = request.values.get("gruppe", ALL), request.values.get("suche", "").strip()
    return {
        "gruppe": group if group == OPEN_ONES else None,
        "suche": search[:LONGEST_SEARCH] or None,
    }


def _page(view: ConversationView | None) -> str:
    kept = _kept()
    inbox = list_replies(kept["gruppe"] or ALL, kept["suche"] or "", request.args.get("seite", 1, type=int))
    chosen = view is not None
    if view is None and inbox.conversations:
        view = show_conversation(inbox.conversations[0].last.id)
    return render_template(
        "inbox/page.html",
        inbox=inbox,
        view=view,
        chosen=chosen,
        kept=kept,
        group=kept["gruppe"] or ALL,
        search=kept["suche"] or "",
        pages=page_numbers("inbox.page", inbox.page, inbox.total, PAGE, **kept),
        look_of=look_of,
        reply_look=reply_look,
        done_sentence=done_sentence,
        longest=LONGEST_SEARCH,
    )
