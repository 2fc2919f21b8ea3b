"""A path of one module, `exam`."""

from __future__ import annotations

from pathlib import Path

_MANIFEST = """
id = "module_path"
kind = "module"
slug = "path"
version = "1.0.0"
title = "The path"
summary = "One module."
source_language = "en"
languages = ["en"]
countries = ["FI"]
audiences = ["social-worker"]
licence = "CC-BY-4.0"
authors = ["The authors"]

[[block]]
key = "all"
title = "All"
units = ["exam"]

[unit.exam]
kind = "module"
module = "module_exam"
title = "The exam module"
minutes = 15

[credential]
kind = "completion"
rule = "all-core-and-safety-check"
valid_months = 24
"""


def write_path(root: Path) -> Path:
    """Write the path; the module is one of its own (`exam.write_exam`)."""
    folder = root / "module_path"
    folder.mkdir()
    (folder / "__init__.py").write_text('"""A path."""\n')
    (folder / "pack.toml").write_text(_MANIFEST)
    return folder
