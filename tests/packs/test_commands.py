from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from packs.commands import run
from packs.conftest import line_of
from packs.published import Sync, edit
from perille.core.extensions import db

MakePack = Callable[..., Path]


def test_a_new_pack_compiles(tmp_path: Path) -> None:
    assert run("new", tmp_path / "course_brand_new").exit_code == 0
    result = run("check", tmp_path / "course_brand_new")
    assert result.exit_code == 0
    assert "2 units, 2 minutes, en: no errors" in result.output


@pytest.mark.parametrize("name", ["brand_new", "course_Äö", "course_taken"])
def test_a_new_pack_needs_a_name_and_an_empty_place(tmp_path: Path, name: str) -> None:
    (tmp_path / "course_taken").mkdir()
    (tmp_path / "course_taken" / "file").touch()
    result = run("new", tmp_path / name)
    assert (result.exit_code, (tmp_path / name / "pack.toml").exists()) == (1, False)


def test_check_prints_every_fault_with_file_and_line_and_ends_with_1(make_pack: MakePack) -> None:
    folder = make_pack(lessons={"hello": "# Hello\n\n{fact: SE/no.such}\n\n::: check nothing\n:::\n"}, colour="red")
    result = run("check", folder)
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        f"{folder}/lessons/hello.md:3",
        f"{folder}/lessons/hello.md:5",
        f"{folder}/pack.toml:{line_of(folder, 'pack.toml', 'colour')}",
    ]


def test_check_finds_the_libraries_beside_the_pack(make_pack: MakePack, facts_folder: Path) -> None:
    folder = make_pack(lessons={"hello": "# Hello\n\n::: ask offices\n:::\n\n{fact: municipality.role}\n"})
    assert facts_folder.parent == folder.parent
    assert run("check", folder).exit_code == 0
    assert run("check", folder.parent).output.count("no errors") == 2


def test_check_of_something_else_is_one_line(tmp_path: Path) -> None:
    result = run("check", tmp_path)
    assert (result.exit_code, result.output.count("\n")) == (1, 1)


def test_update_tells_what_is_to_translate(make_pack: MakePack) -> None:
    folder = make_pack(languages=["en", "fi"])
    assert "created, 7 new, 0 outdated, 0 gone, 7 to translate" in run("update", folder).output
    assert "unchanged, 7 to translate" in run("update", folder).output
    assert run("check", folder).exit_code == 0


def test_update_tells_of_words_it_could_not_read(make_pack: MakePack) -> None:
    folder = make_pack(items={"bank": "[[item]]\nkey = \n"})
    result = run("update", folder)
    assert (result.exit_code, f"{folder}/items/bank.toml:2" in result.output) == (1, True)


@pytest.fixture
def app(session: Session, db_url: str) -> Flask:
    made = Flask(__name__)
    made.config["SQLALCHEMY_DATABASE_URI"] = db_url
    db.init_app(made)
    return made


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_list_and_export_give_what_is_published(app: Flask, sync: Sync, course: Path, tmp_path: Path) -> None:  # noqa: F811
    sync(course)
    assert "course_small  course  small  1.0.0  owner of course_small 1.0" in run("list", app=app).output
    assert run("export", "course_small", tmp_path / "out", app=app).exit_code == 0
    for path in (path for path in course.rglob("*") if path.is_file()):
        assert (tmp_path / "out" / path.relative_to(course)).read_bytes() == path.read_bytes()
    assert run("export", "course_small", tmp_path / "out", app=app).exit_code == 1
    assert run("export", "course_none", tmp_path / "new", app=app).exit_code == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_list_names_what_keeps_a_pack_from_being_published(app: Flask, sync: Sync, course: Path) -> None:  # noqa: F811
    edit(course, "pack.toml", "title", "titel")
    sync(course)
    result = run("list", app=app)
    assert "course_small/pack.toml" in result.stderr
    assert "course_small" not in result.stdout
