"""Translate Toolkit (GPL), which many translators' programs are built on: reads a file of ours and saves it again, in a process of its own.

It is a tool of the tests, no part of the project, and lies beside the environment: `make setup-test` brings it.
"""

from __future__ import annotations

import os
import subprocess
import sys

from support.places import CACHE

#: The lock file beside this one, and where its wheels are installed.
LOCK = "translate-toolkit.lock"
FOLDER = CACHE / "translate-toolkit"
_PROGRAM = """
import sys
from translate.storage import pypo, xliff2

form, source, words = sys.argv[1:]
store = (pypo.pofile if form == "po" else xliff2.Xliff2File).parsestring(sys.stdin.buffer.read())
if words:
    unit = next(each for each in store.units if each.source == source)
    unit.target = words
    unit.markfuzzy(False)
sys.stdout.buffer.write(bytes(store))
"""


def saved_again(body: bytes, form: str, source: str = "", words: str = "") -> bytes:
    """Return a PO ("po") or XLIFF 2 ("xlf") file as the toolkit saves it; with *words*, those of *source* are translated by them."""
    if not (FOLDER / "translate").is_dir():
        raise RuntimeError(f"Translate Toolkit is not in {FOLDER}: make setup-test brings it.")
    environment = {**os.environ, "PYTHONPATH": str(FOLDER)}
    program = [sys.executable, "-c", _PROGRAM, form, source, words]
    done = subprocess.run(program, input=body, capture_output=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout
