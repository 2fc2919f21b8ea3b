"""A statement on its way into the tables."""

from __future__ import annotations

from msgspec import Struct

from perille.lrs.storage.index_keys import IndexKeys
from perille.lrs.xapi.parsing import ParsedStatement
from perille.lrs.xapi.statement import AnyStatement


class Entry(Struct):
    """A statement on its way into the tables."""

    incoming: ParsedStatement
    keys: IndexKeys
    seq: int
    id: bytes
    stored: int
    #: Already here with the same content.
    repeated: bool = False
    #: A statement that came before voids it.
    voided: bool = False

    @property
    def statement(self) -> AnyStatement:
        """The structs."""
        return self.incoming.statement
