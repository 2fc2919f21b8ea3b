"""Whom a limit counts: one line of one subscriber."""

from __future__ import annotations

from ipaddress import IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perille.core.network import forwarded_address, network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:0:1:a:b:c:d", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_an_address_belongs_to_a_network(address: str, network: str) -> None:
    assert network_of(address) == network


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_addresses_of_one_64_are_one_and_of_two_are_two(prefix: int, one: int, other: int) -> None:
    mapped = prefix == 0  # ::ffff:0:0/96 are IPv4 addresses
    first, second = IPv6Address(prefix << 64 | one), IPv6Address(prefix << 64 | other)
    assert mapped or network_of(str(first)) == network_of(str(second))
    assert mapped or network_of(str(first)) != network_of(str(IPv6Address((prefix ^ 1 << 63) << 64 | one)))


@pytest.mark.parametrize(
    ("header", "hops", "address"),
    [
        ("203.0.113.9", 1, "203.0.113.9"),
        ("made up, 203.0.113.9", 1, "203.0.113.9"),
        ("made up, 203.0.113.9, 10.0.0.1", 2, "203.0.113.9"),
        ("203.0.113.9", 2, ""),
        ("203.0.113.9", 0, ""),
        ("", 1, ""),
    ],
)
def test_only_what_trusted_proxies_wrote_is_believed(header: str, hops: int, address: str) -> None:
    assert forwarded_address(header, hops) == address
