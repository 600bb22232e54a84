"""Each trouble is told the office once, by mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.facts.raise_alarm import close_alarm, open_alarm
from kehr.actions.run.tell_office import tell_office
from kehr.models import Alarm, Company, Gateway, db, writing
from tests import builders
from tests.conftest import NOON
from tests.fakes.mail_server import MailServer, mail_server


@pytest.fixture
def mails(app: Flask) -> Iterator[MailServer]:
    with mail_server() as server:
        builders.company(network_allow=["127.0.0.1"])
        builders.gateway("Post", kind="smtp", base_url=f"smtp+plain://127.0.0.1:{server.port}")
        yield server


def trouble(key: str = "feed:1", now=NOON) -> None:
    with writing() as session:
        open_alarm(session, key, "gateway_stopped", {"gateway": "LINK", "code": "link_4001"}, now)


def over(key: str = "feed:1", now=NOON) -> None:
    with writing() as session:
        close_alarm(session, key, now)


def tell(**later: float) -> int:
    return tell_office(lambda: NOON + timedelta(**later))


def note() -> str:
    db.session.expire_all()
    return db.session.scalars(select(Alarm).order_by(Alarm.id.desc())).first().told_note


# B04, failures.md 15
def test_a_trouble_is_told_once_however_long_it_lasts(mails: MailServer) -> None:
    trouble()
    trouble()
    assert [tell(), tell(hours=1), tell(days=3)] == [1, 0, 0]
    (letter,) = mails.letters
    assert letter["To"] == "office@example.at"
    text = letter.get_body(("plain",)).get_content()
    assert "Das Gateway »LINK« steht." in text
    assert "link_4001" not in text


def test_a_trouble_that_comes_back_soon_is_not_told_again_but_later_is(mails: MailServer) -> None:
    trouble()
    tell()
    over(now=NOON + timedelta(hours=1))
    trouble(now=NOON + timedelta(hours=6))
    assert tell(hours=6) == 0
    assert note() == "told_lately"
    over(now=NOON + timedelta(hours=7))
    trouble(now=NOON + timedelta(hours=14))
    assert tell(hours=14) == 1
    assert len(mails.letters) == 2


def test_each_trouble_is_told_for_itself_and_a_settled_one_not_at_all(mails: MailServer) -> None:
    for key in ("feed:1", "feed:2", "feed:3"):
        trouble(key)
    over("feed:2")
    assert tell() == 2
    assert len(mails.letters) == 2


@pytest.mark.parametrize("reply", [("mail", "451 later"), ("mail", "550 sender unknown")])
def test_what_was_surely_not_sent_is_tried_again_but_not_every_round(mails: MailServer, reply: tuple) -> None:
    mails.replies[reply[0]] = reply[1]
    trouble()
    assert [tell(seconds=second) for second in range(0, 900, 20)] == [0] * 45
    mails.replies.clear()
    assert tell(minutes=14) == 0
    assert [tell(minutes=16), tell(minutes=40)] == [1, 0]
    assert len(mails.letters) == 1
    assert note() == ""


def test_an_unclear_mail_is_not_repeated(mails: MailServer) -> None:
    mails.replies["content"] = "drop"
    trouble()
    assert [tell(), tell(hours=1)] == [0, 0]
    assert len(mails.envelopes) == 1
    assert note().startswith("smtp_lost_after")


def test_without_a_way_to_tell_it_stays_on_the_start_page(app: Flask) -> None:
    builders.company(email="")
    trouble()
    assert tell() == 0
    with writing() as session:
        session.get(Company, 1).email = "office@example.at"
    builders.gateway("LINK", kind="linkmobility")
    assert tell() == 0
    assert note() == "no_gateway"
    assert db.session.scalars(select(Alarm.closed_at)).one() is None


def test_a_mail_account_that_cannot_be_opened_is_noted(mails: MailServer) -> None:
    with writing() as session:
        session.get(Gateway, 1).secret_box = "not ours"
    trouble()
    assert tell() == 0
    assert note().startswith("secret_unreadable")
