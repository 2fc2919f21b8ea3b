"""The fixtures for authors of packs, used as an author would use them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from perille.enrolment.models import Learner
from perille.packs.compiler.compiled import CompiledPack
from perille.packs.source.diagnostics import PackError
from perille.testing.plugin import CreateLearner
from support.packs import CHOICE
from support.site import clean_environment

Compile = Callable[[Path], CompiledPack]


def test_a_folder_is_compiled_with_installed_question_types_and_facts(
    compile_pack_folder: Compile, make_pack: Callable[..., Path]
) -> None:
    lesson = "# Fire\n\nCall {fact: emergency.number}.\n\n::: check fire\n:::\n"
    compiled = compile_pack_folder(make_pack(lessons={"fire": lesson}, items={"fire": CHOICE}))
    assert compiled.summary.unit_count == 1
    assert [item.key for item in compiled.structure.items] == ["fire"]


def test_all_faults_come_at_once_with_file_and_line(
    compile_pack_folder: Compile, make_pack: Callable[..., Path]
) -> None:
    lessons = {"one": "# One\n\nCall {fact: no.such}.\n", "two": "# Two\n\n::: check nothing\n:::\n"}
    with pytest.raises(PackError) as raised:
        compile_pack_folder(make_pack(lessons=lessons))
    assert {("lessons/one.md", 3), ("lessons/two.md", 3)} <= {
        (each.path, each.line) for each in raised.value.diagnostics
    }


def test_learners_are_made_as_the_test_wishes(
    create_learner: CreateLearner, dummy_learner: Learner, session: Session
) -> None:
    learner = create_learner(last_seen_on=date(2026, 1, 2))
    assert learner.last_seen_on == date(2026, 1, 2)
    assert session.get(Learner, dummy_learner.id) is dummy_learner
    assert learner.actor_name != dummy_learner.actor_name


def test_a_stranger_needs_the_plugin_and_nothing_of_ours(tmp_path: Path, make_pack: Callable[..., Path]) -> None:
    folder = make_pack()
    (tmp_path / "test_mine.py").write_text(
        "from pathlib import Path\n"
        "def test_it_compiles(compile_pack_folder):\n"
        f"    assert compile_pack_folder(Path({str(folder)!r})).summary.slug == 'small'\n"
    )
    words = [sys.executable, "-m", "pytest", "-q", "-p", "perille.testing.plugin", "test_mine.py"]
    environment = clean_environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert "1 passed" in done.stdout, done.stdout + done.stderr
