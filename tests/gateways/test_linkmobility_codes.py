"""LINK Mobility: each code, status and broken answer ends in the class that is true."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from kehr.gateways.contract import (
    GatewayError,
    Misconfigured,
    NotTaken,
    Refused,
    Unclear,
)
from kehr.gateways.linkmobility_codes import VERDICTS, Verdict, verdict, word
from tests.fakes.link_server import LinkServer, link_server
from tests.gateways.link_build import BUILT, build, failure, message


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Whatever gateway a test built is closed after it."""
    yield
    while BUILT:
        BUILT.pop().close()


@pytest.fixture
def fake() -> Iterator[LinkServer]:
    with link_server() as running:
        yield running


EXPECTED = {
    Verdict.REFUSED: Refused,
    Verdict.BUG: Refused,
    Verdict.MISCONFIGURED: Misconfigured,
    Verdict.LATER: NotTaken,
    Verdict.UNCLEAR: Unclear,
}


def test_failure_15_every_code_ends_in_its_class(fake: LinkServer) -> None:
    gateway = build(fake)
    for code, meaning in VERDICTS.items():
        fake.behaviours = [f"code:{code}"]
        if meaning is Verdict.ACCEPTED:
            assert gateway.send(message()).reference
            continue
        told = failure(gateway, message())
        assert type(told) is EXPECTED[meaning], code
        assert told.detail.startswith(str(code)), code
        assert told.code == ("link_bug" if meaning is Verdict.BUG else f"link_{code}")
    assert len(fake.accepted) == 3


@pytest.mark.parametrize(
    ("code", "meaning", "name"),
    [
        (4999, Verdict.REFUSED, "link_unknown_refusal"),
        (4028, Verdict.REFUSED, "link_unknown_refusal"),
        (5001, Verdict.UNCLEAR, "link_unknown_code"),
        (5999, Verdict.UNCLEAR, "link_unknown_code"),
        (2003, Verdict.UNCLEAR, "link_unknown_code"),
        (3000, Verdict.UNCLEAR, "link_unknown_code"),
        (0, Verdict.UNCLEAR, "link_unknown_code"),
        (-4001, Verdict.UNCLEAR, "link_unknown_code"),
        (6000, Verdict.UNCLEAR, "link_unknown_code"),
    ],
)
def test_a_code_nobody_knows_is_judged_by_its_thousand(
    fake: LinkServer, code: int, meaning: Verdict, name: str
) -> None:
    assert (verdict(code), word(code)) == (meaning, name)
    fake.behaviours = [f"json:{json.dumps({'statusCode': code, 'statusMessage': 'hm'})}"]
    told = failure(build(fake), message())
    assert (type(told), told.code, told.detail) == (EXPECTED[meaning], name, f"{code} hm")


@pytest.mark.parametrize(
    ("behaviour", "kind", "code"),
    [
        ("http:400", Refused, "link_bug"),
        ("http_code:400/4002", Refused, "link_4002"),
        ("http_code:400/4019", Refused, "link_bug"),
        ("http_code:403/4014", Misconfigured, "link_4014"),
        ("http:401", Misconfigured, "gateway_credentials"),
        ("http:403", Misconfigured, "gateway_forbidden"),
        ("http:404", Misconfigured, "gateway_wrong_address"),
        ("http:308", Misconfigured, "gateway_wrong_address"),
        ("http:429", NotTaken, "gateway_busy"),
        ("http:503", NotTaken, "gateway_busy"),
        ("http:302", Unclear, "gateway_http_error"),
        ("http:408", Unclear, "gateway_http_error"),
        ("http:500", Unclear, "gateway_http_error"),
        ("http:502", Unclear, "gateway_http_error"),
        ("http:504", Unclear, "gateway_http_error"),
        ("http_code:500/2000", Unclear, "gateway_http_error"),
        ("http_code:201/2000", Unclear, "gateway_http_error"),
        ('json:{"statusCode": "2000"}', Unclear, "answer_not_understood"),
        ('json:{"statusCode": true}', Unclear, "answer_not_understood"),
        ("json:[2000]", Unclear, "answer_not_understood"),
        ("json:null", Unclear, "answer_not_understood"),
        ("json:" + "[" * 100_000, Unclear, "answer_not_understood"),
        ("json:" + " " * 1_000_001, Unclear, "too_large"),
        ("other_id", Unclear, "answer_of_another"),
        ("cut", Unclear, "cut_answer"),
        ("drop_before", Unclear, "connection_lost"),
        ("drop_after", Unclear, "connection_lost"),
        ("html", Unclear, "answer_not_understood"),
        ("not_json_type", Unclear, "answer_not_understood"),
    ],
)
def test_failure_01_and_15_other_answers(
    fake: LinkServer, behaviour: str, kind: type[GatewayError], code: str
) -> None:
    fake.behaviours = [behaviour]
    told = failure(build(fake), message())
    assert (type(told), told.code) == (kind, code)
