"""A picture with a direction is mirrored in the Studio for readers of languages that are written from right to left."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from uuid import UUID

import pytest
from PIL import Image

from perille.core.extensions import db
from perille.people.models import Role
from perille.studio.drafts import RevisionKind, find_draft, save
from perille.studio.pages import locked
from studio.author import Author, photograph
from support.html import Tag
from support.visitor import Page
from support.whole import Whole

ARROW = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180"><path d="M9 9h90"/></svg>\n'
GROUP = b'<g transform="translate(320 0) scale(-1 1)">'
MIRRORED = ARROW.replace(b"<path", GROUP + b"<path").replace(b"</svg>", b"</g></svg>")
OTHER = ARROW.replace(b"h90", b"v90")
LESSON = "first-steps"
OFFER = "Mirror it for languages read from right to left"


@pytest.fixture
def drawn(author: Author) -> Author:
    """Somebody who writes a course with a drawing called "arrow" on its first screen."""
    author.begin("First steps")
    author.add(LESSON, "text")
    author.write(LESSON, 0, "This way.")
    author.upload(LESSON, body=ARROW, description="Arrow")
    return author


def card(page: Page, name: str = "arrow") -> Tag:
    return page.one("li", id=f"picture-{name}")


def shown(author: Author, page: Page, name: str = "arrow") -> list[bytes]:
    """Return what a card shows of a picture: its file, and the mirrored one."""
    images = [tag["src"] for tag in page.all("img") if card(page, name) in tag.parents]
    return [author.visitor.get(src).response.get_data() for src in images]


def buttons(page: Page, name: str = "arrow") -> list[str]:
    return [tag.words.strip() for tag in page.all("button") if card(page, name) in tag.parents]


def files(author: Author) -> dict[str, bytes]:
    body = author.visitor.client.get(f"{author.draft}/export.zip").get_data()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def replace(whole: Whole, author: Author, body: bytes) -> None:
    """Save another file in the place of the arrow, as where the changes of a copy's origin are taken."""
    draft_id = UUID(author.draft.rpartition("/")[2])
    changes = {"media/arrow.svg": body}
    whole.do(lambda: save(db.session, find_draft(db.session, draft_id), changes, None, RevisionKind.TAKEN), write=True)


def sends(author: Author, name: str, body: bytes) -> Page:
    return author.send(f"pictures/{name}/other", {}, picture=(io.BytesIO(body), "other.jpg"))


def test_one_press_mirrors_a_drawing_as_the_shipped_ones_are_and_another_takes_it_away(drawn: Author) -> None:
    assert shown(drawn, drawn.get("pictures")) == [ARROW]
    page = drawn.send("pictures/arrow/mirror")
    assert "Check it: writing" in page.text
    assert shown(drawn, page) == [ARROW, MIRRORED], "side by side"
    assert files(drawn)["media/arrow.rtl.svg"] == MIRRORED
    page = drawn.send("pictures/arrow/same")
    assert "All readers see the same picture now." in page.text
    assert shown(drawn, page) == [ARROW]
    assert "media/arrow.rtl.svg" not in files(drawn)
    page = drawn.send("undo")
    assert shown(drawn, drawn.get("pictures")) == [ARROW, MIRRORED]


def test_a_photograph_is_mirrored_in_its_size_and_exported(author: Author) -> None:
    author.begin("First steps")
    half = Image.new("RGB", (1600, 900), "white")
    half.paste("red", (0, 0, 800, 900))
    body = io.BytesIO()
    half.save(body, "JPEG")
    author.upload(LESSON, body=body.getvalue(), description="Half")
    page = author.send("pictures/half/mirror")
    with Image.open(io.BytesIO(shown(author, page, "half")[1])) as image:
        assert (image.format, image.size) == ("WEBP", (1280, 720))
        left, right = (image.convert("RGB").getpixel((x, 300)) for x in (100, 1200))
    assert left[1] > 240 > 20 > right[1]  # type: ignore[index]
    assert files(author)["media/half.rtl.webp"] == shown(author, page, "half")[1]


