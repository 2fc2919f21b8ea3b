"""Fixtures for tests of packs and plugins: a pytest plugin that comes with the platform.

    def test_my_course_compiles(compile_pack_folder):
        compiled = compile_pack_folder(Path(my_course.__file__).parent)
        assert compiled.summary.minutes <= 90

Named in a test run as `-p perille.testing.plugin`, or loaded by itself where pytest loads every installed plugin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy.orm import Session

from perille.api import Plugin
from perille.enrolment.models import Learner
from perille.packs.authoring.folders import load_libraries
from perille.packs.compiler.compile import compile_pack
from perille.packs.compiler.compiled import CompiledPack
from perille.packs.format.loading import LoadedPack
from perille.packs.source.discovery import Discovery, discover
from perille.packs.source.registry import InteractionRegistry, OwnedPlugin
from perille.testing.conformance import Sample
from perille.testing.site import MakeSite, PluginSite, make_plugin_site, small_manifest


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
    """Return the library packs: shared lessons and facts. Others are not read: with all their languages that takes seconds."""
    return load_libraries((), interaction_registry, [source.folder for source in installed_packs.sources])


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


@pytest.fixture(scope="session")
def migrated_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database, to be copied: migrating anew costs each site a second."""
    folder = tmp_path_factory.mktemp("migrated")
    make_plugin_site(folder, ()).close()
    return folder / "perille.sqlite3"


@pytest.fixture
def plugin_site(tmp_path: Path, migrated_template: Path) -> Iterator[MakeSite]:
    """`plugin_site(plugin, packs=[folder])` makes a site with a plugin and packs; see `perille.testing.site.PluginSite`."""
    made: list[PluginSite] = []

    def make(*plugins: Plugin, packs: Iterable[Path] = ()) -> PluginSite:
        folder = tmp_path / f"site-{len(made)}"
        folder.mkdir()
        made.append(make_plugin_site(folder, plugins, packs, migrated_template))
        return made[-1]

    yield make
    for site in made:
        site.close()


@pytest.fixture(scope="class")
def conformance_folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack with the samples of the class: a lesson for each."""
    folder = tmp_path_factory.mktemp("conformance") / "course_conformance"
    write_sample_pack(folder, request.cls.samples)
    return folder


@pytest.fixture(scope="class")
def conformance_pack(request: pytest.FixtureRequest, conformance_folder: Path) -> CompiledPack:
    """The pack of the samples, compiled by the question type of the class."""
    registry = InteractionRegistry([OwnedPlugin(plugin=Plugin(interactions=(request.cls.interaction,)), owner="test")])
    return compile_pack(conformance_folder, (), registry)


@pytest.fixture(scope="class")
def conformance_site(
    request: pytest.FixtureRequest,
    conformance_folder: Path,
    migrated_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[PluginSite]:
    """A site with the plugin of the class and the pack of its samples."""
    plugins = () if request.cls.plugin is None else (request.cls.plugin,)
    site = make_plugin_site(tmp_path_factory.mktemp("site"), plugins, [conformance_folder], migrated_template)
    yield site
    site.close()


def write_sample_pack(folder: Path, samples: Iterable[Sample]) -> None:
    """Write a pack with a lesson for each sample, which asks it."""
    listed = tuple(samples)
    files = {f"lessons/{each.key}.md": f"# A question\n\n::: check {each.key}\n:::\n".encode() for each in listed}
    files["items/bank.toml"] = "\n".join(each.item for each in listed).encode()
    files["pack.toml"] = small_manifest("conformance", "Samples", (each.key for each in listed)).encode()
    for each in listed:
        files |= each.files
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
