"""Fixtures for tests of packs and plugins: a pytest plugin that comes with the platform.

    def test_my_course_compiles(compile_pack_folder):
        compiled = compile_pack_folder(Path(my_course.__file__).parent)
        assert compiled.summary.minutes <= 90

Named in a test run as `-p perille.testing.plugin`, or loaded by itself where pytest loads every installed plugin.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy.orm import Session

from perille.domain.course import PackKind
from perille.enrolment.models import Learner
from perille.packs.compiler.compile import compile_pack, load_library
from perille.packs.compiler.compiled import CompiledPack
from perille.packs.format.loading import LoadedPack
from perille.packs.source.discovery import Discovery, discover
from perille.packs.source.registry import InteractionRegistry


class CreateLearner(Protocol):
    """Makes learners."""

    def __call__(self, *, last_seen_on: date | None = None) -> Learner:
        """Add a learner to the session and flush it; nothing is committed."""


@pytest.fixture(scope="session")
def installed_packs() -> Discovery:
    """Return what the installed distributions bring."""
    return discover()


@pytest.fixture(scope="session")
def interaction_registry(installed_packs: Discovery) -> InteractionRegistry:
    """Return every installed question type, built in or not."""
    return InteractionRegistry(installed_packs.plugins)


@pytest.fixture(scope="session")
def installed_libraries(
    installed_packs: Discovery, interaction_registry: InteractionRegistry
) -> tuple[LoadedPack, ...]:
    """Return the library packs: shared lessons and facts."""
    packs = (load_library(source.folder, interaction_registry) for source in installed_packs.sources)
    return tuple(pack for pack in packs if pack.manifest.kind is PackKind.LIBRARY)


@pytest.fixture(scope="session")
def compile_pack_folder(
    interaction_registry: InteractionRegistry, installed_libraries: tuple[LoadedPack, ...]
) -> Callable[[Path], CompiledPack]:
    """Compile a folder with everything that is installed; PackError has all its faults, each with file and line."""

    def compile_folder(folder: Path) -> CompiledPack:
        return compile_pack(folder, installed_libraries, interaction_registry)

    return compile_folder


@pytest.fixture
def create_learner(session: Session) -> CreateLearner:
    """`create_learner(**overrides)` adds a learner to the test's `session`."""

    def create(*, last_seen_on: date | None = None) -> Learner:
        learner = Learner(last_seen_on=last_seen_on or datetime.now(UTC).date())
        session.add(learner)
        session.flush()
        return learner

    return create


@pytest.fixture
def dummy_learner(create_learner: CreateLearner) -> Learner:
    """Return a learner about whom nothing is special."""
    return create_learner()
