"""The settings file: what is taken, and the sentence for each thing that is not."""

from __future__ import annotations

import tomllib
from datetime import time

import pytest

from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.forms.settings_values import Known, KnownGateway, SettingsFile
from kehr.rules.settings.settings_file import read_settings_file

LINK = "[network]\npublic_url = 'https://k.example.at'\n"
LINKS = f"[network]\npublic_url = 'https://{'k' * 22}'\n"
WHOLE = """
[company]
name = "Rauchfangkehrer Mustermann GmbH"
street = "Redtenbachergasse 3"
postcode = "4400"
town = "Steyr"
phone = "+43 7252 12345"
email = "office@example.at"
zone = "Europe/Vienna"
land = "OÖ"
trial = false
own_numbers = ["0664 1112223", "+436641112223"]
own_emails = ["office@example.at"]
send_window = { from = "08:00", to = "20:00", days = ["sat","mon"], holidays = false }
settle_minutes = 20
release = "anomalies"
self_test = { sms = "+436641112223", email = "" }
[network]
allow = ["127.0.0.1"]
public_url = "https://t.example.at/"
[[gateways]]
name = "link"
kind = "linkmobility"
base_url = "https://api.linkmobility.eu/rest"
token = "geheim"
senders = [{ address = "+43720111222", type = "international" }, { address = "Rauchfang" }]
max_per_minute = 60
[[gateways]]
name = "mail"
kind = "smtp"
base_url = "smtp://office@mail.example.at:587"
password = "auch geheim"
senders = [{ address = "office@example.at", type = "email" }]
[[branches]]
name = "Steyr"
sms_gateway = "link"
email_gateway = "mail"
sender = "+43720111222"
land = ""
[[calendars]]
name = "Kehrplan Steyr"
url = "webcal://example.at/kehrplan.ics"
branch = "Steyr"
color = "#2F6F4F"
active = true
poll_minutes = 15
phone_field = "summary"
name_field = "summary"
location_field = "location"
fallbacks = { name = "Kundin/Kunde", location = "bei Ihnen" }
consent = "customer"
[[rules]]
kind = "reminder"
active = true
channel = "sms"
days = 2
at = "17:00"
text = "#Anrede #Name, am #Wochentag, #Datum um #Uhrzeit. #Ort. #Firma #Telefon"
subject = ""
ical_link = false
[[rules]]
kind = "moved"
calendar = "Kehrplan Steyr"
active = true
text = "Neu: #Datum"
[[users]]
login = "Office"
role = "admin"
password_file = "kennwort"
"""

KNOWN = Known(
    gateways={
        "link": KnownGateway("linkmobility", ("+43720111222",)),
        "mail": KnownGateway("smtp", (), "smtp://mail.example.at:587"),
        "probe": KnownGateway("sandbox"),
    },
    branches=frozenset({"Steyr"}),
    calendars={"Kehrplan": "ics", "WinChim": "file"},
    window=(time(8), time(20)),
)


def read(text: str, known: Known = KNOWN) -> SettingsFile:
    return read_settings_file(tomllib.loads(text), known)


def test_the_whole_file_of_the_documentation_is_taken() -> None:  # C30
    found = read(WHOLE, Known())
    assert found.company is not None and found.network is not None
    assert found.company.own_numbers == ("+436641112223",)
    assert found.company.window_days == ("mon", "sat")
    assert (found.company.window_from, found.company.window_to) == (time(8), time(20))
    assert found.network.public_url == "https://t.example.at"
    link, mail = found.gateways
    assert [sender.type for sender in link.senders or ()] == ["international", "alphanumeric"]
    assert (mail.base_url, mail.user, mail.secret) == (
        "smtp://mail.example.at:587",
        "office",
        "auch geheim",
    )
    assert found.calendars[0].url == "https://example.at/kehrplan.ics"  # B16
    assert found.calendars[0].color == "#2f6f4f"
    assert found.rules[0].scope == ("", "", "reminder")
    assert found.rules[1].scope == ("", "Kehrplan Steyr", "moved")
    assert found.users[0].login == "office"


