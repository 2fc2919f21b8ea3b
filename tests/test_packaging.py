"""The wheel stands on its own: it installs into an empty environment and serves from an empty folder."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

from support.places import ROOT
from support.site import clean_environment, run_site
from support.tree import files


def test_the_wheel_serves_from_an_empty_environment(tmp_path: Path) -> None:
    """One test, as each step needs the one before: build, look inside, install, start, ask."""
    wheel = build(tmp_path / "dist")
    assert missing_from(wheel) == set()
    program = install(wheel, tmp_path / "environment")
    empty = tmp_path / "empty"
    empty.mkdir()
    with run_site(tmp_path, command=[str(program)], cwd=empty) as site:
        assert site.get("/healthz")[0] == 200
        status, ready = site.get("/readyz")
        assert (status, '"packs":true' in ready.replace(" ", "")) == (200, True), ready
        status, home = site.get("/en/")
        assert (status, "<main" in home) == (200, True)
        assert site.get("/en/courses/finland")[0] == 200
        assert site.get("/fi/")[1].count('lang="fi"') >= 1
        assert "/en/sign-in/" in site.administrator_link
    assert list(empty.iterdir()) == [], "everything is kept in the data folder"


def build(folder: Path) -> Path:
    """Build the source archive, and from it the wheel; what is missing in the first is missing in the second."""
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)])
    (wheel,) = folder.glob("*.whl")
    return wheel


def missing_from(wheel: Path) -> set[str]:
    """Return the files of packs, platform and migrations that the wheel should hold and does not."""
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    wished = {str(Path(*path.parts[1:])) for path in files() if path.parts[0] in ("platform", "courses", "modules")}
    wished |= {f"perille/{path}" for path in files() if path.parts[0] == "migrations"}
    wished |= {name.removesuffix(".po") + ".mo" for name in wished if name.startswith("perille/translations/")}
    return wished - held


def install(wheel: Path, folder: Path) -> Path:
    """Make an environment with the locked libraries and the wheel; return its `perille`."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input", "install", "--no-deps"]
    run([*pip, "--require-hashes", "-r", str(ROOT / "requirements.lock")])
    run([*pip, str(wheel)])
    return folder / "bin" / "perille"


def run(words: list[str]) -> None:
    """Run a program to its end; what it printed is shown when it fails."""
    done = subprocess.run(
        words, env=clean_environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
