"""Change the rules of scores, draws and question types a little, thousands of times, and see how often a test notices.

    python -m venv FOLDER/env
    FOLDER/env/bin/pip install -r requirements.lock mutmut hypothesis pytest
    python tests/bench/mutants.py FOLDER/work
    cd FOLDER/work && PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 ../env/bin/mutmut run --max-children 2

It has an environment of its own, since mutmut is no library of the project, and a folder of its own, since mutmut writes
beside what it reads. Examples are fewer than in `make test` and always the same, so that a mutant lives or dies by the tests and
not by luck.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE, TESTS = ROOT / "platform" / "perille", ROOT / "tests"
#: What the rules need to be imported and rendered.
FOLDERS, FILES = ("api", "core", "domain", "interactions", "templates"), ("__init__.py",)
TRIED = ("domain", "interactions")
SETTINGS = """\
[tool.pytest.ini_options]
testpaths = ["tests"]
addopts = ["--import-mode=importlib", "-p", "no:cacheprovider"]
pythonpath = ["tests", "src"]

[tool.mutmut]
source_paths = ["src"]
only_mutate = ["src/perille/domain/scoring.py", "src/perille/domain/selection.py", "src/perille/interactions/*.py", "src/perille/api/*.py"]
pytest_add_cli_args_test_selection = ["tests/domain", "tests/interactions"]
use_git_change_detection = false
"""


def copy(target: Path) -> None:
    """Write the rules and their tests to *target*, which must not be there."""
    without = shutil.ignore_patterns("__pycache__")
    for folder in FOLDERS:
        shutil.copytree(SOURCE / folder, target / "src" / "perille" / folder, ignore=without)
    for name in FILES:
        shutil.copy(SOURCE / name, target / "src" / "perille" / name)
    for folder in TRIED:
        shutil.copytree(TESTS / folder, target / "tests" / folder, ignore=without)
    for path in target.glob("tests/*/*.py"):
        text = re.sub(r"max_examples=(?:40|25)", "max_examples=10", path.read_text("utf-8"))
        path.write_text(text.replace("deadline=None, ", "deadline=None, derandomize=True, database=None, "), "utf-8")
    (target / "pyproject.toml").write_text(SETTINGS, "utf-8")


if __name__ == "__main__":
    copy(Path(sys.argv[1]))
