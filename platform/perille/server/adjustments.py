"""Our limits, in the words of waitress."""

from __future__ import annotations

from typing import Any

from waitress.adjustments import Adjustments

from perille.server.limits import Limits


def adjustments_of(limits: Limits, threads: int) -> Any:
    """Return the settings of waitress for these limits and so many *threads*; `Parser` finds our limits among them."""
    adjustments = Adjustments(
        listen="127.0.0.1:0",  # unused: we bring a listening socket
        threads=threads,
        ident=None,
        recv_bytes=64 * 1024,
        max_request_header_size=limits.header_size,
        # `Parser` refuses what is too large for its address; waitress must let the largest by, and one byte to see that it is more.
        max_request_body_size=limits.largest + 1,
        inbuf_overflow=limits.buffer_size,
        outbuf_overflow=limits.buffer_size,
        log_socket_errors=False,
        # Who is asking through a proxy is told by `core/web/host_check.py`, before the application.
        clear_untrusted_proxy_headers=False,
    )
    adjustments.limits = limits
    return adjustments
