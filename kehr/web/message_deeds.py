"""What can be done with a message: each deed with its words, its question and what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length

from kehr import clock
from kehr.actions.decide import change_message, decide_message
from kehr.actions.decide.show_message import MessageView
from kehr.actions.people import record_consent
from kehr.models import Person, Property, db
from kehr.web import filters, message_changes


class ConsentForm(FlaskForm):  # type: ignore[misc]
    """How somebody agreed, or took it back."""

    how = RadioField(
        lazy_gettext("Wie"),
        choices=[
            SelectChoice("form", lazy_gettext("auf einem Formular")),
            SelectChoice("phone", lazy_gettext("telefonisch")),
            SelectChoice("in_person", lazy_gettext("persönlich")),
        ],
        validators=[InputRequired(lazy_gettext("Wählen Sie aus, wie es gesagt wurde."))],
    )
    note = StringField(
        lazy_gettext("Vermerk"),
        description=lazy_gettext("Zum Beispiel, wer es gesagt hat oder wo das Formular liegt."),
        validators=[Length(max=500, message=lazy_gettext("Höchstens 500 Zeichen. Kürzen Sie den Vermerk."))],
    )


def _plain_form(view: MessageView) -> FlaskForm:
    return FlaskForm()


def _consent_form(view: MessageView) -> ConsentForm:
    return ConsentForm()


@dataclass(frozen=True, slots=True)
class Deed:
    """Something to do with a message: its place in the address, what it does, and its words. `act` returns
    what is said afterwards where `done` does not say it. `reads` shows what is typed as it will be read.
    """

    code: str
    label: Any
    icon: str
    done: Any
    act: Callable[[MessageView, Any], object]
    form: Callable[[MessageView], FlaskForm] = _plain_form
    danger: bool = False
    reads: Callable[[MessageView, Any], str] | None = None


def _by() -> str:
    return str(current_user.login)


def _consent(change: Callable[..., object]) -> Callable[[MessageView, ConsentForm], object]:
    def act(view: MessageView, form: ConsentForm) -> object:
        message = view.message
        person = db.session.get(Person, message.person_id) if message.person_id else None
        house = db.session.get(Property, message.property_id) if message.property_id else None
        return change(
            address=message.recipient,
            source=form.how.data,
            by=_by(),
            evidence=(form.note.data or "").strip(),
            now=clock.now(),
            person_name=person.full_name if person else message.recipient_name,
            property_number=house.number if house else message.property_number,
        )

    return act


DEEDS: dict[str, Deed] = {
    "jetzt": Deed("send_now", lazy_gettext("Jetzt senden"), "send", "", message_changes.send_now),
    "verschieben": Deed(
        "move",
        lazy_gettext("Zeit ändern"),
        "clock-history",
        "",
        message_changes.move,
        message_changes.move_form,
    ),
    "text": Deed(
        "edit",
        lazy_gettext("Text ändern"),
        "pencil-square",
        "",
        message_changes.write_text,
        message_changes.text_form,
        reads=message_changes.text_reads,
    ),
    "zurueckhalten": Deed(
        "withhold",
        lazy_gettext("Nicht senden"),
        "slash-circle",
        lazy_gettext("Die Nachricht wird nicht gesendet."),
        lambda view, form: change_message.withhold([view.message.id], by=_by(), now=clock.now()),
        danger=True,
    ),
    "doch-senden": Deed(
        "take_back",
        lazy_gettext("Doch senden"),
        "arrow-counterclockwise",
        lazy_gettext("Die Nachricht geht wieder hinaus."),
        lambda view, form: change_message.take_back(view.message.id, by=_by(), now=clock.now()),
    ),
    "telefon": Deed(
        "tell_by_phone",
        lazy_gettext("Am Telefon gesagt"),
        "telephone",
        lazy_gettext("Vermerkt: am Telefon gesagt."),
        lambda view, form: change_message.tell_by_phone(view.message.id, by=_by(), now=clock.now()),
    ),
    "freigeben": Deed(
        "release",
        lazy_gettext("Freigeben"),
        "check-lg",
        lazy_gettext("Die Nachricht ist freigegeben."),
        lambda view, form: decide_message.release([view.message.id], by=_by(), now=clock.now()),
    ),
    "einwilligung": Deed(
        "grant",
        lazy_gettext("Einwilligung eintragen"),
        "pencil-square",
        lazy_gettext("Die Einwilligung ist eingetragen."),
        _consent(lambda **values: record_consent.grant(**values)),
        _consent_form,
    ),
    "gesendet": Deed(
        "mark_sent",
        lazy_gettext("Als gesendet vermerken"),
        "check",
        lazy_gettext("Die Nachricht ist als gesendet vermerkt."),
        lambda view, form: decide_message.mark_sent(view.message.id, by=_by(), now=clock.now()),
    ),
    "nochmals": Deed(
        "send_again",
        lazy_gettext("Nochmals senden"),
        "arrow-repeat",
        lazy_gettext("Die Nachricht geht nochmals hinaus."),
        lambda view, form: decide_message.send_again(view.message.id, by=_by(), now=clock.now()),
    ),
    "keine-nachrichten": Deed(
        "revoke",
        lazy_gettext("Keine Nachrichten mehr an diese Nummer"),
        "slash-circle",
        lazy_gettext("An diese Nummer gehen keine Nachrichten mehr."),
        _consent(lambda **values: record_consent.revoke(**values)),
        _consent_form,
        danger=True,
    ),
}


def question(view: MessageView, deed: Deed) -> str:
    """What is asked before a deed: to whom, and how much."""
    message = view.message
    words = {
        "name": message.recipient_name or _("unbekannt"),
        "address": filters.phone(message.recipient),
        "amount": _amount(view),
    }
    if deed.code == "send_again" and message.state == "unclear":
        return _(
            "1 Empfänger, %(amount)s: %(name)s, %(address)s. Ist die erste doch angekommen, "
            "kommt die Nachricht doppelt. Jetzt nochmals senden?",
            **words,
        )
    if deed.code == "send_now" and (opens := message_changes.leaves_at(clock.now())) is not None:
        return _(
            "1 Empfänger, %(amount)s: %(name)s, %(address)s. Jetzt wird nichts gesendet; sie geht am "
            "%(opens)s hinaus. Einverstanden?",
            opens=filters.when(opens),
            **words,
        )
    return {
        "send_now": _("1 Empfänger, %(amount)s: %(name)s, %(address)s. Jetzt senden?", **words),
        "move": _("Wann soll die Nachricht an %(name)s, %(address)s hinausgehen?", **words),
        "edit": _("Was soll in der Nachricht an %(name)s, %(address)s stehen?", **words),
        "withhold": _(
            "Die Nachricht an %(name)s, %(address)s wird nicht gesendet, solange der Termin so bleibt. "
            "Nicht senden?",
            **words,
        ),
        "take_back": _("1 Empfänger, %(amount)s: %(name)s, %(address)s. Doch senden?", **words),
        "tell_by_phone": _(
            "Vermerken, dass %(name)s es am Telefon gehört hat? Das steht dann im Protokoll.", **words
        ),
        "send_again": _("1 Empfänger, %(amount)s: %(name)s, %(address)s. Jetzt nochmals senden?", **words),
        "mark_sent": _(
            "Vermerken, dass die Nachricht an %(name)s, %(address)s hinausging? "
            "Sie wird dann nicht mehr gesendet.",
            **words,
        ),
        "release": _("1 Empfänger, %(amount)s: %(name)s, %(address)s. Freigeben?", **words),
        "grant": _(
            "%(name)s ist einverstanden, Nachrichten an %(address)s zu bekommen und dass die Nummer "
            "dafür an das Gateway geht.",
            **words,
        ),
        "revoke": _(
            "An %(address)s (%(name)s) geht keine Nachricht mehr. Was geplant ist, wird nicht gesendet.",
            **words,
        ),
    }[deed.code]


def _amount(view: MessageView) -> str:
    return f"{view.parts or 1} SMS" if view.message.channel == "sms" else _("1 E-Mail")
