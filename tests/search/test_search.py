"""Search: found in the reader's language however it is typed, and what was looked for stays nowhere."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from perille.core.current import config_of
from perille.packs.published.library import current_library
from perille.search import services
from perille.search.index import _SCHEMA, FILE_NAME, SearchIndex
from perille.search.services import refresh
from support.errand_packs import DEADLINES, HELLO, write_errands
from support.html import Tag
from support.visitor import Page, Visitor
from support.whole import Whole
from support.whole_packs import FACTS, write_facts

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
SEARCH = "/{}/search"
#: Words of ten thousand letters that no compression makes short: somebody has pasted a page.
LONG = " ".join(hashlib.sha256(bytes([each])).hexdigest() for each in range(154))


@pytest.fixture
def reader(whole: Whole, visitor: Visitor, tmp_path: Path) -> Visitor:
    """Somebody who may find a course with errands and words."""
    whole.publish(*write_errands(tmp_path))
    return visitor


def find(visitor: Visitor, words: str, language: str = "en", country: str = "") -> Page:
    """Look something up as the form does."""
    sent = visitor.post(SEARCH.format(language), {"q": words, "country": country})
    assert sent.status == 303
    assert quote(words) not in sent.location
    return visitor.get(sent.location)


def titles(page: Page) -> list[str]:
    """Return what was found in courses."""
    return [tag.words for tag in page.all("a") if any(up.attributes.get("class") == "found" for up in tag.parents)]


def in_main(page: Page, name: str) -> list[Tag]:
    """Return the elements of that name between the head and the foot of a page."""
    return [tag for tag in page.all(name) if any(up.name == "main" for up in tag.parents)]


def contact_names(page: Page) -> list[str]:
    """Return who can help, as a search found them; the box of help at the head has names, too."""
    return [tag.words for tag in in_main(page, "p") if tag.attributes.get("class") == "contact-name"]


@pytest.mark.parametrize(
    ("language", "words", "first"),
    [
        ("en", "tax form", "Check the tax form"),
        ("en", "KOTIKUNNAN", "kotikunta"),
        ("en", "aiti", "äiti"),
        ("en", "second lesson", "The second lesson"),
        ("ar", "عنوانكم", "بلّغوا عن عنوانكم"),
        ("ar", "والاقامة", "kotikunta"),
    ],
)
def test_lessons_errands_and_words_are_found(reader: Visitor, language: str, words: str, first: str) -> None:
    assert titles(find(reader, words, language))[0] == first


def test_a_result_leads_to_the_screen_where_it_stands(reader: Visitor) -> None:
    page = find(reader, "kotikunta")
    link = next(tag for tag in page.all("a") if tag.words == "kotikunta")
    assert link["href"] == "/en/courses/way/hello?screen=2"
    assert reader.get(link["href"]).heading == "Words"


def test_a_helpline_is_found_by_its_name_and_its_number(reader: Visitor) -> None:
    for words in ("emergency", "112"):
        page = find(reader, words)
        assert any(tag["href"] == "tel:112" for tag in in_main(page, "a"))


def test_the_emergency_number_comes_first_and_is_said_once_for_all_countries(
    reader: Visitor, whole: Whole, tmp_path: Path
) -> None:
    other = FACTS.replace("Emergency number", "112, the number 112").replace('help = "emergency"\n', "")
    others = [
        other.replace("[emergency.number]", f"[other.number-{each}]").replace("112, the", f"112 or {each}, the")
        for each in range(6)
    ]
    whole.publish(write_facts(tmp_path / "facts", FACTS + "".join(others)))
    for words in ("112", "number"):
        page = find(reader, words)
        contacts = [
            tag["class"] for tag in in_main(page, "div") if tag.attributes.get("class", "").startswith("contact")
        ]
        assert contacts == ["contact urgent", *["contact"] * 6], (
            "it is there once, and before those whose words fit better"
        )
        assert page.one("p", id="found").words.startswith("7 ")
    narrow = find(reader, "112", country="SE")
    assert [tag.words for tag in narrow.all("p", _class="small country")] == ["Sweden"]
    assert "Emergency number of Sweden" in narrow.text


def test_who_types_what_has_happened_finds_who_helps(reader: Visitor, whole: Whole, tmp_path: Path) -> None:
    rows = ("violence", "trafficking", "child", "crisis", "health")
    lines = [
        FACTS.replace("[emergency.number]", f"[line.{row}]")
        .replace("Emergency number", f"Line {number}")
        .replace('topics = ["emergency"]\nhelp = "emergency"', f'topics = ["other"]\nhelp = "{row}"')
        .replace("112", "116 117" if row == "health" else "112")
        for number, row in enumerate(rows)
    ]
    assert not whole.publish(write_facts(tmp_path / "facts", FACTS + "".join(lines))).refused
    asked = {
        "suicide": "Line 3",
        "my husband hits me": "Line 0",
        "boss keeps my passport": "Line 1",
        "I want to die": "Line 3",
        "ambulance": "Emergency number",
        "bullying": "Line 2",
        "fever": "Line 4",
        # The word of the country.
        "itsemurha": "Line 3",
        "ambulanssi": "Emergency number",
        "116 117": "Line 4",
        "116117": "Line 4",
    }
    for words, line in asked.items():
        names = contact_names(find(reader, words))
        assert names[:1] == [line], words
    for language, words in (
        ("ar", "زوجي يضربني"),
        ("ru", "муж бьет"),
        ("uk", "муж бьет"),
        ("prs", "شوهرم مرا می‌زند"),
        ("prs", "میزند"),
        ("prs", "جگرخون"),
        ("ar", "زوجتي تضربني"),
        ("ar", "تعبان نفسيا"),
        ("so", "gacan ka hadal"),
        ("fi", "itsetuhoinen"),
        ("sv", "ångest"),
        ("en", "he hit me"),
        ("so", "is dilid"),
        ("ar", "suicide"),
    ):
        assert contact_names(find(reader, words, language)), words


def test_one_word_of_what_people_type_brings_the_lessons_before_who_helps(
    reader: Visitor, whole: Whole, tmp_path: Path
) -> None:
    rows = {"violence": "Line of the shelter", "crisis": "Line of the night"}
    lines = [
        FACTS.replace("[emergency.number]", f"[line.{row}]")
        .replace("Emergency number", label)
        .replace('topics = ["emergency"]\nhelp = "emergency"', f'topics = ["other"]\nhelp = "{row}"')
        for row, label in rows.items()
    ]
    _facts, way = write_errands(tmp_path)
    assert not whole.publish(write_facts(tmp_path, FACTS + DEADLINES + "".join(lines)), way).refused

    # "Afraid at home" is typed by who needs the line; "home" by who looks for much else.
    words = find(reader, "home").one("main").words
    assert words.index("In the courses") < words.index("Line of the shelter")
    assert contact_names(find(reader, "afraid at home"))[:1] == ["Line of the shelter"]
    assert contact_names(find(reader, "husband"))[:1] == ["Line of the shelter"]
    assert contact_names(find(reader, "shelter"))[:1] == ["Line of the shelter"]
    assert contact_names(find(reader, "threatens"))[:1] == ["Line of the shelter"], "no lesson is about it"


def test_another_number_that_begins_alike_is_not_found(reader: Visitor, whole: Whole, tmp_path: Path) -> None:
    line = FACTS.replace('help = "emergency"\n', "").replace("[emergency.number]", "[line.nurse]")
    nurse = line.replace("Emergency number", "Nurse").replace('"112"', '"116 117"')
    child = line.replace("line.nurse", "line.child").replace("Emergency number", "Child").replace('"112"', '"116 111"')
    assert not whole.publish(write_facts(tmp_path / "facts", FACTS + nurse + child)).refused
    for words in ("116 117", "116117"):
        assert contact_names(find(reader, words)) == ["Nurse"], words


def test_a_word_of_very_many_lessons_hides_nobody_who_helps(
    reader: Visitor, whole: Whole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = FACTS.replace("[emergency.number]", "[line.shelter]").replace("Emergency number", "Shelter")
    line = line.replace('help = "emergency"', 'help = "violence"')
    _facts, way = write_errands(tmp_path)
    assert not whole.publish(write_facts(tmp_path, FACTS + DEADLINES + line), way).refused
    monkeypatch.setattr(services, "_ASKED", 1)
    page = find(reader, "home")
    assert titles(page)
    assert contact_names(page) == ["Shelter"]


def test_a_lesson_that_has_all_words_of_a_sentence_does_not_hide_who_helps(
    reader: Visitor, whole: Whole, tmp_path: Path
) -> None:
    lessons = {"hello": HELLO, "second": "# The second lesson\n\nNo boss has a right to the passport of anybody.\n"}
    line = FACTS.replace("emergency.number", "line.work").replace('help = "emergency"', 'help = "trafficking"')
    course = write_errands(tmp_path / "told", lessons=lessons, version="1.0.1")[1]
    facts = write_facts(tmp_path / "facts", FACTS + DEADLINES + line.replace("Emergency number", "Who is held"))
    assert not whole.publish(facts, course).refused
    page = find(reader, "boss has the passport")
    assert titles(page)
    assert contact_names(page) == ["Who is held"]
    assert not contact_names(find(reader, "passport right")), "two words alone may be about anything"


def test_who_answers_the_telephone_stands_before_the_chat_for_the_same(
    reader: Visitor, whole: Whole, tmp_path: Path
) -> None:
    help_row = FACTS.replace('help = "emergency"', 'help = "crisis"')
    chat = help_row.replace("emergency.number", "a.chat").replace('"phone"', '"chat"').replace("112", "https://chat.fi")
    chat = chat.replace("Emergency number", "Suicide: suicide chat")
    phone = help_row.replace("emergency.number", "b.phone").replace("Emergency number", "Somebody who listens")
    assert not whole.publish(write_facts(tmp_path / "facts", FACTS + chat + phone)).refused
    assert contact_names(find(reader, "suicide")) == ["Somebody who listens", "Suicide: suicide chat"]


def test_each_country_comes_before_the_second_line_of_any(reader: Visitor, whole: Whole, tmp_path: Path) -> None:
    line = FACTS.replace('help = "emergency"\n', "").replace("Emergency number", "Harbour harbour")
    lines = [
        line.replace("[emergency.number]", f"[line.n{each}]").replace("harbour", f"harbour {each}") for each in range(8)
    ]
    sweden = FACTS.replace('help = "emergency"\n', "").replace(
        "Emergency number", "The line of the harbour in the north"
    )
    folder = write_facts(tmp_path / "facts", FACTS + "".join(lines))
    there = folder / "facts" / "SE.toml"
    there.write_text(there.read_text() + sweden.replace("[emergency.number]", "[line.north]"))
    whole.publish(folder)
    page = find(reader, "harbour")
    assert [tag.words for tag in page.all("p", _class="small country")] == ["Finland", "Sweden", *["Finland"] * 4]


def test_a_country_narrows_what_is_found(reader: Visitor) -> None:
    assert titles(find(reader, "tax form", country="FI"))
    assert "All countries" in find(reader, "tax form", country="XX").text


def test_what_was_looked_for_stands_in_no_address_and_comes_back_for_nobody_else(reader: Visitor, whole: Whole) -> None:
    sent = reader.post(SEARCH.format("en"), {"q": "tax form"})
    assert "Check the tax form" in reader.get(sent.location).text
    assert "Check the tax form" in reader.get(sent.location).text, "Back from a lesson shows it again"
    assert "Check the tax form" not in whole.visitor().get(sent.location).text
    reader.post("/leave")
    assert "tax form" not in reader.get(sent.location).text.casefold()


def test_a_browser_that_was_left_can_search(reader: Visitor) -> None:
    reader.post("/leave")
    assert titles(find(reader, "tax form"))


def test_without_cookies_the_page_says_why_and_searches_by_its_address(whole: Whole, tmp_path: Path) -> None:
    whole.publish(*write_errands(tmp_path))
    stranger = whole.visitor(cookies=False)
    page = find(stranger, "tax form")
    assert "could not keep" in page.text
    assert page.one("form", role="search")["method"] == "get"
    assert titles(stranger.get(SEARCH.format("en") + "?q=tax+form&country="))[0] == "Check the tax form"


@pytest.mark.parametrize("words", ["", "   ", "!?", '"', "*"])
def test_nothing_to_look_for_is_told_at_the_field(reader: Visitor, words: str) -> None:
    page = reader.get(reader.post(SEARCH.format("en"), {"q": words}).location)
    assert "Type a word first" in page.text


@pytest.mark.parametrize(
    "words",
    [
        'tax" OR "x',
        "title:tax",
        "NEAR(tax form)",
        "tax*",
        "tax AND",
        "<script>tax</script>",
        "x" * 5000,
        "\x00tax",
        LONG,
    ],
)
def test_no_word_is_read_as_syntax(reader: Visitor, words: str) -> None:
    page = find(reader, words)
    assert page.status == 200
    assert not in_main(page, "script")


def test_where_nothing_is_found_the_page_says_what_to_try(reader: Visitor) -> None:
    page = find(reader, "qqqq")
    assert "Nothing was found." in page.text
    assert "Try another word" in page.text
    assert [tag.words for tag in in_main(page, "a") if tag["href"] == "/en/help"] == ["Who can help you"]


def test_what_is_published_anew_is_found_and_what_is_gone_is_not(reader: Visitor, whole: Whole, tmp_path: Path) -> None:
    assert titles(find(reader, "library"))
    lessons = {"hello": HELLO.replace("library card", "fishing card"), "second": "# The second lesson\n\nText.\n"}
    whole.publish(*write_errands(tmp_path / "new", lessons=lessons, version="1.0.1"))
    assert not titles(find(reader, "library"))
    assert titles(find(reader, "fishing")) == ["Get a fishing card"]
    assert not titles(find(reader, "school"))


def test_the_index_is_made_again_where_it_is_damaged_or_gone(reader: Visitor, whole: Whole) -> None:
    assert titles(find(reader, "library"))
    path = config_of(whole.app).data_dir / FILE_NAME
    path.write_bytes(b"no database at all" * 500)
    assert titles(find(reader, "library"))
    path.unlink()
    assert titles(find(reader, "library"))


def test_the_index_can_be_read_by_its_owner_alone(reader: Visitor, whole: Whole) -> None:
    path = config_of(whole.app).data_dir / FILE_NAME
    path.unlink(missing_ok=True)
    assert titles(find(reader, "library"))
    assert path.stat().st_mode & 0o077 == 0
    path.chmod(0o644)  # as an earlier version made it
    assert titles(find(reader, "library"))
    assert path.stat().st_mode & 0o077 == 0


def test_an_index_that_is_up_to_date_is_left_alone(reader: Visitor, whole: Whole, tmp_path: Path) -> None:
    def work() -> tuple[int, int]:
        index, library = SearchIndex(tmp_path), current_library()
        with whole.app.test_request_context():
            return refresh(index, library, ("en", "ar")), refresh(index, library, ("en", "ar"))

    first, second = whole.do(work)
    assert first > 2
    assert second == 0
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        assert connection.execute("SELECT count(*) FROM document").fetchone()[0] > 5
    connection.close()


def test_the_job_makes_a_part_at_a_time_until_all_are_there(reader: Visitor, whole: Whole, tmp_path: Path) -> None:
    def work() -> tuple[list[int], int]:
        index, library = SearchIndex(tmp_path), current_library()
        with whole.app.test_request_context():
            made = [refresh(index, library, ("en", "ar"), most=1) for _run in range(20)]
            return made, refresh(index, library, ("en", "ar"))

    made, left = whole.do(work)
    assert max(made) == 1
    assert (made[-1], left) == (0, 0)


def test_offices_stand_by_their_names(reader: Visitor) -> None:
    page = reader.get("/en/offices?country=FI")
    names = [tag.words for tag in in_main(page, "p") if tag.attributes.get("class") == "contact-name"]
    assert names == sorted(names, key=str.casefold)
    assert names
    assert reader.get("/en/offices?country=XX").status == 200


def test_a_full_disk_is_said_in_words_about_the_search(
    reader: Visitor, whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    # SQLite itself says that the disk is full when a file would grow beyond this.
    monkeypatch.setattr("perille.search.index._SCHEMA", f"PRAGMA page_size = 512;{_SCHEMA}PRAGMA max_page_count = 1;")
    page = find(reader, "kotikunta")
    assert page.status == 503
    assert "The search does not work at the moment. Lessons and help numbers do." in page.text
    assert any(tag["href"] == "tel:112" for tag in page.all("a"))
    monkeypatch.undo()
    assert titles(find(reader, "kotikunta"))[0] == "kotikunta"


def test_an_index_that_others_hold_for_too_long_is_not_thrown_away(
    reader: Visitor, whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(reader, "kotikunta")
    path = config_of(whole.app).data_dir / FILE_NAME
    file = path.stat().st_ino
    monkeypatch.setattr("perille.search.index._PATIENCE", 0)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert find(reader, "kotikunta").status == 503
        other.execute("ROLLBACK")
    assert path.stat().st_ino == file
    assert titles(find(reader, "kotikunta"))[0] == "kotikunta"
