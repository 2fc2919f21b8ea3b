"""Each contract of import-linter is broken by an import that it forbids: a contract that nothing breaks guards nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from support.places import ROOT

#: Contract -> where the import is planted, and what is imported.
PLANTS = {
    "The floors of the house: arrows point down": ("packs/planted_above.py", "import perille.tracking.services"),
    "What every part stands on imports no part": ("core/planted.py", "import perille.learning.services"),
    "The specification is read without a database and without Flask": ("lrs/xapi/planted.py", "import sqlalchemy"),
    "Rules are pure: the domain imports the standard library only": ("domain/planted.py", "import msgspec"),
    "The record store knows xAPI and nothing of courses": ("lrs/planted.py", "import perille.packs.services"),
    "A course as a learner meets it stands below the pages that teach and test": (
        "courses/planted.py",
        "import perille.assessment.attempts",
    ),
    "Our question types know what a stranger's may know: perille.api alone": (
        "interactions/planted.py",
        "from perille.core import config",
    ),
}


def lint(folder: Path) -> str:
    """Return what import-linter says of the copy in a folder."""
    program = str(Path(sys.executable).with_name("lint-imports"))
    environment = {**os.environ, "PYTHONPATH": str(folder / "platform"), "COLUMNS": "200"}
    done = subprocess.run(
        [program, "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


def test_every_contract_is_broken_by_what_it_forbids(tmp_path: Path) -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    contracts = {each["name"] for each in tomllib.loads(project)["tool"]["importlinter"]["contracts"]}
    assert contracts == set(PLANTS)
    package = tmp_path / "platform" / "perille"
    shutil.copytree(
        ROOT / "platform" / "perille",
        package,
        ignore=lambda folder, names: [
            name for name in names if not name.endswith(".py") and not (Path(folder) / name).is_dir()
        ],
    )
    (tmp_path / "pyproject.toml").write_text(project, "utf-8")
    for path, line in PLANTS.values():
        (package / path).write_text(f'"""Planted."""\n\n{line}\n', "utf-8")
    said = lint(tmp_path)
    for contract, (path, _line) in PLANTS.items():
        assert re.search(rf"(?m)^{re.escape(contract)} BROKEN", said), said
        assert "perille." + path.removesuffix(".py").replace("/", ".") in said, said
