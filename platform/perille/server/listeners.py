"""Further sockets on which one server listens: a computer in a room has an address in each network it is in."""

from __future__ import annotations

import socket

from perille.server.owner import Owner


class FurtherListener:
    """Another listening socket of a server, which the loop watches as it does the server's own."""

    def __init__(self, server: Owner, listener: socket.socket) -> None:
        listener.setblocking(False)
        self._server = server
        self._listener = listener
        self._fileno: int | None = listener.fileno()

    def readable(self) -> bool:
        """Accept when the server does."""
        return self._server.readable()

    def writable(self) -> bool:
        """Nothing is written to a listening socket."""
        return False

    def handle_read_event(self) -> None:
        """Accept those that wait."""
        self._server.accept_from(self._listener)

    def accept_last(self) -> None:
        """Accept all that wait, before it is closed."""
        self._server.accept_from(self._listener, self._server.limits.connections)

    def close(self) -> None:
        """Take no more connections."""
        if self._fileno is not None:
            self._server.forget(self._fileno)
            self._fileno = None
            self._listener.close()

    handle_close = close
