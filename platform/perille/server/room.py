"""A room without internet: which addresses this computer has in its own networks, and how a class is shown the way to them."""

from __future__ import annotations

import io
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network

import segno

if sys.platform != "win32":
    import fcntl

#: RFC 1918, and RFC 3927 for computers that nobody gave an address.
_ROOMS = tuple(IPv4Network(each) for each in ("192.168.0.0/16", "10.0.0.0/8", "172.16.0.0/12", "169.254.0.0/16"))
#: Request that returns the IPv4 address of an interface (netdevice(7); on macOS sys/sockio.h).
_SIOCGIFADDR = 0xC0206921 if sys.platform == "darwin" else 0x8915
#: Seconds between two looks at the addresses.
WATCH_EVERY = 5.0


def private_addresses(found: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return the addresses of this computer in private networks, the likeliest one first; *found*: all it has.

    >>> private_addresses(["127.0.0.1", "203.0.113.9", "172.17.0.1", "192.168.1.5"])
    ('192.168.1.5', '172.17.0.1')
    """
    addresses = {IPv4Address(each) for each in (_all_addresses() if found is None else found)}
    ranked = ((_rank(each), each) for each in addresses)
    return tuple(str(address) for rank, address in sorted(ranked) if rank < len(_ROOMS))


def _rank(address: IPv4Address) -> int:
    """Return how likely an address is that of a class: virtual machines use 172.16.0.0/12, homes and phones 192.168.0.0/16."""
    return next((number for number, room in enumerate(_ROOMS) if address in room), len(_ROOMS))


def _all_addresses() -> set[str]:
    """Return the IPv4 addresses of this computer; nothing is sent."""
    found: set[str] = set()
    with suppress(OSError):
        found.update(str(each[4][0]) for each in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET))
    if sys.platform != "win32":
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            for _number, name in socket.if_nameindex():
                request = struct.pack("256s", name.encode()[:15])
                with suppress(OSError):  # an interface without an address
                    answer = fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, request)
                    found.add(socket.inet_ntoa(answer[20:24]))
    return found


def is_private(address: str) -> bool:
    """Tell whether an address can only be reached from the same network or this computer.

    >>> is_private("192.168.1.5"), is_private("0.0.0.0"), is_private("8.8.8.8"), is_private("learn.example.org")
    (True, False, False, False)
    """
    try:
        found = IPv4Address(address)
    except ValueError:
        return False
    return found.is_private and not found.is_unspecified


def qr_code(address: str) -> str:
    """Return an address as a QR code in characters, for a terminal."""
    out = io.StringIO()
    segno.make(address, error="l", micro=False).terminal(out, border=2, compact=True)
    return out.getvalue()


def in_words(addresses: tuple[str, ...], port: int) -> str:
    """Return what the terminal says of a room that is served."""
    first, *others = (f"http://{address}:{port}" for address in addresses)
    lines = ["", f"  This room is at {first}", "", qr_code(first)]
    lines += [f"  or at {each}" for each in others]
    lines += [
        "  Phones must be in the same Wi-Fi as this computer. It is not encrypted: use a Wi-Fi with a password.",
        f"  On this computer: http://127.0.0.1:{port}   Stop with Ctrl+C.",
        "",
    ]
    return "\n".join(lines)


class AddressWatch:
    """Notices that this computer has other addresses: it went into another Wi-Fi, or was given a new one."""

    def __init__(self, addresses: tuple[str, ...], on_change: Callable[[], None], every: float = WATCH_EVERY) -> None:
        """Call *on_change* once, from a thread, when the private addresses are others; not while there is none at all."""
        self._known = set(addresses)
        self._on_change = on_change
        self._every = every
        self._stopped = threading.Event()
        #: Whether there was a change.
        self.changed = False
        self._thread = threading.Thread(target=self._watch, name="addresses", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(self._every):
            now = set(private_addresses())
            if now and now != self._known:
                self.changed = True
                self._on_change()
                return
