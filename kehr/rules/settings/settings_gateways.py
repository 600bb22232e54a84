"""Checks `[[gateways]]` of a settings file."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from kehr.rules.forms.settings_reader import Table
from kehr.rules.forms.settings_values import GATEWAY_CHANNELS, GatewaySettings, Known, KnownGateway
from kehr.rules.settings.gateway_options import OPTION_KEYS, read_options
from kehr.rules.settings.settings_mail import mail_address, mail_server
from kehr.rules.settings.settings_senders import read_senders, sender_address, sender_type
from kehr.rules.settings.settings_template import TEMPLATE_KEYS, read_template
from kehr.rules.terms.euro import read_euro

__all__ = ["mail_server", "read_gateway", "sender_address", "sender_type"]

_ALL = ("name", "kind", "senders", "max_per_minute", "price", "counter", "branch_only")
_TOKEN = ("token", "token_file")
_PASSWORD = ("password", "password_file")

KIND_KEYS: Mapping[str, tuple[str, ...]] = {
    "sandbox": ("base_url", *_TOKEN, "user"),
    "linkmobility": ("base_url", *_TOKEN, "user", *OPTION_KEYS["linkmobility"]),
    "android": ("base_url", "user", *_PASSWORD, *OPTION_KEYS["android"]),
    "seven": ("base_url", *_TOKEN, *OPTION_KEYS["seven"]),
    "gammu": OPTION_KEYS["gammu"],
    "http_template": (*TEMPLATE_KEYS, "user", *_PASSWORD),
    "smtp": ("base_url", "host", "port", "security", "user", *_PASSWORD, *OPTION_KEYS["smtp"]),
}
"""What each kind has beside what all have."""

_EVERY_KEY = tuple(dict.fromkeys([*_ALL, *(key for keys in KIND_KEYS.values() for key in keys)]))
_EXAMPLES = {"android": "http://192.168.1.30:8080", "seven": "https://gateway.seven.io/api"}


def read_gateway(data: object, path: str, known: Known) -> GatewaySettings:
    """One account at one gateway. Raises SettingsError."""
    table = Table(data, path, _EVERY_KEY)
    name = table.text("name", longest=120, required=True) or ""
    old = known.gateways.get(name)
    kind = _kind(table, required=old is None)
    meant = kind or (old.kind if old else "")
    stored = old if old and old.kind == meant else KnownGateway(meant)
    _refuse_foreign_keys(table, meant)
    secret_key = secret_key_of(meant)
    secret, file = _secret(table, secret_key)
    base_url, user, options = _address(table, meant, stored)
    return GatewaySettings(
        name=name,
        kind=kind,
        base_url=base_url,
        user=user,
        secret=secret,
        secret_file=file,
        secret_key=secret_key,
        senders=read_senders(table),
        max_per_minute=table.whole("max_per_minute", 0, 6000),
        options=options,
        price=_price(table),
        counter=table.whole("counter", -1, 1_000_000),
        branch_only=table.flag("branch_only"),
    )


def secret_key_of(kind: str) -> str:
    """What the secret of such an account is called in the file: `token` or `password`."""
    return "password" if "password" in KIND_KEYS.get(kind, ()) else "token"


def _kind(table: Table, *, required: bool) -> str | None:
    kind = table.text("kind", longest=40, required=required)
    if kind is None or kind in GATEWAY_CHANNELS:
        return kind
    raise table.error("kind", f"Die Art »{kind}« gibt es nicht; möglich: {', '.join(GATEWAY_CHANNELS)}.")


def _refuse_foreign_keys(table: Table, kind: str) -> None:
    for key, value in table.data.items():
        if value is not None and key not in _ALL and key not in KIND_KEYS[kind]:
            raise table.error(key, f"Diese Angabe gehört nicht zur Art »{kind}«.")


def _address(table: Table, kind: str, stored: KnownGateway) -> tuple[str | None, str | None, dict[str, str]]:
    """Address, user and the kind's own options, as they are stored."""
    user = table.text("user")
    options = {} if kind == "http_template" else read_options(table, kind)
    if kind == "smtp":
        return *mail_address(table, stored.base_url, user), options
    if kind == "http_template":
        url, options = read_template(table, stored.base_url, stored.options)
        return url, user, options
    if kind == "gammu":
        _check_modem(table, {**stored.options, **options}.get("database", ""))
        return None, None, options
    url = _web_address(table, kind)
    if kind == "android" and not (stored.base_url if url is None else url):
        sentence = "Die Adresse des Telefons fehlt; die App zeigt sie, etwa http://192.168.1.30:8080."
        raise table.error("base_url", sentence)
    return url, user, options


def _check_modem(table: Table, database: str) -> None:
    if not database:
        sentence = "Der Pfad der Datenbank von gammu-smsd fehlt, etwa /var/spool/gammu/smsd.db."
        raise table.error("database", sentence)
    if not database.startswith("/"):
        raise table.error("database", f"»{database}« ist kein ganzer Pfad; er beginnt mit /.")


def _web_address(table: Table, kind: str) -> str | None:
    url = table.text("base_url", longest=500)
    if not url:
        return url
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        good = good and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good or " " in url:
        example = _EXAMPLES.get(kind, "https://api.linkmobility.eu/rest")
        raise table.error("base_url", f"Das ist keine Webadresse; so schreiben: {example}.")
    return url.rstrip("/")


def _secret(table: Table, key: str) -> tuple[str | None, str | None]:
    secret, file = table.text(key, longest=2000), table.text(f"{key}_file", longest=1000)
    if secret is not None and file is not None:
        raise table.error(f"{key}_file", f"Entweder {key} oder {key}_file angeben, nicht beides.")
    return secret, file


def _price(table: Table) -> int | None:
    """Ten-thousandths of a euro for one part; -1 where the file says that it is unknown (empty)."""
    value = table.data.get("price")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise table.error("price", "Hier muss ein Betrag in Euro stehen, etwa 0,077.")
    typed = str(value).strip()
    if not typed:
        return -1
    amount = read_euro(typed)
    if amount is None or amount > 100_000:
        sentence = f"»{typed}« ist kein Preis einer SMS; so schreiben: 0,077 (Euro, höchstens 10)."
        raise table.error("price", sentence)
    return amount