def test_readers_from_the_right_see_the_mirrored_one_and_others_do_not(whole: Whole, drawn: Author) -> None:
    drawn.send("pictures/arrow/mirror")
    assert "Published as version 1" in drawn.publish().text
    visitor = whole.visitor()

    def seen(language: str) -> bytes:
        image = visitor.get(f"/{language}/courses/first-steps/first-steps").one("img", alt="Arrow")
        return visitor.get(image["src"]).response.get_data()

    assert {language: seen(language) for language in ("en", "fi", "ar")} == {
        "en": ARROW,
        "fi": ARROW,
        "ar": MIRRORED,
    }


def test_who_reads_it_aloud_sees_what_listeners_will_see(drawn: Author) -> None:
    drawn.send("pictures/arrow/mirror")
    drawn.send("translations", {"language": "ar"})

    def seen(language: str) -> bytes:
        image = next(tag for tag in drawn.get(f"recordings/{language}").all("img") if "/media/" in tag["src"])
        return drawn.visitor.get(image["src"]).response.get_data()

    assert (seen("en"), seen("ar")) == (ARROW, MIRRORED)


def test_what_is_taken_along_and_brought_back_knows_it(drawn: Author) -> None:
    drawn.send("pictures/arrow/mirror")
    before = files(drawn)
    body = drawn.visitor.client.get(f"{drawn.draft}/export.zip").get_data()
    page = drawn.send("/en/studio/upload", archive=(io.BytesIO(body), "course.zip"))
    drawn.draft = next(a["href"] for a in page.all("a") if a["href"].endswith("/pictures")).removesuffix("/pictures")
    page = drawn.get("pictures")
    assert shown(drawn, page) == [ARROW, MIRRORED]
    assert "another one since it was mirrored" not in page.text
    assert {path: body for path, body in files(drawn).items() if path != "pack.toml"} == {
        path: body for path, body in before.items() if path != "pack.toml"
    }


@pytest.mark.parametrize(
    ("body", "ending"),
    [
        (OTHER, ".svg"),
        (OTHER.replace(b"320 180", b"64 64"), ".svg"),
        (photograph((300, 400)), ".svg"),
    ],
)
def test_another_picture_takes_the_place_of_a_drawing(drawn: Author, body: bytes, ending: str) -> None:
    drawn.send("pictures/arrow/mirror")
    page = sends(drawn, "arrow", body)
    assert "The other picture is shown now" in page.text
    assert len(shown(drawn, page)) == 2
    assert [path for path in files(drawn) if ".rtl." in path] == [f"media/arrow.rtl{ending}"]
    assert b"Secret" not in files(drawn)[f"media/arrow.rtl{ending}"]
    assert "Published as version 1" in drawn.publish().text, "both have one size"


@pytest.mark.parametrize(
    ("body", "path"), [(photograph((300, 400)), "media/ships.rtl.webp"), (ARROW, "media/ships.rtl.svg")]
)
def test_another_picture_takes_the_place_of_a_photograph(author: Author, body: bytes, path: str) -> None:
    author.begin("First steps")
    author.upload(LESSON)
    author.send("pictures/ships/mirror")
    page = sends(author, "ships", body)
    assert len(shown(author, page, "ships")) == 2
    assert [each for each in files(author) if ".rtl." in each] == [path]
    assert "Published as version 1" in author.publish().text


def test_a_photograph_of_which_the_head_alone_is_whole_is_refused_in_words(drawn: Author) -> None:
    whole = io.BytesIO()
    Image.effect_noise((300, 400), 90).convert("RGB").save(whole, "WEBP")
    page = sends(drawn, "arrow", whole.getvalue()[:40])
    assert "is damaged, or is not what its name says" in page.text
    assert len(shown(drawn, page)) == 1


