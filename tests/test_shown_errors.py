"""What pages show of an exception: its words, and no folder of the machine."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from perille.core.traceback_places import describe_error


@pytest.mark.parametrize(
    "name", ["[Errno 2] No such file or directory: '{}'", "cannot read {}, which is empty", "({})"]
)
def test_paths_are_shortened_wherever_they_stand(name: str, tmp_path: Path) -> None:
    text = describe_error(OSError(name.format(tmp_path / "words.txt")))
    assert text == f"OSError: {name.format('words.txt')}"


def test_a_folder_that_is_missing_is_not_shown_either(tmp_path: Path) -> None:
    missing = tmp_path / "gone" / "far" / "words.txt"
    assert describe_error(FileNotFoundError(2, "No such file", str(missing))).endswith("No such file: 'words.txt'")


def test_a_module_is_named_below_the_folder_that_it_was_found_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "boats").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert (
        describe_error(ImportError(f"from 'boats' ({tmp_path}/boats/__init__.py)"))
        == "ImportError: from 'boats' (boats/__init__.py)"
    )


@pytest.mark.parametrize(
    "text",
    ["/en/courses/way is no address", "3/4 of it", "https://example.org/a/b", "a\0/b/c\0d", "see notes/tmp/words.txt"],
)
def test_what_is_no_path_of_this_machine_stays(text: str) -> None:
    assert describe_error(ValueError(text)) == f"ValueError: {text}"
