"""The floor of coverage: what is measured, and that a folder below it is found. `make coverage` does the measuring."""

from __future__ import annotations

import pytest

from support.coverage_floor import ALSO, PLATFORM, below, measured_by, percents
from support.places import ROOT


def summary(statements: int, run: int) -> dict[str, dict[str, int]]:
    return {"summary": {"num_statements": statements, "covered_lines": run}}


def test_the_files_of_a_folder_count_together_by_their_statements() -> None:
    report = {
        f"{PLATFORM}/domain/item.py": summary(90, 90),
        f"{PLATFORM}/domain/small.py": summary(10, 0),
        f"{PLATFORM}/lrs/xapi/ifi.py": summary(20, 19),
        f"{PLATFORM}/lrs/__init__.py": summary(0, 0),
        f"{PLATFORM}/app.py": summary(4, 1),
    }
    assert percents(report) == {"domain": 90.0, "lrs": 95.0, "": 25.0}


@pytest.mark.parametrize(("percent", "wrong"), [(94.9, {"domain": 94.9}), (95.0, {})])
def test_a_folder_below_the_floor_is_found(percent: float, wrong: dict[str, float]) -> None:
    assert below(["domain"], {"domain": percent, "lrs": 10.0}) == wrong


def test_a_folder_that_no_test_imports_is_below_the_floor() -> None:
    assert below(["domain"], {}) == {"domain": 0.0}


def test_every_folder_of_the_platform_has_tests_to_be_measured_by() -> None:
    folders = [entry.parent.name for entry in sorted((ROOT / PLATFORM).glob("*/__init__.py"))]
    assert folders
    assert [folder for folder in folders for each in measured_by(folder) if not list(ROOT.glob(each))] == []
    assert set(ALSO) <= set(folders)