def test_a_picture_that_is_another_one_since_it_was_mirrored_says_so(whole: Whole, drawn: Author) -> None:
    drawn.send("pictures/arrow/mirror")
    assert "Mirror it anew arrow" not in buttons(drawn.get("pictures"))
    replace(whole, drawn, OTHER)
    page = drawn.get("pictures")
    assert "The picture is another one since it was mirrored." in page.text
    assert "Mirror it anew arrow" in buttons(page)
    page = drawn.send("pictures/arrow/mirror")
    assert shown(drawn, page) == [OTHER, OTHER.replace(b"<path", GROUP + b"<path").replace(b"</svg>", b"</g></svg>")]
    assert "another one since it was mirrored" not in page.text
    replace(whole, drawn, ARROW)
    assert "another one since it was mirrored" in drawn.get("pictures").text
    replace(whole, drawn, OTHER)
    assert "another one since it was mirrored" not in drawn.get("pictures").text, "it is the same again"


def test_a_picture_that_goes_takes_its_mirrored_one_along(drawn: Author) -> None:
    drawn.send("pictures/arrow/mirror")
    drawn.send("pictures/arrow/remove")
    assert not [path for path in files(drawn) if path.startswith("media/arrow")]


def test_a_mirrored_picture_of_which_the_other_is_gone_can_be_taken_out(whole: Whole, drawn: Author) -> None:
    drawn.send("pictures/arrow/mirror")
    draft_id = UUID(drawn.draft.rpartition("/")[2])
    gone = {"media/arrow.svg": None}
    whole.do(lambda: save(db.session, find_draft(db.session, draft_id), gone, None, RevisionKind.TAKEN), write=True)
    page = drawn.get(f"pictures?lesson={LESSON}&screen=1")
    assert buttons(page, "arrow.rtl") == ["Take out arrow.rtl"]
    assert "There is no such picture" in drawn.send("pictures/arrow.rtl/show", {"lesson": LESSON, "screen": "1"}).text
    assert "The picture is out." in drawn.send("pictures/arrow.rtl/remove").text
    assert not [path for path in files(drawn) if ".rtl." in path]


def test_writing_is_warned_of_before_and_after(author: Author) -> None:
    author.begin("First steps")
    author.upload(LESSON, body=ARROW.replace(b"<path", b"<text>Stop</text><path"), description="Arrow")
    warning = "There is writing in this drawing."
    assert warning in author.get("pictures").text
    assert warning in author.send("pictures/arrow/mirror").text
    author.upload(body=ARROW, description="Other")
    assert author.get("pictures").text.count(warning) == 1
    assert warning not in sends(author, "arrow", OTHER).text, "another picture is shown"


def test_the_offer_is_open_where_the_course_has_such_a_language_and_folded_elsewhere(drawn: Author) -> None:
    def folded(tag: Tag) -> bool:
        return any(up.name == "details" for up in tag.parents)

    def is_folded(page: Page) -> bool:
        button = next(tag for tag in page.all("button") if tag.words.startswith(OFFER))
        return folded(button)

    assert is_folded(drawn.get("pictures"))
    drawn.send("translations", {"language": "fi"})
    assert is_folded(drawn.get("pictures"))
    drawn.send("translations", {"language": "ar"})
    page = drawn.get("pictures")
    assert not is_folded(page)
    (why,) = [
        tag.words for tag in page.all("p", class_="hint") if "points the wrong way" in tag.words and not folded(tag)
    ]
    assert "(العربية)" in why
    page = drawn.get(f"{drawn.draft.replace('/en/', '/ar/')}/pictures")
    assert "اعكسوها للغات التي تُقرأ من اليمين إلى اليسار" in page.text


def test_a_picture_on_which_a_question_measures_places_is_not_mirrored(drawn: Author) -> None:
    form = {"interaction": "hotspot", "bank": "checks", "f-prompt": "Where?", "difficulty": "1", "f-picture": "arrow"}
    form |= {"f-picture_description": "An arrow", "area-0-text": "Here", "area-0-shape": "rect"}
    form |= {"area-0-coords": "0 0 90 90", "area-0-feedback": "Yes.", "area-0-right": "true"}
    form |= {"area-1-text": "There", "area-1-shape": "rect", "area-1-coords": "90 0 180 90", "area-1-feedback": "No."}
    drawn.send("pictures/arrow/mirror")
    drawn.send("questions/new", form)
    page = drawn.get("pictures")
    assert "A question measures places on this picture" in page.text
    assert buttons(page)[0] == "Take the mirrored one away arrow"
    before = files(drawn)
    for path in ("pictures/arrow/mirror", "pictures/arrow/other"):
        told = drawn.send(path, **({} if path.endswith("mirror") else {"picture": (io.BytesIO(OTHER), "other.svg")}))
        assert "so it cannot be mirrored." in told.text, "an older page still offers it"
        assert files(drawn) == before
    page = drawn.send("pictures/arrow/same")
    assert "A question measures places" not in page.text
    assert buttons(page) == ["Take out arrow"]


