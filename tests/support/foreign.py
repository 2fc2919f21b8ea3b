"""A stranger's plugin, as `perille plugins new` writes it: built as a wheel and installed into a folder of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from perille.plugins.scaffold import write_new_plugin
from support.commands import PERILLE, run_process
from support.site import clean_environment

PACKAGE = "ranking"
TABLE = "How many cups are on the table?;3\nHow many plates?;12\n"


def install(folder: Path) -> Path:
    """Write, build and install the plugin; return the folder that PYTHONPATH must name."""
    source, target = folder / PACKAGE, folder / "installed"
    write_new_plugin(source)
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder / "dist"), str(source)])
    (wheel,) = (folder / "dist").glob("*.whl")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input", "install", "--no-deps"]
    run([*pip, "--no-index", "--target", str(target), str(wheel)])
    return target


def run(words: list[str], cwd: Path | None = None, **settings: str) -> str:
    """Run a program to its end; return what it printed, which is shown when it fails."""
    done = subprocess.run(
        words,
        cwd=cwd,
        env=clean_environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", **settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def perille(installed: Path, *words: str) -> str:
    """Run a command of Perille with the plugin installed."""
    done = run_process([PERILLE, *words], env=clean_environment(PYTHONPATH=str(installed)))
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
