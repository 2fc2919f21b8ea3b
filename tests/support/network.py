"""No test leaves this machine."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest


class NetworkUsedError(AssertionError):
    """A test tried to reach another machine."""


def forbid_network(patch: pytest.MonkeyPatch) -> None:
    """Let sockets connect to this machine only; looking up another name fails too."""
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def checked_connect(self: socket.socket, address: Any) -> None:
        _check(address)
        connect(self, address)

    def checked_connect_ex(self: socket.socket, address: Any) -> int:
        _check(address)
        return connect_ex(self, address)

    def checked_look_up(host: Any, *rest: Any, **more: Any) -> Any:
        _check((host,))
        return look_up(host, *rest, **more)

    patch.setattr(socket.socket, "connect", checked_connect)
    patch.setattr(socket.socket, "connect_ex", checked_connect_ex)
    patch.setattr(socket, "getaddrinfo", checked_look_up)


def _check(address: Any) -> None:
    if not isinstance(address, tuple):
        return  # a socket of this machine's file system
    host = address[0].decode() if isinstance(address[0], bytes) else address[0]
    if host in (None, "", "localhost"):
        return
    try:
        if ipaddress.ip_address(host).is_loopback:
            return
    except ValueError:
        pass
    raise NetworkUsedError(f"A test tried to reach {host}")
