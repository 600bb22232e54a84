"""The window of one message: what exactly, why, and what can be done; a page of its own, too."""

from __future__ import annotations

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.decide import decide_message
from kehr.actions.decide.show_message import MessageView, show_message
from kehr.web import filters, sentences
from kehr.web.access import may, needs
from kehr.web.fragments import wants_fragment
from kehr.web.message_changes import Unfit
from kehr.web.message_deeds import DEEDS, Deed, question

screen = Blueprint("message", __name__)
sentences.register(screen)


@screen.get("/nachricht/<message_id>")
@needs("reader")
def page(message_id: str) -> str:
    """Everything about one message."""
    return _shown(_view(message_id))


@screen.get("/nachricht/<message_id>/<deed>")
@needs("office")
def ask(message_id: str, deed: str) -> str | Response:
    """The question before a deed: to whom, and how much."""
    view, chosen = _view(message_id), _deed(deed)
    if chosen.code not in view.deeds:
        return _too_late(view)
    return _asked(view, deed, chosen, chosen.form(view))


@screen.post("/nachricht/<message_id>/<deed>")
@needs("office")
def do(message_id: str, deed: str) -> str | Response | tuple[str, int]:
    """Does it once; a second click finds that it is done."""
    view, chosen = _view(message_id), _deed(deed)
    if chosen.code not in view.deeds:
        return _too_late(view)
    form = chosen.form(view)
    if not form.validate():
        return _asked(view, deed, chosen, form), 422
    try:
        said = chosen.act(view, form)
    except decide_message.NotNow:
        return _too_late(view)
    except Unfit as unfit:
        view = _view(message_id)
        return _asked(view, deed, chosen, form, unfit), 422
    flash(str(chosen.done) or str(said))
    return _after(message_id)


@screen.post("/nachricht/<message_id>/<deed>/vorschau")
@needs("office")
def reads(message_id: str, deed: str) -> str:
    """What is typed as it will be read."""
    view, chosen = _view(message_id), _deed(deed)
    if chosen.reads is None or chosen.code not in view.deeds:
        abort(404)
    return chosen.reads(view, chosen.form(view))


def _view(message_id: str) -> MessageView:
    view = show_message(message_id, clock.now())
    if view is None:
        abort(404)
    return view


def _deed(deed: str) -> Deed:
    if deed not in DEEDS:
        abort(404)
    return DEEDS[deed]


def _title(view: MessageView) -> str:
    return _(
        "%(kind)s an %(name)s",
        kind=sentences.kind_word(view.message.kind),
        name=view.message.recipient_name or filters.phone(view.message.recipient) or _("unbekannt"),
    )


def _shown(view: MessageView) -> str:
    offered = [(name, deed) for name, deed in DEEDS.items() if deed.code in view.deeds and may("office")]
    return render_template(
        "message/_window.html" if wants_fragment() else "message/page.html",
        view=view,
        title=_title(view),
        offered=offered,
    )


def _asked(view: MessageView, name: str, deed: Deed, form: FlaskForm, unfit: Unfit | None = None) -> str:
    if unfit is not None and unfit.field:
        form[unfit.field].errors = [unfit.sentence]
    return render_template(
        "message/_ask.html" if wants_fragment() else "message/ask.html",
        view=view,
        name=name,
        deed=deed,
        form=form,
        question=question(view, deed),
        refused=unfit.sentence if unfit is not None and not unfit.field else "",
        reads=deed.reads(view, form) if deed.reads is not None else "",
        title=str(deed.label),
    )


def _too_late(view: MessageView) -> str | Response:
    flash(_("Das ist inzwischen nicht mehr nötig oder schon geschehen."), "info")
    return _after(view.message.id)


def _after(message_id: str) -> str | Response:
    """The page as it is now; the list behind the window hears that something changed."""
    if not wants_fragment():
        return redirect(url_for("message.page", message_id=message_id))
    response = make_response(_shown(_view(message_id)))
    response.headers["HX-Trigger"] = "messages-changed"
    return response
