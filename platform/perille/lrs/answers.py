"""What a call is answered with: a status, headers, bytes. No web framework: the door writes it out."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

from msgspec import Struct, field

from perille.lrs import formats
from perille.lrs.faults import Fault
from perille.lrs.reading import encode

JSON = "application/json"


class Answer(Struct):
    """An answer to a call."""

    status: int = 200
    body: bytes = b""
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)

    def modified(self, micros: int) -> Answer:
        """Say when what is answered was changed last, microseconds since 1970 (2.0 4.1.3)."""
        moment: datetime = formats.moment(micros)
        self.headers["Last-Modified"] = format_datetime(moment, usegmt=True)
        return self


def json_answer(value: object) -> Answer:
    """Answer with a value as JSON."""
    return Answer(body=encode(value))


def fault_answer(fault: Fault) -> Answer:
    """Answer a refusal with the path of what is wrong, the rule broken and its clause."""
    answer = Answer(fault.status, encode(fault.as_dict()))
    if fault.status == 401:
        answer.headers["WWW-Authenticate"] = 'Basic realm="xAPI"'
    if fault.status == 429:
        answer.headers["Retry-After"] = "60"
    return answer


def error_answer(status: int, message: str) -> Answer:
    """Answer what is no client's fault."""
    answer = Answer(status, encode({"error": message}))
    if status in (503, 507):
        answer.headers["Retry-After"] = "5"
    return answer
