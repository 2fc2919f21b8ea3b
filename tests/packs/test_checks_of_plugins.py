"""What a plugin's check finds is told of packs that whoever runs the site can change; a check that fails is told once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from packs.published import MakePack
from perille.api import CheckedPack, Finding, Plugin
from perille.core.database import Session
from perille.interactions import plugin
from perille.packs.services import problems, synchronise
from perille.packs.source.discovery import FolderSource
from perille.packs.source.registry import InteractionRegistry, OwnedPlugin


def advises(pack: CheckedPack) -> Iterator[Finding]:
    yield Finding(path="pack.toml", line=1, message="Shorter titles read better")


def refuses(pack: CheckedPack) -> Iterator[Finding]:
    yield Finding(path="pack.toml", line=1, message="This title is not allowed", error=True)


def fails(_pack: CheckedPack) -> list[Finding]:
    raise ZeroDivisionError("no")


@pytest.fixture
def two(make_pack: MakePack) -> list[Path]:
    """Two packs."""
    return [make_pack(f"course_{name}", slug=name, lessons={"hello": "# Hello\n\nWords.\n"}) for name in ("one", "two")]


def told(session: Session, folders: list[Path], check: object, *, installed: bool) -> list[str]:
    """Publish packs that come in installed packages or not, with a check; return what is kept for the administrators' page."""
    brought = OwnedPlugin(plugin=Plugin(checks=(check,)), owner="advice 1.0")  # type: ignore[arg-type]  # of any check
    registry = InteractionRegistry([OwnedPlugin(plugin=plugin, owner="perille 0.1.0"), brought])
    sources = [FolderSource(folder=each, owner="packs 1.0", installed=installed) for each in folders]
    synchronise(session, sources, registry, production=False, progress=lambda *_told: None)
    return [str(each) for each in problems(session)]


def test_advice_about_a_pack_that_nobody_here_can_change_is_not_told(session: Session, two: list[Path]) -> None:
    assert told(session, two, advises, installed=True) == []


def test_advice_about_a_folder_of_the_site_is_told(session: Session, two: list[Path]) -> None:
    found = told(session, two, advises, installed=False)
    assert found == [
        f"{each}/pack.toml:1: warning: Shorter titles read better" for each in ("course_one", "course_two")
    ]


def test_why_a_pack_is_not_published_is_always_told(session: Session, two: list[Path]) -> None:
    assert len(told(session, two, refuses, installed=True)) == 2


@pytest.mark.parametrize("installed", [True, False])
def test_a_check_that_fails_on_every_pack_is_told_once(session: Session, two: list[Path], installed: bool) -> None:
    (found,) = told(session, two, fails, installed=installed)
    assert "A check of advice 1.0 failed (ZeroDivisionError: no)" in found
