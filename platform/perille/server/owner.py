"""What connections and further sockets ask of the server that they belong to; so they need not know it, and it knows them."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any, Protocol

from perille.server.fair_share import RequestShare, ShareChooser
from perille.server.limits import Limits

if TYPE_CHECKING:
    from collections.abc import MutableMapping


class Owner(Protocol):
    """The server, as what it listens and talks to sees it."""

    limits: Limits
    shares: ShareChooser
    #: Whether no more requests are taken than have been begun.
    stopping: bool
    #: Thread -> the connection whose answer it makes.
    serving: MutableMapping[int, Any]

    def readable(self) -> bool:
        """Tell whether newcomers are accepted."""

    def accept_from(self, listener: socket.socket, most: int = ...) -> None:
        """Accept those that wait at a listening socket, *most* of them at once."""

    def forget(self, number: int) -> None:
        """Watch a file no longer."""

    def pause(self, channel: Any, seconds: float) -> None:
        """Do not read from a connection for a moment."""

    def served(self, channel: Any, share: RequestShare, seconds: float) -> None:
        """Note that a request was answered, and the *seconds* of the processor that it cost."""
