"""A statement on its way into the tables."""

from __future__ import annotations

from msgspec import Struct

from perille.lrs.faces import Keys
from perille.lrs.reading import AnyStatement, Incoming


class Entry(Struct):
    """A statement on its way into the tables."""

    incoming: Incoming
    keys: Keys
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
