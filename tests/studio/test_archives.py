"""Archives from strangers: each trick is refused by name, and an honest pack is not."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext

import pytest
from flask import Flask
from flask_babel import Babel

from perille.studio.archives import BadArchive, read_archive, write_archive

HONEST = {"pack.toml": b'id = "course_small"\n', "lessons/a.md": b"# A\n\nWords.\n", "__init__.py": b'"""A pack."""\n'}


@pytest.fixture(autouse=True)
def _words() -> Iterator[None]:
    app = Flask("words")
    Babel(app)
    with app.test_request_context():
        yield


def packed(*extra: tuple[str | zipfile.ZipInfo, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", kind) as archive:
        for name, content in (*HONEST.items(), *extra):
            archive.writestr(name, content)
    return body.getvalue()


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("media/link.svg")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def forged() -> bytes:
    """Return an archive whose directory says that a file is smaller than it is."""
    body = bytearray(packed(("lessons/b.md", b"x" * 5000), kind=zipfile.ZIP_STORED))
    place = body.rindex(b"PK\x01\x02")
    assert int.from_bytes(body[place + 24 : place + 28], "little") == 5000
    body[place + 24 : place + 28] = (50).to_bytes(4, "little")
    return bytes(body)


def overlapping() -> bytes:
    """Return an archive in which two names stand for the same bytes."""
    body = bytearray(packed(("lessons/b.md", b"b" * 50), ("lessons/c.md", b"c" * 50), kind=zipfile.ZIP_STORED))
    first = body.index(b"PK\x01\x02", body.index(b"PK\x01\x02"))
    entries = []
    while (place := body.find(b"PK\x01\x02", first)) >= 0:
        entries.append(place)
        first = place + 4
    body[entries[-1] + 42 : entries[-1] + 46] = body[entries[-2] + 42 : entries[-2] + 46]
    return bytes(body)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "no archive": (lambda: b"not a zip", "no ZIP archive"),
    "cut off": (lambda: packed()[:-30], "no ZIP archive"),
    "a path out": (lambda: packed(("../evil.md", b"x")), "../evil.md leads out"),
    "an absolute path": (lambda: packed(("/etc/x.md", b"x")), "/etc/x.md leads out"),
    "a backslash": (lambda: packed(("lessons\\..\\x.md", b"x")), "leads out"),
    "a drive": (lambda: packed(("C:/x.md", b"x")), "C:/x.md leads out"),
    "a symbolic link": (lambda: packed((link(), b"/etc/passwd")), "media/link.svg is a link"),
    "a script": (lambda: packed(("media/run.js", b"alert(1)")), "media/run.js is a program"),
    "a page": (lambda: packed(("media/run.HTML", b"<p>")), "media/run.HTML is a program"),
    "Python that is built": (lambda: packed(("media/run.pyd", b"MZ")), "media/run.pyd is a program"),
    "an archive inside": (lambda: packed(("media/more.zip", packed())), "media/more.zip is a program"),
    "code": (lambda: packed(("plugin.py", b"import os\n")), "plugin.py is a program"),
    "a bomb": (lambda: packed(("media/big.svg", b"0" * (1 << 20))), "media/big.svg was made to fill"),
    "too large a text": (lambda: packed(("lessons/b.md", bytes(range(256)) * 9000)), "lessons/b.md"),
    "a forged size": (forged, "lessons/b.md"),
    "overlapping entries": (overlapping, "the same"),
    "the same name twice": (lambda: packed(("lessons/a.md", b"x")), "same name"),
    "too many files": (lambda: packed(*((f"lessons/{n}.md", b"") for n in range(5001))), "more than 5000"),
    "a password": (lambda: _with_flag(packed(), 1), "password"),
    "a control sign in a name": (lambda: packed(("lessons/\x07.md", b"x")), "no name of a file"),
    "letters of Latin-1": (
        lambda: packed(("lessons/old.md", "# A\n\nK\u00e4ynti".encode("latin-1"))),
        "old.md:3: It is not saved as UTF-8",
    ),
    "two courses": (lambda: packed(("other/pack.toml", b"")), "several courses"),
}


def _with_flag(body: bytes, flag: int) -> bytes:
    changed = bytearray(body)
    place = changed.index(b"PK\x01\x02")
    changed[place + 8] |= flag
    return bytes(changed)


@pytest.mark.parametrize("name", REFUSED)
def test_a_trick_is_refused_by_name(name: str) -> None:
    make, said = REFUSED[name]
    with pytest.warns(UserWarning, match="Duplicate") if name == "the same name twice" else nullcontext():
        body = make()
    with pytest.raises(BadArchive) as refused:
        read_archive(body)
    assert said in str(refused.value)


@pytest.mark.parametrize("folder", ["media/", "../"])
def test_a_name_that_turns_the_direction_does_not_turn_the_words_that_refuse_it(folder: str) -> None:
    with pytest.raises(BadArchive) as refused:
        read_archive(packed((f"{folder}\u202egnp.md", b"a")))
    assert f"{folder}\ufffdgnp.md" in str(refused.value)
    assert "\u202e" not in str(refused.value)


def test_an_honest_pack_is_read_with_its_folder_and_without() -> None:
    assert read_archive(packed()) == dict(sorted(HONEST.items()))
    assert read_archive(write_archive("course_small", HONEST)) == dict(sorted(HONEST.items()))


def test_what_computers_add_by_themselves_is_left_out() -> None:
    with_rubbish = packed(("__MACOSX/._pack.toml", b"x"), (".DS_Store", b"x"), ("__pycache__/a.pyc", b"x"))
    assert read_archive(with_rubbish) == dict(sorted(HONEST.items()))


def test_no_pack_is_no_course() -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("notes.txt", "hello")
    with pytest.raises(BadArchive, match=r"no pack\.toml"):
        read_archive(body.getvalue())
