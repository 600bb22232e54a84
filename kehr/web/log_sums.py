"""How the sums of the log read: on its page, on paper, and in the letter of the evening."""

from __future__ import annotations

from flask_babel import gettext as _

from kehr.actions.log.list_log import LogSum
from kehr.web import sentences


def sum_word(part: LogSum) -> str:
    """`zugestellt`, `Zettel`, or `Selbsttest: zugestellt`, which no customer got."""
    word = sentences.state_short(part.state, part.trial, part.channel, part.recipient)
    return _("Selbsttest: %(state)s", state=word) if part.test else word
