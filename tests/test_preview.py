"""`perille packs serve`: one pack, published again at each save, in an installation that leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from perille.preview import Preview, previewed, serve_pack
from support.commands import PERILLE, start_process
from support.packs import write_pack

MakePack = Callable[..., Path]
LESSON = "lessons/hello.md"
#: Longer than any step takes, so that only what hangs for ever fails.
PATIENCE = 120.0


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def preview(temporary: Path, make_pack: MakePack) -> Iterator[Preview]:
    with previewed(make_pack()) as made:
        made.refresh()
        yield made


def edit(preview: Preview, path: str, text: str) -> bool:
    (preview.folder / path).write_text(text, "utf-8")
    return preview.refresh()


def test_the_pack_is_shown_and_shown_again_after_a_change(preview: Preview) -> None:
    client = preview.app.test_client()
    assert (preview.version, preview.faults, preview.address()) == (1, (), "/en/courses/small")
    assert client.get(preview.address()).status_code == 200
    assert preview.refresh() is False
    assert edit(preview, LESSON, "# Ahoy\n\nWords.\n") is True
    assert preview.version == 2
    assert "<h1>Ahoy</h1>" in re.sub(r"<h1[^>]*>", "<h1>", client.get("/en/courses/small/hello").text)


def test_faults_are_told_with_file_and_line_and_go_when_they_are_mended(preview: Preview) -> None:
    assert edit(preview, LESSON, "# Hello\n\n{fact: FI/no.such}\n") is True
    assert [fault.partition(": ")[0] for fault in preview.faults] == [f"course_small/{LESSON}:3"]
    assert edit(preview, LESSON, "# Hello\n\nWords.\n") is True
    assert (preview.faults, preview.version) == ((), 3)


def test_the_libraries_beside_it_are_watched_too(preview: Preview) -> None:
    write_pack(preview.folder.parent, "course_other", slug="other")
    assert preview.refresh() is False
    facts = preview.folder.parent / "course_numbers"
    toml = '[our.number]\nkind = "phone"\nlabel = "Ours"\nvalue = "1"\nsource = "https://a.example"\nconfidence = "A"\n'
    (facts / "facts").mkdir(parents=True)
    (facts / "facts" / "FI.toml").write_text(toml + "checked_on = 2026-11-22\nreview_due = 2027-05-22\n", "utf-8")
    manifest = (
        'id = "course_numbers"\nkind = "library"\nslug = "numbers"\nversion = "1.0.0"\ntitle = "N"\nsummary = "N."\n'
    )
    (facts / "pack.toml").write_text(
        f'{manifest}languages = ["en"]\ncountries = ["FI"]\nlicence = "CC0-1.0"\n', "utf-8"
    )
    assert edit(preview, LESSON, "# Hello\n\nCall {fact: our.number}.\n") is True
    assert preview.faults == ()
    (facts / "facts" / "FI.toml").write_text("broken", "utf-8")
    assert preview.refresh() is True
    assert preview.faults[0].startswith("course_numbers/facts/FI.toml:1: ")


def test_a_file_that_goes_while_it_is_looked_at_stops_nothing(preview: Preview) -> None:
    (preview.folder / "pack.toml").rename(preview.folder / "pack.toml~")
    assert preview.refresh() is False
    (preview.folder / "pack.toml~").rename(preview.folder / "pack.toml")
    assert edit(preview, LESSON, "# Ahoy\n\nWords.\n") is True


def test_nothing_is_left_of_it(temporary: Path, make_pack: MakePack) -> None:
    with previewed(make_pack()) as made:
        made.refresh()
        assert [path.name for path in temporary.glob("*/*.sqlite3")] == ["perille.sqlite3"]
    assert list(temporary.iterdir()) == []


def test_what_is_no_pack_is_one_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(serve_pack, [str(tmp_path)])
    assert (result.exit_code, result.output) == (1, f"Error: {tmp_path} is no pack: it has no pack.toml\n")


def read(address: str) -> str:
    with urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310  (an address of our own)
        text: str = answer.read().decode()
        return text


def test_the_command_shows_a_pack_until_ctrl_c_and_touches_no_installation(make_pack: MakePack, tmp_path: Path) -> None:
    folder, temporary, data = make_pack(), tmp_path / "temporary", tmp_path / "data"
    temporary.mkdir()
    environment = {**os.environ, "TMPDIR": str(temporary), "PERILLE_DATA_DIR": str(data)}
    words = [PERILLE, "packs", "serve", str(folder), "--port", "0"]
    with start_process(words, stdout=subprocess.PIPE, env=environment) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"course_small: no errors\n"
            found = re.search(r"http://127\.0\.0\.1:\d+/en/courses/small", process.stdout.readline().decode())
            assert found is not None
            assert '<script src="/preview/reload.js" data-version="1"' in read(found.group())
            (folder / LESSON).write_text("# Ahoy\n\nWords.\n", "utf-8")
            version, until = found.group().replace("/en/courses/small", "/preview/version"), time.monotonic() + PATIENCE
            while read(version) != "2":
                assert time.monotonic() < until
            assert "Ahoy" in read(f"{found.group()}/hello")
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    assert (list(temporary.iterdir()), data.exists()) == ([], False)
