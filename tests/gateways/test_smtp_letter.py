"""Addresses and pages of e-mails, without a server."""

from __future__ import annotations

import pytest

from kehr.gateways.smtp_letter import as_html, plain_address


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("maria.mayr+termin@example.org", "maria.mayr+termin@example.org"),
        (" maria@example.org ", "maria@example.org"),
        ("maria@müller.example", "maria@xn--mller-kva.example"),
        ("maria@localhost", "maria@localhost"),
        ("märia@example.org", None),
        ("maria", None),
        ("@example.org", None),
        ("maria@", None),
        ("a@b@example.org", None),
        (".maria@example.org", None),
        ("maria..mayr@example.org", None),
        ("maria@-example.org", None),
        ("maria@example..org", None),
        ('"a b"@example.org', None),
        ("a" * 65 + "@example.org", None),
    ],
)
def test_only_plain_addresses_go_on_the_wire(typed: str, address: str | None) -> None:
    assert plain_address(typed) == address


def test_the_page_escapes_what_people_type() -> None:
    page = as_html("Müller & <script>alert(1)</script>\nzweite\n\ndritte")
    assert "<p>Müller &amp; &lt;script&gt;alert(1)&lt;/script&gt;<br>\nzweite</p>\n<p>dritte</p>" in page
