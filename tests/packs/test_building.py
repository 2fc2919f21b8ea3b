"""Packs are compiled in two processes where there is much of them, and it makes no difference to what comes out."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path

import pytest

from packs.published import MakePack, edit
from perille.packs.publishing import building
from perille.packs.publishing.build_queue import BuildQueue, PackBuild
from perille.packs.publishing.building import BuiltPack, build_all
from perille.packs.source.discovery import FolderSource
from perille.packs.source.registry import InteractionRegistry

#: Python warns of copies of a process that has threads, as one that runs tests has.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")

Build = Callable[[int], dict[str, BuiltPack]]


@pytest.fixture
def folders(course: Path, facts_folder: Path, make_pack: MakePack) -> tuple[Path, ...]:
    others = (make_pack(f"course_{name}", countries=["FI"]) for name in ("first", "second"))
    return (facts_folder, course, *others)


@pytest.fixture
def built(folders: tuple[Path, ...], registry: InteractionRegistry) -> Build:
    def run(processes: int) -> dict[str, BuiltPack]:
        queue = BuildQueue([FolderSource(folder=each, owner="a test 1.0") for each in folders], {}, registry)
        return build_all(queue, queue.candidates, processes, lambda _pack: None)

    return run


@pytest.fixture
def worth_it(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let a copy take its share of any packs, and return the processes in which packs are compiled as far as this one knows."""
    here: list[int] = []

    def build(queue: BuildQueue, candidate: PackBuild) -> BuiltPack:
        here.append(os.getpid())
        return plain(queue, candidate)

    plain = building.build
    monkeypatch.setattr(building, "build", build)
    monkeypatch.setattr(building, "_WORTH_IT", 0)
    return here


def test_two_processes_give_what_one_gives(built: Build, worth_it: list[int]) -> None:
    alone = built(1)
    assert len(worth_it) == 4
    worth_it.clear()
    together = built(2)
    assert {name: astuple(each) for name, each in together.items()} == {
        name: astuple(each) for name, each in alone.items()
    }
    assert 0 < len(worth_it) < 4


def test_who_is_ready_takes_what_the_other_has_not_begun(
    built: Build, worth_it: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy that has a slow pack does not keep the others waiting behind it."""
    process, plain = os.getpid(), building.build
    done, told_of = os.pipe()

    def build(queue: BuildQueue, candidate: PackBuild) -> BuiltPack:
        if os.getpid() != process:
            os.read(done, 1)
        made = plain(queue, candidate)
        if len(worth_it) == 3:
            os.write(told_of, b".")
        return made

    monkeypatch.setattr(building, "build", build)
    timer = threading.Timer(5, os.write, (told_of, b"...."))
    timer.start()
    assert all(each.rows is not None for each in built(2).values())
    timer.cancel()
    assert len(worth_it) == 3


def test_the_faults_that_a_copy_finds_are_told(built: Build, folders: tuple[Path, ...], worth_it: list[int]) -> None:
    for each in folders[1:]:
        edit(each, "pack.toml", 'version = "1.0.0"', 'version = "one"')
    found = built(2)
    assert len(worth_it) < len(found)
    assert [each for each, made in found.items() if made.rows is not None] == ["course_facts"]
    assert all("version" in str(made.diagnostics) for made in found.values() if made.rows is None)


def test_what_a_copy_does_not_give_back_is_compiled_here(
    built: Build, worth_it: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    process, plain = os.getpid(), building.build

    def build(queue: BuildQueue, candidate: PackBuild) -> BuiltPack:
        if os.getpid() != process:
            raise MemoryError
        return plain(queue, candidate)

    monkeypatch.setattr(building, "build", build)
    assert all(each.rows is not None for each in built(2).values())
    assert len(worth_it) == 4


@pytest.mark.parametrize(
    ("where", "what", "error"),
    [(os, "fork", BlockingIOError), (tempfile, "TemporaryFile", FileNotFoundError)],
)
def test_without_a_copy_all_is_compiled_here(
    built: Build, worth_it: list[int], monkeypatch: pytest.MonkeyPatch, where: object, what: str, error: type[OSError]
) -> None:
    def refused() -> int:
        raise error

    monkeypatch.setattr(where, what, refused)
    before = len(os.listdir("/proc/self/fd"))
    assert all(each.rows is not None for each in built(2).values())
    assert len(worth_it) == 4
    assert len(os.listdir("/proc/self/fd")) == before


def test_an_error_leaves_no_copy_and_no_file(
    folders: tuple[Path, ...], registry: InteractionRegistry, worth_it: list[int]
) -> None:
    def stopped(_pack: PackBuild) -> None:
        raise InterruptedError

    queue = BuildQueue([FolderSource(folder=each, owner="a test 1.0") for each in folders], {}, registry)
    before = os.listdir("/proc/self/fd")
    with pytest.raises(InterruptedError):
        build_all(queue, queue.candidates, 2, stopped)
    assert len(worth_it) == 1
    assert len(os.listdir("/proc/self/fd")) == len(before)


def test_few_words_are_compiled_in_one_process(built: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden() -> int:
        raise AssertionError("a copy for a few words")

    monkeypatch.setattr(os, "fork", forbidden)
    assert len(built(2)) == 4


def test_every_pack_is_told_of_once(
    folders: tuple[Path, ...], registry: InteractionRegistry, worth_it: list[int]
) -> None:
    queue = BuildQueue([FolderSource(folder=each, owner="a test 1.0") for each in folders], {}, registry)
    told: list[str] = []
    build_all(queue, queue.candidates, 2, lambda each: told.append(each.id))
    assert sorted(told) == sorted(each.id for each in queue.candidates)
    assert worth_it
