"""The module `exam` with a pre-test before its lesson."""

from __future__ import annotations

from pathlib import Path

from support.exam import write_exam

#: The unit "before": two minutes of questions that count for nothing.
PRE_TEST = """[unit.before]
kind = "assessment"
title = "What you know"
minutes = 2
move_on = "Completed"
core = false

[unit.before.rules]
feedback = "never"

[[unit.before.section]]
key = "all"
title = "All"
bank = "bank"
draw = { one = 2, two = 2 }

"""


def write_with_pre_test(
    root: Path, before: str = PRE_TEST, units: str = '"before", "hello", "final"', bank: str = ""
) -> Path:
    """Write the module `exam` with a pre-test; *before*: its unit, *units*: the way of the module, *bank*: its questions."""
    folder = write_exam(root, bank=bank, pre_test='"before"')
    manifest = folder / "pack.toml"
    text = manifest.read_text("utf-8").replace('units = ["hello", "final"]', f"units = [{units}]")
    manifest.write_text(text.replace("[unit.final]\n", f"{before}[unit.final]\n"), "utf-8")
    return folder
