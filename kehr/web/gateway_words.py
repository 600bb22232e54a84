"""What each kind of gateway is, and what it can do, in the office's words."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from kehr.actions.facts.gateway_queue import account_options
from kehr.gateways.contract import Abilities
from kehr.gateways.registry import abilities_of, channels_of
from kehr.models import Company, Gateway

KIND_WORDS: dict[str, Any] = {
    "linkmobility": _("LINK Mobility / websms (SMS)"),
    "seven": _("seven.io (SMS)"),
    "android": _("Android-Handy im Büro (SMS)"),
    "gammu": _("USB-Modem mit gammu-smsd (SMS)"),
    "http_template": _("Anderer Anbieter über HTTP (SMS)"),
    "mail2sms": _("SMS über E-Mail (E-Mail-zu-SMS)"),
    "smtp": _("Mailserver (E-Mail)"),
    "sandbox": _("Trockenlauf: nichts verlässt das Haus"),
}
"""The kinds as a form offers them; `mail2sms` is an `http_template` that writes e-mails."""

KIND_SENTENCES: dict[str, Any] = {
    "linkmobility": _("Der übliche Anbieter in Österreich, auch für Zugänge von websms.com. Vertrag nötig."),
    "seven": _("Anbieter aus Deutschland, braucht nur eine Verbindung nach außen. Vertrag nötig."),
    "android": _("Ein eigenes Handy mit der App »SMS Gateway« im Büronetz: eigene Nummer, kein Vertrag."),
    "gammu": _("Ein USB-Modem mit SIM-Karte an dieser Anlage: ganz ohne Internet."),
    "http_template": _("Jeder Anbieter mit HTTP-Schnittstelle, etwa simplesms, nach dessen Beschreibung."),
    "mail2sms": _("Jeder Anbieter, der aus einer E-Mail eine SMS macht, über Ihren Mailserver."),
    "smtp": _("Ihr eigener Mailserver, für die E-Mails an Kunden."),
    "sandbox": _("Zum Ausprobieren: Alles läuft, und nichts geht hinaus."),
}

_STATES_POLLED = _("Fragt den Zustellstand ab.")
_STATES_PUSHED = _("Bekommt den Zustellstand gemeldet.")
_STATES_HOOK = _(
    "Meldet nur, dass das Gateway angenommen hat, nie »zugestellt«. Mit einer Adresse für Meldungen auch das."
)
_STATES_NONE = _("Meldet nur, dass das Gateway angenommen hat, nie »zugestellt«.")
_MAIL_NONE = _("Meldet nur, dass der Mailserver angenommen hat, nie »zugestellt«.")
_REPLIES = _("Antworten kommen an.")
_NO_REPLIES = _("Antworten kommen nicht an.")
_SETTLES = _("Klärt selbst, ob eine SMS nach einer Störung hinausging.")
_CALLS_BACK = frozenset({"linkmobility"})


def form_kind(kind: str, options: Any) -> str:
    """The kind as the form names it."""
    return "mail2sms" if kind == "http_template" and options.get("mode") == "mail" else kind


def abilities_in_words(gateway: Gateway, company: Company) -> list[Any]:
    """What this account can do, each in one sentence."""
    told = abilities_of(gateway.kind, account_options(gateway, company))
    return _sentences(gateway.kind, told)


def kind_in_words(kind: str) -> list[Any]:
    """What a kind can do before any account of it is set up."""
    stored = "http_template" if kind == "mail2sms" else kind
    return _sentences(stored, abilities_of(stored))


def _sentences(kind: str, told: Abilities) -> list[Any]:
    if kind == "sandbox":
        return []
    sms = "sms" in channels_of(kind)
    sentences = [_states(kind, told, sms=sms)]
    if sms:
        sentences.append(_REPLIES if told.polls_replies or told.pushes_replies else _NO_REPLIES)
    if told.can_reconcile or told.idempotent:
        sentences.append(_SETTLES)
    return sentences


def _states(kind: str, told: Abilities, *, sms: bool) -> Any:
    if told.polls_states:
        return _STATES_POLLED
    if told.pushes_states:
        return _STATES_PUSHED
    if not sms:
        return _MAIL_NONE
    return _STATES_HOOK if kind in _CALLS_BACK else _STATES_NONE
