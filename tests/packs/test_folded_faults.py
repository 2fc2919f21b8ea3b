"""What is printed of many faults: their cause first, and no more than anybody reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from packs.commands import run
from packs.conftest import line_of
from support.packs import CHOICE

MakePack = Callable[..., Path]
LESSON = "# Hello\n\n::: check fire\n:::\n\n{fact: FI/no.such}\n"


def test_of_a_missing_quote_only_the_cause_is_printed(make_pack: MakePack) -> None:
    broken = CHOICE.replace('text = "Get out"', 'text = "Get out')
    folder = make_pack(lessons={"hello": LESSON}, items={"bank": broken})
    first, folded = run("check", folder).output.splitlines()
    line = broken.split("\n").index('text = "Get out') + 1
    assert first.startswith(f"{folder}/items/bank.toml:{line}: This is not TOML")
    assert folded == f"{folder}: 2 more may follow from it: mend this first (check --all prints each)"
    assert run("check", "--all", folder).output.count(f"{folder}/lessons/hello.md:") == 2


def test_a_broken_manifest_is_one_fault(make_pack: MakePack) -> None:
    folder = make_pack(lessons={"hello": LESSON}, items={"bank": CHOICE})
    path = folder / "pack.toml"
    line = line_of(folder, "pack.toml", "kind =")
    path.write_text(path.read_text("utf-8").replace('course"\n', "course\n", 1), "utf-8")
    first, folded = run("check", folder).output.splitlines()
    assert first.startswith(f"{folder}/pack.toml:{line}: This is not TOML")
    assert "may follow from it" in folded


def test_of_very_many_faults_the_first_fifty_are_printed(make_pack: MakePack) -> None:
    folder = make_pack(lessons={"hello": "# Hello\n\n" + "{Fact: x}\n\n" * 80})
    lines = run("check", folder).output.splitlines()
    assert len(lines) == 51
    assert lines[-1] == f"{folder}: 30 more of these: perille packs check --all prints each"
    assert len(run("check", "--all", folder).output.splitlines()) == 80
