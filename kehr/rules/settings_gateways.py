"""Checks `[[gateways]]` and `[[branches]]` of a settings file."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from kehr.rules.settings_office import phone_number, read_land
from kehr.rules.settings_reader import Table, is_email
from kehr.rules.settings_values import (
    GATEWAY_CHANNELS,
    LATER_KINDS,
    SECURITY,
    SENDER_TYPES,
    BranchSettings,
    GatewaySettings,
    Known,
    Sender,
)

_GATEWAY = (
    "name",
    "kind",
    "base_url",
    "token",
    "token_file",
    "senders",
    "max_per_minute",
    "host",
    "port",
    "security",
    "user",
    "password",
    "password_file",
)
_MAIL_ONLY = ("host", "port", "security", "password", "password_file")
_SCHEMES = {"starttls": "smtp", "tls": "smtps", "none": "smtp+plain"}
_SECURITIES = {scheme: security for security, scheme in _SCHEMES.items()}
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_NAME_SENDER = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 .&+_-]{1,11}")
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")


def read_gateway(data: object, path: str, known: Known) -> GatewaySettings:
    """One account at one gateway. Raises SettingsError."""
    table = Table(data, path, _GATEWAY)
    name = table.text("name", longest=120, required=True) or ""
    old = known.gateways.get(name)
    kind = _kind(table, required=old is None)
    meant = kind or (old.kind if old else "")
    _refuse_foreign_keys(table, meant)
    secret_key = "password" if meant == "smtp" else "token"
    secret, file = _secret(table, secret_key)
    base_url, user = _web_address(table), table.text("user")
    if meant == "smtp":
        base_url, user = _mail_address(table, old.base_url if old and old.kind == "smtp" else "", user)
    return GatewaySettings(
        name=name,
        kind=kind,
        base_url=base_url,
        user=user,
        secret=secret,
        secret_file=file,
        secret_key=secret_key,
        senders=_senders(table),
        max_per_minute=table.whole("max_per_minute", 0, 6000),
    )


def _kind(table: Table, *, required: bool) -> str | None:
    kind = table.text("kind", longest=40, required=required)
    if kind is None or kind in GATEWAY_CHANNELS:
        return kind
    there = ", ".join(GATEWAY_CHANNELS)
    if kind in LATER_KINDS:
        raise table.error("kind", f"Die Art »{kind}« gibt es in dieser Fassung noch nicht; möglich: {there}.")
    raise table.error("kind", f"Die Art »{kind}« gibt es nicht; möglich: {there}.")


def _refuse_foreign_keys(table: Table, kind: str) -> None:
    foreign = ("token", "token_file") if kind == "smtp" else _MAIL_ONLY
    for key in foreign:
        if table.data.get(key) is not None:
            raise table.error(key, f"Diese Angabe gehört nicht zur Art »{kind}«.")


def _web_address(table: Table) -> str | None:
    url = table.text("base_url", longest=500)
    if not url or table.data.get("kind") == "smtp" or url.startswith(("smtp:", "smtps:", "smtp+plain:")):
        return url
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        good = good and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good or " " in url:
        sentence = "Das ist keine Webadresse; so schreiben: https://api.linkmobility.eu/rest."
        raise table.error("base_url", sentence)
    return url.rstrip("/")


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over; `security` is starttls, tls or none."""

    host: str = ""
    port: int = 0
    security: str = "starttls"

    @property
    def address(self) -> str:
        """The server in one line: `smtp://` (STARTTLS), `smtps://` (TLS) or `smtp+plain://`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{_SCHEMES[self.security]}://{host}:{self.port or _PORTS[self.security]}"


def mail_server(address: str) -> MailServer:
    """The parts of a stored address; raises ValueError for what is none."""
    parts = urlsplit(address)
    if parts.scheme not in _SECURITIES or not parts.hostname or parts.port == 0:
        raise ValueError(address)
    return MailServer(parts.hostname, parts.port or 0, _SECURITIES[parts.scheme])


def _mail_address(table: Table, stored: str, user: str | None) -> tuple[str | None, str | None]:
    """The server's address from base_url and the single keys, which win; and the user."""
    server = mail_server(stored) if stored else MailServer()
    typed = table.text("base_url", longest=500)
    if typed:
        server, named = _typed_server(table, typed)
        user = named if user is None else user
    host = table.text("host", longest=253)
    if host is not None:
        server = replace(server, host=host.removeprefix("[").removesuffix("]"))
    security = table.choice("security", SECURITY)
    if security is not None:
        server = replace(server, security=security)
    port = table.whole("port", 1, 65535)
    if port is not None:
        server = replace(server, port=port)
    if not server.host:
        raise table.error("host", "Der Name des Mailservers fehlt, zum Beispiel mail.example.at.")
    if not _HOST.fullmatch(server.host):
        raise table.error("host", f"»{server.host}« ist kein Rechnername; so schreiben: mail.example.at.")
    return server.address, user


