"""What is written into the log, and in which form: a line an event, as JSON for programs or as text for people.

No line holds a name, an answer, a code, a token or an address: of a request the pattern of its route, of an exception its type and where it
was raised. Its own words are left out, as they may quote what somebody typed.
"""

from __future__ import annotations

import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from time import time
from traceback import StackSummary, extract_tb
from typing import Any, TextIO

import msgspec
import structlog
from structlog.typing import EventDict, Processor

from perille.core.setting_values import LogFormat

#: Frames of an exception that are written.
_FRAMES = 12


def scrub_exception(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Put types and places in the place of an exception: neither its words nor any value of a variable."""
    given = event.pop("exc_info", None)
    event.pop("stack_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["exception"] = describe_exception(error)
    return event


def describe_exception(error: BaseException) -> list[str]:
    """Return what an exception was and where, the newest first, without its words.

    >>> try:
    ...     int("what somebody typed")
    ... except ValueError as error:
    ...     describe_exception(error)[0]
    'ValueError'
    """
    found: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        found += [type(current).__name__, *_places(extract_tb(current.__traceback__))]
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return found


def _places(frames: StackSummary) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in reversed(frames[-_FRAMES:])]


def _as_json(_logger: object, _method: str, event: EventDict) -> str:
    return msgspec.json.encode(event, enc_hook=str).decode()


#: The id of the request that this thread answers, "" where it answers none.
request_id: ContextVar[str] = ContextVar("perille_request_id", default="")


def add_request_id(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Name the request in whose course something happened."""
    if current := request_id.get():
        event["request_id"] = current
    return event


_SHARED: list[Processor] = [
    add_request_id,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    scrub_exception,
]

# Once, so that a logger works in whichever order modules are loaded; where lines go is said by `configure_logging`.
structlog.configure(
    processors=[structlog.stdlib.filter_by_level, *_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    wrapper_class=structlog.stdlib.BoundLogger,
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return a logger for events with values: `log.info("pack published", pack="course_finland", version="1.2")`."""
    found: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return found


def make_formatter(form: LogFormat, *, terminal: bool = False) -> logging.Formatter:
    """Return the formatter of log lines. *terminal*: a person reads them in colours."""
    as_json = form is LogFormat.JSON or (form is LogFormat.AUTO and not terminal)
    renderer: Any = _as_json if as_json else structlog.dev.ConsoleRenderer(colors=terminal)
    return _Formatter(
        foreign_pre_chain=_SHARED,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        as_json=as_json,
    )


class RequestLine:
    """A line that is written for each request. It goes round structlog, whose processors cost a tenth of what a page costs."""

    __slots__ = ("method", "milliseconds", "request_id", "route", "status")

    def __init__(self, method: str, route: str, status: int, milliseconds: float, request_id: str) -> None:
        self.method, self.route, self.status = method, route, status
        self.milliseconds, self.request_id = milliseconds, request_id

    def __str__(self) -> str:
        """Return the line as a person reads it."""
        return f"{self.method} {self.route} {self.status} {self.milliseconds:.1f} ms {self.request_id}"

    def as_json(self, record: logging.LogRecord) -> str:
        """Return the line as JSON; no value of it needs escaping but the route."""
        return (
            f'{{"event":"request","method":"{self.method}","route":{_json(self.route)},"status":{self.status},'
            f'"ms":{self.milliseconds:.1f},"request_id":"{self.request_id}","logger":"{record.name}","level":"info",'
            f'"timestamp":"{datetime.fromtimestamp(record.created, UTC).isoformat()}"}}'
        )


class RequestRecord(logging.LogRecord):
    """The record of a request's line, without thread and process (None): to find them out costs as much as to write the line."""

    def __init__(self, name: str, line: RequestLine) -> None:
        self.__dict__.update(_TEMPLATE)
        self.name, self.msg, self.created = name, line, time()
        self.msecs = float(int(self.created * 1000) % 1000)
        self.relativeCreated += (self.created - _TEMPLATE["created"]) * 1000


_UNSAID = ("thread", "threadName", "process", "processName", "taskName")
_TEMPLATE = logging.LogRecord("", logging.INFO, __file__, 0, "", None, None).__dict__ | dict.fromkeys(_UNSAID)


def _json(text: str) -> str:
    return msgspec.json.encode(text).decode()


class _Formatter(structlog.stdlib.ProcessorFormatter):
    def __init__(self, *arguments: Any, as_json: bool, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        if self._as_json and isinstance(record.msg, RequestLine):
            return record.msg.as_json(record)
        return super().format(record)


def configure_logging(form: LogFormat = LogFormat.AUTO, stream: TextIO | None = None) -> logging.Handler:
    """Write what happens to the error stream, or to *stream*, in one form, whichever library tells it; return the handler."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(make_formatter(form, terminal=(stream or sys.stderr).isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in ("alembic", "waitress", "huey"):
        # That a client went away, or a job is enqueued, is no news.
        logging.getLogger(name).setLevel(logging.WARNING)
    # That a request waits a moment for a free thread is no news either.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    return handler
