"""Somebody who did not translate a language approves it by one press; who saves without a mouse goes on at the next block."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from perille.people.models import Role
from studio.author import Author, _inputs, translation_forms
from support.visitor import Page

MakeAuthor = Callable[..., Author]
FI = "translations/fi"


@pytest.fixture
def people(author: Author, make_author: MakeAuthor) -> dict[str, Author]:
    """The author of a course that is to be in Finnish, its translator and its reviewer."""
    author.begin("Harbour")
    author.add("harbour", "text")
    author.write("harbour", 0, "Go to the harbour.")
    author.send("translations", {"language": "fi"})
    found = {"author": author}
    for role in (Role.TRANSLATOR, Role.REVIEWER):
        found[role.value] = make_author(f"{role.value}@example.org", role)
        found[role.value].draft = author.draft
    return found


def translate_all(who: Author) -> None:
    for number in range(len(translation_forms(who.get(FI)))):
        form = translation_forms(who.get(FI))[number]
        who.send(FI, form | {"words": f"Suomeksi {number}."})


def approval(page: Page) -> dict[str, str] | None:
    """Return what the form that approves all holds, None for none."""
    found = next((tag for tag in page.all("form") if tag.attributes.get("action", "").endswith("/approve")), None)
    return None if found is None else _inputs(page, found)


def states(who: Author) -> set[str]:
    """Return the states in which blocks are, by the counts of the filters."""
    page = who.get(FI)
    return {
        tag.words.partition(" (")[0]
        for tag in page.all("a")
        if "show=" in (tag.attributes.get("href") or "") and "(0)" not in tag.words
    }


def test_somebody_who_did_not_translate_approves_a_whole_language(people: dict[str, Author]) -> None:
    translator, reviewer = people["translator"], people["reviewer"]
    assert approval(reviewer.get(FI)) is None, "there is nothing yet"
    translate_all(translator)
    assert approval(translator.get(FI)) is None
    old = approval(reviewer.get(FI))
    assert old is not None
    translator.send(FI, translation_forms(translator.get(FI))[0] | {"words": "Toisin."})
    assert "Somebody has saved since" in reviewer.send(f"{FI}/approve", old).text
    page = reviewer.send(f"{FI}/approve", approval(reviewer.get(FI)) or {})
    assert "Approved." in page.text
    assert states(reviewer) == {"reviewed"}
    # Words that change afterwards are a draft again.
    translator.send(FI, translation_forms(translator.get(FI))[0] | {"words": "Taas toisin."})
    assert states(reviewer) == {"not reviewed", "reviewed"}


def test_nobody_approves_their_own_translation_or_one_that_lacks_words(people: dict[str, Author]) -> None:
    author, translator, reviewer = people["author"], people["translator"], people["reviewer"]
    author.send(FI, translation_forms(author.get(FI))[0] | {"words": "Satama"})
    now = {"revision": next(tag["value"] for tag in author.get("history").all("input", _name="seen"))}
    assert "Translate first what is missing" in reviewer.send(f"{FI}/approve", now).text
    assert "You have translated into this language yourself." in author.send(f"{FI}/approve", now).text
    assert translator.visitor.client.post(f"{author.draft}/{FI}/approve", data=now).status_code == 403
    assert "reviewed" not in states(reviewer)
    # To review one block makes no translator.
    translate_all(translator)
    form = next(each for each in translation_forms(reviewer.get(FI)))
    reviewer.send(FI, form | {"do": "review"})
    assert approval(reviewer.get(FI)) is not None


def test_after_a_save_the_page_leads_to_the_next_block(people: dict[str, Author]) -> None:
    translator = people["translator"]

    def leads_to(form: dict[str, str]) -> str:
        return translator.visitor.client.post(f"{translator.draft}/{FI}", data=form).location.partition("#")[2]

    page = translator.get(f"{FI}?show=missing")
    assert leads_to(translation_forms(page)[0] | {"words": "Satama"}) == "w1", (
        "what was first is gone from the missing ones"
    )
    assert leads_to(translation_forms(translator.get(FI))[0] | {"words": "Satamat"}) == "w2"


def test_who_brought_a_course_in_from_a_file_approves_no_language_of_it(
    people: dict[str, Author], make_author: MakeAuthor
) -> None:
    translate_all(people["translator"])
    body = people["author"].visitor.client.get(f"{people['author'].draft}/export.zip").get_data()
    carl = make_author("carl@example.org")
    page = carl.send("/en/studio/upload", archive=(io.BytesIO(body), "course.zip"))
    draft = next(tag["href"] for tag in page.all("a") if "/publish" in (tag.attributes.get("href") or ""))
    carl.draft = people["reviewer"].draft = draft.partition("/publish")[0]
    assert approval(carl.get(FI)) is None
    now = approval(people["reviewer"].get(FI)) or {}
    assert "Somebody else must approve it." in carl.send(f"{FI}/approve", now).text
    assert "reviewed" not in states(carl)
    assert "Approved." in people["reviewer"].send(f"{FI}/approve", now).text
