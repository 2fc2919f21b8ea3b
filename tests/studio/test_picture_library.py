"""The picture library: pictures of the courses and drafts of an installation, found by words and copied into a draft."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

from perille.core.extensions import db
from perille.people.models import Role
from perille.studio.drafts import RevisionKind, find_draft, save
from studio.author import Author
from support.html import Tag
from support.packs import write_pack
from support.visitor import Page
from support.whole import Whole
from support.whole_packs import catalogue

MakeAuthor = Callable[..., Author]
LESSON = "first-steps"
GONE = "There is no such picture in the library."


def drawing(path: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180"><path d="{path}"/></svg>\n'.encode()


HARBOUR, NURSE, MIRRORED = drawing("M9 9h90"), drawing("M9 9v90"), drawing("M9 9h-90")
CREDITS = """
[harbour]
title = "Ships at dusk"
author = "Mirja Koski"
source = "Archive of the town"
licence = "CC-BY-SA-4.0"

[nurse]
author = "Somebody"
licence = "CC-BY-NC-4.0"
"""


@pytest.fixture
def shipped(whole: Whole, tmp_path: Path) -> None:
    """A published course with two pictures, one of which is mirrored and described in Finnish."""
    words = "Two ships in a harbour."
    folder = write_pack(
        tmp_path,
        "course_sea",
        lessons={"hello": f"# Hello\n\n::: picture harbour\n{words}\n:::\n\n::: check who\n:::\n"},
        items={"bank": '[[item]]\nkey = "who"\ninteraction = "choice"\nprompt = "Who is it?"\nobjective = "K: who"\n'
        'picture = "nurse"\npicture_description = "A nurse at a door."\n'
        '[[item.choice]]\nkey = "a"\ntext = "A"\nright = true\nfeedback = "Yes."\n'
        '[[item.choice]]\nkey = "b"\ntext = "B"\nfeedback = "No."\n'},
        translations={"fi": catalogue({("lesson/hello", words): "Kaksi laivaa satamassa."})},
        media={"harbour.svg": HARBOUR, "harbour.rtl.svg": MIRRORED, "nurse.svg": NURSE, "credits.toml": CREDITS},
        title="By the sea",
    )  # fmt: skip
    report = whole.publish(folder)
    assert "course_sea" in report.published, report.problems


def card(page: Page, name: str) -> Tag:
    return next(
        tag for tag in page.all("li", _class="card") if name in [each.words for each in inside(page, tag, "bdi")]
    )


def inside(page: Page, tag: Tag, name: str) -> list[Tag]:
    return [each for each in page.all(name) if tag in each.parents]


def form(page: Page, name: str) -> dict[str, str]:
    """Return what the button of a picture sends."""
    fields = [*inside(page, card(page, name), "input"), *inside(page, card(page, name), "button")]
    return {tag["name"]: tag["value"] for tag in fields}


def use(author: Author, name: str, query: str = "") -> Page:
    return author.send("pictures/library", form(author.get(f"pictures/library{query}"), name))


def files(author: Author) -> dict[str, bytes]:
    body = author.visitor.client.get(f"{author.draft}/export.zip").get_data()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def put(whole: Whole, author: Author, changes: Mapping[str, bytes]) -> None:
    """Save files into a draft, as an uploaded archive may hold them."""
    draft_id = UUID(author.draft.rpartition("/")[2])
    whole.do(lambda: save(db.session, find_draft(db.session, draft_id), changes, None, RevisionKind.TAKEN), write=True)


def names(page: Page) -> set[str]:
    return {inside(page, tag, "bdi")[0].words for tag in page.all("li", _class="card")}


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", {"harbour", "nurse"}),
        ("SHIPS", {"harbour"}),
        ("harbour two", {"harbour"}),
        ("koski", {"harbour"}),
        ("by-sa", {"harbour"}),
        ("sea", {"harbour", "nurse"}),
        ("door", {"nurse"}),
        ("satamassa", set()),
        ("volcano", set()),
    ],
)
def test_pictures_are_found_by_what_they_show_their_name_course_author_and_licence(
    author: Author, words: str, found: set[str]
) -> None:
    author.begin()
    page = author.get(f"pictures/library?words={words}")
    assert names(page) == found
    assert page.one("input", id="picture-words")["value"] == words


@pytest.mark.usefixtures("shipped")
def test_one_searches_in_ones_own_language_and_in_english(author: Author) -> None:
    author.begin()
    page = author.get(f"{author.draft.replace('/en/', '/fi/')}/pictures/library?words=laivaa")
    assert [tag.words for tag in page.all("strong", lang="fi")] == ["Kaksi laivaa satamassa."]
    assert names(author.get(f"{author.draft.replace('/en/', '/fi/')}/pictures/library?words=ships")) == {"harbour"}


@pytest.mark.usefixtures("shipped")
def test_a_card_says_what_is_shown_who_made_it_its_licence_and_where_it_is_used(author: Author) -> None:
    author.begin()
    said = card(author.get("pictures/library"), "harbour").words
    for words in ("Two ships in a harbour.", "Mirja Koski", "CC-BY-SA-4.0", "Archive of the town", "By the sea"):
        assert words in said


@pytest.mark.usefixtures("shipped")
def test_a_picture_is_copied_with_its_credit_and_its_mirrored_one_and_undone(author: Author) -> None:
    author.begin()
    before = files(author)
    page = use(author, "harbour", "?words=ships")
    assert "The picture is in the course" in page.text
    after = files(author)
    assert (after["media/harbour.svg"], after["media/harbour.rtl.svg"]) == (HARBOUR, MIRRORED)
    for words in ("Ships at dusk", "Mirja Koski", "Archive of the town", "CC-BY-SA-4.0"):
        assert words in after["media/credits.toml"].decode()
    page = author.get("pictures")
    assert "Mirja Koski" in page.text
    assert page.one("input", id="author")["value"] == "", "who uploads one is not taken for her"
    author.send("undo")
    assert files(author) == before


@pytest.mark.usefixtures("shipped")
def test_the_same_picture_twice_is_copied_once(author: Author) -> None:
    author.begin()
    sent = form(author.get("pictures/library"), "harbour")
    author.send("pictures/library", sent)
    before = files(author)
    assert "The picture is in this course already." in author.send("pictures/library", sent).text
    assert files(author) == before
    page = author.get("pictures/library")
    assert "In this course already" in card(page, "harbour").words
    assert not inside(page, card(page, "harbour"), "button")


@pytest.mark.usefixtures("shipped")
def test_a_name_that_is_taken_stays_with_the_picture_that_has_it(author: Author) -> None:
    author.begin()
    author.upload(body=drawing("M1 1h1"), description="Harbour")
    use(author, "harbour")
    after = files(author)
    assert (after["media/harbour.svg"], after["media/harbour-2.svg"]) == (drawing("M1 1h1"), HARBOUR)
    assert after["media/harbour-2.rtl.svg"] == MIRRORED
    assert "[harbour-2]" in after["media/credits.toml"].decode()
    assert author.get("pictures").one("input", id="author")["value"] == "Anna", "as she was remembered"


@pytest.mark.usefixtures("shipped")
def test_for_a_screen_it_comes_onto_it_with_its_description_and_the_translations(author: Author) -> None:
    author.begin()
    author.send("translations", {"language": "fi"})
    page = use(author, "harbour", f"?lesson={LESSON}&screen=1")
    assert "called" in page.text
    assert "::: picture harbour\nTwo ships in a harbour.\n:::" in files(author)[f"lessons/{LESSON}.md"].decode()
    assert "Kaksi laivaa satamassa." in author.get("translations/fi").html
    before = files(author)
    sent = form(author.get(f"pictures/library?lesson={LESSON}&screen=1"), "harbour")
    author.send("pictures/library", sent)
    assert files(author) == before, "pressed twice"


@pytest.mark.usefixtures("shipped")
def test_what_is_not_described_in_the_language_of_the_course_is_asked_for(author: Author) -> None:
    author.begin(language="sv")
    page = use(author, "harbour", f"?lesson={LESSON}&screen=1")
    assert "not written in the language of this course" in page.text
    assert "Two ships in a harbour." in page.text
    assert "::: picture harbour\n…\n:::" in files(author)[f"lessons/{LESSON}.md"].decode()


@pytest.mark.usefixtures("shipped")
def test_a_picture_taken_first_and_put_on_a_screen_later_has_its_description(author: Author) -> None:
    author.begin()
    use(author, "harbour")
    author.send("pictures/harbour/show", {"lesson": LESSON, "screen": "1"})
    assert "::: picture harbour\nTwo ships in a harbour.\n:::" in files(author)[f"lessons/{LESSON}.md"].decode()


@pytest.mark.usefixtures("shipped")
def test_for_a_question_it_comes_back_chosen_in_its_form(author: Author) -> None:
    author.begin()
    page = author.get("questions/new?type=choice&bank=checks")
    links = [tag["href"] for tag in page.all("a") if "pictures/library" in tag["href"]]
    (link,) = [each for each in links if "row=" not in each]
    page = author.send("pictures/library", form(author.get(link.replace("&amp;", "&")), "harbour"))
    assert [tag["value"] for tag in page.all("option", value="harbour") if tag.has("selected")] == ["harbour"]
    assert page.one("input", id="f-picture_description")["value"] == "Two ships in a harbour."


@pytest.mark.parametrize("kind", ["hotspot", "picture-choice", "choice"])
def test_every_place_that_asks_for_a_picture_leads_to_the_library(author: Author, kind: str) -> None:
    author.begin()
    author.add(LESSON, "picture")
    pages = (f"lessons/{LESSON}", "pictures", f"questions/new?type={kind}")
    assert all(any("pictures/library" in tag["href"] for tag in author.get(path).all("a")) for path in pages)


@pytest.mark.usefixtures("shipped")
def test_a_licence_that_forbids_is_said_and_nothing_is_copied(author: Author) -> None:
    author.begin()
    page = author.get("pictures/library")
    assert "Its licence forbids changes or sale" in card(page, "nurse").words
    assert not inside(page, card(page, "nurse"), "button")
    before, digest = files(author), sha256(NURSE).hexdigest()
    assert GONE in author.send("pictures/library", {"picture": digest[:20]}).text
    assert "Its licence forbids" in author.send("pictures/library", {"picture": digest}).text
    assert files(author) == before


def test_nothing_of_another_organisation_is_listed_or_copied(make_author: MakeAuthor) -> None:
    anna = make_author()
    anna.begin("Secret course")
    anna.upload("secret-course", body=HARBOUR, description="A secret quay")
    colleague = make_author("ben@example.org")
    stranger = make_author("sam@example.org", Role.AUTHOR, "Night school")
    for each in (colleague, stranger):
        each.begin("Another course")
    sent = form(colleague.get("pictures/library?words=quay"), "a-secret-quay")
    for _state in ("a draft", "published"):
        page = stranger.get("pictures/library")
        assert "secret" not in page.text.lower()
        before = files(stranger)
        assert GONE in stranger.send("pictures/library", sent).text
        assert files(stranger) == before
        assert stranger.visitor.client.post(f"{anna.draft}/pictures/library", data=sent).status_code == 403
        assert stranger.visitor.get(f"{anna.draft}/pictures/library").status == 403
        anna.publish()
    assert "in the course" in colleague.send("pictures/library", sent).text


def test_a_draft_that_was_put_aside_is_in_no_library(make_author: MakeAuthor) -> None:
    anna, colleague = make_author(), make_author("ben@example.org")
    anna.begin("First")
    anna.upload(body=HARBOUR, description="Quay")
    colleague.begin("Second")
    assert names(colleague.get("pictures/library")) == {"quay"}
    anna.send("aside")
    assert names(colleague.get("pictures/library")) == set()


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "media/harbour.svg", "a" * 64, "%", "0" * 5000])
def test_a_picture_that_is_not_there_is_refused(author: Author, name: str) -> None:
    author.begin()
    assert GONE in author.send("pictures/library", {"picture": name}).text


def test_files_of_a_draft_with_names_that_lead_elsewhere_are_no_pictures(whole: Whole, make_author: MakeAuthor) -> None:
    anna, colleague = make_author(), make_author("ben@example.org")
    anna.begin("First")
    colleague.begin("Second")
    odd = (
        "media/../harbour.svg",
        "media/a/b.svg",
        "../media/x.svg",
        "media/..svg",
        "media/UP er.svg",
        "media/.rtl.svg",
    )
    put(whole, anna, {**dict.fromkeys(odd, HARBOUR), "media/credits.toml": b'["../x"]\nlicence = "CC0-1.0"\n'})
    assert names(colleague.get("pictures/library")) == set()


@pytest.mark.parametrize("broken", [b"", b"id = ", b'source_language = "xx"\n', b"\xff\xfe"])
def test_a_draft_of_somebody_with_broken_files_spoils_nobody_the_library(
    whole: Whole, make_author: MakeAuthor, broken: bytes
) -> None:
    anna, colleague = make_author(), make_author("ben@example.org")
    anna.begin("First")
    anna.upload("first", body=HARBOUR, description="Quay")
    colleague.begin("Second")
    put(whole, anna, {"pack.toml": broken, "items/x.toml": broken, "translations/fi.po": broken})
    assert "Quay" in card(colleague.get("pictures/library?words=quay"), "quay").words
    put(whole, anna, {"media/credits.toml": broken, "lessons/first.md": broken})
    assert names(colleague.get("pictures/library")) == {"quay"}


def test_a_drawing_of_a_draft_that_runs_something_is_not_copied(whole: Whole, make_author: MakeAuthor) -> None:
    anna, colleague = make_author(), make_author("ben@example.org")
    anna.begin("First")
    colleague.begin("Second")
    body = HARBOUR.replace(b"<path", b"<script>1</script><path")
    put(whole, anna, {"media/bad.svg": body, "media/credits.toml": b'[bad]\nlicence = "CC0-1.0"\n'})
    before = files(colleague)
    assert "runs or loads something" in use(colleague, "bad").text
    assert files(colleague) == before


def test_more_pictures_than_fit_a_page_have_pages(whole: Whole, make_author: MakeAuthor) -> None:
    anna, colleague = make_author(), make_author("ben@example.org")
    anna.begin("First")
    colleague.begin("Second")
    put(whole, anna, {f"media/p{number:02}.svg": drawing(f"M{number} 1h1") for number in range(50)})
    first = colleague.get("pictures/library?words=first")
    assert (len(names(first)), "Page 1 of 3" in first.text, "50 pictures" in first.text) == (24, True, True)
    second = colleague.get(first.one("a", rel="next")["href"])
    third = colleague.get(second.one("a", rel="next")["href"])
    assert len(names(first) | names(second) | names(third)) == 50
    assert not third.all("a", rel="next")
    assert names(colleague.get("pictures/library?words=first&page=99")) == names(third)
    assert "No licence that is known here" in first.text


def test_a_picture_of_several_courses_stands_once_and_names_them(make_author: MakeAuthor) -> None:
    anna, colleague = make_author(), make_author("ben@example.org")
    for title in ("First", "Third"):
        anna.begin(title)
        anna.upload(body=HARBOUR, description="Quay")
    colleague.begin("Second")
    (only,) = colleague.get("pictures/library").all("li", _class="card")
    assert re.search("Third.*First|First.*Third", only.words)
    assert only.words.count("draft of a course") == 2
