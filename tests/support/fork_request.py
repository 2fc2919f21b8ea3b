"""Asks the fork server for a process. As a script it is the command `perille` of examples: it ends as the process ends.

The script is started with -I -S, and imports nothing that takes time.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Mapping, Sequence


def connect(address: str) -> socket.socket:
    """Connect to the fork server; raise OSError where there is none."""
    made = socket.socket(socket.AF_UNIX)
    try:
        made.connect(address)
    except OSError:
        made.close()
        raise
    return made


def ask(
    address: str, words: Sequence[str], *, cwd: str, env: Mapping[str, str], streams: Sequence[int]
) -> socket.socket:
    """Ask for a process with these three streams; return where its number comes, and, when it has ended, its exit status, a line each."""
    answers = connect(address)
    request = json.dumps({"words": list(words), "cwd": cwd, "env": dict(env)}).encode()
    socket.send_fds(answers, [len(request).to_bytes(4, "big")], list(streams))
    answers.sendall(request)
    return answers


def main(address: str, *words: str) -> int:
    """Run a command with the streams of this process; return its exit status as a shell has it."""
    with ask(address, words, cwd=os.getcwd(), env=os.environ, streams=(0, 1, 2)) as answers:
        _pid, code = answers.makefile().read().split()
    return int(code) if int(code) >= 0 else 128 - int(code)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
