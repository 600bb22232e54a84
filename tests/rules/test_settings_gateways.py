"""Gateways in the settings file: each kind's own keys, prices, senders, and what is refused."""

from __future__ import annotations

import tomllib

import pytest

from kehr.gateways.registry import GATEWAYS
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.forms.settings_values import GATEWAY_CHANNELS, GatewaySettings, Known, KnownGateway, Sender
from kehr.rules.settings.settings_file import read_settings_file
from kehr.rules.settings.settings_gateways import KIND_KEYS
from kehr.rules.terms.euro import read_euro, spell_euro

ANDROID = "kind = 'android'\nbase_url = 'http://192.168.1.30:8080'\nuser = 'sms'\npassword = 'p'\nsim = 2\n"
SEVEN = "kind = 'seven'\ntoken = 't'\n"
GAMMU = "kind = 'gammu'\ndatabase = '/var/spool/gammu/smsd.db'\n"
HTTP = """kind = 'http_template'
url = 'https://sms.example.at/send?user={user}&key={secret}'
method = 'POST'
user = 'anna'
password = 'geheim'
headers = ['X-Api-Key: {secret}', 'Accept: application/json']
body = '{"to": "{recipient}", "text": "{text}", "ref": "{id}"}'
body_type = 'json'
success_status = '200-299'
success_path = 'result.code'
success_equals = 'OK|QUEUED'
success_regex = 'OK'
refused_path = 'result.code'
refused_equals = 'NUMBER'
id_path = 'result.messages[0].id'
timeout = 20
"""
MAIL = (
    "kind = 'http_template'\nmode = 'mail'\nvia = 'post'\nmail_to = '{recipient_digits}@email2sms.example'\n"
)
KNOWN = Known(
    gateways={
        "http": KnownGateway(
            "http_template",
            (),
            "https://sms.example.at/s",
            {"body": "to={recipient}&text={text}", "method": "POST"},
        ),
        "handy": KnownGateway("android", (), "http://192.168.1.30:8080"),
    }
)


def read(lines: str, name: str = "neu") -> GatewaySettings:
    return read_settings_file(tomllib.loads(f"[[gateways]]\nname = '{name}'\n{lines}"), KNOWN).gateways[0]


def with_line(text: str, key: str, value: str) -> str:
    """A file's lines with one key said otherwise; an empty value leaves it out."""
    kept = [line for line in text.splitlines() if not line.startswith(f"{key} =")]
    return "\n".join([*kept, f"{key} = {value}"] if value else kept)


def test_every_kind_that_sends_can_be_set_up_by_file() -> None:
    assert {gateway.kind for gateway in GATEWAYS} <= set(KIND_KEYS) == set(GATEWAY_CHANNELS)
    assert all(GATEWAY_CHANNELS[gateway.kind] == gateway.channels for gateway in GATEWAYS)


def test_each_kind_keeps_its_own_keys() -> None:  # C29
    android, seven, gammu, http = read(ANDROID), read(SEVEN), read(GAMMU), read(HTTP)
    assert (android.base_url, android.user, android.secret) == ("http://192.168.1.30:8080", "sms", "p")
    assert (seven.base_url, seven.secret, seven.secret_key) == (None, "t", "token")
    assert gammu.options == {"database": "/var/spool/gammu/smsd.db"}
    assert (http.secret, http.secret_key, http.user) == ("geheim", "password", "anna")
    assert http.base_url == "https://sms.example.at/send?user={user}&key={secret}"
    assert http.options["headers"] == "X-Api-Key: {secret}\nAccept: application/json"
    assert (http.options["timeout"], http.options["id_path"]) == ("20", "result.messages[0].id")


def test_an_sms_by_e_mail_needs_only_where_it_goes() -> None:
    found = read(MAIL)
    assert found.options == {
        "mode": "mail",
        "via": "post",
        "mail_to": "{recipient_digits}@email2sms.example",
    }


def test_one_key_changes_a_described_gateway_and_the_whole_is_checked() -> None:
    assert read("success_status = '202'", "http").options == {"success_status": "202"}
    with pytest.raises(SettingsError) as refused:
        read("method = 'GET'", "http")
    assert refused.value.key == "gateways[0].body"


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("'0,077'", 770), ("0.077", 770), ("'0.0775 €'", 775), ("0", 0), ("10", 100_000), ("''", -1)],
)
def test_a_price_is_kept_in_ten_thousandths(typed: str, amount: int) -> None:
    assert read(f"{SEVEN}price = {typed}").price == amount


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1", 10_000),
        ("12,5", 125_000),
        ("€ 3", 30_000),
        ("1,00001", None),
        ("-1", None),
        ("", None),
        ("1.000,00", None),
    ],
)
def test_euros_are_read(typed: str, amount: int | None) -> None:
    assert read_euro(typed) == amount


@pytest.mark.parametrize("amount", [0, 1, 770, 10_000, 125_000, 99_999_999])
def test_euros_are_read_back_as_they_are_spelled(amount: int) -> None:
    assert read_euro(spell_euro(amount)) == amount


