"""A server killed in the middle of its work: what was answered is there, what was not is whole or absent."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lrs.conftest import Store
from lrs.samples import statement
from support.commands import start_process

SCRIPT = Path(__file__).parent / "killed_server.py"
TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize("after", [3, 40])
def test_no_batch_is_half_stored(db_url: str, tmp_path: Path, make_store: Callable[..., Store], after: int) -> None:
    store = make_store()
    with start_process(
        [sys.executable, "-c", f"import sys, runpy; sys.path.insert(0, {str(TESTS)!r}); sys.argv[1:] = {[db_url, str(tmp_path)]!r};"
         f" runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"],
        env=os.environ,
        stdout=subprocess.PIPE,
    ) as server:  # fmt: skip
        assert server.stdout is not None
        answered = [int(server.stdout.readline()) for _ in range(after)]
        server.kill()
        answered += [int(line) for line in server.stdout.read().split()]
    for number in answered:
        assert len(store.found(activity=f"https://batch.example/{number}", limit="30")) == 20
    unanswered = store.found(activity=f"https://batch.example/{answered[-1] + 1}", limit="30")
    assert len(unanswered) in (0, 20)
    assert store.post([statement(), statement()]).status_code == 200
