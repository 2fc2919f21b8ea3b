"""A picture that is looked for from one panel of a story, or from one answer of a question, comes back to that place."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from studio.author import Author, photograph
from studio.test_picture_library import CREDITS, HARBOUR, LESSON, files, form
from support.html import Tag
from support.packs import write_pack
from support.visitor import Page
from support.whole import Whole

STORY = """# First steps

:::: story
::: picture picture
…
:::

…

::: picture picture
A gull
:::

She asks.
::::
"""


@pytest.fixture
def writer(whole: Whole, tmp_path: Path, author: Author) -> Author:
    """An author with a draft that has a story and no picture yet, beside a published course that has one."""
    words = "Two ships in a harbour."
    folder = write_pack(
        tmp_path,
        "course_sea",
        lessons={"hello": f"# Hello\n\n::: picture harbour\n{words}\n:::\n"},
        media={"harbour.svg": HARBOUR, "credits.toml": CREDITS.partition("[nurse]")[0]},
        title="By the sea",
    )
    assert "course_sea" in whole.publish(folder).published
    author.begin("First steps")
    author.send(f"lessons/{LESSON}/source", {"source": STORY, "revision": "0"})
    return author


def links(page: Page, to: str) -> list[str]:
    """Return the addresses to which a page leads from its rows, in their order."""
    found = [tag["href"].replace("&amp;", "&") for tag in page.all("a") if tag.has("href")]
    return [each for each in found if re.search(rf"/{to}\?.*(panel|row)=", each)]


def lesson(author: Author) -> str:
    return files(author)[f"lessons/{LESSON}.md"].decode()


def from_library(author: Author, address: str) -> Page:
    return author.send("pictures/library", form(author.get(address), "harbour"))


def test_a_picture_of_the_library_comes_into_the_panel_that_it_was_looked_for_from(writer: Author) -> None:
    first, second, _spare = links(writer.get(f"lessons/{LESSON}"), "pictures/library")[:3]
    page = from_library(writer, second)
    assert lesson(writer) == STORY.replace("picture picture\nA gull", "picture harbour\nA gull")
    assert [tag["name"] for tag in page.all("select") if _chosen(page, tag) == "harbour"] == ["r-1-picture"]
    from_library(writer, first)
    assert "::: picture harbour\nTwo ships in a harbour.\n:::\n\n…" in lesson(writer)
    assert lesson(writer).count("::: picture") == 2


def test_an_upload_comes_into_a_new_panel_and_a_picture_of_the_draft_takes_anothers_place(writer: Author) -> None:
    spare = links(writer.get(f"lessons/{LESSON}"), "pictures")[2]
    page = writer.get(spare)
    sent = {tag["name"]: tag["value"] for tag in page.all("input", _type="hidden")}
    body = {**sent, "description": "A quay at night", "author": "Anna", "licence": "CC-BY-4.0"}
    writer.send("pictures", body, picture=(io.BytesIO(photograph()), "photo.jpg"))
    assert lesson(writer).endswith("::: picture a-quay-at-night\nA quay at night\n:::\n\n…\n::::\n")
    from_library(writer, links(writer.get(f"lessons/{LESSON}"), "pictures/library")[2])
    # What was said of the picture before is not said of this one.
    assert lesson(writer).endswith("::: picture harbour\nTwo ships in a harbour.\n:::\n\n…\n::::\n")
    writer.send("pictures/a-quay-at-night/show", {"lesson": LESSON, "screen": "1", "panel": "0-0"})
    assert lesson(writer).count("picture a-quay-at-night") == 1


@pytest.mark.parametrize("panel", ["7-0", "-1-0", "0", "x", "0-99999999999"])
def test_a_panel_that_is_no_more_costs_no_picture(writer: Author, panel: str) -> None:
    picture = links(writer.get(f"lessons/{LESSON}"), "pictures/library")[0].replace("panel=0-0", f"panel={panel}")
    from_library(writer, picture)
    assert lesson(writer).endswith("::::\n\n::: picture harbour\nTwo ships in a harbour.\n:::\n")


@pytest.mark.parametrize("kind", ["choice", "picture-choice", "sequencing"])
def test_a_picture_of_the_library_is_chosen_in_the_row_of_a_question(writer: Author, kind: str) -> None:
    rows = links(writer.get(f"questions/new?type={kind}&bank=checks"), "pictures/library")
    page = from_library(writer, rows[1])
    (name,) = [tag["name"] for tag in page.all("select") if _chosen(page, tag) == "harbour"]
    assert re.fullmatch(r"[a-z]+-1-picture", name)


@pytest.mark.parametrize("row", ["choice-7", "choice-60", "choice-x", "gull-1", "choice", "-1"])
def test_a_row_that_the_form_does_not_have_is_made_or_left_alone(writer: Author, row: str) -> None:
    page = from_library(writer, f"{writer.draft}/pictures/library?type=choice&bank=checks&row={row}")
    found = [tag["name"] for tag in page.all("select") if _chosen(page, tag) == "harbour"]
    assert found == (["choice-7-picture"] if row == "choice-7" else [])


def _chosen(page: Page, select: Tag) -> str:
    options = [tag for tag in page.all("option") if select in tag.parents and tag.has("selected")]
    return options[0]["value"] if options else ""
