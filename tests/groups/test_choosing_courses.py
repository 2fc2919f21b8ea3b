"""The courses that a trainer chooses from stand in an order that a reader can follow."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from flask import g

from groups.school import School
from perille.core.i18n import in_language
from perille.domain.course import PackKind
from perille.groups.pages import all_courses
from perille.packs.published.library import current_library
from support.whole import Whole

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_courses_of_newcomers_and_modules_stand_apart(school: School) -> None:
    page = school.trainer.get(f"{school.groups}/new")
    legends = [tag.words for tag in page.all("legend")]
    assert legends[-2:] == ["Courses", "Modules for professionals"]
    boxes = [tag for tag in page.all("input") if tag.attributes.get("name") == "packs"]
    kinds = [next(up.words for up in box.parents if up.name == "fieldset") for box in boxes]
    assert [words.startswith("Modules") for words in kinds] == sorted(words.startswith("Modules") for words in kinds)
    groups = [tag["label"] for tag in school.trainer.get(school.page).all("optgroup")]
    assert groups == ["Courses", "Modules for professionals"]


def test_titles_follow_the_alphabet_of_the_reader(whole: Whole) -> None:
    with whole.app.test_request_context("/sv/"), in_language("sv"):
        g.language = "sv"
        model = current_library().summaries(PackKind.COURSE)[0]
        titles = ["Öland", "Åland", "Zebra", "Ärende"]
        rows = [replace(model, pack_id=each, countries=(), titles={"sv": each}) for each in titles]
        rows.append(replace(model, pack_id="m", kind=PackKind.MODULE, countries=("SE",), titles={"sv": "Arbete"}))
        found = all_courses(SimpleNamespace(summaries=lambda: rows), ("SE",))  # type: ignore[arg-type]
    assert [each.title for each in found] == ["Zebra", "Åland", "Ärende", "Öland", "Arbete"]
