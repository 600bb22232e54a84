"""Which addresses are in the office's own network."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

_NEAR = tuple(
    ip_network(net)
    for net in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)


def is_near(address: str) -> bool:
    """Whether an address is private, loopback or link-local; what is no address is not near."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return any(found.version == net.version and found in net for net in _NEAR)
