"""Which network a client's address belongs to: what limits and queues are keyed by."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

#: One subscriber is given 2^64 IPv6 addresses (RFC 6177): counting them one by one would limit nobody.
_SUBSCRIBER_BITS = 64


def network_of(address: str) -> str:
    """Return the network of a client: an IPv4 address as it is, an IPv6 address as its /64, anything else unchanged.

    >>> network_of("2001:db8:0:1:a:b:c:d")
    '2001:db8:0:1::/64'
    >>> network_of("::ffff:203.0.113.9")
    '203.0.113.9'
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    rest = 128 - _SUBSCRIBER_BITS
    return f"{IPv6Address(int(found) >> rest << rest)}/{_SUBSCRIBER_BITS}"


def forwarded_address(header: str, hops: int) -> str:
    """Return the client's address in X-Forwarded-For, as *hops* trusted proxies wrote it; "" where there are fewer entries.

    Each proxy appends the address it was called from, so entries further to the left are the client's own claim.
    """
    entries = [entry.strip() for entry in header.split(",")]
    return entries[-hops] if 0 < hops <= len(entries) else ""


__all__ = ["forwarded_address", "network_of"]
