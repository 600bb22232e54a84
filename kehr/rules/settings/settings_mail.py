"""Checks where a mail server is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from kehr.rules.forms.settings_reader import Table
from kehr.rules.forms.settings_values import SECURITY

_SCHEMES = {"starttls": "smtp", "tls": "smtps", "none": "smtp+plain"}
_SECURITIES = {scheme: security for security, scheme in _SCHEMES.items()}
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")


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


def mail_address(table: Table, stored: str, user: str | None) -> tuple[str | None, str | None]:
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
