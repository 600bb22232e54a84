"""Asks before a send by hand, sends it once, and shows how it is getting on."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.facts.office_facts import load_office
from kehr.actions.manual.manual_closed import ListClosed, open_list
from kehr.actions.manual.offer_manual import Offer, offer_manual, view_for
from kehr.actions.manual.send_manual import AskAgain, Sent, send_manual
from kehr.actions.manual.show_manual_list import ListView
from kehr.actions.manual.show_manual_send import SendView, show_manual_send
from kehr.actions.manual.stop_manual import resend_rest, stop_manual
from kehr.actions.money.foresee_meters import Wanted, what_holds_up_send, what_is_short
from kehr.models import ManualList, ManualSend, db
from kehr.rules.plan.manual_list import Wish
from kehr.rules.terms.messages import Channel, State
from kehr.web import manual_words as words
from kehr.web import sentences
from kehr.web.access import needs
from kehr.web.fragments import wants_fragment
from kehr.web.manual import gone, page
from kehr.web.manual_board import board
from kehr.web.manual_form import ManualForm, Typed, check, read_typed
from kehr.web.manual_hints import remarks_of
from kehr.web.settings_form import refuse_field

screen = Blueprint("manual_sends", __name__)

ALL, ONE = "alle", "eine"
MOST_PARTS = 10
"""So many SMS at most for one recipient."""


@screen.post("/sms/<list_id>/senden")
@needs("office")
def send(list_id: str) -> Response | str | tuple[str, int]:
    """Asks with recipients, segments and cost; `ja` carries what was asked and sends it (A47, A48, A50)."""
    row = db.get_or_404(ManualList, list_id)
    typed, form = read_typed(request.form, row.branch_id), ManualForm()
    what, stamp = _wanted()
    if what not in (ALL, ONE) or (what == ONE and typed.selected is None):
        abort(400)
    wish = typed.wish(only=typed.selected if what == ONE else None)
    try:
        open_list(db.session(), list_id)
        offer = _checked(list_id, wish, typed, form)
        if offer is None:
            return _refused(list_id, typed, form)
        if not stamp:
            return _asked(list_id, typed, offer, what)
        sent = send_manual(list_id, wish, stamp, current_user.login, clock.now())
    except ListClosed as closed:
        return gone(closed.row)
    except AskAgain as again:
        return _asked(list_id, typed, again.offer, what, changed=True)
    return _after(list_id, sent, what, _without_room(sent.offer, typed))


def _wanted() -> tuple[str, str]:
    """Whom it is for, and what somebody said yes to: `alle` or `alle:<stamp>`."""
    what, _colon, stamp = (request.form.get("ja") or request.form.get("was", "")).partition(":")
    return what, stamp


def _checked(list_id: str, wish: Wish, typed: Typed, form: ManualForm) -> Offer | None:
    """What would leave; None when something is wrong, with a sentence at its field."""
    view = view_for(list_id, wish)
    if view is None:
        abort(404)
    fine = check(form, typed)
    if not fine:
        return None
    blocked = words.refused_blocks(wish.text, words.blocks_of(view.lines), view.lines)
    if blocked:
        refuse_field(form, "text", blocked)
        return None
    offer = offer_manual(view, wish, clock.now())
    sentence = _nobody(offer, view, wish)
    if sentence:
        refuse_field(form, "text", sentence)
        return None
    return offer


def _nobody(offer: Offer, view: ListView, wish: Wish) -> str:
    """Why there is nothing to send; empty when there is."""
    if not view.lines and wish.only is not None:
        return _("Diese Person steht nicht mehr in der Liste. Wählen Sie eine andere.")
    if not view.lines:
        return _("Die Liste ist leer. Nehmen Sie zuerst jemanden auf.")
    if offer.no_gateway:
        return _("Dafür ist kein Gateway eingestellt. Tragen Sie unter Gateways eines ein.")
    if not offer.items and not offer.told:
        if wish.only is not None:
            return _("Diese Person darf so nicht angeschrieben werden. Der Grund steht bei ihrer Nummer.")
        return _("Niemand in der Liste bekommt die Nachricht. Haken Sie jemanden an.")
    if not offer.leaving:
        return " ".join(words.remarks(offer))
    most = max(item.composed.parts for item in offer.leaving)
    if most > MOST_PARTS:
        return _(
            "Das wären bis zu %(parts)s SMS für einen Empfänger, höchstens %(most)s sind möglich. "
            "Kürzen Sie den Text.",
            parts=most,
            most=MOST_PARTS,
        )
    return ""


def _asked(
    list_id: str, typed: Typed, offer: Offer, what: str, *, changed: bool = False
) -> str | Response | tuple[str, int]:
    values: dict[str, Any] = {
        "list_id": list_id,
        "typed": typed,
        "offer": offer,
        "yes": f"{what}:{offer.stamp}",
        "question": words.question(offer, typed.channel),
        "yes_word": words.yes_word(offer),
        "remarks": words.remarks(offer) + _warned(offer, typed) + _without_room(offer, typed),
        "changed": changed,
        "form": request.form,
    }
    if wants_fragment():
        return render_template("manual/_ask.html", **values)
    return render_template("manual/ask.html", **values), 409 if changed else 200


def _warned(offer: Offer, typed: Typed) -> list[str]:
    """What the text says that it should not; a person's yes follows after reading it."""
    deaf = any(item.branch.deaf is not None for item in offer.leaving)
    return remarks_of(typed.wish(), deaf=deaf)


