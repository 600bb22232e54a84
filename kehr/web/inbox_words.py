"""How replies are shown: the sign of each, and who dealt with it when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from kehr.models import Reply
from kehr.rules.gateways.replies import ANSWERED, CALL_BACK, STOP, THANKS, WAITING
from kehr.web.filters import when


@dataclass(frozen=True, slots=True)
class ReplyLook:
    """Word, sign (Bootstrap icon) and tone of a reply."""

    word: Any
    icon: str
    tone: str


OPEN_LOOK = ReplyLook(lazy_gettext("offen"), "envelope", "amber")
CALL_LOOK = ReplyLook(lazy_gettext("zurückrufen"), "telephone", "amber")
STOP_LOOK = ReplyLook(lazy_gettext("STOP"), "slash-circle", "red")
THANKS_LOOK = ReplyLook(lazy_gettext("abgelegt"), "hand-thumbs-up", "grey")
ANSWERED_LOOK = ReplyLook(lazy_gettext("beantwortet"), "reply", "green")
DONE_LOOK = ReplyLook(lazy_gettext("erledigt"), "check-lg", "green")


def reply_look(reply: Reply) -> ReplyLook:
    """Work first, then what it was."""
    if reply.state == WAITING:
        return OPEN_LOOK
    if reply.state == CALL_BACK:
        return CALL_LOOK
    if reply.kind == STOP:
        return STOP_LOOK
    if reply.kind == THANKS and not reply.done_by:
        return THANKS_LOOK
    return ANSWERED_LOOK if reply.state == ANSWERED else DONE_LOOK


def done_sentence(reply: Reply) -> str:
    """Who made it what it is; empty while nobody did."""
    if reply.state == CALL_BACK and reply.done_by:
        return _("vorgemerkt von %(who)s", who=reply.done_by)
    if reply.done_by and reply.done_at is not None:
        return _("%(who)s, %(when)s", who=reply.done_by, when=when(reply.done_at))
    return ""


def register(app: Flask) -> None:
    """Makes the look known to all templates: objects and messages show replies, too."""
    app.jinja_env.filters["reply_look"] = reply_look
