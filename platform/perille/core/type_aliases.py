"""Types of what comes from outside: it has a shape, which whoever reads a member of it must look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: An object of JSON, as `msgspec.json.decode` gives it.
JsonObject = dict[str, Any]
#: Column -> value: a row of a table as SQLAlchemy gives it, or values for one.
RowValues = Mapping[str, Any]
#: A table of TOML, as `tomllib` gives it.
TomlTable = Mapping[str, Any]
