"""The log as rows for a table program: everything that is known of each message, one column a fact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext
from flask_babel import gettext as _

from kehr.actions.facts.log_filter import LogFilter
from kehr.actions.log.list_log import log_ids, messages_in_parts
from kehr.actions.money.list_costs import cost_of
from kehr.actions.visits.deadline_signs import signs_of_messages
from kehr.models import Message
from kehr.rules.law.deadlines import Deadline
from kehr.rules.terms.euro import spell_euro
from kehr.web import sentences
from kehr.web.deadline_words import deadline_look, deadline_short
from kehr.web.filters import phone
from kehr.web.own_test_signs import is_test

HEADING = (
    lazy_gettext("Gesendet"),
    lazy_gettext("Fällig"),
    lazy_gettext("Zugestellt"),
    lazy_gettext("Art"),
    lazy_gettext("Weg"),
    lazy_gettext("Name"),
    lazy_gettext("Nummer oder Adresse"),
    lazy_gettext("Ort"),
    lazy_gettext("Objekt"),
    lazy_gettext("Termin"),
    lazy_gettext("Arbeit"),
    lazy_gettext("Betreff"),
    lazy_gettext("Wortlaut"),
    lazy_gettext("Zustand"),
    lazy_gettext("Grund"),
    lazy_gettext("Frist"),
    lazy_gettext("Kalender"),
    lazy_gettext("Filiale"),
    lazy_gettext("Kostenstelle"),
    lazy_gettext("Absender"),
    lazy_gettext("Gateway"),
    lazy_gettext("Beleg"),
    lazy_gettext("Teile"),
    lazy_gettext("Kosten in €"),
    lazy_gettext("Durch"),
    lazy_gettext("Nachricht"),
)
MOST_ROWS = 100_000
"""Table programs hold about a million lines, this machine's memory fewer."""
AT_ONCE = 500


def table_rows(wanted: LogFilter, now: datetime, zone: ZoneInfo, most: int) -> Iterator[Sequence[str]]:
    """The lines below the heading; the last one says so if some are missing."""
    ids = log_ids(wanted, now, zone, most + 1)
    for messages in messages_in_parts(ids[:most], AT_ONCE):
        deadlines = signs_of_messages(messages, now, zone)
        for message in messages:
            yield _row(message, deadlines.get(message.id), zone)
    if len(ids) > most:
        yield [_("Hier stehen nur die ersten %(count)s Nachrichten. Wählen Sie weniger Tage.", count=most)]


def _row(message: Message, deadline: Deadline | None, zone: ZoneInfo) -> list[str]:
    cost, _estimated = cost_of(message)
    return [
        _moment(message.sent_at, zone),
        _moment(message.due_at, zone),
        _moment(message.delivered_at, zone),
        _kind(message),
        sentences.channel_word(message.channel),
        message.recipient_name,
        phone(message.recipient),
        message.place,
        message.property_number,
        _moment(message.appointment_start, zone),
        sentences.work_word(message.work_kind) if message.work_kind else "",
        message.subject,
        message.text,
        sentences.state_short(message.state, message.trial, message.channel, message.recipient),
        sentences.what_happened(message),
        _sign(deadline),
        message.calendar_name,
        message.branch_name,
        message.cost_center,
        phone(message.sender),
        message.gateway_name,
        message.reference,
        str(message.parts or ""),
        "" if cost is None else spell_euro(cost),
        message.by,
        message.id,
    ]


def _sign(deadline: Deadline | None) -> str:
    """`In der Frist: fristgerecht`: the sign as a word, because a table shows no colour."""
    if deadline is None:
        return ""
    return f"{gettext(deadline_look(deadline).beginning)}: {deadline_short(deadline)}"


def _kind(message: Message) -> str:
    word = sentences.kind_word(message.kind)
    return _("Test: %(kind)s", kind=word) if is_test(message.calendar_id) else word


def _moment(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%d.%m.%Y %H:%M:%S}" if moment else ""
