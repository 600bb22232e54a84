"""Which addresses may be called: public ones, and what the settings list."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from kehr.sources.allow import Allow, Reach, is_public

PRIVATE = [
    "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "127.0.0.1", "127.255.255.254", "0.0.0.0",
    "0.1.2.3", "169.254.1.1", "169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.8", "192.0.2.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1",
    "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "::ffff:7f00:1", "::127.0.0.1", "::10.0.0.1", "::ffff:0:10.0.0.1", "64:ff9b::10.0.0.1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::8.8.8.8", "2002:0a00:0001::1", "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2", "100::1",
]  # fmt: skip
PUBLIC = [
    "8.8.8.8", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "169.253.1.1", "193.170.1.1",
    "2a00:1450:4001:82a::200e", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:0808:0808::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_failure_17_no_address_of_the_inner_network_is_called_unasked(address: str) -> None:
    assert not is_public(ip_address(address))
    assert Reach(Allow()).objection("calendar.example", ip_address(address), 443) == "address_refused"


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_need_no_list(address: str) -> None:
    assert Reach(Allow()).objection("calendar.example", ip_address(address), 443) == ""


ALLOWED = [
    ("192.168.1.20", "x", "192.168.1.20", 80, True),
    ("192.168.1.20", "x", "192.168.1.21", 80, False),
    ("192.168.1.20", "x", "::ffff:192.168.1.20", 80, True),
    ("::ffff:192.168.1.20", "x", "192.168.1.20", 80, True),
    ("192.168.1.20:8080", "x", "192.168.1.20", 8080, True),
    ("192.168.1.20:8080", "x", "192.168.1.20", 80, False),
    ("10.0.0.0/8", "x", "10.255.1.2", 80, True),
    ("10.0.0.0/8", "x", "172.16.0.1", 80, False),
    ("10.0.0.0/8:5232", "x", "10.0.0.1", 5232, True),
    ("10.0.0.0/8:5232", "x", "10.0.0.1", 5233, False),
    ("phone.lan", "phone.lan", "192.168.1.9", 80, True),
    ("Phone.LAN", "phone.lan.", "192.168.1.9", 80, True),
    ("phone.lan", "evil.phone.lan", "192.168.1.9", 80, False),
    ("phone.lan:8080", "phone.lan", "192.168.1.9", 8080, True),
    ("phone.lan:8080", "phone.lan", "192.168.1.9", 8081, False),
    ("localhost", "localhost", "127.0.0.1", 80, True),
    ("[::1]:25", "x", "::1", 25, True),
    ("::1", "x", "::1", 26, True),
    ("fd00::/8", "x", "fd12::1", 80, True),
    ("0.0.0.0/0", "x", "169.254.169.254", 80, False),
    ("metadata", "metadata", "169.254.169.254", 80, False),
    ("0.0.0.0/0", "x", "::ffff:169.254.169.254", 80, False),
]


@pytest.mark.parametrize(("line", "host", "address", "port", "allowed"), ALLOWED)
def test_the_list_opens_what_it_names_and_nothing_else(
    line: str, host: str, address: str, port: int, allowed: bool
) -> None:
    reach = Reach(Allow.parse([line]))
    assert (reach.objection(host, ip_address(address), port) == "") is allowed


@pytest.mark.parametrize(
    "line", ["", "a b", "10.0.0.1/33", "phone.lan:0", "phone.lan:99999", "http://x", "10.0.0.300"]
)
def test_a_wrong_line_in_the_list_is_named(line: str) -> None:
    with pytest.raises(ValueError, match=r"\[network\] allow"):
        Allow.parse([line])