def _without_room(offer: Offer, typed: Typed) -> list[str]:
    """Which quota or counter will keep a part of it waiting, and what helps (A24, A52)."""
    if typed.channel != Channel.SMS:
        return []
    wanted = [Wanted(item.branch, item.address, item.composed.parts) for item in offer.leaving]
    short = what_is_short(db.session(), wanted, load_office(addresses=()), offer.due)
    return [sentences.told(reason.code, reason.args) for reason in short]


def _refused(list_id: str, typed: Typed, form: ManualForm) -> Response | tuple[str, int]:
    """The window with what is wrong at its field; nothing was sent, and everything typed is still there."""
    if not wants_fragment():
        return page(list_id, typed, form), 422
    shown = board(list_id, typed, clock.now())
    html = render_template(
        "manual/_refused.html", form=form, search="", hits=(), told_sentence=words.told_sentence, **shown
    )
    response = make_response(html, 422)
    response.headers["HX-Retarget"] = "#eingabe"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def _after(list_id: str, sent: Sent, what: str, waits: list[str]) -> Response:
    """Where one goes on, and what became of it; `waits` says for what there is no room."""
    if sent.send_id is None:
        flash(" ".join(words.remarks(sent.offer)), "info")
        return redirect(url_for("manual.one", list_id=list_id))
    if what == ONE:
        name = sent.offer.items[0].line.name
        if waits:
            flash(_("Wartet: %(why)s", why=" ".join(waits)), "warning")
        elif sent.offer.is_later:
            flash(_("Geht am %(when)s an %(name)s hinaus.", name=name, when=words.when(sent.offer.due)))
        else:
            flash(_("Abgeschickt an %(name)s.", name=name))
        return redirect(url_for("manual.one", list_id=list_id))
    return redirect(url_for("manual_sends.progress", send_id=sent.send_id))


@screen.get("/sms/sendung/<int:send_id>")
@needs("office")
def progress(send_id: int) -> str:
    """How a send is getting on; afterwards who did not get it, and why."""
    view = show_manual_send(send_id)
    if view is None:
        abort(404)
    template = "manual/_progress.html" if wants_fragment() else "manual/progress.html"
    now = clock.now()
    short = what_holds_up_send(send_id, now) if view.waiting else []
    return render_template(template, view=view, now=now, bar=_bar(view), moment=words.moment, short=short)


def _bar(view: SendView) -> list[tuple[str, float, float]]:
    """The bar's pieces: tone, where each begins and how wide it is, in hundredths."""
    pieces, begin = [], 0.0
    for state, trial, number in view.counts:
        width = 100 * number / view.total
        if state not in (State.PLANNED, State.SENDING):
            pieces.append(("trial" if trial else str(state), round(begin, 2), round(width, 2)))
            begin += width
    return pieces


@screen.post("/sms/sendung/<int:send_id>/anhalten")
@needs("office")
def stop(send_id: int) -> Response:
    """Withdraws what has not left."""
    db.get_or_404(ManualSend, send_id)
    stopped = stop_manual(send_id, current_user.login, clock.now())
    if stopped:
        flash(
            ngettext(
                "Angehalten. %(num)s Nachricht geht nicht mehr hinaus.",
                "Angehalten. %(num)s Nachrichten gehen nicht mehr hinaus.",
                stopped,
            )
        )
    else:
        flash(_("Es war nichts mehr anzuhalten: Alles ist schon unterwegs."), "info")
    return redirect(url_for("manual_sends.progress", send_id=send_id))


@screen.post("/sms/sendung/<int:send_id>/rest")
@needs("office")
def rest(send_id: int) -> Response:
    """Sends the rest again to whoever did not get it."""
    db.get_or_404(ManualSend, send_id)
    planned = resend_rest(send_id, current_user.login, clock.now())
    if planned:
        flash(
            ngettext(
                "%(num)s Nachricht geht nochmals hinaus.",
                "%(num)s Nachrichten gehen nochmals hinaus.",
                planned,
            )
        )
    else:
        flash(_("Davon kann nichts mehr hinausgehen: schon gesendet, oder der Termin ist vorbei."), "info")
    return redirect(url_for("manual_sends.progress", send_id=send_id))
