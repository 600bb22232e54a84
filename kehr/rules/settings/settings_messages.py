"""Checks `[[calendars]]` and `[[rules]]` of a settings file."""

from __future__ import annotations

import re
from datetime import time

from kehr.rules.forms.settings_reader import Table
from kehr.rules.forms.settings_values import FIELDS, KINDS, CalendarSettings, Known, RuleSettings
from kehr.rules.plan.second_channel import SECOND_KINDS
from kehr.rules.terms.addresses import BadAddress, feed_address
from kehr.rules.texts import calendar_link
from kehr.rules.texts.text import check_template

_CALENDAR = (
    "name",
    "kind",
    "url",
    "branch",
    "color",
    "active",
    "poll_minutes",
    "phone_field",
    "name_field",
    "location_field",
    "fallbacks",
    "consent",
)
_RULE = (
    "kind",
    "branch",
    "calendar",
    "active",
    "channel",
    "days",
    "at",
    "text",
    "subject",
    "ical_link",
    "second_channel",
)
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_ADDRESS_SENTENCES = {
    "address_empty": "Die Adresse des Kalenders fehlt.",
    "address_long": "Die Adresse ist mit {detail} Zeichen zu lang; höchstens 2000 gehen.",
    "address_space": "In der Adresse stehen Leerzeichen; bitte nur die Adresse selbst eintragen.",
    "address_character": "In der Adresse steht ein »{detail}«; Webadressen haben nur Schrägstriche /.",
    "address_scheme": "Adressen mit »{detail}:« gehen nicht; sie beginnt mit https:// oder webcal://.",
    "address_host": "Das ist keine Webadresse; so schreiben: https://kalender.example.at/kehrplan.ics.",
    "address_port": "Der Port in der Adresse muss zwischen 1 und 65535 liegen.",
}


def read_calendar(data: object, path: str, known: Known) -> CalendarSettings:
    """A calendar behind an ICS address, or a list that is imported. Raises SettingsError."""
    table = Table(data, path, _CALENDAR)
    name = table.text("name", longest=120, required=True) or ""
    kind = _source_kind(table, known.calendars.get(name))
    fallbacks = table.table("fallbacks", ("name", "location"))
    return CalendarSettings(
        name=name,
        kind=kind,
        url=None if kind == "file" else _url(table, required=name not in known.calendars),
        branch=_known_branch(table, known),
        color=_color(table),
        active=table.flag("active"),
        poll_minutes=table.whole("poll_minutes", 1, 1440),
        phone_field=table.choice("phone_field", FIELDS),
        name_field=table.choice("name_field", FIELDS),
        location_field=table.choice("location_field", FIELDS),
        fallback_name=fallbacks.text("name") if fallbacks else None,
        fallback_location=fallbacks.text("location") if fallbacks else None,
        consent=table.choice("consent", ("customer", "calendar")),
    )


def _source_kind(table: Table, known: str | None) -> str | None:
    """What it was, what the file says, or None for the usual; what once was one stays it."""
    kind = table.choice("kind", ("ics", "file"))
    if kind and known and kind != known:
        what = "eine Liste aus Dateien" if known == "file" else "ein Kalender mit Adresse"
        raise table.error("kind", f"Unter diesem Namen gibt es schon {what}. Wählen Sie einen anderen Namen.")
    if (kind or known) == "file" and table.data.get("url"):
        raise table.error("url", "Eine Liste aus Dateien hat keine Adresse. Lassen Sie die Angabe weg.")
    return kind or known


def _url(table: Table, *, required: bool) -> str | None:
    typed = table.long_text("url", longest=4000)
    if typed is None:
        if required:
            raise table.error("url", _ADDRESS_SENTENCES["address_empty"])
        return None
    try:
        return feed_address(typed)
    except BadAddress as error:
        raise table.error("url", _ADDRESS_SENTENCES[error.code].format(detail=error.detail)) from error


def _color(table: Table) -> str | None:
    color = table.text("color", longest=20)
    if color is None or _COLOR.fullmatch(color):
        return color and color.lower()
    raise table.error("color", f"»{color}« ist keine Farbe; so schreiben: #2f6f4f.")


def _known_branch(table: Table, known: Known) -> str | None:
    name = table.text("branch", longest=120)
    if name and name not in known.branches:
        raise table.error("branch", f"Eine Filiale »{name}« gibt es nicht.")
    return name


def read_rule(data: object, path: str, known: Known) -> RuleSettings:
    """When to send what: firm default, or an override of one branch or calendar. Raises SettingsError."""
    table = Table(data, path, _RULE)
    kind = table.choice("kind", KINDS, required=True) or ""
    branch, calendar = _known_branch(table, known) or "", _known_calendar(table, known)
    if branch and calendar:
        raise table.error("calendar", "Entweder branch oder calendar angeben, nicht beides.")
    active = table.flag("active") or False
    channel = table.choice("channel", ("sms", "email", "both")) or "sms"
    if kind == "followup" and active and channel != "sms":
        sentence = "Die Nachfrage geht nur per SMS: Antworten auf E-Mails sieht Kehrbote nicht."
        raise table.error("channel", sentence)
    text = table.long_text("text") or ""
    if active and not text:
        raise table.error("text", "Der Text fehlt; ohne Text kann die Nachricht nicht eingeschaltet sein.")
    subject = table.text("subject", longest=300) or ""
    for name, words in (("text", text), ("subject", subject)):
        _check_placeholders(table, name, words)
    days = table.whole("days", 0, 60)
    at = table.clock("at")
    rule = RuleSettings(
        kind=kind,
        branch=branch,
        calendar=calendar,
        active=active,
        channel=channel,
        days=default_days(kind) if days is None else days,
        at=time(17) if at is None else at,
        text=text,
        subject=subject,
        ical_link=table.flag("ical_link") or False,
        second_channel=_second_channel(table, kind),
    )
    _check_link(table, rule, known)
    return rule


def _second_channel(table: Table, kind: str) -> bool:
    wanted = table.flag("second_channel") or False
    if wanted and kind not in SECOND_KINDS:
        sentence = "Diese Nachricht geht nicht per E-Mail weiter: Wer sie nicht bekommt, versäumt nichts."
        raise table.error("second_channel", sentence)
    return wanted


def default_days(kind: str) -> int:
    """How many days a rule speaks of when nobody says."""
    return {"announcement": 14, "reminder": 2, "feedback": 1}.get(kind, 0)


def _known_calendar(table: Table, known: Known) -> str:
    name = table.text("calendar", longest=120)
    if name and name not in known.calendars:
        raise table.error("calendar", f"Einen Kalender »{name}« gibt es nicht.")
    return name or ""


def _check_link(table: Table, rule: RuleSettings, known: Known) -> None:
    """Refuses a calendar link that would not open, where it is asked for (B33)."""
    refused = calendar_link.why_no_link(known.public_url, known.missing, rule.kind)
    if not refused:
        return
    if rule.ical_link:
        raise table.error("ical_link", calendar_link.REFUSALS[refused])
    for name, words in (("text", rule.text), ("subject", rule.subject)):
        if calendar_link.has_link(words):
            raise table.error(name, calendar_link.REFUSALS[refused])


def _check_placeholders(table: Table, name: str, words: str) -> None:
    for complaint in check_template(words):
        if complaint.is_warning:
            continue
        meant = f" Gemeint ist wohl {complaint.suggestion}." if complaint.suggestion else ""
        raise table.error(name, f"Den Platzhalter {complaint.placeholder} gibt es nicht.{meant}")
