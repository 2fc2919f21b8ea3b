"""A draft as a wheel: pip installs it beside another Perille, which serves it, and the Studio takes it back."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from perille.packs.authoring.formats import plugin
from perille.packs.authoring.wheel import write_wheel
from perille.studio.archives import BadArchive, read_archive
from studio.author import Author
from support.site import clean_environment, run_site

FILES = {
    "pack.toml": b'id = "course_harbour"\nkind = "course"\nversion = "1.2.3"\ntitle = "The \\"old\\" harbour"\n',
    "lessons/a.md": b"# A\n\nWords.\n",
    "media/x.webp": b"RIFF",
}


def contents(wheel: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_wheel_lists_each_of_its_files_with_its_hash() -> None:
    name, wheel = write_wheel("course_harbour", "1.2.3", FILES)
    assert name == "course_harbour-1.2.3-py3-none-any.whl"
    assert write_wheel("course_harbour", "1.2.3", dict(reversed(FILES.items())))[1] == wheel
    inside = contents(wheel)
    assert inside["course_harbour/__init__.py"] == b'"""The old harbour"""\n'
    assert {name.partition("/")[2]: body for name, body in inside.items() if name[15:] in FILES} == FILES
    record = "course_harbour-1.2.3.dist-info/RECORD"
    listed = {name: (digest, size) for name, digest, size in csv.reader(io.StringIO(inside[record].decode()))}
    assert listed.pop(record) == ("", "")
    assert listed == {
        name: (f"sha256={urlsafe_b64encode(hashlib.sha256(body).digest()).decode().rstrip('=')}", str(len(body)))
        for name, body in inside.items()
        if name != record
    }
    assert b"Requires-Dist" not in inside["course_harbour-1.2.3.dist-info/METADATA"]


def test_a_wheel_is_an_archive_of_its_pack() -> None:
    _name, wheel = write_wheel("course_harbour", "1.2.3", FILES)
    assert read_archive(wheel) == FILES | {"__init__.py": b'"""The old harbour"""\n'}
    (importer,) = plugin.importers
    assert dict(importer.read("x.whl", wheel, "course_harbour")) == read_archive(wheel)


def test_a_wheel_with_a_program_in_it_is_refused() -> None:
    _name, wheel = write_wheel("course_harbour", "1.2.3", {**FILES, "__init__.py": b"import os\n"})
    with pytest.raises(BadArchive, match="__init__.py is a program"):
        read_archive(wheel)


def test_a_draft_is_installed_by_pip_beside_another_perille_and_served(author: Author, tmp_path: Path) -> None:
    author.begin("Harbour steps")
    author.add("harbour-steps", "text")
    author.write("harbour-steps", 0, "The harbour is safe.")
    answer = author.get("export.whl").response
    wheel = tmp_path / answer.headers["Content-Disposition"].partition("filename=")[2].strip('"')
    wheel.write_bytes(answer.get_data())
    python = other_installation(tmp_path / "other")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "install", "--no-index"]
    run([*pip, str(wheel)])
    program = [str(python), "-c", "import sys; from perille.program import main; sys.exit(main())"]
    with run_site(tmp_path, command=program, cwd=tmp_path) as site:
        status, course = site.get("/en/courses/harbour-steps")
        assert (status, "Harbour steps" in course) == (200, True)


def test_a_wheel_goes_into_the_studio_of_others_and_comes_out_as_it_was(
    author: Author, make_author: Callable[..., Author]
) -> None:
    author.begin("Harbour steps")
    author.add("harbour-steps", "text")
    author.write("harbour-steps", 0, "The harbour is safe.")
    wheel = author.get("export.whl").response.get_data()
    other = make_author("ben@example.org", place="Another office")
    assert ".whl" in other.get("/en/studio").one("input", id="archive")["accept"], (
        "a file that one may send can be chosen"
    )
    page = other.send("/en/studio/upload", archive=(io.BytesIO(wheel), "course_harbour_steps.whl"))
    found = re.search(r"/en/studio/[0-9a-f-]{36}", page.html)
    assert found
    other.draft = found[0]
    assert other.get("export.whl").response.get_data() == wheel


def other_installation(folder: Path) -> Path:
    """Make an environment that has what this one has, and in which other packages can be installed; return its Python."""
    venv.create(folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    here = sysconfig.get_path("purelib")
    (packages / "perille-here.pth").write_text(f"import site; site.addsitedir({here!r})\n")
    return folder / "bin" / "python"


def run(words: list[str]) -> None:
    done = subprocess.run(words, env=clean_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_course_with_faults_is_not_given_as_a_wheel(author: Author) -> None:
    author.begin("Harbour steps")
    author.add("harbour-steps", "text")
    answer = author.visitor.get(f"{author.draft}/export.whl")
    assert answer.status == 303
    assert "A course with faults cannot be installed." in author.get(answer.location).text
