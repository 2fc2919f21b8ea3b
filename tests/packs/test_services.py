"""Publishing, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from packs.published import MakePack, Sync, edit, new_structure
from perille.packs import services
from perille.packs.compiler.compile import load_library
from perille.packs.format.loading import LoadedPack
from perille.packs.publishing import build_queue, building
from perille.packs.publishing.models import PackVersion
from perille.packs.services import source_files
from perille.packs.source import discovery
from perille.packs.source.files import PackFiles
from perille.packs.source.registry import InteractionRegistry


def test_what_has_not_changed_is_not_even_read(sync: Sync, course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sync(course).published == ("course_facts", "course_small")

    def forbidden(*_args: object, **_named: object) -> None:
        raise AssertionError("read although nothing has changed")

    monkeypatch.setattr(building, "compile_loaded", forbidden)
    monkeypatch.setattr(discovery, "read_folder", forbidden)
    monkeypatch.setattr(build_queue, "load_library", forbidden)
    assert sync(course).unchanged == ("course_facts", "course_small")


def test_a_library_is_read_once_for_itself_and_for_the_courses(
    sync: Sync, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counted(files: PackFiles, registry: InteractionRegistry) -> LoadedPack:
        read.append(files.name)
        return load_library(files, registry)

    monkeypatch.setattr(build_queue, "load_library", counted)
    sync(course)
    assert sorted(read) == ["course_facts", "course_small"]


def test_a_touched_file_with_the_same_bytes_is_not_compiled(sync: Sync, course: Path) -> None:
    sync(course)
    (course / "lessons" / "hello.md").touch()
    assert sync(course).unchanged == ("course_facts", "course_small")


def test_a_corrected_sentence_replaces_the_words_of_the_same_structure(
    sync: Sync, course: Path, session: Session
) -> None:
    sync(course)
    edit(course, "lessons/hello.md", "now", "at once")
    assert sync(course, production=True).published == ("course_small",)
    assert session.scalar(select(func.count()).where(PackVersion.pack_id == "course_small")) == 1


def test_a_corrected_fact_compiles_no_course_and_a_lost_one_does(sync: Sync, course: Path, facts_folder: Path) -> None:
    sync(course)
    edit(facts_folder, "facts/FI.toml", 'value = "112"', 'value = "113"')
    assert sync(course).published == ("course_facts",)
    edit(facts_folder, "facts/FI.toml", "[emergency.number]", "[emergency.other]")
    assert sync(course).refused == ("course_small",)


def test_production_refuses_another_structure_of_the_same_version(sync: Sync, course: Path, session: Session) -> None:
    sync(course)
    before = current(session).structure_hash
    new_structure(course)
    report = sync(course, production=True)
    assert report.refused == ("course_small",)
    assert current(session).structure_hash == before
    assert any("another structure" in problem.message for problem in services.problems(session))
    edit(course, "pack.toml", "1.0.0", "1.0.1")
    assert sync(course, production=True).published == ("course_small",)
    assert not any("another structure" in problem.message for problem in services.problems(session))


def test_elsewhere_another_structure_takes_its_place_and_the_old_one_stays(
    sync: Sync, course: Path, session: Session
) -> None:
    sync(course)
    before = current(session).structure_hash
    new_structure(course)
    sync(course)
    versions = session.scalars(select(PackVersion).where(PackVersion.pack_id == "course_small")).all()
    assert {(each.structure_hash == before, each.is_current) for each in versions} == {(True, False), (False, True)}


def current(session: Session) -> PackVersion:
    return session.scalars(
        select(PackVersion).where(PackVersion.pack_id == "course_small", PackVersion.is_current)
    ).one()


def test_a_broken_pack_keeps_what_was_published_and_stops_no_other(
    sync: Sync, course: Path, session: Session, make_pack: MakePack
) -> None:
    sync(course)
    edit(course, "pack.toml", "title", "titel")
    other = make_pack("course_other")
    report = sync(course, other)
    assert (report.published, report.refused) == (("course_other",), ("course_small",))
    assert current(session).version == "1.0.0"
    assert any(problem.path == "course_small/pack.toml" for problem in services.problems(session))


def test_a_pack_that_is_gone_leaves_the_list_and_comes_back(sync: Sync, course: Path, session: Session) -> None:
    sync(course)
    assert sync().gone == ("course_small",)
    assert [pack.pack_id for pack in services.current_packs(session)] == ["course_facts"]
    assert sync(course).published == ("course_small",)


def test_two_packs_at_one_address_name_both_owners(
    sync: Sync, course: Path, make_pack: MakePack, session: Session
) -> None:
    report = sync(course, make_pack("course_zeta", slug="small"))
    assert report.refused == ("course_zeta",)
    message = services.problems(session)[-1].message
    assert "owner of course_small 1.0" in message
    assert "owner of course_zeta 1.0" in message


def test_export_gives_the_folder_back_byte_for_byte(sync: Sync, course: Path, session: Session) -> None:
    (course / "__init__.py").write_bytes(b'"""Words."""\r\n')
    (course / "README.md").write_bytes(b"no newline at the end")
    sync(course)
    files = {str(path.relative_to(course)): path.read_bytes() for path in course.rglob("*") if path.is_file()}
    assert source_files(session, "course_small") == files
    assert source_files(session, "course_none") is None
