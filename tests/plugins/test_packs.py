"""Formats and checks of packs that plugins bring."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from perille.api import (
    CheckedPack,
    Exporter,
    Finding,
    Importer,
    Plugin,
    PublishedPack,
)
from perille.cli import perille
from perille.packs.authoring.formats import plugin as formats
from perille.packs.source.discovery import Discovery
from perille.packs.source.first_of_name import choices
from perille.testing.plugin import MakeSite
from support.doors import owned
from support.packs import CHOICE, write_pack


def test_checks_of_plugins_look_at_every_pack_and_one_that_fails_is_named(
    tmp_path: Path, plugin_site: MakeSite
) -> None:
    def no_fire(pack: CheckedPack) -> Iterator[Finding]:
        for item in pack.items:
            if "fire" in item.words["prompt"]:
                yield Finding(path=item.path, line=item.line, message="Fire is not our subject", error=True)

    def broken(_pack: CheckedPack) -> list[Finding]:
        raise ZeroDivisionError("no")

    folder = write_pack(tmp_path, items={"bank": CHOICE}, lessons={"fire": "# Fire\n\n::: check fire\n:::\n"})
    site = plugin_site(Plugin(checks=(no_fire, broken)), packs=[folder])
    found = site.problems()
    assert any(
        each.startswith("course_small/items/bank.toml:2") and "Fire is not our subject" in each for each in found
    )
    assert any("A check of the plugin of the test failed (ZeroDivisionError: no)" in each for each in found)
    assert site.client.get("/en/courses/small").status_code == 404


def test_packs_go_out_as_an_archive_and_come_in_again(tmp_path: Path) -> None:
    folder = write_pack(tmp_path / "packs")
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    writer: Exporter = choices("exporter", [owned(formats)], "exporters").find("zip")[0]  # type: ignore[assignment]
    ((name, body),) = writer.write(PublishedPack(id=folder.name, version="1.0.0", files=files)).items()
    assert name == "course_small-1.0.0.zip"
    (tmp_path / name).write_bytes(body)
    words = ["packs", "import", "--format", "zip", str(tmp_path / name), str(tmp_path / "again" / folder.name)]
    result = CliRunner().invoke(perille, words)
    assert result.exit_code == 0, result.output
    again = tmp_path / "again" / folder.name
    assert {str(path.relative_to(again)): path.read_bytes() for path in again.rglob("*") if path.is_file()} == files


def _archive(content: bytes = b"# A lesson\n" * 200, packing: int = zipfile.ZIP_DEFLATED) -> bytearray:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", packing) as archive:
        archive.writestr("pack.toml", "")
        archive.writestr("lessons/a.md", content)
    return bytearray(body.getvalue())


def _locked() -> bytes:
    """Return an archive whose files say that they are encrypted."""
    body = _archive()
    for sign, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := body.find(sign, place + 1)) >= 0:
            body[place + flags] |= 1
    return bytes(body)


def _damaged(packing: int) -> bytes:
    """Return an archive one of whose files has other bytes than it was packed with."""
    body = _archive(packing=packing)
    place = body.index(b"lessons/a.md") + len("lessons/a.md") + 8
    body[place : place + 8] = b"\xff" * 8
    return bytes(body)


def _oddly_packed() -> bytes:
    """Return an archive packed in a way that nobody knows."""
    body = _archive()
    place = body.rindex(b"PK\x01\x02")
    body[place + 10] = body[body.rindex(b"PK\x03\x04") + 8] = 97
    return bytes(body)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"no zip", "is no ZIP archive"),
        (bytes(_archive()[:-30]), "is no ZIP archive"),
        (_locked(), "pack.toml in x.zip has a password"),
        (_damaged(zipfile.ZIP_STORED), "lessons/a.md in x.zip cannot be read"),
        (_damaged(zipfile.ZIP_DEFLATED), "lessons/a.md in x.zip cannot be read"),
        (_damaged(zipfile.ZIP_LZMA), "lessons/a.md in x.zip cannot be read"),
        (_damaged(zipfile.ZIP_BZIP2), "lessons/a.md in x.zip cannot be read"),
        (_oddly_packed(), "lessons/a.md in x.zip cannot be read"),
    ],
)
def test_a_zip_that_cannot_be_read_is_refused_in_one_line(tmp_path: Path, body: bytes, said: str) -> None:
    (tmp_path / "x.zip").write_bytes(body)
    words = ["packs", "import", "--format", "zip", str(tmp_path / "x.zip"), str(tmp_path / "in" / "course_x")]
    result = CliRunner().invoke(perille, words)
    assert result.exit_code == 1
    assert said in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert "failed" not in result.output, "it is the archive, and no fault of the importer"
    assert not (tmp_path / "in").exists()


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"../outside": b""}, "is no path of a file inside a pack"),
        ({"/etc/passwd": b""}, "is no path of a file inside a pack"),
        (ValueError("line 3 has no answer"), "line 3 has no answer"),
        (ZeroDivisionError("no"), "The importer odd of forum 1.0 failed (ZeroDivisionError: no)"),
        (KeyError("/usr/share/words.csv"), "The importer odd of forum 1.0 failed (KeyError: 'words.csv')"),
    ],
)
def test_an_importer_that_fails_or_leads_elsewhere_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: dict[str, bytes] | Exception, said: str
) -> None:
    def read(_name: str, _content: bytes, _pack: str) -> dict[str, bytes]:
        if isinstance(made, Exception):
            raise made
        return made

    plugin = Plugin(importers=(Importer(name="odd", about="Odd", read=read),))
    monkeypatch.setattr("perille.packs.format_commands.discover", lambda: Discovery(plugins=(owned(plugin),)))
    (tmp_path / "source").write_text("x")
    words = ["packs", "import", "--format", "odd", str(tmp_path / "source"), str(tmp_path / "inside" / "course_x")]
    result = CliRunner().invoke(perille, words)
    assert (result.exit_code, said in result.output) == (1, True), result.output
    assert not (tmp_path / "inside").exists()
    assert not (tmp_path / "outside").exists()


def test_a_format_that_nobody_brings_is_named(tmp_path: Path) -> None:
    (tmp_path / "source").write_text("x")
    words = ["packs", "import", "--format", "zap", str(tmp_path / "source"), str(tmp_path / "course_x")]
    result = CliRunner().invoke(perille, words)
    assert result.exit_code == 1
    assert 'There is no importer "zap"' in result.output
    assert "Known: zip" in result.output
