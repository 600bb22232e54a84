"""The form of a gateway: every kind's fields, and the way to and from a table of the settings file."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, PasswordField, SelectField, StringField, TextAreaField

from kehr.models import Gateway
from kehr.rules.gateways.http_template import BODY_TYPES, METHODS
from kehr.rules.settings.gateway_options import usual_per_minute
from kehr.rules.settings.settings_gateways import KIND_KEYS
from kehr.rules.settings.settings_mail import mail_server
from kehr.rules.settings.settings_template import described_headers
from kehr.rules.terms.euro import spell_euro
from kehr.web.form_words import choices_of
from kehr.web.gateway_words import KIND_WORDS, form_kind
from kehr.web.settings_form import whole

SECURITY_WORDS = {
    "starttls": _("STARTTLS (üblich, Port 587)"),
    "tls": _("TLS von Anfang an (Port 465)"),
    "none": _("keine (nur im eigenen Netz)"),
}
REGISTERED_WORDS = {"unknown": _("nicht bekannt"), "yes": _("ja, eingetragen"), "no": _("nein")}
BODY_WORDS = {
    "form": _("Formular (name=wert)"),
    "json": _("JSON"),
    "xml": _("XML"),
    "raw": _("Text, wie er dasteht"),
}
STAND_INS = {
    "name": "–",
    "kind": "sandbox",
    "host": "example.at",
    "database": "/x",
    "via": "–",
    "mail_to": "{recipient}@example.at",
}
EMPTY_ROWS = 2
_DESCRIBED = (
    "url",
    "method",
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
)
_MAILED = ("via", "mail_to", "mail_from", "mail_subject")


class SenderForm(Form):
    """One released sender."""

    address = StringField(_("Nummer, Name oder E-Mail-Adresse"))
    registered = SelectField(
        _("Bei der RTR eingetragen"),
        choices=choices_of(REGISTERED_WORDS),
        default="unknown",
        validate_choice=False,
    )
    registered_on = StringField(_("seit"))


class GatewayForm(FlaskForm):
    """One account; the checks live in kehr.rules.settings.settings_gateways."""

    name = StringField(_("Name"), description=_("So heißt das Gateway bei den Filialen."))
    kind = SelectField(_("Art"), choices=choices_of(KIND_WORDS), validate_choice=False)
    base_url = StringField(
        _("Adresse"),
        description=_(
            "Leer lassen für https://api.linkmobility.eu/rest. "
            "Mit einem Zugang von websms.com: https://api.websms.com/rest."
        ),
    )
    phone_url = StringField(
        _("Adresse des Handys"),
        description=_("Zeigt die App im lokalen Modus, etwa http://192.168.1.30:8080."),
    )
    sim = SelectField(
        _("SIM-Karte"),
        choices=choices_of({"0": _("die übliche"), "1": "1", "2": "2", "3": "3"}),
        validate_choice=False,
    )
    database = StringField(
        _("Datenbank von gammu-smsd"),
        description=_(
            "Ganzer Pfad: in der smsdrc aus »dbdir« und »database« zusammen, etwa /var/spool/gammu/smsd.db."
        ),
    )
    token = PasswordField(_("Zugangsschlüssel (Token)"))
    host = StringField(_("Mailserver"), description=_("Zum Beispiel mail.example.at."))
    port = StringField(_("Port"), description=_("Leer: der übliche zur Verschlüsselung."))
    security = SelectField(_("Verschlüsselung"), choices=choices_of(SECURITY_WORDS), validate_choice=False)
    user = StringField(_("Benutzername"))
    password = PasswordField(_("Kennwort"))
    url = StringField(
        _("Adresse"), description=_("Mit Platzhaltern, wo der Anbieter Angaben in der Adresse will.")
    )
    method = SelectField(_("Methode"), choices=choices_of({m: m for m in METHODS}), validate_choice=False)
    headers = TextAreaField(_("Kopfzeilen"), description=_("Eine je Zeile, etwa X-Api-Key: {secret}."))
    body_type = SelectField(
        _("Form des Inhalts"),
        choices=choices_of({kind: BODY_WORDS[kind] for kind in BODY_TYPES}),
        validate_choice=False,
    )
    body = TextAreaField(
        _("Inhalt"), description=_("Leer bei GET. In JSON stehen Platzhalter in Anführungszeichen.")
    )
    success_status = StringField(_("HTTP-Zahl"), description=_("Leer: 200-299."))
    success_path = StringField(_("Weg in der JSON-Antwort"), description=_("Etwa messages[0].status."))
    success_equals = StringField(_("Wert dort"), description=_("Mehrere mit | getrennt: OK|QUEUED."))
    success_regex = StringField(_("Suchmuster in der Antwort"), description=_("Etwa ^OK."))
    refused_status = StringField(_("HTTP-Zahl"), description=_("Etwa 422."))
    refused_path = StringField(_("Weg in der JSON-Antwort"))
    refused_equals = StringField(_("Wert dort"))
    refused_regex = StringField(_("Suchmuster in der Antwort"))
    id_path = StringField(_("Weg in der JSON-Antwort"), description=_("Etwa messages[0].id."))
    id_regex = StringField(_("oder Suchmuster"), description=_("Die erste Klammer zählt: id=(\\d+)."))
    check_url = StringField(
        _("Adresse für »Zugang testen«"),
        description=_(
            "Wenn der Anbieter eine hat, die nichts sendet, etwa für das Guthaben. Leer: nur die Verbindung."
        ),
    )
    timeout = StringField(_("Sekunden bis zum Abbruch"), description=_("1 bis 120, leer: 30."))
    via = SelectField(_("Mailkonto"), validate_choice=False)
    mail_to = StringField(
        _("Empfängeradresse"),
        description=_("Mit der Nummer darin, etwa {recipient_digits}@email2sms.example."),
    )
    mail_from = StringField(_("Absenderadresse"), description=_("Leer: die erste des Mailkontos."))
    mail_subject = StringField(_("Betreff"), description=_("Wenn der Anbieter einen bestimmten verlangt."))
    senders = FieldList(FormField(SenderForm))
    max_per_minute = StringField(
        _("Höchstens so viele Nachrichten je Minute"),
        description=_(
            "Leer: was üblich ist (Handy 1, Modem 8, sonst 60). 0: ohne Grenze. "
            "Android lässt etwa 30 SMS in 30 Minuten zu; was darüber ist, geht verloren."
        ),
    )
    price = StringField(_("Preis einer SMS in Euro"), description=_("Etwa 0,077. Leer: nicht bekannt."))


def empty_rows(form: GatewayForm) -> None:
    """Leaves room for new senders."""
    free = sum(not (row.form.address.data or "").strip() for row in form.senders)
    for _row in range(EMPTY_ROWS - free):
        form.senders.append_entry()


def typed(form: GatewayForm) -> dict[str, Any]:
    """The form as a table of the settings file; fields of another kind of gateway are left out."""
    chosen = form.kind.data or ""
    kind = "http_template" if chosen == "mail2sms" else chosen
    data: dict[str, Any] = {
        "name": form.name.data,
        "kind": kind,
        "max_per_minute": whole(form.max_per_minute.data),
        "price": form.price.data or "",
        "senders": [_sender(row.form) for row in form.senders if (row.form.address.data or "").strip()],
    }
    if data["max_per_minute"] is None:
        data["max_per_minute"] = usual_per_minute(kind)
    keys = KIND_KEYS.get(kind, ())
    own = {
        "linkmobility": {"base_url": form.base_url.data or ""},
        "android": {"base_url": form.phone_url.data or "", "sim": whole(form.sim.data)},
        "gammu": {"database": form.database.data or ""},
        "smtp": {"host": form.host.data or "", "port": whole(form.port.data), "security": form.security.data},
        "http_template": _described(form),
        "mail2sms": {"mode": "mail", **{name: form[name].data or "" for name in _MAILED}},
    }
    data |= own.get(chosen, {})
    if chosen in ("smtp", "android", "http_template"):
        data["user"] = form.user.data or ""
        data["password"] = form.password.data or None
    if chosen in ("linkmobility", "seven"):
        data["token"] = form.token.data or None
    return {key: value for key, value in data.items() if key in keys or key not in _ANY_KIND}


_ANY_KIND = frozenset(key for keys in KIND_KEYS.values() for key in keys)


def _described(form: GatewayForm) -> dict[str, Any]:
    lines = [line.strip() for line in (form.headers.data or "").splitlines() if line.strip()]
    told: dict[str, Any] = {name: form[name].data or "" for name in _DESCRIBED}
    seconds = whole(form.timeout.data)
    told |= {"method": form.method.data or "POST", "body_type": form.body_type.data or "form"}
    return told | {"mode": "http", "headers": lines, "timeout": 30 if seconds is None else seconds}


def _sender(row: Any) -> dict[str, Any]:
    return {
        "address": row.address.data.strip(),
        "registered": row.registered.data or "unknown",
        "registered_on": (row.registered_on.data or "").strip(),
    }


def fields_of(chosen: str) -> dict[str, str]:
    """The form's field for a key of the file, where the two are called differently."""
    return {"base_url": "phone_url"} if chosen == "android" else {"mode": "kind"}


def stored(row: Gateway) -> dict[str, Any]:
    """What a row says, as the form shows it; never the secret."""
    options = {name: str(value) for name, value in row.options.items()}
    data: dict[str, Any] = {
        **options,
        "name": row.name,
        "kind": form_kind(row.kind, options),
        "senders": [_shown(sender) for sender in row.senders],
        "max_per_minute": str(row.max_per_minute),
        "price": "" if row.price is None else spell_euro(row.price),
        "headers": "\n".join(described_headers(options)),
    }
    address = {"android": "phone_url", "http_template": "url"}.get(row.kind, "base_url")
    data[address] = row.base_url
    if row.kind == "smtp" and row.base_url:
        server = mail_server(row.base_url)
        data |= {"host": server.host, "port": str(server.port or ""), "security": server.security}
    return data


def german_day(stored: str) -> str:
    """`2026-10-01` as `01.10.2026`; empty stays empty."""
    return ".".join(reversed(stored.split("-")))


def _shown(sender: dict[str, Any]) -> dict[str, Any]:
    registered = sender.get("registered") or "unknown"
    since = german_day(str(sender.get("registered_on") or ""))
    return {"address": sender["address"], "registered": registered, "registered_on": since}
