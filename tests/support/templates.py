"""Templates are compiled once for all applications of a process: it costs more than all else of a test."""

from __future__ import annotations

from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class CompiledTemplates(BytecodeCache):
    """Compiled templates in memory; a changed template has another checksum and is compiled again."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give back what was compiled before: the code itself, as it knows nothing of its application."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled now."""
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


#: For `app.jinja_env.bytecode_cache`.
COMPILED = CompiledTemplates()
