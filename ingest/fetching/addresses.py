"""Which addresses are public, by IANA's registries of special-purpose addresses (RFC 6890)."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_NOT_PUBLIC_V4 = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
            "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
            "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        ),
    )
)  # fmt: skip
# All that is given out to hosts. Outside of it lie loopback, link-local, unique local and
# multicast addresses and the wrappings of IPv4 ones: mapped, compatible and NAT64.
_GIVEN_OUT_V6 = ip_network("2000::/3")
# Teredo and other protocols' own, documentation, and 6to4, which wraps an IPv4 address as well.
_NOT_PUBLIC_V6 = tuple(
    map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"))
)


def is_public(address: str) -> bool:
    """Whether a numeric IPv4 or IPv6 address is that of a host on the public Internet."""
    found: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(found, IPv4Address):
        return not any(found in network for network in _NOT_PUBLIC_V4)
    return found in _GIVEN_OUT_V6 and not any(found in network for network in _NOT_PUBLIC_V6)
