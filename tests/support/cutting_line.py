"""A line between two programs of this machine that is cut after so many bytes, as bad lines are: wherever that falls."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

#: A socket that is closed so answers with a reset (RST), as a line does that is gone.
_RESET = struct.pack("ii", 1, 0)


@dataclass
class CuttingLine:
    """Carries connections to a port of this machine; *tls*: what arrives is encrypted, what goes on is not."""

    target: int
    tls: ssl.SSLContext | None = None
    #: Bytes, of both directions together, after which all is cut until more are allowed; None: never.
    allowed: int | None = None
    cuts: int = 0
    port: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def serve(self, listener: socket.socket) -> None:
        """Take connections until the listener is closed."""
        while True:
            try:
                near = listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        with suppress(OSError, ssl.SSLError):
            near = self.tls.wrap_socket(near, server_side=True) if self.tls is not None else near
            far = socket.create_connection(("127.0.0.1", self.target))
            back = threading.Thread(target=self._pump, args=(far, near), daemon=True)
            back.start()
            self._pump(near, far)
            back.join()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        """Carry what comes, as much as is allowed, and end both ways with it."""
        with suppress(OSError, ssl.SSLError):
            while data := source.recv(16384):
                through = self._spend(len(data))
                sink.sendall(data[:through])
                if through < len(data):
                    for each in (source, sink):
                        each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                    break
        for each in (source, sink):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _spend(self, wanted: int) -> int:
        with self._lock:
            if self.allowed is None:
                return wanted
            through = min(wanted, self.allowed)
            self.allowed -= through
            self.cuts += through < wanted
            return through


@contextmanager
def cutting_line(target: int, tls: ssl.SSLContext | None = None) -> Iterator[CuttingLine]:
    """Open a line to a port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line = CuttingLine(target, tls, port=listener.getsockname()[1])
        thread = threading.Thread(target=line.serve, args=(listener,), daemon=True)
        thread.start()
        yield line
        # Closing alone leaves the thread waiting in accept().
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)
