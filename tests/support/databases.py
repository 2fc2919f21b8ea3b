"""Fresh databases for tests, each a copy of a template that was migrated once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from support.postgresql import PostgresServer
from support.shared import made_once

_numbers = count(1)
#: Fills the database at an address.
Fill = Callable[[str], None]
#: A template on which another one is built, and what makes it.
Begun = tuple[str, Fill]
#: The name of a template, what fills it, and what it is built on, if that is a template, too.
Template = tuple[str, Fill, Begun | None]


@dataclass(slots=True)
class SqliteDatabases:
    """Databases that are files; a template is a file that is copied, made once for all processes."""

    folder: Path

    @contextmanager
    def fresh(self, template: str, fill: Fill, *, begun: Begun | None = None) -> Iterator[str]:
        """Give the address of a copy of *template*, made by *fill* the first time, from what *begun* made if given."""

        def make(path: Path) -> None:
            if begun is not None:
                shutil.copyfile(made_once(f"{begun[0]}.sqlite3", lambda base: begun[1](f"sqlite:///{base}")), path)
            fill(f"sqlite:///{path}")

        made = made_once(f"{template}.sqlite3", make)
        copy = self.folder / f"copy-{next(_numbers)}.sqlite3"
        shutil.copyfile(made, copy)
        yield f"sqlite:///{copy}"
        for suffix in ("", "-wal", "-shm"):
            Path(f"{copy}{suffix}").unlink(missing_ok=True)


@dataclass(slots=True)
class PostgresDatabases:
    """Databases of a server; a template is a database that is copied."""

    server: PostgresServer
    _templates: set[str] = field(default_factory=set)

    @contextmanager
    def fresh(self, template: str, fill: Fill, *, begun: Begun | None = None) -> Iterator[str]:
        """Give the address of a copy of *template*, made by *fill* the first time, from what *begun* made if given."""
        if begun is not None:
            self._make(*begun)
        self._make(template, fill, begun[0] if begun else "template0")
        name = f"copy_{next(_numbers)}"
        yield self.server.create(name, template)
        self.server.drop(name)

    def _make(self, template: str, fill: Fill, base: str = "template0") -> None:
        if template not in self._templates:
            fill(self.server.create(template, base))
            self._templates.add(template)


Databases = SqliteDatabases | PostgresDatabases