def test_a_sender_says_whether_it_is_registered_and_since_when() -> None:  # C23
    found = read(
        SEVEN + "senders = [{address='Rauchfang', registered='yes', registered_on=2026-09-01}, "
        "{address='Kehrbote', registered='yes', registered_on='1.10.2026'}, {address='0720 111222'}]"
    )
    assert found.senders == (
        Sender("Rauchfang", "alphanumeric", "yes", "2026-09-01"),
        Sender("Kehrbote", "alphanumeric", "yes", "2026-10-01"),
        Sender("+43720111222", "international", "unknown", ""),
    )


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("436641234567", "+436641234567"),
        ("43 720 111222", "+43720111222"),
        ("0664 1234567", "+436641234567"),
        ("6642", "6642"),
    ],
)
def test_a_number_is_taken_as_providers_write_it(typed: str, kept: str) -> None:  # A56
    """Without plus, as LINK and seven list them, it is no short number."""
    (sender,) = read(SEVEN + f"senders = [{{address='{typed}'}}]").senders or ()
    assert (sender.address, sender.type) == (kept, "shortcode" if len(kept) == 4 else "international")


@pytest.mark.parametrize("name", ["Rauchfang12"])
def test_a_name_of_eleven_characters_is_taken(name: str) -> None:  # A56
    assert read(f"{SEVEN}senders = [{{address='{name}'}}]").senders == (Sender(name, "alphanumeric"),)


GET = "kind = 'http_template'\nmethod = 'GET'\nurl = '{}'\n"
ALL = "to={recipient}&text={text}"
BAD = [
    (ANDROID, "base_url", "", "base_url", "Adresse des Telefons fehlt"),
    (
        ANDROID,
        "base_url",
        "'192.168.1.30'",
        "base_url",
        "keine Webadresse; so schreiben: http://192.168.1.30:8080",
    ),
    (ANDROID, "sim", "4", "sim", "zwischen 0 und 3"),
    (ANDROID, "token", "'x'", "token", "gehört nicht zur Art »android«"),
    (SEVEN, "password", "'x'", "password", "gehört nicht zur Art »seven«"),
    (SEVEN, "user", "'x'", "user", "gehört nicht zur Art »seven«"),
    (SEVEN, "database", "'/x'", "database", "gehört nicht zur Art »seven«"),
    (SEVEN, "base_url", "'gateway.seven.io'", "base_url", "https://gateway.seven.io/api"),
    (SEVEN, "price", "'billig'", "price", "kein Preis einer SMS"),
    (SEVEN, "price", "-0.07", "price", "kein Preis einer SMS"),
    (SEVEN, "price", "10.01", "price", "höchstens 10"),
    (SEVEN, "price", "true", "price", "Betrag in Euro"),
    (SEVEN, "counter", "-2", "counter", "zwischen -1 und 1000000"),
    (SEVEN, "counter", "'viele'", "counter", "ganze Zahl"),
    (
        SEVEN,
        "senders",
        "[{address='Rauchfang', registered='ja'}]",
        "senders[0].registered",
        "yes, no, unknown",
    ),
    (
        SEVEN,
        "senders",
        "[{address='Rauchfang', registered_on='2026-10-01'}]",
        "senders[0].registered_on",
        "nur zu",
    ),
    (
        SEVEN,
        "senders",
        "[{address='Rauchfang', registered='yes', registered_on='31.02.2026'}]",
        "senders[0].registered_on",
        "kein Datum",
    ),
    (SEVEN, "senders", "[{address='Rauchfangkeh'}]", "senders[0].address", "höchstens 11 Zeichen"),
    (GAMMU, "database", "", "database", "Pfad der Datenbank"),
    (GAMMU, "database", "'smsd.db'", "database", "beginnt mit /"),
    (GAMMU, "base_url", "'x'", "base_url", "gehört nicht zur Art »gammu«"),
    (HTTP, "url", "", "url", "Adresse fehlt"),
    (HTTP, "url", "'sms.example.at'", "url", "keine Webadresse"),
    (HTTP, "url", "'ftp://sms.example.at'", "url", "keine Webadresse"),
    (HTTP, "url", "'https://anna:geheim@sms.example.at'", "url", "nicht vor den Rechnernamen"),
    (HTTP, "url", "'https://{sender}.example.at'", "url", "Im Rechnernamen gehen keine Platzhalter"),
    (HTTP, "url", "'https://sms.example.at/#a'", "url", "%23"),
    (HTTP, "url", "'https://sms.example.at/?…={text}'", "url", "Ersetzen Sie jedes …"),
    (HTTP, "url", "'https://sms.example.at/?to={phone}'", "url", "Den Platzhalter {phone} gibt es nicht"),
    (HTTP, "url", "'https://sms.example.at/?password=geheim'", "url", "steht das Geheimnis offen"),
    (HTTP, "url", "'https://sms.example.at/?api_key=abc'", "url", "steht das Geheimnis offen"),
    (HTTP, "method", "'DELETE'", "method", "GET, POST, PUT"),
    (HTTP, "method", "'GET'", "body", "Mit GET geht kein Inhalt"),
    (HTTP, "headers", "['X-Api-Key']", "headers[0]", "keine Kopfzeile"),
    (HTTP, "headers", "['Accept: a', 'Host: x.at']", "headers[1]", "setzt Kehrbote selbst"),
    (HTTP, "headers", "['X-Text: {text}']", "headers[0]", "geht in einer Kopfzeile nicht"),
    (HTTP, "headers", "['Authorization: Bearer abc']", "headers[0]", "steht das Geheimnis offen"),
    (HTTP, "headers", "['X-Firma: Öl']", "headers[0]", "keine Umlaute"),
    (HTTP, "headers", '"X: a"', "headers", "Liste"),
    (HTTP, "headers", '["X: a\\r\\nY: b"]', "headers[0]", "keine Kopfzeile"),
    (HTTP, "body", "'{\"to\": {recipient}}'", "body", "kein JSON"),
    (HTTP, "body", '\'{"to": "{recipient}"}\'', "body", "{text} kommt nirgends vor"),
    (HTTP, "body", '\'{"t": "{text}"}\'', "body", "Empfänger kommt nirgends vor"),
    (HTTP, "body", '\'{"a": [{"token": "x"}], "t": "{text}{recipient}"}\'', "body", "»token«"),
    (HTTP, "body_type", "'yaml'", "body_type", "form, json, xml, raw"),
    (HTTP, "body_type", "'xml'", "body", "kein XML"),
    (HTTP, "body_type", "'form'", "body", "name=wert"),
    (HTTP, "success_status", "'2xx'", "success_status", "keine HTTP-Zahlen"),
    (HTTP, "success_path", "'a..b'", "success_path", "kein Weg durch JSON"),
    (HTTP, "success_path", "", "success_path", "Wo dieser Wert"),
    (HTTP, "success_equals", "", "success_equals", "Welcher Wert"),
    (HTTP, "success_regex", "'('", "success_regex", "Klammer )"),
    (HTTP, "refused_equals", "", "refused_equals", "Welcher Wert"),
    (HTTP, "id_regex", "'id=(\\d+)'", "id_regex", "nicht beides"),
    (HTTP, "check_url", "'https://sms.example.at/?t={text}'", "check_url", "darf nichts senden"),
    (HTTP, "timeout", "0", "timeout", "zwischen 1 und 120"),
    (HTTP, "mode", "'fax'", "mode", "http, mail"),
    (HTTP, "token", "'x'", "token", "gehört nicht zur Art »http_template«"),
    (MAIL, "via", "", "via", "Über welches Mailkonto"),
    (MAIL, "mail_to", "'sms@email2sms.example'", "mail_to", "enthält die Nummer"),
    (MAIL, "mail_to", "'{recipient_digits}@…'", "mail_to", "Ersetzen Sie jedes …"),
    (MAIL, "mail_to", "'{recipient_digits}'", "mail_to", "keine E-Mail-Adresse"),
    (MAIL, "mail_to", "'{recipient_digits}@{text}'", "mail_to", "keine E-Mail-Adresse"),
    (MAIL, "mail_subject", "'{secret}'", "mail_subject", "Kennwort"),
    (MAIL, "mail_from", "'office'", "mail_from", "keine E-Mail-Adresse"),
]


