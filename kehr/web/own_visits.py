"""Testtermin: an appointment for the firm's own number, made to see that the whole way works (B46)."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.run.own_visits import (
    OwnVisit,
    VisitRefused,
    create_visit,
    list_visits,
    may_test,
    usual_start,
)
from kehr.models import Message
from kehr.rules.terms.messages import State
from kehr.web import filters, sentences
from kehr.web.access import needs
from kehr.web.fragments import wants_fragment
from kehr.web.message_changes import MoveForm, Unfit, leaves_at, typed_moment

screen = Blueprint("own_visits", __name__)

ON_THE_WAY = frozenset({State.PLANNED, State.SENDING, State.ACCEPTED})
LEAVES = frozenset({State.PLANNED, State.SENDING})


@screen.route("/testtermin", methods=["GET"])
@needs("office")
def page() -> str:
    """Whom it would go to and when, and what became of the last ones."""
    return _page(_usual_form())


@screen.post("/testtermin")
@needs("office")
def create() -> Response | tuple[str, int]:
    """Makes one; the same once more finds that it is there."""
    form = MoveForm()
    by = str(current_user.login)
    try:
        visit = create_visit(typed_moment(form), by, clock.now())
    except Unfit as unfit:
        form[unfit.field].errors = [unfit.sentence]
        return _page(form), 422
    except VisitRefused as refused:
        if refused.reason.code == "visit_there" and refused.reason.args["by"] == by:
            flash(_("Diesen Testtermin haben Sie schon angelegt."), "info")
            return redirect(url_for("own_visits.page"))
        form.at.errors = [sentences.told(refused.reason.code, refused.reason.args)]
        return _page(form), 422
    leaves = all(one.state in LEAVES for one in visit.messages)
    flash(_said(visit), "success" if leaves else "warning")
    return redirect(url_for("own_visits.page"))


@screen.get("/testtermin/verlauf")
@needs("office")
def progress() -> str | Response:
    """What became of the last ones; asked again while something is on its way."""
    if not wants_fragment():
        return redirect(url_for("own_visits.page"))
    return render_template("own_visits/_list.html", **_list())


def _usual_form() -> MoveForm:
    start = usual_start(clock.now())
    if start is None:
        return MoveForm(formdata=None)
    local = start.astimezone(filters.office_zone())
    return MoveForm(formdata=None, data={"day": f"{local:%Y-%m-%d}", "at": f"{local:%H:%M}"})


def _page(form: MoveForm) -> str:
    addresses = may_test(filters.office())
    return render_template(
        "own_visits/page.html",
        form=form,
        addresses=[(sentences.channel_word(way), filters.phone(one)) for way, one in addresses.items()],
        opens=leaves_at(clock.now()),
        **_list(),
    )


def _list() -> dict[str, object]:
    visits = list_visits()
    moving = any(one.state in ON_THE_WAY and _fresh(one) for visit in visits for one in visit.messages)
    return {"visits": visits, "moving": moving}


def _fresh(message: Message) -> bool:
    """Whether something may still come of it soon: it is due, and was not sent long ago."""
    if message.state == State.PLANNED:
        return message.due_at <= clock.now()
    since: datetime = message.sent_at or message.claimed_at or message.due_at
    return (clock.now() - since).total_seconds() < 600


def _said(visit: OwnVisit) -> str:
    """That it is there, and when its messages leave or why they do not."""
    pieces = [_("Der Testtermin am %(when)s ist angelegt.", when=filters.when(visit.appointment.start))]
    for one in visit.messages:
        word = sentences.channel_word(one.channel)
        whom = {"way": word, "address": filters.phone(one.recipient)}
        if one.state not in LEAVES:
            pieces.append(_("Die %(way)s an %(address)s: %(why)s", why=sentences.why(one), **whom))
        elif one.due_at > clock.now():
            when = filters.when(one.due_at)
            pieces.append(_("Die %(way)s an %(address)s geht am %(when)s hinaus.", when=when, **whom))
        else:
            pieces.append(
                _("Die %(way)s an %(address)s geht jetzt hinaus, in längstens einer Minute.", **whom)
            )
    return " ".join(pieces)
