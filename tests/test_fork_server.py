"""Processes that the fork server starts are as those that a shell starts (`tests/support/fork_server.py`)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.commands import PERILLE, folder_of_program, run_process, start_process
from support.site import clean_environment

SAID = "import os, sys; print(sys.argv, os.getcwd(), sorted(os.environ), sys.stdin.read(), __name__); sys.exit(7)"
SLEEP = "import sys, time; print('here', flush=True); time.sleep(60)"
PATIENCE = 60.0


@pytest.mark.parametrize("words", [["lrs", "forward", "list"], ["settings"]])
def test_a_command_says_what_the_program_says_and_ends_as_it_ends(words: list[str], tmp_path: Path) -> None:
    environment = clean_environment(PERILLE_DATA_DIR=str(tmp_path / "data"))
    real = subprocess.run([PERILLE, *words], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    forked = run_process([PERILLE, *words], env=environment, cwd=tmp_path)
    assert (forked.returncode, forked.stdout, forked.stderr) == (real.returncode, real.stdout, real.stderr)


def test_arguments_folder_variables_and_input_are_those_of_the_request(tmp_path: Path) -> None:
    words = [sys.executable, "-c", SAID, "one", "two words"]
    with (tmp_path / "input").open("w+b") as given, (tmp_path / "output").open("w+b") as printed:
        given.write("ä".encode())
        given.seek(0)
        process = start_process(words, env={"LANG": "C.UTF-8"}, cwd=tmp_path, stdin=given, stdout=printed)
        assert process.wait(PATIENCE) == 7
    assert (tmp_path / "output").read_text("utf-8") == f"['-c', 'one', 'two words'] {tmp_path} ['LANG'] ä __main__\n"


def test_a_process_knows_the_modules_of_its_own_path_alone(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text("word = 'found'")
    show = [sys.executable, "-c", "import sys, planted; print(planted.word, 'pytest' in sys.modules)"]
    found = run_process(show, env=clean_environment(PYTHONPATH=str(tmp_path)))
    assert (found.returncode, found.stdout) == (0, "found False\n"), found.stderr
    assert "No module named 'planted'" in run_process(show, env=clean_environment()).stderr
    (tmp_path / "planted.py").write_text("import sys; print(__name__, sys.argv[1:])")
    run = run_process([sys.executable, "-m", "planted", "word"], env=clean_environment(), cwd=tmp_path)
    assert (run.returncode, run.stdout) == (0, "__main__ ['word']\n"), run.stderr


def test_a_process_begins_alone_with_no_thread_and_only_its_three_files() -> None:
    look = "import os, threading; print(threading.active_count(), os.getpid() == os.getsid(0), sorted(map(int, os.listdir('/dev/fd')))[:4])"
    assert (
        run_process([sys.executable, "-c", look], env={}).stdout == "1 True [0, 1, 2, 3]\n"
    )  # 3 is the folder that is read


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_a_signal_ends_a_process_and_its_status_says_so(number: signal.Signals) -> None:
    with start_process(
        [sys.executable, "-c", SLEEP], env={}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n"
        assert process.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.01)
        process.send_signal(number)
        assert process.wait(PATIENCE) == process.poll() == process.returncode == -number
    process.kill()  # nothing, as it has ended


def test_a_process_ends_as_it_says_at_its_end() -> None:
    ended = run_process(
        [sys.executable, "-c", "import atexit; atexit.register(print, 'bye'); raise KeyError('why')"], env={}
    )
    assert (ended.returncode, ended.stdout) == (1, "bye\n")
    assert ended.stderr.endswith("KeyError: 'why'\n")
    assert run_process([sys.executable, "-c", "import os; os._exit(3)"], env={}).returncode == 3


def test_the_program_of_a_shell_takes_its_streams_and_gives_its_status(tmp_path: Path) -> None:
    environment = clean_environment(PERILLE_DATA_DIR=str(tmp_path / "data"))
    environment["PATH"] = f"{folder_of_program()}:{environment['PATH']}"
    shell = ["bash", "-c", "perille --version | cat; perille lrs client list; echo $?"]
    done = subprocess.run(shell, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("\n2\n")
    assert done.stdout.startswith("perille, version ")
    assert "--create" in done.stderr


def test_a_process_whose_starter_is_gone_is_killed(tmp_path: Path) -> None:
    starter = (
        "import sys; sys.path.insert(0, sys.argv[1]); from support.commands import start_process; import os;"
        f" process = start_process([sys.executable, '-c', {SLEEP!r}], env={{}}); print(process.pid, flush=True); os._exit(0)"
    )
    words = [sys.executable, "-c", starter, str(Path(__file__).parent)]
    said = subprocess.run(words, env=os.environ, capture_output=True, text=True, check=True).stdout
    pid, until = int(next(line for line in said.split() if line.isdigit())), time.monotonic() + PATIENCE
    while _lives(pid):
        assert time.monotonic() < until
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
