"""What stands in the form of the manual window: read as far as it goes, and checked before it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import StringField, TextAreaField

from kehr.models import Branch, ManualSend, db
from kehr.rules.plan.manual_list import Choice, Wish, mark_of
from kehr.rules.plan.manual_send import (
    LONGEST_MAIL,
    LONGEST_REASON,
    LONGEST_SUBJECT,
    LONGEST_TEXT,
    SHORTEST_REASON,
)
from kehr.rules.terms.messages import Channel
from kehr.rules.texts.text import check_template
from kehr.web.settings_form import refuse_field


class ManualForm(FlaskForm):  # type: ignore[misc]
    """The fields that somebody types into; lists and ticks are read from the form itself."""

    text = TextAreaField(lazy_gettext("Text"))
    subject = StringField(
        lazy_gettext("Betreff der E-Mail"), description=lazy_gettext("Leer: der übliche Betreff.")
    )
    reason = StringField(
        lazy_gettext("Grund, auch ohne Einwilligung zu schreiben"),
        description=lazy_gettext("Steht im Protokoll. Wer widerrufen hat, bekommt trotzdem nichts."),
    )


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it was sent; `singly` tells that ticks of single numbers were shown."""

    channel: Channel = Channel.SMS
    choice: Choice = Choice.ALL
    unticked: bool = False
    singly: bool = False
    selected: int | None = None
    left_out: frozenset[int] = frozenset()
    ticks: frozenset[str] = frozenset()
    branch_id: int | None = None
    text: str = ""
    subject: str = ""
    reason: str = ""

    def wish(self, only: int | None = None) -> Wish:
        """What would be sent; `only` is the one line of `Senden`."""
        return Wish(
            channel=self.channel,
            text=self.text,
            subject=self.subject if self.channel == Channel.EMAIL else "",
            choice=self.choice,
            ticks=self.ticks if self.singly else None,
            left_out=self.left_out,
            only=only,
            without_consent=self.reason if self.unticked else "",
            branch_id=self.branch_id,
        )


def first_typed(last: ManualSend | None, branch_id: int | None) -> Typed:
    """The form at opening: the switch is off; what was sent from this list last stands there again."""
    if last is None:
        return Typed(branch_id=branch_id)
    return Typed(
        channel=Channel(last.channel), text=last.text, subject=last.subject, branch_id=last.branch_id
    )


def to_one_number(typed: Typed, number: str, line_ids: Iterable[int]) -> Typed:
    """The form at opening when somebody answers: of all numbers only that one is ticked."""
    if not number:
        return typed
    ticks = frozenset(mark_of(line_id, number) for line_id in line_ids)
    return replace(typed, choice=Choice.SINGLE, singly=True, ticks=ticks)


def read_typed(form: MultiDict[str, str], branch_id: int | None) -> Typed:
    """The form as far as it can be read; what makes no sense has its default."""
    shown, ticked = _numbers(form, "zeile"), _numbers(form, "an")
    return Typed(
        channel=_one_of(Channel, form.get("weg", ""), Channel.SMS),
        choice=_one_of(Choice, form.get("nummern", ""), Choice.ALL),
        unticked=form.get("ohne", "") == "y",
        singly=form.get("einzeln_gezeigt", "") == "1" and form.get("nummern", "") == Choice.SINGLE,
        selected=next(iter(_numbers(form, "wen")), None),
        left_out=frozenset(shown - ticked),
        ticks=frozenset(_pieces(form, "nummer")),
        branch_id=_branch(form, branch_id),
        text=(form.get("text") or "").replace("\r\n", "\n"),
        subject=" ".join((form.get("subject") or "").split()),
        reason=" ".join((form.get("reason") or "").split()),
    )


def _branch(form: MultiDict[str, str], own: int | None) -> int | None:
    """The branch that writes, None for the firm; where nothing could be chosen the list's own."""
    chosen = form.get("filiale")
    if chosen is None:
        return own
    found = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 10 else 0
    return found if found and db.session.get(Branch, found) is not None else None


def with_selected(typed: Typed, line_id: int | None) -> Typed:
    """The same form with another line selected."""
    return replace(typed, selected=line_id)


def _one_of(kind: type[Any], value: str, default: Any) -> Any:
    return kind(value) if value in {str(one) for one in kind} else default


def _pieces(form: MultiDict[str, str], name: str) -> set[str]:
    """A field that stands several times, or once with commas between."""
    return {piece for value in form.getlist(name) for piece in value.split(",") if piece}


def _numbers(form: MultiDict[str, str], name: str) -> set[int]:
    return {int(piece) for piece in _pieces(form, name) if piece.isascii() and piece.isdigit()}


def check(form: ManualForm, typed: Typed) -> bool:
    """Whether text, subject and reason may be sent; else a sentence stands at each that may not."""
    _check_text(form, typed)
    if typed.channel == Channel.EMAIL:
        _check_subject(form, typed)
    if typed.unticked:
        _check_reason(form, typed)
    return not form.errors


def _check_text(form: ManualForm, typed: Typed) -> None:
    most = LONGEST_TEXT if typed.channel == Channel.SMS else LONGEST_MAIL
    if not typed.text.strip():
        refuse_field(form, "text", _("Der Text fehlt. Schreiben Sie, was der Empfänger lesen soll."))
    elif len(typed.text) > most:
        refuse_field(
            form,
            "text",
            _(
                "Der Text hat %(count)s Zeichen, höchstens %(most)s sind möglich. Kürzen Sie ihn.",
                count=len(typed.text),
                most=most,
            ),
        )
    else:
        _check_placeholders(form, "text", typed.text)


def _check_subject(form: ManualForm, typed: Typed) -> None:
    if len(typed.subject) > LONGEST_SUBJECT:
        refuse_field(
            form,
            "subject",
            _(
                "Der Betreff hat %(count)s Zeichen, höchstens %(most)s sind möglich. Kürzen Sie ihn.",
                count=len(typed.subject),
                most=LONGEST_SUBJECT,
            ),
        )
    else:
        _check_placeholders(form, "subject", typed.subject)


def _check_placeholders(form: ManualForm, field: str, text: str) -> None:
    for complaint in check_template(text):
        if complaint.is_warning:
            continue
        sentence = _("Den Platzhalter %(name)s gibt es nicht.", name=complaint.placeholder)
        if complaint.suggestion:
            sentence += " " + _("Gemeint ist wohl %(name)s.", name=complaint.suggestion)
        refuse_field(form, field, sentence)


def _check_reason(form: ManualForm, typed: Typed) -> None:
    if len(typed.reason) < SHORTEST_REASON:
        refuse_field(
            form,
            "reason",
            _(
                "Ohne Einwilligung braucht es einen Grund mit mindestens %(least)s Zeichen. "
                "Zum Beispiel: Gefahr durch Kohlenmonoxid.",
                least=SHORTEST_REASON,
            ),
        )
    elif len(typed.reason) > LONGEST_REASON:
        refuse_field(
            form,
            "reason",
            _(
                "Der Grund hat %(count)s Zeichen, höchstens %(most)s sind möglich. Kürzen Sie ihn.",
                count=len(typed.reason),
                most=LONGEST_REASON,
            ),
        )
