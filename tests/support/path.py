"""A path of one module, `exam`, or of two."""

from __future__ import annotations

import shutil
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


_SECOND = """
[unit.second]
kind = "module"
module = "module_second"
title = "The second module"
minutes = 15
"""


def write_path(root: Path, *, second: bool = False) -> Path:
    """Write the path; the module is one of its own (`exam.write_exam`). *second*: whether `write_second` follows."""
    folder = root / "module_path"
    folder.mkdir()
    (folder / "__init__.py").write_text('"""A path."""\n')
    longer = _MANIFEST.replace('units = ["exam"]', 'units = ["exam", "second"]') + _SECOND
    (folder / "pack.toml").write_text(longer if second else _MANIFEST)
    return folder


def write_second(root: Path, exam: Path) -> Path:
    """Write a second module: *exam* without its test."""
    folder = shutil.copytree(exam, root / "module_second", ignore=shutil.ignore_patterns("items"))
    manifest = folder / "pack.toml"
    words = manifest.read_text().replace("module_exam", "module_second").replace('slug = "exam"', 'slug = "second"')
    lessons, _, rest = words.replace('"hello", "final"', '"hello"').partition("[unit.final]")
    manifest.write_text(lessons + rest[rest.index("[credential]") :])
    return folder
