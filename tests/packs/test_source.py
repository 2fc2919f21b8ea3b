from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from packs.conftest import FaultsOf
from perille.packs.source import files
from perille.packs.source.files import in_memory, read_folder, stamp

MakePack = Callable[..., Path]


def test_a_text_that_is_not_utf8_is_told_with_its_line(make_pack: MakePack, faults_of: FaultsOf) -> None:
    folder = make_pack()
    (folder / "lessons" / "hello.md").write_bytes(b"# Hello\n\nCaf\xe9\n")
    assert ("lessons/hello.md", 3, "The file is not UTF-8: save it again with this encoding") in [
        (f.path, f.line, f.message) for f in faults_of(folder)
    ]


def test_a_control_character_could_be_taken_for_a_slot(make_pack: MakePack, faults_of: FaultsOf) -> None:
    folder = make_pack(lessons={"hello": "# Hello\n\nA \x02fact:a\x03 word\n"})
    assert [(fault.path, fault.line) for fault in faults_of(folder)] == [("lessons/hello.md", 3)]


def test_a_link_out_of_the_folder_is_not_followed(make_pack: MakePack, faults_of: FaultsOf, tmp_path: Path) -> None:
    folder = make_pack()
    secret = tmp_path / "secret.md"
    secret.write_text("# Secret\n")
    (folder / "lessons" / "leak.md").symlink_to(secret)
    assert "lessons/leak.md" not in read_folder(folder).files
    assert any(fault.path == "lessons/leak.md" and "link" in fault.message for fault in faults_of(folder))


@pytest.mark.parametrize(("limit", "value"), [("MAX_TEXT_FILE", 5), ("MAX_TEXT", 5), ("MAX_FILES", 1)])
def test_a_huge_pack_is_refused(make_pack: MakePack, monkeypatch: pytest.MonkeyPatch, limit: str, value: int) -> None:
    monkeypatch.setattr(files, limit, value)
    assert read_folder(make_pack()).diagnostics.errors


def test_folders_without_end_are_refused(make_pack: MakePack) -> None:
    folder = make_pack()
    deep = folder.joinpath(*["d"] * 12)
    deep.mkdir(parents=True)
    assert any("deep" in fault.message for fault in read_folder(folder).diagnostics.errors)


def test_a_file_in_no_known_place_is_told(make_pack: MakePack, faults_of: FaultsOf) -> None:
    folder = make_pack()
    (folder / "lesson").mkdir()
    (folder / "lesson" / "more.md").write_text("# More\n")
    (folder / "lessons" / "more.txt").write_text("More\n")
    assert {fault.path for fault in faults_of(folder)} == {"lesson/more.md", "lessons/more.txt"}


def test_hidden_files_and_caches_are_no_part(make_pack: MakePack, faults_of: FaultsOf) -> None:
    folder = make_pack()
    for path in (".git/config", "__pycache__/x.pyc", "lessons/.hello.md.swp"):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(b"\xff")
    assert faults_of(folder) == ()


def test_the_stamp_changes_with_a_file_and_the_digest_with_its_bytes(make_pack: MakePack) -> None:
    folder = make_pack()
    before, digest = stamp(folder), read_folder(folder).digest
    assert stamp(folder) == before
    (folder / "lessons" / "hello.md").write_text("# Other\n\nWords.\n")
    assert stamp(folder) != before
    assert read_folder(folder).digest != digest


def test_the_digest_tells_names_from_contents() -> None:
    assert in_memory("a", {"x": b"yz"}).digest != in_memory("a", {"xy": b"z"}).digest
