"""Errands, word lists and what holds for one status, on the pages of a lesson."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.visitor import Page, Tag, Visitor
from support.whole import Whole
from support.whole_packs import CHECK, catalogue, write_way

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
LESSON = """# Hello there

::: errand notice-of-move
# Tell your new address
- **What:** Send a notice of move.
- **Bring:** Tom & Anna's code; your new address
- **Ask:** {fact: emergency.number}
- **Words on the form:** muuttoilmoitus; osoite
:::

::: words
- kotikunta · KO-ti-kun-ta · your home town
- osoite · · the address
:::

Everybody reads this.

:::: for worker
Workers read this.

::: note
Keep your contract.
:::
::::
"""
ARABIC = {
    ("lesson/hello", "Tell your new address"): "بلّغوا عن عنوانكم",
    (
        "lesson/hello",
        "**Words on the form:** muuttoilmoitus; osoite",
    ): "**كلمات:** muuttoilmoitus (إشعار)؛ osoite (عنوان)",
    ("lesson/hello", "kotikunta · KO-ti-kun-ta · your home town"): "kotikunta · كوتيكُنتا · بلديتكم",
    ("lesson/hello", "Workers read this."): "للعمال.",
}
HELLO = "/{}/courses/way/hello"


@pytest.fixture
def learner(whole: Whole, visitor: Visitor, tmp_path: Path) -> Visitor:
    """Somebody at a course with an errand, words and a part for workers, in Arabic too."""
    folder = write_way(
        tmp_path,
        lessons={"hello": LESSON, "second": "# Second\n\nWords.\n"},
        items={"check": CHECK},
        translations={"ar": catalogue(ARABIC)},
    )
    assert whole.publish(folder).published == ("course_way",)
    return visitor


def inside(page: Page, name: str, tag: str) -> list[Tag]:
    """Return the elements of a name inside the element of a class."""
    return [each for each in page.all(tag) if any(up.attributes.get("class") == name for up in each.parents)]


def test_an_errand_says_each_thing_under_its_label(learner: Visitor) -> None:
    page = learner.get(HELLO.format("en"))
    assert [tag.words for tag in inside(page, "errand", "h2")] == ["Tell your new address"]
    assert [tag.words for tag in inside(page, "errand", "dt")] == ["What", "Bring", "Ask", "Words on the form"]
    entries = [tag.words for tag in inside(page, "errand", "li")]
    assert entries == ["Tom & Anna's code", "your new address", "muuttoilmoitus", "osoite"]
    assert [tag["href"] for tag in inside(page, "errand", "a")] == ["tel:112", "/en/courses/way/errands"]


def test_words_of_the_country_are_read_aloud_in_its_language_on_a_page_in_another(learner: Visitor) -> None:
    page = learner.get(HELLO.format("ar"))
    finnish = [tag for tag in page.all("bdi") if tag.attributes.get("lang") == "fi"]
    assert [tag.words for tag in finnish] == ["muuttoilmoitus", "osoite", "kotikunta", "osoite"]
    assert {tag["dir"] for tag in finnish} == {"ltr"}
    rows = [tag.words for tag in inside(page, "words", "div")]
    assert rows[0] == "kotikunta تُنطق كوتيكُنتا بلديتكم"
    english = [tag for tag in inside(page, "words", "dd") if tag.attributes.get("lang") == "en"]
    assert [tag.words for tag in english] == ["the address"]


def test_an_errand_and_its_words_stand_beside_each_other_in_two_languages(learner: Visitor) -> None:
    page = learner.get(HELLO.format("en") + "?with=ar")
    titles = [tag.words for tag in inside(page, "errand", "h2")]
    assert titles == ["Tell your new address", "بلّغوا عن عنوانكم"]
    assert "للعمال." in page.one("details", data_for="worker").words


def test_what_holds_for_one_status_is_folded_under_its_name_without_script(learner: Visitor) -> None:
    page = learner.get(HELLO.format("en"))
    folded = page.one("details", data_for="worker")
    assert "open" not in folded.attributes
    assert folded.words == "Only for people who came for work Workers read this. Good to knowKeep your contract."


def test_on_paper_nothing_is_folded(learner: Visitor) -> None:
    page = learner.get(HELLO.format("en") + "/print")
    assert [tag.words for tag in inside(page, "for", "h2")] == ["Only for people who came for work"]
    assert not [tag for tag in page.all("details") if tag.attributes.get("class") == "for"]
    assert "Workers read this." in page.text


def test_a_sensitive_pack_remembers_on_no_device_what_was_opened(
    whole: Whole, visitor: Visitor, tmp_path: Path
) -> None:
    whole.publish(
        write_way(tmp_path, lessons={"hello": LESSON, "second": "# S\n\nW.\n"}, items={"check": CHECK}, sensitive=True)
    )
    page = visitor.get(HELLO.format("en"))
    (folded,) = [tag for tag in page.all("details") if tag.attributes.get("class") == "for"]
    assert "data-for" not in folded.attributes
    assert "stays open" not in page.text