def _typed_server(table: Table, typed: str) -> tuple[MailServer, str | None]:
    try:
        server, parts = mail_server(typed), urlsplit(typed)
    except ValueError as error:
        raise table.error("base_url", _MAIL_ADDRESS) from error
    if parts.password is not None:
        sentence = "Das Kennwort gehört in password oder password_file, nicht in die Adresse."
        raise table.error("base_url", sentence)
    return server, unquote(parts.username) if parts.username else None


_MAIL_ADDRESS = "Das ist keine Adresse eines Mailservers; so schreiben: smtp://benutzer@mail.example.at:587."


def _secret(table: Table, key: str) -> tuple[str | None, str | None]:
    secret, file = table.text(key, longest=2000), table.text(f"{key}_file", longest=1000)
    if secret is not None and file is not None:
        raise table.error(f"{key}_file", f"Entweder {key} oder {key}_file angeben, nicht beides.")
    return secret, file


def _senders(table: Table) -> tuple[Sender, ...] | None:
    items = table.items("senders")
    if items is None:
        return None
    return tuple(dict.fromkeys(_sender(Table(item, path, ("address", "type"))) for path, item in items))


def _sender(table: Table) -> Sender:
    address = table.text("address", required=True) or ""
    kind = table.choice("type", SENDER_TYPES) or sender_type(address)
    return Sender(sender_address(table, "address", address, kind), kind)


def sender_type(address: str) -> str:
    """What a sender looks like: an address, a number with or without country code, or a name."""
    if "@" in address:
        return "email"
    if re.search(r"[^\W\d_]", address):
        return "alphanumeric"
    if not address.strip().startswith(("+", "0")):
        return "shortcode"
    return "international"


def sender_address(table: Table, key: str, address: str, kind: str) -> str:
    """A sender as it is stored: numbers in E.164, names as typed (at most 11 characters)."""
    if kind == "email":
        if not is_email(address):
            raise table.error(key, f"»{address}« ist keine E-Mail-Adresse; so schreiben: office@example.at.")
        return address
    if kind == "alphanumeric":
        if len(address) > 11:
            raise table.error(
                key, f"Ein Name als Absender hat höchstens 11 Zeichen, »{address}« hat {len(address)}."
            )
        if not _NAME_SENDER.fullmatch(address):
            raise table.error(
                key, f"»{address}« geht als Absender nicht: nur A bis Z, Ziffern und ein Buchstabe darunter."
            )
        return address
    if kind == "shortcode":
        if not re.fullmatch(r"\d{3,10}", address):
            raise table.error(key, f"»{address}« ist keine Kurznummer; sie hat 3 bis 10 Ziffern.")
        return address
    return phone_number(table.key(key), address)


def read_branch(data: object, path: str, known: Known) -> BranchSettings:
    """A Filiale; `known` has the gateways it may name. Raises SettingsError."""
    table = Table(data, path, ("name", "sms_gateway", "email_gateway", "sender", "land"))
    sms = _gateway(table, "sms_gateway", "sms", known)
    return BranchSettings(
        name=table.text("name", longest=120, required=True) or "",
        sms_gateway=sms,
        email_gateway=_gateway(table, "email_gateway", "email", known),
        sender=_branch_sender(table, sms, known),
        land=read_land(table),
    )


def _gateway(table: Table, key: str, channel: str, known: Known) -> str | None:
    name = table.text(key, longest=120)
    if not name:
        return name
    gateway = known.gateways.get(name)
    if gateway is None:
        raise table.error(key, f"Ein Gateway »{name}« gibt es nicht.")
    if channel not in GATEWAY_CHANNELS.get(gateway.kind, frozenset()):
        what = "SMS" if channel == "sms" else "E-Mails"
        raise table.error(key, f"Über das Gateway »{name}« ({gateway.kind}) können keine {what} gehen.")
    return name


def _branch_sender(table: Table, gateway: str | None, known: Known) -> str | None:
    typed = table.text("sender")
    if not typed:
        return typed
    sender = sender_address(table, "sender", typed, sender_type(typed))
    released = known.gateways[gateway].senders if gateway else ()
    if released and sender not in released:
        listed = ", ".join(released)
        raise table.error(
            "sender", f"»{typed}« ist beim Gateway »{gateway}« nicht freigegeben; möglich: {listed}."
        )
    return sender