def test_sections_and_keys_that_are_absent_stay_unsaid() -> None:
    found = read("[company]\ntown = 'Wels'")
    assert found.company is not None
    assert (found.company.town, found.company.name, found.company.trial) == ("Wels", None, None)
    assert found.network is None
    assert (found.gateways, found.calendars, found.rules, found.users) == ((), (), (), ())


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("host = 'm.example.at'", "smtp://m.example.at:587"),
        ("host = 'm.example.at'\nsecurity = 'tls'", "smtps://m.example.at:465"),
        ("host = '192.168.1.4'\nsecurity = 'none'\nport = 2525", "smtp+plain://192.168.1.4:2525"),
        ("base_url = 'smtps://m.example.at'", "smtps://m.example.at:465"),
        ("host = '::1'", "smtp://[::1]:587"),
    ],
)
def test_a_mail_server_is_kept_as_one_address(text: str, address: str) -> None:
    found = read(f"[[gateways]]\nname = 'neu'\nkind = 'smtp'\n{text}")
    assert found.gateways[0].base_url == address


def test_one_key_changes_a_known_mail_server_and_keeps_the_rest() -> None:
    found = read("[[gateways]]\nname = 'mail'\nport = 2587")
    assert found.gateways[0].base_url == "smtp://mail.example.at:2587"


