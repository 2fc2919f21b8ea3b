"""Readers who come at the same moment after a start do not end the process."""

from __future__ import annotations

import re
import subprocess
import sys

import msgspec
import pytest

from perille.core.decoding import read_json, read_msgpack
from support.repo_files import texts

#: Eight threads decode a type that nobody has decoded before; on msgspec 0.22 alone this ends in a segmentation fault.
TOGETHER = """
import sys, threading
from dataclasses import make_dataclass
from perille.core.decoding import read_json
sys.setswitchinterval(1e-6)
for number in range(40):
    inner = make_dataclass("Inner", [(f"a{n}", int) for n in range(20)])
    kind = make_dataclass("Kind", [("inner", tuple[inner, ...])])
    body = b'{"inner": [{' + b", ".join(b'"a%d": 1' % n for n in range(20)) + b"}]}"
    start, found = threading.Barrier(8), []
    def read():
        start.wait()
        found.append(read_json(body, kind))
    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert found == [kind((inner(*[1] * 20),))] * 8
"""


def test_threads_may_decode_a_new_type_at_the_same_moment() -> None:
    done = subprocess.run([sys.executable, "-c", TOGETHER], capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_is_of_another_kind_is_refused() -> None:
    assert read_json(b'{"a": 1}', dict[str, int]) == {"a": 1}
    assert read_msgpack(msgspec.msgpack.encode([1, 2]), list[int]) == [1, 2]
    with pytest.raises(msgspec.ValidationError):
        read_json(b'{"a": "x"}', dict[str, int])
    with pytest.raises(msgspec.DecodeError):
        read_json(b"{", dict[str, int])


def test_nothing_decodes_a_type_in_another_way() -> None:
    # A decoder that is made when its module is imported is made by one thread.
    other = re.compile(r"msgspec\.\w+\.decode\([^\n]*type=|msgspec\.convert\(")
    found = {str(path): other.findall(text) for path, text in texts(".py") if path.parts[0] == "platform"}
    assert {path: uses for path, uses in found.items() if uses} == {}
