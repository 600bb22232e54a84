"""Whom this box may call: public addresses, and what `[network] allow` in its settings lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_METADATA = frozenset(
    ip_address(text) for text in ("169.254.169.254", "169.254.170.2", "100.100.100.200", "fd00:ec2::254")
)
"""Where cloud machines tell their own keys. No calendar and no gateway lives there, so no list opens them."""

_EMBEDDING = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("::ffff:0:0:0/96"))
"""IPv6 networks whose last 32 bits are an IPv4 address: NAT64 (RFC 6052, RFC 8215) and SIIT (RFC 2765)."""

_PROTOCOL_ASSIGNMENTS = IPv4Network("192.0.0.0/24")
"""RFC 6890; Python's own table of it differs from release to release."""

_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list: a host name or a network, for one port or (None) for all."""

    host: str
    network: Network | None
    port: int | None


@dataclass(frozen=True, slots=True)
class Allow:
    """The non-public hosts and networks that may be called."""

    entries: tuple[Entry, ...] = ()

    @classmethod
    def parse(cls, lines: Iterable[str]) -> Allow:
        """Reads entries such as `192.168.1.20`, `10.0.0.0/8`, `localhost`, `phone.lan:8080`, `[::1]:25`.

        Raises ValueError with a sentence for an entry that is none of these.
        """
        return cls(tuple(_entry(line) for line in lines))

    def covers(self, host: str, address: Address, port: int) -> bool:
        """Whether the list names this host, or a network with this address, for this port."""
        plain = unmapped(address)
        return any(
            (entry.network is not None and plain in entry.network) or (entry.host == _plain_host(host) != "")
            for entry in self.entries
            if entry.port in (None, port)
        )


@dataclass(frozen=True, slots=True)
class Reach:
    """The list, and whether nothing but loopback may be called at all (the simulated clock)."""

    allow: Allow
    loopback_only: bool = False

    def objection(self, host: str, address: Address, port: int) -> str:
        """Why `address`, found for `host`, must not be called: a fault's code, or empty when it may."""
        plain = unmapped(address)
        if self.loopback_only and not plain.is_loopback:
            return "simulated_clock"
        if plain in _METADATA:
            return "address_refused"
        if is_public(address) or self.allow.covers(host, address, port):
            return ""
        return "address_refused"

    def names(self, host: str, port: int) -> bool:
        """Whether the list holds `host` as it is written, a name or an address; nothing is looked up."""
        literal = literal_address(host)
        if literal is not None:
            return self.allow.covers(host, literal, port)
        return any(
            entry.host == _plain_host(host) and entry.port in (None, port) for entry in self.allow.entries
        )


def literal_address(host: str) -> Address | None:
    """The address a host is written as, or None when it is a name."""
    try:
        return ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None


def unmapped(address: Address) -> Address:
    """The IPv4 address inside `::ffff:a.b.c.d`, without a zone index; any other address as it is."""
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or IPv6Address(int(address))
    return address


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet, and so are all addresses it carries inside."""
    if isinstance(address, IPv4Address):
        return _is_global(address)
    mapped = address.ipv4_mapped or address.sixtofour
    if mapped is not None:
        return _is_global(mapped)
    if address in _LOCAL_NAT64 or address.teredo is not None or address.is_site_local:
        return False
    if any(address in network for network in _EMBEDDING):
        return _is_global(IPv4Address(int(address) & 0xFFFFFFFF))
    return _is_global(address)


def _is_global(address: Address) -> bool:
    return address.is_global and not (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
        or address in _PROTOCOL_ASSIGNMENTS
    )


def _entry(line: str) -> Entry:
    text = line.strip()
    try:
        return Entry("", unmapped_network(ip_network(text.removeprefix("[").removesuffix("]"))), None)
    except ValueError:
        host, colon, digits = text.rpartition(":")
    if not colon:
        host, port = text, None
    elif digits.isdecimal() and 0 < int(digits) < 65536:
        port = int(digits)
    else:
        raise ValueError(_wrong(line))
    try:
        return Entry("", unmapped_network(ip_network(host.removeprefix("[").removesuffix("]"))), port)
    except ValueError as error:
        name = _plain_host(host)
        if not name.replace(".", "").replace("-", "").replace("_", "").isalnum() or _numeric(name):
            raise ValueError(_wrong(line)) from error
        return Entry(name, None, port)


def unmapped_network(network: Network) -> Network:
    """`::ffff:192.168.1.20` in the list means the IPv4 address it carries."""
    if isinstance(network, IPv6Network) and network.prefixlen == 128:
        return ip_network(str(unmapped(network.network_address)))
    return network


def _numeric(name: str) -> bool:
    return name.rpartition(".")[2].isdecimal()


def _plain_host(host: str) -> str:
    return host.strip().lower().removesuffix(".")


def _wrong(line: str) -> str:
    return (
        f"[network] allow: {line!r} is neither a host name, an address nor a network, "
        "such as phone.lan, 192.168.1.20:8080 or 10.0.0.0/8."
    )
