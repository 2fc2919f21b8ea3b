"""Measures how much of a folder of the platform its own tests run, and holds it to a floor (`make coverage`).

Without a name: the folders that were changed since the last commit, or since the one that BASE names.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from support.places import ROOT

#: Percent of the statements of a folder.
FLOOR = 95
PLATFORM, TESTS = Path("platform/perille"), Path("tests")
#: Folder whose tests do not stand where it stands: tests/courses are about the courses that ship.
INSTEAD = {"courses": "tests/learning"}
#: Folder -> tests elsewhere that are about its code: what only packs show is tested on packs.
ALSO = {"interactions": ("tests/packs/test_plays.py", "tests/packs/test_graph.py")}


def changed_folders(base: str) -> list[str]:
    """Return the folders of the platform with Python files that differ from a commit, by name."""
    command = ("git", "diff", "--name-only", base, "--", f"{PLATFORM}/*.py")
    named = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    inside = (Path(each).relative_to(PLATFORM) for each in named)
    return sorted({each.parts[0] for each in inside if len(each.parts) > 1})


def measured_by(folder: str) -> list[str]:
    """Return the tests of a folder: those that stand where it stands, else all at the top, where those of the leaves are."""
    own = Path(INSTEAD.get(folder, TESTS / folder))
    found = [str(own)] if (ROOT / own).is_dir() else [str(TESTS / "test_*.py")]
    return [*found, *ALSO.get(folder, ())]


def percents(report: Mapping[str, Mapping[str, Mapping[str, int]]]) -> dict[str, float]:
    """Return the percent of statements that were run, by folder of the platform, from a report of coverage.py as JSON.

    *report*: its "files", path from the root -> {"summary": {"num_statements": ..., "covered_lines": ...}}.
    """
    statements: dict[str, int] = {}
    run: dict[str, int] = {}
    for path, each in report.items():
        parts = Path(path).relative_to(PLATFORM).parts
        folder = parts[0] if len(parts) > 1 else ""
        statements[folder] = statements.get(folder, 0) + each["summary"]["num_statements"]
        run[folder] = run.get(folder, 0) + each["summary"]["covered_lines"]
    return {folder: 100 * run[folder] / count for folder, count in statements.items() if count}


def below(folders: Iterable[str], found: Mapping[str, float]) -> dict[str, float]:
    """Return the folders that are below the floor; what was never imported is."""
    return {folder: found.get(folder, 0.0) for folder in folders if found.get(folder, 0.0) < FLOOR}


def measure(folders: list[str]) -> dict[str, float]:
    """Run the tests of folders and return their percents; end the program where a test fails."""
    tests = sorted({each for folder in folders for each in measured_by(folder)})
    files = [str(path.relative_to(ROOT)) for each in tests for path in sorted(ROOT.glob(each))]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "COVERAGE_FILE": f"{folder}/data"}
        run = [sys.executable, "-m", "coverage"]
        pytest = ["-m", "pytest", "-q", "-p", "xdist", "-n", os.environ.get("WORKERS", "3")]
        ours = ["-m", "not browser and not postgresql", "--no-loadscope-reorder"]
        done = subprocess.run([*run, "run", *pytest, *ours, *files], cwd=ROOT, env=environment, check=False)
        if done.returncode:
            sys.exit(done.returncode)
        subprocess.run([*run, "combine", "-q"], cwd=ROOT, env=environment, check=True)
        subprocess.run([*run, "json", "-q", "-o", f"{folder}/report.json"], cwd=ROOT, env=environment, check=True)
        report = json.loads(Path(folder, "report.json").read_text("utf-8"))
    return percents(report["files"])


def main(folders: list[str]) -> int:
    """Measure folders by name, or those that were changed; return 1 where one is below the floor."""
    folders = folders or changed_folders(os.environ.get("BASE") or "HEAD")
    if not folders:
        sys.stdout.write("No folder of the platform was changed.\n")
        return 0
    found = measure(folders)
    for folder in folders:
        sys.stdout.write(f"{folder}: {found.get(folder, 0.0):.1f} %\n")
    wrong = below(folders, found)
    if wrong:
        sys.stdout.write(f"Below {FLOOR} %: {', '.join(wrong)}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
