"""What the program writes into its log while something is done."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from perille.core.logs import configure_logging
from perille.core.setting_values import LogFormat


@contextmanager
def written_log(form: LogFormat = LogFormat.JSON, level: int = logging.DEBUG) -> Iterator[io.StringIO]:
    """Give what is written from *level* on; afterwards the log is as it was."""
    root = logging.getLogger()
    handlers, before = root.handlers[:], root.level
    stream = io.StringIO()
    try:
        configure_logging(form, stream)
        root.setLevel(level)
        yield stream
    finally:
        root.handlers[:], root.level = handlers, before


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    """Return each line as JSON."""
    return [json.loads(line) for line in log.getvalue().splitlines()]


def requests(log: io.StringIO) -> list[dict[str, Any]]:
    """Return the lines of requests."""
    return [line for line in lines(log) if line["event"] == "request"]
