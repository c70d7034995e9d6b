"""Which internet addresses are public and which belong to a house. Two questions; no names, no network."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network

# IANA special-purpose registry (RFC 6890 and updates). `ipaddress.is_global` is no guard on Python 3.11: it is True for
# multicast, 64:ff9b::7f00:1, 2002:7f00:1:: and fec0::1.
NOT_PUBLIC_4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
# Of IPv6 only 2000::/3 is handed out; all that embeds an IPv4 address (mapped, NAT64, 6to4, Teredo) is refused whole.
PUBLIC_6 = IPv6Network("2000::/3")
NOT_PUBLIC_6 = tuple(
    IPv6Network(text)
    for text in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20", "5f00::/16")
)
# What a name in LANTOA_ALLOW_PRIVATE_HOSTS may lead to: an office network, never a cloud's metadata service.
HOUSE = tuple(
    IPv4Network(text) for text in ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
) + tuple(IPv6Network(text) for text in ("::1/128", "fc00::/7"))
METADATA = frozenset({IPv4Address("100.100.100.200"), IPv6Address("fd00:ec2::254"), IPv6Address("fd20:ce::254")})


def is_public(ip: IPAddress) -> bool:
    """Tell whether an address is one that anyone on the internet can reach."""
    if isinstance(ip, IPv4Address):
        return not any(ip in net for net in NOT_PUBLIC_4)
    return ip.scope_id is None and ip in PUBLIC_6 and not any(ip in net for net in NOT_PUBLIC_6)


def is_house(ip: IPAddress) -> bool:
    """Tell whether an address is one of an office's own network or machine."""
    if isinstance(ip, IPv6Address) and ip.scope_id is not None:
        return False
    return ip not in METADATA and any(ip in net for net in HOUSE)