def test_lists_of_pictures_to_choose_from_name_each_once(drawn: Author) -> None:
    drawn.send("pictures/arrow/mirror")
    for path in (f"lessons/{LESSON}", "questions/new?type=hotspot&bank=checks", "questions/new?type=choice"):
        names = [tag.attributes.get("value") for tag in drawn.get(path).all("option")]
        assert "arrow" in names
        assert "arrow.rtl" not in names
    (link,) = [a for a in drawn.get(f"lessons/{LESSON}").all("a") if a["href"].endswith("#picture-arrow")]
    assert card(drawn.get(link["href"]))


def test_what_cannot_be_done_is_said_and_nothing_is_changed(drawn: Author) -> None:
    drawn.upload(body=b'<svg xmlns="http://www.w3.org/2000/svg" width="9cm" height="9cm"><g/></svg>', description="Old")
    before = drawn.get("history").text
    for path, said in (
        ("pictures/old/mirror", "cannot be mirrored here"),
        ("pictures/none/mirror", "There is no such picture"),
        ("pictures/arrow.rtl/mirror", "There is no such picture"),
        ("pictures/arrow/same", "There is no such picture"),
        ("pictures/arrow/other", "Choose a picture."),
    ):
        assert said in drawn.send(path).text, path
    assert "This is a PDF" in sends(drawn, "arrow", b"%PDF-1.7\n").text
    assert "cannot be mirrored here" in sends(drawn, "old", photograph((30, 40))).text
    assert drawn.get("history").text == before


def test_a_picture_that_was_replaced_while_it_was_mirrored_is_not_given_the_old_mirror(
    whole: Whole, drawn: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lock(draft_id: UUID) -> object:
        draft = locked(draft_id)
        save(db.session, draft, {"media/arrow.svg": OTHER}, None, RevisionKind.TAKEN)
        return draft

    monkeypatch.setattr("perille.studio.mirror_views.locked", lock)
    page = Page(drawn.visitor.client.post(f"{drawn.draft}/pictures/arrow/mirror"))
    assert page.status == 409
    assert "Somebody has saved since" in page.text
    monkeypatch.undo()
    assert "media/arrow.rtl.svg" not in files(drawn)


def test_who_translates_sees_both_and_changes_neither(drawn: Author, make_author: Callable[..., Author]) -> None:
    drawn.send("pictures/arrow/mirror")
    translator = make_author("tiina@example.org", Role.TRANSLATOR)
    translator.draft = drawn.draft
    page = translator.get("pictures")
    assert len(shown(translator, page)) == 2
    assert buttons(page) == []
    for path in ("mirror", "other", "same"):
        answer = translator.visitor.client.post(f"{drawn.draft}/pictures/arrow/{path}")
        assert answer.status_code == 403
    assert shown(translator, translator.get("pictures")) == [ARROW, MIRRORED]
    assert re.search(r"first|arrow", page.text)


def test_a_mirrored_picture_of_another_size_that_came_in_a_file_can_be_mirrored_anew(drawn: Author) -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, content in {**files(drawn), "media/arrow.rtl.svg": MIRRORED.replace(b"320 180", b"64 64")}.items():
            archive.writestr(f"course/{name}", content)
    page = drawn.send("/en/studio/upload", archive=(io.BytesIO(body.getvalue()), "course.zip"))
    drawn.draft = next(a["href"] for a in page.all("a") if a["href"].endswith("/pictures")).removesuffix("/pictures")
    assert buttons(drawn.get("pictures"))[0] == "Mirror it anew arrow"
    page = drawn.send("pictures/arrow/mirror")
    assert shown(drawn, page) == [ARROW, MIRRORED]
    assert "another one since" not in page.text