def test_a_calendar_that_is_known_needs_no_address() -> None:
    assert read("[[calendars]]\nname = 'Kehrplan'\nactive = false").calendars[0].url is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("name = 'WinChim'", "file"),
        ("name = 'WinChim'\nkind = 'file'", "file"),
        ("name = 'Neu'\nkind = 'file'", "file"),
    ],
)
def test_a_list_from_files_has_no_address(text: str, kind: str) -> None:
    found = read(f"[[calendars]]\n{text}").calendars[0]
    assert (found.kind, found.url) == (kind, None)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name = 'WinChim'\nurl = 'https://example.at/a.ics'", "hat keine Adresse"),
        ("name = 'Neu'\nkind = 'file'\nurl = 'https://example.at/a.ics'", "hat keine Adresse"),
        ("name = 'WinChim'\nkind = 'ics'\nurl = 'https://example.at/a.ics'", "gibt es schon eine Liste"),
        ("name = 'Kehrplan'\nkind = 'file'", "gibt es schon ein Kalender"),
        ("name = 'Neu'\nkind = 'csv'", "kind"),
    ],
)
def test_what_is_a_list_never_becomes_a_calendar(text: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(f"[[calendars]]\n{text}")
    assert sentence in str(refused.value)


@pytest.mark.parametrize("days", [0, 60])
def test_lead_times_from_0_to_60_days_are_taken(days: int) -> None:  # C01, B35
    assert read(f"[[rules]]\nkind = 'reminder'\ndays = {days}").rules[0].days == days


CALENDAR = "[[calendars]]\nname = 'Neu'\nurl = 'https://example.at/a.ics'\n"
GATEWAY = "[[gateways]]\nname = 'neu'\nkind = 'linkmobility'\n"
RULE = "[[rules]]\nkind = 'reminder'\n"

BAD = [
    ("company = 3", "company", "Tabelle"),
    ("[firma]\nname = 'x'", "firma", "Diese Angabe gibt es nicht"),
    ("[company]\nnam = 'x'", "company.nam", "Gemeint ist wohl »name«"),
    ("[company]\nname = 5", "company.name", "Text in Anführungszeichen"),
    ("[company]\nname = 'a\\u0007'".replace("'", '"'), "company.name", "Steuerzeichen"),
    ("[company]\npostcode = '" + "1" * 21 + "'", "company.postcode", "Höchstens 20 Zeichen"),
    ("[company]\ntrial = 'nein'", "company.trial", "true (ja) oder false (nein)"),
    ("[company]\nemail = 'office'", "company.email", "keine E-Mail-Adresse"),
    ("[company]\nzone = 'Europe/Wien'", "company.zone", "Europe/Vienna"),
    ("[company]\nland = 'Bayern'", "company.land", "kein Bundesland"),
    ("[company]\nown_numbers = ['664 1112223']", "company.own_numbers[0]", "keine Vorwahl"),
    ("[company]\nown_numbers = '0664 1112223'", "company.own_numbers", "Liste"),
    ("[company]\nown_emails = ['a@b.at', 'x']", "company.own_emails[1]", "keine E-Mail-Adresse"),
    ("[company.send_window]\nfrom = '8 Uhr'", "company.send_window.from", "keine Uhrzeit"),
    ("[company.send_window]\nto = '24:00'", "company.send_window.to", "keine Uhrzeit"),
    ("[company.send_window]\nfrom='20:00'\nto='08:00'", "company.send_window.to", "nach dem Beginn"),
    ("[company.send_window]\nfrom='20:00'", "company.send_window.to", "nach dem Beginn"),
    ("[company.send_window]\ndays=[]", "company.send_window.days", "nie etwas hinaus"),
    ("[company.send_window]\ndays=['mo']", "company.send_window.days[0]", "kein Wochentag"),
    ("[company]\nsettle_minutes = -1", "company.settle_minutes", "zwischen 0 und 1440"),
    ("[company]\nsettle_minutes = 2.5", "company.settle_minutes", "ganze Zahl"),
    ("[company]\nsettle_minutes = true", "company.settle_minutes", "ganze Zahl"),
    ("[company]\nrelease = 'immer'", "company.release", "anomalies, always, never"),
    ("[company.self_test]\nsms = '12'", "company.self_test.sms", "Telefonnummer"),
    ("[company.self_test]\nsms = '+43 7252 72345'", "company.self_test.sms", "Festnetznummer"),
    ("[network]\npublic_url = 'kehr.example.at'", "network.public_url", "keine Webadresse"),
    ("[[gateways]]\nkind = 'sandbox'", "gateways[0].name", "fehlt"),
    ("[[gateways]]\nname = 'neu'", "gateways[0].kind", "fehlt"),
    ("[[gateways]]\nname='neu'\nkind='taube'", "gateways[0].kind", "gibt es nicht; möglich: sandbox"),
    (GATEWAY + "base_url = 'ftp://x'", "gateways[0].base_url", "keine Webadresse"),
    (GATEWAY + "token = 'a'\ntoken_file = 'b'", "gateways[0].token_file", "nicht beides"),
    (GATEWAY + "password = 'a'", "gateways[0].password", "gehört nicht zur Art"),
    (GATEWAY + "max_per_minute = 6001", "gateways[0].max_per_minute", "zwischen 0 und 6000"),
    (
        GATEWAY + "senders = [{address='Rauchfangkehr'}]",
        "gateways[0].senders[0].address",
        "höchstens 11 Zeichen",
    ),
    (
        GATEWAY + "senders = [{address='Käse'}]",
        "gateways[0].senders[0].address",
        "nur Buchstaben ohne Umlaute",
    ),
    (GATEWAY + "senders = [{typ='x'}]", "gateways[0].senders[0].typ", "Gemeint ist wohl »type«"),
    ("[[gateways]]\nname='neu'\nkind='smtp'", "gateways[0].host", "Name des Mailservers fehlt"),
    (
        "[[gateways]]\nname='neu'\nkind='smtp'\nbase_url='smtp://a:b@c.at'",
        "gateways[0].base_url",
        "Kennwort gehört",
    ),
    (
        "[[gateways]]\nname='neu'\nkind='smtp'\nbase_url='https://c.at'",
        "gateways[0].base_url",
        "Adresse eines Mailservers",
    ),
    (
        "[[gateways]]\nname='neu'\nkind='smtp'\nhost='m.at'\nport=65536",
        "gateways[0].port",
        "zwischen 1 und 65535",
    ),
    (GATEWAY + GATEWAY, "gateways[1].name", "schon weiter oben"),
    ("[[branches]]\nname='Wels'\nsms_gateway='nix'", "branches[0].sms_gateway", "gibt es nicht"),
    ("[[branches]]\nname='Wels'\nsms_gateway='mail'", "branches[0].sms_gateway", "keine SMS gehen"),
    ("[[branches]]\nname='Wels'\nemail_gateway='link'", "branches[0].email_gateway", "keine E-Mails gehen"),
    ("[[branches]]\nname='Wels'\nsender='Rauchfangkehr'", "branches[0].sender", "höchstens 11 Zeichen"),
    (
        "[[branches]]\nname='Wels'\nsms_gateway='link'\nsender='0720 999888'",
        "branches[0].sender",
        "nicht freigegeben; möglich: +43720111222",
    ),
    ("[[branches]]\nname='Wels'\nland='xx'", "branches[0].land", "kein Bundesland"),
    ("[[calendars]]\nname='Neu'", "calendars[0].url", "Adresse des Kalenders fehlt"),
    ("[[calendars]]\nname='Neu'\nurl='ftp://x.at/a'", "calendars[0].url", "beginnt mit https://"),
    ("[[calendars]]\nname='Neu'\nurl='a b'", "calendars[0].url", "Leerzeichen"),
    (CALENDAR + "branch = 'Linz'", "calendars[0].branch", "Eine Filiale »Linz« gibt es nicht"),
    (CALENDAR + "color = 'grün'", "calendars[0].color", "keine Farbe"),
    (CALENDAR + "poll_minutes = 0", "calendars[0].poll_minutes", "zwischen 1 und 1440"),
    (
        CALENDAR + "phone_field = 'titel'",
        "calendars[0].phone_field",
        "summary, description, location, contact",
    ),
    (CALENDAR + "consent = 'ja'", "calendars[0].consent", "customer, calendar"),
    (CALENDAR + "fallbacks = {ort = 'x'}", "calendars[0].fallbacks.ort", "Möglich sind: name, location"),
    ("[[rules]]\nkind = 'gruss'", "rules[0].kind", "announcement"),
    (RULE + "branch = 'Linz'", "rules[0].branch", "Eine Filiale »Linz« gibt es nicht"),
    (RULE + "calendar = 'x'", "rules[0].calendar", "Einen Kalender »x« gibt es nicht"),
    (RULE + "branch='Steyr'\ncalendar='Kehrplan'", "rules[0].calendar", "nicht beides"),
    (RULE + "active = true", "rules[0].text", "Der Text fehlt"),
    (RULE + "days = 61", "rules[0].days", "zwischen 0 und 60"),
    (RULE + "days = -1", "rules[0].days", "zwischen 0 und 60"),
    (RULE + "at = '25:00'", "rules[0].at", "keine Uhrzeit"),
    (RULE + "channel = 'fax'", "rules[0].channel", "sms, email, both"),
    (RULE + "text = 'am #Dattum'", "rules[0].text", "#Dattum gibt es nicht. Gemeint ist wohl #Datum"),
    (RULE + "subject = '#Xyzzy'", "rules[0].subject", "#Xyzzy gibt es nicht"),
    (RULE + "ical_link = true", "rules[0].ical_link", "network.public_url"),  # B33
    (RULE + "text = '#kalenderlink'", "rules[0].text", "network.public_url"),
    (RULE + "subject = '#Kalenderlink'", "rules[0].subject", "network.public_url"),
    (LINKS + RULE + "ical_link = true", "rules[0].ical_link", "zu lang"),
    ("[company]\nphone = ''\n" + LINK + RULE + "ical_link = true", "rules[0].ical_link", "Stammdaten"),
    (LINK + "[[rules]]\nkind = 'feedback'\nical_link = true", "rules[0].ical_link", "nach dem Termin"),
    (
        "[[rules]]\nkind='followup'\nactive=true\nchannel='both'\ntext='?'",
        "rules[0].channel",
        "nur per SMS",
    ),
    ("[[users]]\nlogin='eva'", "users[0].role", "fehlt"),
    ("[[users]]\nlogin='eva'\nrole='chef'", "users[0].role", "admin, office, reader"),
    ("[[users]]\nlogin='e v'\nrole='admin'", "users[0].login", "2 bis 60"),
    ("[[users]]\nlogin='eva'\nrole='admin'\npassword_hash='x'", "users[0].password_hash", "password_file"),
]


@pytest.mark.parametrize(("text", "key", "words"), BAD, ids=[case[1] for case in BAD])
def test_what_cannot_be_applied_is_refused_by_its_key_with_a_german_sentence(
    text: str, key: str, words: str
) -> None:  # C30
    with pytest.raises(SettingsError) as refused:
        read(text)
    assert refused.value.key == key
    assert words in refused.value.sentence
    assert refused.value.sentence.endswith(".") and "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "[[rules]]\nkind = 'followup'\nactive = false\ntext = '?'",
        "[[rules]]\nkind = 'reminder'\nactive = false",
        "[[branches]]\nname='Wels'\nsms_gateway='probe'\nsender='Rauchfang12'",
        "[[branches]]\nname='Wels'\nsms_gateway='link'\nsender='0720 111222'",
        "[[branches]]\nname='Wels'\nsms_gateway=''",
        "[company]\nland = ''",
        "[[rules]]\nkind = 'reminder'\nat = 17:00:00",
        "[[gateways]]\nname = 'neu'\nkind = 'linkmobility'",
    ],
)
def test_what_stands_on_the_good_side_of_each_border_is_taken(text: str) -> None:
    read(text)
