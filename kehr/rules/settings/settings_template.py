"""Checks what an office says of a gateway that it describes itself (kind `http_template`)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit
from xml.parsers import expat  # the office's own template; a DOCTYPE is refused before

from kehr.rules.forms.settings_reader import Table, is_email
from kehr.rules.gateways.http_template import (
    BODY_TYPES,
    GAP,
    METHODS,
    PLACEHOLDERS,
    Values,
    fill_header,
    fill_xml,
    gaps,
    read_headers,
)
from kehr.rules.gateways.small_regex import Pattern, PatternError
from kehr.rules.gateways.template_answer import LONGEST_PATH, read_path, statuses

MODES = ("http", "mail")
TEMPLATE_KEYS = (
    "mode",
    "url",
    "method",
    "headers",
    "body",
    "body_type",
    "success_status",
    "success_path",
    "success_equals",
    "success_regex",
    "refused_status",
    "refused_path",
    "refused_equals",
    "refused_regex",
    "id_path",
    "id_regex",
    "check_url",
    "timeout",
    "via",
    "mail_to",
    "mail_from",
    "mail_subject",
)
"""The keys of the settings file beside those that all gateways have, `user` and `password`."""

_LINES = ("success_equals", "refused_equals", "via", "mail_to", "mail_subject")
_SECRET_NAME = re.compile(
    r"(?:.*[-_.])?(?:pass|passwd|password|passwort|kennwort|pwd|token|secret|api[-_]?key|authorization)"
)
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,60}")
_NOT_OURS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "expect", "upgrade", "te", "trailer"}
)
_FILL_IN = "Ersetzen Sie jedes … durch die Angabe aus der Beschreibung Ihres Anbieters."
_NUMBERS = frozenset({"recipient", "recipient_digits"})
_SAMPLE = Values("+436641234567", "Text & mehr <1>", "Rauchfang", "1", "anna", "geheim")


def read_template(table: Table, old_url: str, old: Mapping[str, str]) -> tuple[str | None, dict[str, str]]:
    """Address and options as they are stored; `old` is what is stored already. Raises SettingsError.

    The whole is checked, also where the file says only a part of it.
    """
    typed = _typed(table)
    url = table.text("url", longest=500)
    whole = {**old, **typed}
    if whole.get("mode") == "mail":
        _check_mail(table, whole)
        return url, typed
    _check_request(table, url if url is not None else old_url, whole)
    _check_answer(table, whole)
    return url, typed


def _typed(table: Table) -> dict[str, str]:
    found: dict[str, str | None] = {
        "mode": table.choice("mode", MODES),
        "method": table.choice("method", METHODS),
        "body": table.long_text("body", longest=4000),
        "body_type": table.choice("body_type", BODY_TYPES),
        "success_status": table.text("success_status", longest=100),
        "refused_status": table.text("refused_status", longest=100),
        "mail_from": table.email("mail_from"),
        "check_url": table.text("check_url", longest=500),
    }
    found |= {name: table.text(name, longest=200) for name in _LINES}
    for path in ("success_path", "refused_path", "id_path"):
        found[path] = table.text(path, longest=LONGEST_PATH)
    for pattern in ("success_regex", "refused_regex", "id_regex"):
        found[pattern] = table.text(pattern)
    seconds = table.whole("timeout", 1, 120)
    lines = table.texts("headers")
    found["timeout"] = None if seconds is None else str(seconds)
    found["headers"] = None if lines is None else "\n".join(line for _, line in lines)
    for path, line in lines or ():
        _check_header(table, path, line)
    return {name: value for name, value in found.items() if value is not None}


def _check_header(table: Table, path: str, line: str) -> None:
    index = path.removeprefix(table.key(""))
    name, colon, value = line.partition(":")
    if not colon or not _HEADER_NAME.fullmatch(name.strip()) or not all(c.isprintable() for c in line):
        raise table.error(index, f"»{line[:60]}« ist keine Kopfzeile; so schreiben: X-Api-Key: {{secret}}.")
    if name.strip().lower() in _NOT_OURS:
        raise table.error(index, f"Die Kopfzeile »{name.strip()}« setzt Kehrbote selbst. Lassen Sie sie weg.")
    _check_gaps(table, index, value)
    if "text" in gaps(value):
        raise table.error(index, "{text} geht in einer Kopfzeile nicht: Umlaute kämen dort nicht an.")
    _refuse_open_secret(table, index, [(name.strip(), value)])
    try:
        fill_header(value, _SAMPLE.named())
    except ValueError as error:
        raise table.error(index, "In einer Kopfzeile gehen keine Umlaute und Sonderzeichen.") from error


def _check_request(table: Table, url: str, whole: Mapping[str, str]) -> None:
    _check_url(table, "url", url, required=True)
    if whole.get("check_url"):
        _check_url(table, "check_url", whole["check_url"], required=False)
        if {"text", *_NUMBERS} & set(gaps(whole["check_url"])):
            raise table.error("check_url", "Diese Adresse darf nichts senden: ohne {text} und Empfänger.")
    body = whole.get("body", "")
    if body and whole.get("method") == "GET":
        raise table.error("body", "Mit GET geht kein Inhalt mit. Leeren Sie ihn oder nehmen Sie POST.")
    _check_gaps(table, "body", body)
    if body:
        _check_body(table, body, whole.get("body_type") or "form")
    used = {gap for part in (url, body, whole.get("headers", "")) for gap in gaps(part)}
    where = "body" if whole.get("method", "POST") != "GET" else "url"
    if "text" not in used:
        raise table.error(where, "{text} kommt nirgends vor: Der Text der SMS ginge nicht mit.")
    if not used & _NUMBERS:
        sentence = "Der Empfänger kommt nirgends vor: {recipient} (mit +) oder {recipient_digits} (ohne)."
        raise table.error(where, sentence)


def _check_url(table: Table, key: str, url: str, *, required: bool) -> None:
    if not url:
        if required:
            raise table.error(key, "Die Adresse fehlt. Sie steht in der Beschreibung Ihres Anbieters.")
        return
    if "…" in url:
        raise table.error(key, _FILL_IN)
    _check_gaps(table, key, url)
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise table.error(key, "Das ist keine Webadresse; so schreiben: https://sms.example.at/senden.")
    if "@" in parts.netloc:
        raise table.error(key, "Benutzer und Kennwort gehören in ihre Felder, nicht vor den Rechnernamen.")
    if GAP.search(parts.netloc) or "{" in parts.netloc:
        raise table.error(key, "Im Rechnernamen gehen keine Platzhalter.")
    if parts.fragment:
        raise table.error(key, "Was hinter # steht, kommt nie an. Schreiben Sie dafür %23.")
    _refuse_open_secret(table, key, _pairs(parts.query))


def _check_body(table: Table, body: str, kind: str) -> None:
    if kind == "json":
        try:
            told = json.loads(body)
        except (ValueError, RecursionError) as error:
            sentence = 'Das ist kein JSON. Platzhalter stehen in Anführungszeichen: {"to": "{recipient}"}.'
            raise table.error("body", sentence) from error
        _refuse_open_secret(table, "body", _leaves("", told))
    elif kind == "form":
        if any("=" not in pair for pair in re.split(r"[&\r\n]+", body) if pair.strip()):
            raise table.error("body", "Ein Formular besteht aus name=wert, einem je Zeile.")
        _refuse_open_secret(table, "body", _pairs(body))
    elif kind == "xml":
        _check_xml(table, body)


def _check_xml(table: Table, body: str) -> None:
    if "<!" in body:
        raise table.error(
            "body", "DOCTYPE, CDATA und Kommentare gehen hier nicht; {text} wird richtig maskiert."
        )
    try:
        expat.ParserCreate().Parse(fill_xml(body, _SAMPLE.named()), True)
    except expat.ExpatError as error:
        raise table.error(
            "body", "Das ist kein XML. Prüfen Sie, ob jedes Element geschlossen ist."
        ) from error


def _check_answer(table: Table, whole: Mapping[str, str]) -> None:
    for key in ("success_status", "refused_status"):
        if whole.get(key) and statuses(whole[key]) is None:
            raise table.error(
                key, f"»{whole[key]}« sind keine HTTP-Zahlen; so schreiben: 200-299 oder 200, 202."
            )
    for key in ("success_path", "refused_path", "id_path"):
        if whole.get(key) and read_path(whole[key]) is None:
            raise table.error(key, f"»{whole[key]}« ist kein Weg durch JSON; so schreiben: messages[0].id.")
    for key in ("success_regex", "refused_regex", "id_regex"):
        try:
            Pattern(whole.get(key, ""))
        except PatternError as error:
            raise table.error(key, str(error)) from error
    for test in ("success", "refused"):
        if whole.get(f"{test}_path") and not whole.get(f"{test}_equals"):
            raise table.error(f"{test}_equals", "Welcher Wert dort stehen muss, fehlt.")
        if whole.get(f"{test}_equals") and not whole.get(f"{test}_path"):
            raise table.error(f"{test}_path", "Wo dieser Wert in der Antwort steht, fehlt.")
    if whole.get("id_path") and whole.get("id_regex"):
        raise table.error(
            "id_regex", "Die Kennung entweder über JSON oder über ein Suchmuster, nicht beides."
        )


def _check_mail(table: Table, whole: Mapping[str, str]) -> None:
    if not whole.get("via"):
        raise table.error(
            "via", "Über welches Mailkonto gehen diese SMS? Wählen Sie ein Gateway der Art smtp."
        )
    mail_to = whole.get("mail_to", "")
    if "…" in mail_to:
        raise table.error("mail_to", _FILL_IN)
    _check_gaps(table, "mail_to", mail_to)
    if not set(gaps(mail_to)) & _NUMBERS:
        sentence = "Die Adresse enthält die Nummer; so schreiben: {recipient_digits}@email2sms.example."
        raise table.error("mail_to", sentence)
    if set(gaps(mail_to)) & {"text", "secret", "basic"} or not is_email(
        fill_header(mail_to, _SAMPLE.named())
    ):
        sentence = "Das wird keine E-Mail-Adresse; so schreiben: {recipient_digits}@email2sms.example."
        raise table.error("mail_to", sentence)
    _check_gaps(table, "mail_subject", whole.get("mail_subject", ""))
    if set(gaps(whole.get("mail_subject", ""))) & {"secret", "basic"}:
        raise table.error("mail_subject", "Das Kennwort des Mailkontos geht nicht in den Betreff.")


def _check_gaps(table: Table, key: str, text: str) -> None:
    for gap in gaps(text):
        if gap not in PLACEHOLDERS:
            listed = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            raise table.error(key, f"Den Platzhalter {{{gap}}} gibt es nicht; möglich: {listed}.")


def _refuse_open_secret(table: Table, key: str, pairs: object) -> None:
    """What lies open in a template would be exported with it."""
    for name, value in pairs:  # type: ignore[attr-defined]
        if (
            value.strip()
            and _SECRET_NAME.fullmatch(name.lower())
            and not {"secret", "basic"} & set(gaps(value))
        ):
            sentence = (
                f"Bei »{name}« steht das Geheimnis offen. Tragen Sie es als Kennwort ein, hier {{secret}}."
            )
            raise table.error(key, sentence)


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for pair in re.split(r"[&\r\n]+", text):
        name, _, value = pair.partition("=")
        yield name.strip(), value.strip()


def _leaves(name: str, told: object) -> Iterator[tuple[str, str]]:
    if isinstance(told, dict):
        for key, value in told.items():
            yield from _leaves(str(key), value)
    elif isinstance(told, list):
        for value in told:
            yield from _leaves(name, value)
    elif isinstance(told, str):
        yield name, told


def described_headers(options: Mapping[str, str]) -> list[str]:
    """The stored header lines, as the settings file lists them."""
    return [f"{name}: {value}" for name, value in read_headers(options.get("headers", ""))]
