"""Gaps are filled with the escaping of the place where they stand, and answers are read as described."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest

from kehr.rules.gateways.http_template import (
    Template,
    Values,
    fill,
    fill_form,
    fill_header,
    fill_json,
    fill_url,
    fill_xml,
    read_headers,
)
from kehr.rules.gateways.template_answer import NOTHING, at_path, judge, read_path, statuses

NASTY = 'Grüße & "Ruß" <b>\\ 100% {secret} a=b;c+d?e#f/\r\nX-Evil: 1 €\u0007'
VALUES = Values("+436641234567", NASTY, "Rauchfang", "m-1", "anna", "ge heim&1")
NAMED = VALUES.named()


def test_in_an_address_no_value_begins_another_parameter() -> None:
    url = fill_url("https://sms.example.at/api?to={recipient}&text={text}&pw={secret}", NAMED)
    assert url.isascii() and " " not in url and "\n" not in url
    assert parse_qs(urlsplit(url).query) == {"to": ["+436641234567"], "text": [NASTY], "pw": ["ge heim&1"]}
    assert fill_url("https://x.at/{recipient_digits}/{sender}", NAMED).endswith("/436641234567/Rauchfang")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("https://x.at/a b", "https://x.at/a%20b"),
        ("https://x.at/a%20b", "https://x.at/a%20b"),
        ("https://x.at/100%", "https://x.at/100%25"),
        ("https://x.at/?firma=Öl", "https://x.at/?firma=%C3%96l"),
    ],
)
def test_what_the_office_typed_into_an_address_is_made_sendable(typed: str, sent: str) -> None:
    assert fill_url(typed, NAMED) == sent


@pytest.mark.parametrize(
    "template", ["to={recipient}&text={text}&von=Rauch fang", "to={recipient}\ntext={text}\n"]
)
def test_in_a_form_every_value_stays_one_value(template: str) -> None:
    found = parse_qs(fill_form(template, NAMED))
    assert (found["to"], found["text"]) == (["+436641234567"], [NASTY])


def test_in_json_values_stand_inside_strings() -> None:
    template = '{"to": ["{recipient}"], "text": "{text}", "ttl": 60, "flash": false, "n": "{id}/{sender}"}'
    assert json.loads(fill_json(template, NAMED)) == {
        "to": ["+436641234567"],
        "text": NASTY,
        "ttl": 60,
        "flash": False,
        "n": "m-1/Rauchfang",
    }


def test_in_xml_values_are_text_and_attributes() -> None:
    filled = fill_xml('<sms to="{recipient}" note="{text}"><text>{text}</text></sms>', NAMED)
    root = ElementTree.fromstring(filled)
    assert (root.find("text").text or "").split() == NASTY.replace("\u0007", "").split()  # type: ignore[union-attr]
    assert root.get("to") == "+436641234567" and len(root) == 1


def test_no_line_break_ever_reaches_a_header() -> None:
    named = Values("+436641234567", "x", "Rauch\r\nX-Evil: 1", "m\n2", "anna", "geheim").named()
    assert fill_header("{sender} {id}", named) == "Rauch  X-Evil: 1 m 2"
    assert fill_header("Basic {basic}", named) == "Basic YW5uYTpnZWhlaW0="
    with pytest.raises(ValueError):
        fill_header("{sender}", Values("+43", "x", "Käse").named())


def test_a_value_that_looks_like_a_gap_is_not_filled_again() -> None:
    named = Values("+436641234567", "{secret}{text}", secret="geheim").named()
    for filled in (
        fill_form("t={text}", named),
        fill_json('{"t": "{text}"}', named),
        fill_xml("<t>{text}</t>", named),
    ):
        assert "geheim" not in filled


def test_the_secret_is_covered_wherever_it_stands() -> None:
    template = Template(
        "https://x.at/?pw={secret}",
        headers=read_headers("Authorization: Basic {basic}\nX-Key: {secret}"),
        body='{"pw": "{secret}", "text": "{text}"}',
        body_type="json",
    )
    shown = fill(template, VALUES.covered())
    for part in (shown.url, *shown.headers.values(), (shown.content or b"").decode()):
        assert "heim" not in part
    assert shown.headers["Authorization"] == "Basic VERDECKT"
    assert shown.headers["Content-Type"] == "application/json"


def test_a_typed_content_type_is_kept_and_no_body_has_none() -> None:
    typed = Template(
        "https://x.at/", headers=(("content-type", "text/xml; charset=utf-8"),), body="<a/>", body_type="xml"
    )
    assert dict(fill(typed, NAMED).headers) == {"content-type": "text/xml; charset=utf-8"}
    bare = fill(Template("https://x.at/", method="GET"), NAMED)
    assert (bare.content, dict(bare.headers)) == (None, {})


TOLD = {
    "messages": [{"id": 77, "ok": True}, {"id": "b", "none": None}],
    "code": "OK",
    "0": "null",
    "part": 1.5,
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("code", "OK"),
        ("$.code", "OK"),
        ("messages[0].id", 77),
        ("$.messages[1].id", "b"),
        ("messages.1.id", "b"),
        ("messages[1].none", None),
        ("0", "null"),
        ("messages[2].id", NOTHING),
        ("messages.id", NOTHING),
        ("code.x", NOTHING),
        ("code[0]", NOTHING),
        ("nix", NOTHING),
    ],
)
def test_a_path_leads_to_its_value(path: str, value: object) -> None:
    assert at_path(TOLD, path) == value


@pytest.mark.parametrize(
    "path", ["", "$", ".a", "a..b", "a[", "a[x]", "a[-1]", "a b", "[12345]", "a." * 21 + "a", "x" * 201]
)
def test_what_is_no_path_is_none(path: str) -> None:
    assert read_path(path) is None


@pytest.mark.parametrize(
    ("typed", "ranges"),
    [
        ("200", [(200, 200)]),
        ("200-299, 302", [(200, 299), (302, 302)]),
        ("200 - 204", [(200, 204)]),
        ("", None),
        ("2xx", None),
        ("299-200", None),
        ("99", None),
        ("600", None),
    ],
)
def test_statuses_are_read(typed: str, ranges: list[tuple[int, int]] | None) -> None:
    assert statuses(typed) == ranges


URL = "https://x.at/"
CODE = Template(URL, success_path="code", success_equals="OK | QUEUED", id_path="messages[0].id")
TEXT = Template(URL, success_regex="^OK", id_regex=r"id=(\w+)", refused_regex="ERR 3", refused_status="422")


@pytest.mark.parametrize(
    ("template", "status", "body", "verdict", "reference"),
    [
        (Template(URL), 200, "", "accepted", ""),
        (Template(URL), 200, "<ok/>", "accepted", ""),
        (Template(URL), 200, "<!DOCTYPE HTML><p>Anmelden", "unclear", ""),
        (Template(URL), 200, "\ufeff\n <html>OK</html>", "unclear", ""),
        (Template(URL, success_regex="OK"), 200, "<html>OK</html>", "accepted", ""),
        (Template(URL), 500, "OK", "unclear", ""),
        (Template(URL, success_status="202"), 200, "", "unclear", ""),
        (CODE, 200, json.dumps(TOLD), "accepted", "77"),
        (CODE, 200, "\ufeff" + json.dumps(TOLD), "accepted", "77"),
        (CODE, 200, '{"code": "QUEUED"}', "accepted", ""),
        (CODE, 200, '{"code": "ok"}', "unclear", ""),
        (CODE, 200, '{"code": ["OK"]}', "unclear", ""),
        (CODE, 200, '{"code": "OK"', "unclear", ""),
        (CODE, 200, "<html>OK</html>", "unclear", ""),
        (CODE, 201, '{"code": "OK", "messages": [{"id": {"a": 1}}]}', "accepted", ""),
        (CODE, 400, '{"code": "OK"}', "unclear", ""),
        (Template(URL, success_path="ok", success_equals="true"), 200, '{"ok": true}', "accepted", ""),
        (Template(URL, success_path="ok", success_equals="true"), 200, '{"ok": 1}', "unclear", ""),
        (TEXT, 200, "OK id=4711 rest", "accepted", "4711"),
        (TEXT, 200, "OK", "accepted", ""),
        (TEXT, 200, "OK ERR 3", "refused", ""),
        (TEXT, 422, "OK id=1", "refused", ""),
        (TEXT, 200, "NO", "unclear", ""),
        (
            Template(URL, refused_path="code", refused_equals="4002|4009"),
            200,
            '{"code": 4009}',
            "refused",
            "",
        ),
        (Template(URL, success_regex="nie"), 200, "[" * 100_000, "unclear", ""),
    ],
)
def test_the_described_tests_decide_and_nothing_else(
    template: Template, status: int, body: str, verdict: str, reference: str
) -> None:
    judged = judge(template, status, body)
    assert (judged.verdict, judged.reference) == (verdict, reference)