@pytest.mark.parametrize(("text", "key", "value", "where", "words"), BAD, ids=[f"{b[3]}-{b[4]}" for b in BAD])
def test_a_bad_value_is_refused_by_its_key_with_a_german_sentence(
    text: str, key: str, value: str, where: str, words: str
) -> None:  # C30
    with pytest.raises(SettingsError) as refused:
        read(with_line(text, key, value))
    assert refused.value.key == f"gateways[0].{where}"
    assert words in refused.value.sentence
    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        GET.format("https://x.at/?" + ALL),
        GET.format("https://x.at/{recipient_digits}/{text}"),
        with_line(with_line(HTTP, "body_type", "'xml'"), "body", "'<a to=\"{recipient}\">{text}</a>'"),
        with_line(with_line(HTTP, "body_type", "'raw'"), "body", "'{recipient} {text}'"),
        with_line(with_line(HTTP, "body_type", "'form'"), "body", f"'{ALL}&password={{secret}}'"),
        with_line(HTTP, "headers", "['Authorization: Basic {basic}']"),
        with_line(HTTP, "check_url", "'https://sms.example.at/konto?key={secret}'"),
        with_line(HTTP, "timeout", "120"),
        MAIL + "mail_subject = '{id} {sender}'\nmail_from = 'office@example.at'",
    ],
)
def test_what_stands_on_the_good_side_is_taken(text: str) -> None:
    read(text)


@pytest.mark.parametrize(
    "body", ["<a>{text}{recipient}", "<!DOCTYPE a><a>{text}{recipient}</a>", "<{text} n='{recipient}'/>"]
)
def test_what_is_no_xml_is_refused(body: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(with_line(with_line(HTTP, "body_type", "'xml'"), "body", f'"{body}"'))
    assert refused.value.key == "gateways[0].body"
