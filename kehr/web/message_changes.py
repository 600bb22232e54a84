"""What a person may change about one message that has not left: forms, and what is said when it cannot be."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from kehr import clock
from kehr.actions.decide import change_message
from kehr.actions.decide.change_message import NotThen, TextRefused, Tried
from kehr.actions.decide.show_message import MessageView
from kehr.actions.facts.office_facts import office_of
from kehr.models import Message
from kehr.rules.plan.own_time import Refusal
from kehr.rules.terms.timing import is_open, next_open
from kehr.web import filters, sentences
from kehr.web.draft_words import complaint_hints


class Unfit(ValueError):
    """What was typed cannot be done; `sentence` stands at `field`."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


class MoveForm(FlaskForm):  # type: ignore[misc]
    """When one message is to leave."""

    day = StringField(lazy_gettext("Tag"), render_kw={"type": "date"})
    at = StringField(lazy_gettext("Uhrzeit"), render_kw={"type": "time"})


class TextForm(FlaskForm):  # type: ignore[misc]
    """The text of one message."""

    subject = StringField(
        lazy_gettext("Betreff"),
        validators=[Length(max=300, message=lazy_gettext("Höchstens 300 Zeichen. Kürzen Sie den Betreff."))],
    )
    text = TextAreaField(
        lazy_gettext("Text"),
        description=lazy_gettext(
            "Gilt nur für diese eine Nachricht. Platzhalter wie #Datum werden wie immer gefüllt."
        ),
        validators=[Length(max=2000, message=lazy_gettext("Höchstens 2000 Zeichen. Kürzen Sie den Text."))],
        render_kw={"rows": 6},
    )


def move_form(view: MessageView) -> MoveForm:
    """The form with the time at which the message leaves now."""
    due = view.message.due_at.astimezone(filters.office_zone())
    return MoveForm(data={"day": f"{due:%Y-%m-%d}", "at": f"{due:%H:%M}"})


def text_form(view: MessageView) -> TextForm:
    """The form with the text that the message has now; an SMS has no subject."""
    text, subject = change_message.usual_text(view.message)
    form = TextForm(
        data={"text": view.message.own_text or text, "subject": view.message.own_subject or subject}
    )
    if view.message.channel != "email":
        del form.subject
    return form


def move(view: MessageView, form: MoveForm) -> str:
    """Lets it leave at the typed time."""
    due = typed_moment(form)
    try:
        change_message.move_message(view.message.id, due, _by(), clock.now())
    except NotThen as refused:
        raise Unfit("at", _why_not(refused.refusal, view.message)) from None
    return _("Die Nachricht geht nun am %(when)s hinaus.", when=filters.when(due))


def send_now(view: MessageView, form: FlaskForm) -> str:
    """Lets it leave at once, or when the window opens."""
    now = clock.now()
    try:
        due = change_message.send_now(view.message.id, _by(), now)
    except NotThen as refused:
        raise Unfit("", _why_not(refused.refusal, view.message)) from None
    if due > now:
        return _("Die Nachricht geht am %(when)s hinaus.", when=filters.when(due))
    return _("Die Nachricht geht jetzt hinaus, in längstens einer Minute.")


def write_text(view: MessageView, form: TextForm) -> str:
    """Keeps the typed text for this one message."""
    subject = form.subject.data or "" if "subject" in form else ""
    try:
        change_message.write_own_text(view.message.id, form.text.data or "", subject, _by(), clock.now())
    except TextRefused as refused:
        raise Unfit("text", _why_no_text(refused.tried)) from None
    return _("Der Text dieser Nachricht ist geändert.")


def text_reads(view: MessageView, form: TextForm) -> str:
    """The typed text as the recipient would read it, its length, and what is wrong with it."""
    subject = form.subject.data or "" if "subject" in form else ""
    tried = change_message.try_text(view.message, form.text.data or "", subject, clock.now())
    hints = [*complaint_hints(tried.complaints)]
    gaps = ", ".join(f"#{name}" for name in tried.composed.missing if name != "Text")
    known = {one.placeholder for one in tried.complaints}
    if gaps and not set(gaps.split(", ")) <= known:
        hints_missing = sentences.told("placeholder_missing", {"placeholders": gaps})
    else:
        hints_missing = ""
    return render_template("message/_reads.html", tried=tried, hints=hints, gaps=hints_missing)


def leaves_at(now: datetime) -> datetime | None:
    """When something that is sent now leaves; None when that is at once."""
    company = filters.office()
    if company is None:
        return None
    office = office_of(company)
    open_now = is_open(office.window, now, office.zone)
    return None if open_now else next_open(office.window, now, office.zone)


def _by() -> str:
    return str(current_user.login)


def typed_moment(form: MoveForm) -> datetime:
    """The typed day and time in the office's zone. Raises Unfit."""
    try:
        day = date.fromisoformat((form.day.data or "").strip())
    except ValueError:
        raise Unfit("day", _("Wählen Sie einen Tag aus, zum Beispiel 2026-03-12.")) from None
    try:
        at = time.fromisoformat((form.at.data or "").strip())
    except ValueError:
        raise Unfit("at", _("Schreiben Sie die Uhrzeit als 17:00.")) from None
    if not 2000 <= day.year < 2100 or at.tzinfo is not None:
        raise Unfit("day", _("Wählen Sie einen Tag aus, zum Beispiel 2026-03-12."))
    return datetime.combine(day, at.replace(second=0, microsecond=0), filters.office_zone())


def _why_not(refusal: Refusal, message: Message) -> str:
    words: dict[str, Any] = {
        "latest": filters.when(message.too_late_at),
        "offered": filters.when(refusal.offered),
    }
    said = {
        "moved_to_past": _("Dieser Zeitpunkt ist schon vorbei."),
        "moved_outside_window": _("Zu dieser Zeit wird nichts gesendet."),
        "moved_too_late": _("Das ist zu spät: Die Nachricht muss vor %(latest)s hinaus.", **words),
        "moved_before_visit": _("Gefragt wird erst nach dem Besuch."),
    }[refusal.code]
    if refusal.offered is None:
        return said + " " + _("Verständigen Sie auf anderem Weg.")
    return said + " " + _("Möglich ist es am %(offered)s.", **words)


def _why_no_text(tried: Tried) -> str:
    if "Text" in tried.composed.missing:
        return _("Schreiben Sie den Text, den die Nachricht haben soll.")
    wrong = [hint.sentence for hint in complaint_hints(tried.complaints) if hint.tone == "red"]
    if wrong:
        return " ".join(wrong)
    gaps = ", ".join(f"#{name}" for name in tried.composed.missing)
    return sentences.told("placeholder_missing", {"placeholders": gaps})
