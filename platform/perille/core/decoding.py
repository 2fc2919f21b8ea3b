"""Typed decoding that threads may do at the same moment.

msgspec 0.22 looks at a dataclass when it is first decoded, and two threads that do so at once end the process (segmentation fault):
the first readers after a start did. Here a type is looked at by one thread, once; the decoders themselves are safe for threads.
"""

from __future__ import annotations

import threading
import tomllib
from typing import Any, TypeVar, cast

import msgspec

T = TypeVar("T")
_decoders: dict[tuple[str, Any], Any] = {}
_lock = threading.Lock()


def read_json(body: bytes | memoryview | str, kind: type[T]) -> T:
    """Return the value of JSON as *kind*; raise msgspec.ValidationError where it is of another kind, DecodeError where it is no JSON."""
    return cast(T, _decoder("json", kind).decode(body))


def read_msgpack(body: bytes | memoryview, kind: type[T]) -> T:
    """Return the value of MessagePack as *kind*; raise as `read_json` does."""
    return cast(T, _decoder("msgpack", kind).decode(body))


def read_toml(text: str, kind: type[T]) -> T:
    """Return the value of TOML without dates as *kind*; raise tomllib.TOMLDecodeError where it is no TOML, else as `read_json` does."""
    return read_json(msgspec.json.encode(tomllib.loads(text)), kind)


def _decoder(form: str, kind: Any) -> Any:
    found = _decoders.get((form, kind))
    if found is None:
        with _lock:
            made = msgspec.json.Decoder(kind) if form == "json" else msgspec.msgpack.Decoder(kind)
            found = _decoders.setdefault((form, kind), made)
    return found
