"""Gateways of every kind go out as a file and come back the same; a branch's token is its own."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.facts.gateway_queue import sender_of
from kehr.actions.setup.change_gateway import save_gateway, twin_of
from kehr.actions.setup.configure import NOTHING, configure
from kehr.actions.setup.export_settings import export_settings
from kehr.gateways.contract import Misconfigured, OutgoingMessage
from kehr.models import Gateway, db
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.forms.settings_values import GatewaySettings
from tests import builders
from tests.conftest import NOON
from tests.fakes.mail_server import mail_server
from tests.rules.test_settings_gateways import ANDROID, GAMMU, HTTP, MAIL, SEVEN

SENDERS = (
    "senders = [{address='Rauchfang', registered='yes', registered_on=2026-09-01}, {address='0720 111222'}]\n"
)
EVERY = "".join(
    f"[[gateways]]\nname = '{name}'\n{text}"
    for name, text in {
        "sms-post": MAIL + "mail_subject = 'SMS {id}'\n",
        "handy": ANDROID + "ttl = 900\ntimeout = 20\n",
        "seven": SEVEN + SENDERS + "price = 0.077\nstates_at_once = 5\nzone = 'Europe/Vienna'\n",
        "modem": GAMMU + "counter = 100\nvalidity_hours = 24\nphone_id = 'a'\ntimeout = 3\n",
        "http": HTTP + "check_url = 'https://sms.example.at/konto'\nprice = '0,065'\n",
        "post": "kind = 'smtp'\nhost = 'm.example.at'\nsenders = [{address='a@b.at'}]\npassword = 'p2'\n",
    }.items()
)


def gateway(name: str) -> Gateway:
    return db.session.scalars(select(Gateway).where(Gateway.name == name)).one()


def test_every_kind_comes_back_the_same(app: Flask, tmp_path: Path) -> None:  # C30
    configure(tomllib.loads(EVERY), tmp_path, NOON)
    assert configure(tomllib.loads(EVERY), tmp_path, NOON) == [NOTHING]
    for with_secrets in (False, True):
        text = export_settings(with_secrets=with_secrets)
        assert configure(tomllib.loads(text), tmp_path, NOON) == [NOTHING]
        assert export_settings(with_secrets=with_secrets) == text
    assert (gateway("seven").price, gateway("modem").counter, gateway("http").secret) == (770, 100, "geheim")
    assert gateway("seven").senders[0] == {
        "address": "Rauchfang",
        "type": "alphanumeric",
        "registered": "yes",
        "registered_on": "2026-09-01",
    }


def test_secrets_go_out_only_when_asked_for(app: Flask, tmp_path: Path) -> None:  # C30
    configure(tomllib.loads(EVERY), tmp_path, NOON)
    bare, full = (tomllib.loads(export_settings(with_secrets=told))["gateways"] for told in (False, True))
    assert not any({"token", "password"} & set(one) for one in bare)
    assert {one["name"]: one.get("token") or one.get("password") for one in full} == {
        "sandbox": None,
        "sms-post": None,
        "handy": "p",
        "seven": "t",
        "modem": None,
        "http": "geheim",
        "post": "p2",
    }


def test_price_and_counter_can_be_taken_back(app: Flask, tmp_path: Path) -> None:
    configure(tomllib.loads(EVERY), tmp_path, NOON)
    lines = configure(
        tomllib.loads("[[gateways]]\nname='seven'\nprice=''\n[[gateways]]\nname='modem'\ncounter=-1"),
        tmp_path,
        NOON,
    )
    assert lines == ["Gateway »seven«: price geändert", "Gateway »modem«: counter geändert"]
    assert (gateway("seven").price, gateway("modem").counter) == (None, None)


def test_the_same_file_does_not_put_a_counter_back_that_runs(app: Flask, tmp_path: Path) -> None:
    configure(tomllib.loads(EVERY), tmp_path, NOON)  # A52, C30
    gateway("modem").counter = 40
    db.session.commit()
    assert configure(tomllib.loads(EVERY), tmp_path, NOON) == [NOTHING]
    assert gateway("modem").counter == 40
    ended = "[[gateways]]\nname='modem'\ncounter=-1"
    assert configure(tomllib.loads(ended), tmp_path, NOON) == ["Gateway »modem«: counter geändert"]
    configure(tomllib.loads(EVERY), tmp_path, NOON)
    assert gateway("modem").counter == 100


def test_a_mail_account_that_is_not_there_is_refused(app: Flask, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        configure(tomllib.loads(f"[[gateways]]\nname = 'x'\n{MAIL}"), tmp_path, NOON)
    assert refused.value.key == "gateways[0].via"
    assert db.session.scalar(select(Gateway.id)) is None


def test_another_kind_keeps_nothing_of_the_old_one(app: Flask, tmp_path: Path) -> None:
    configure(tomllib.loads(EVERY), tmp_path, NOON)
    configure(tomllib.loads("[[gateways]]\nname='http'\nkind='sandbox'"), tmp_path, NOON)
    row = gateway("http")
    assert (row.secret, row.base_url, row.options) == ("", "", {"user": ""})


# B09
def test_a_branchs_gateway_refuses_the_token_of_the_main_account(app: Flask) -> None:
    builders.company()
    main = builders.gateway("haupt", kind="linkmobility")
    main.secret = "token-1"
    steyr = builders.gateway("steyr", kind="linkmobility")
    builders.branch("Steyr", sms_gateway_id=steyr.id)
    db.session.commit()
    with pytest.raises(SettingsError) as refused:
        save_gateway(steyr.id, GatewaySettings("steyr", secret="token-1"), NOON)
    assert refused.value.key == "token" and "Filiale »Steyr«" in refused.value.sentence
    db.session.rollback()
    assert gateway("steyr").secret == ""
    save_gateway(steyr.id, GatewaySettings("steyr", secret="token-2"), NOON)
    assert gateway("steyr").secret == "token-2"
    with pytest.raises(SettingsError):
        save_gateway(main.id, GatewaySettings("haupt", secret="token-2"), NOON)


# B09
@pytest.mark.parametrize(("kind", "refused"), [("linkmobility", True), ("seven", True), ("android", False)])
def test_the_settings_file_refuses_a_shared_token_too(
    kind: str, refused: bool, app: Flask, tmp_path: Path
) -> None:
    secret = "password" if kind == "android" else "token"
    more = "base_url='http://192.168.1.30:8080'\n" if kind == "android" else ""
    text = "".join(
        f"[[gateways]]\nname='{name}'\nkind='{kind}'\n{secret}='eins'\n{more}" for name in ("haupt", "steyr")
    )
    data = tomllib.loads(text + "[[branches]]\nname='Steyr'\nsms_gateway='steyr'\n")
    if refused:
        with pytest.raises(SettingsError) as caught:
            configure(data, tmp_path, NOON)
        assert caught.value.key == "gateways[0].token"
        assert db.session.scalars(select(Gateway.name)).all() in ([], ["sandbox"])
    else:
        configure(data, tmp_path, NOON)


def test_two_accounts_without_a_branch_may_share_a_token(app: Flask) -> None:
    for name in ("eins", "zwei"):
        builders.gateway(name, kind="seven").secret = "gleich"
    db.session.commit()
    assert save_gateway(gateway("zwei").id, GatewaySettings("zwei", max_per_minute=5), NOON)
    assert twin_of(db.session, gateway("zwei")) is gateway("eins")


def test_an_sms_by_e_mail_leaves_through_the_account_it_names(app: Flask) -> None:
    builders.company(network_allow=["127.0.0.1"])
    with mail_server() as fake:
        post = f"smtp+plain://127.0.0.1:{fake.port}"
        builders.gateway(
            "post", kind="smtp", base_url=post, senders=[{"address": "office@example.at", "type": "email"}]
        )
        options = {"mode": "mail", "via": "post", "mail_to": "{recipient_digits}@email2sms.example"}
        row = builders.gateway("sms-post", kind="http_template", options=options)
        sender = sender_of(row, lambda: NOON)
        sender.send(OutgoingMessage("m-1", "sms", "+436641234567", "Wir kehren.", "+43720111222"))
        (letter,) = fake.letters
        assert (letter["To"], letter["From"]) == ("436641234567@email2sms.example", "office@example.at")
        db.session.delete(gateway("post"))
        db.session.commit()
        with pytest.raises(Misconfigured) as caught:
            sender_of(row, lambda: NOON)
        assert caught.value.code == "template_mail_account"


@pytest.mark.parametrize(
    ("kind", "pace"), [("android", 1), ("gammu", 8), ("seven", 60), ("http_template", 60)]
)
def test_an_account_that_is_not_told_how_fast_sends_as_fast_as_its_kind_can(
    app: Flask, kind: str, pace: int
) -> None:  # C29
    save_gateway(None, GatewaySettings("neu", kind=kind), NOON)
    assert gateway("neu").max_per_minute == pace
    save_gateway(gateway("neu").id, GatewaySettings("neu", kind=kind, max_per_minute=0), NOON)
    assert gateway("neu").max_per_minute == 0
    save_gateway(gateway("neu").id, GatewaySettings("neu"), NOON)
    assert gateway("neu").max_per_minute == 0


def test_another_kind_sends_as_fast_as_it_can(app: Flask) -> None:
    save_gateway(None, GatewaySettings("neu", kind="seven"), NOON)
    save_gateway(gateway("neu").id, GatewaySettings("neu", kind="android"), NOON)
    assert gateway("neu").max_per_minute == 1


def test_what_a_file_says_of_patience_reaches_the_gateway(app: Flask, tmp_path: Path) -> None:
    configure(tomllib.loads(EVERY), tmp_path, NOON)
    for name, options in {
        "handy": {"ttl": "900", "timeout": "20", "sim": "2"},
        "seven": {"states_at_once": "5", "zone": "Europe/Vienna"},
        "modem": {"validity_hours": "24", "phone_id": "a", "timeout": "3"},
    }.items():
        assert options.items() <= gateway(name).options.items()
        sender_of(gateway(name), lambda: NOON).close()
