"""Addresses of calendars: what is stored, what is refused, what is shown."""

import pytest

from kehr.rules.terms.addresses import BadAddress, address_is_secret, feed_address, masked

STORED = [
    ("webcal://calendar.example/a.ics", "https://calendar.example/a.ics"),
    ("webcals://calendar.example/a.ics", "https://calendar.example/a.ics"),
    ("WebCal://Calendar.Example/A.ics", "https://calendar.example/A.ics"),
    ("https://calendar.example/a.ics", "https://calendar.example/a.ics"),
    ("calendar.example/a.ics", "https://calendar.example/a.ics"),
    ("//calendar.example/a.ics", "https://calendar.example/a.ics"),
    ("calendar.example", "https://calendar.example"),
    ("calendar.example:8443/a.ics", "https://calendar.example:8443/a.ics"),
    ("nas:5232/office/", "https://nas:5232/office/"),
    ("http://192.168.1.20:5232/a.ics", "http://192.168.1.20:5232/a.ics"),
    ("http://calendar.example/a.ics", "http://calendar.example/a.ics"),
    ("  \ufeffhttps://calendar.example/a.ics\n", "https://calendar.example/a.ics"),
    ("<https://calendar.example/a.ics>", "https://calendar.example/a.ics"),
    ("https://calendar.example/a.ics?export&x=1#top", "https://calendar.example/a.ics?export&x=1"),
    ("https://anna:secret@calendar.example/a.ics", "https://anna:secret@calendar.example/a.ics"),
    ("anna:secret@calendar.example/a.ics", "https://anna:secret@calendar.example/a.ics"),
    ("https://kalender.österreich.example/a", "https://kalender.xn--sterreich-z7a.example/a"),
    ("https://[2001:DB8::1]:8080/a", "https://[2001:db8::1]:8080/a"),
]

REFUSED = [
    ("", "address_empty"),
    ("   ", "address_empty"),
    ("https://calendar.example/my file.ics", "address_space"),
    ("https://calendar.example/\na", "address_space"),
    ("https://calendar.example/\x00a", "address_space"),
    ("ftp://calendar.example/a.ics", "address_scheme"),
    ("file:///etc/passwd", "address_scheme"),
    ("javascript:alert(1)", "address_scheme"),
    ("mailto:office", "address_scheme"),
    ("gopher://calendar.example:70/", "address_scheme"),
    ("https://", "address_host"),
    ("https:calendar.example", "address_host"),
    ("webcal:/calendar.example", "address_host"),
    ("https:///a.ics", "address_host"),
    ("https://user@/a.ics", "address_host"),
    ("https://-bad-.example/", "address_host"),
    ("https://a..example/", "address_host"),
    ("https://exa%6dple.at/", "address_host"),
    ("https://[::1/", "address_host"),
    ("https://[zz::1]/", "address_host"),
    ("https://calendar.example:99999/", "address_port"),
    ("https://calendar.example:0/", "address_port"),
    ("https://good.example\\@evil.example/", "address_character"),
    ("https://calendar.example/" + "a" * 2000, "address_long"),
]


@pytest.mark.parametrize(("typed", "stored"), STORED)
def test_typed_addresses_are_stored_as_one_form(typed: str, stored: str) -> None:  # B15, B16
    assert feed_address(typed) == stored
    assert feed_address(stored) == stored


@pytest.mark.parametrize(("typed", "code"), REFUSED)
def test_what_cannot_be_a_calendar_is_refused_by_name(typed: str, code: str) -> None:  # B16
    with pytest.raises(BadAddress) as caught:
        feed_address(typed)
    assert caught.value.code == code


GOOGLE = (
    "https://calendar.google.com/calendar/ical/office%40group.calendar.google.com/private-0a1b2c/basic.ics"
)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (GOOGLE, "https://calendar.google.com/calendar/ical/•••/•••/basic.ics"),
        ("https://calendar.example/a.ics", "https://calendar.example/a.ics"),
        ("https://calendar.example:8443/a.ics?token=abc", "https://calendar.example:8443/a.ics?•••"),
        ("https://anna:secret@calendar.example/a.ics", "https://•••@calendar.example/a.ics"),
        ("https://cloud.example/s/AbCdEf123456789", "https://cloud.example/s/•••"),
    ],
)
def test_lists_show_the_host_but_no_secret(url: str, shown: str) -> None:  # B15
    assert masked(url) == shown


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        (GOOGLE, True),
        ("https://calendar.example/private-a/basic.ics", True),
        ("https://calendar.example/Private/basic.ics", True),
        ("https://calendar.example/" + "a" * 20, True),
        ("https://calendar.example/" + "a" * 19, False),
        ("https://calendar.example/" + "%61" * 19, False),
        ("https://calendar.example/a.ics?k=1", True),
        ("https://anna@calendar.example/a.ics", True),
        ("https://calendar.example/public/a.ics", False),
    ],
)
def test_secret_addresses_are_told_from_public_ones(url: str, secret: bool) -> None:  # B15
    assert address_is_secret(url) is secret
