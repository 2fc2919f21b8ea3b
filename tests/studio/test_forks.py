"""A copy takes the changes of its origin: what one side alone changed comes together, the rest is for a person, and nothing vanishes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perille.people.models import Role
from perille.studio.forks import Files, OriginMerge, merge_origin
from perille.studio.lesson_source import read_source
from studio.author import Author, _inputs

PACK = b'id = "course_harbour"\nslug = "harbour"\nversion = "1.0.0"\ntitle = "Harbour"\nsummary = "The harbour"\n'
COPY = PACK.replace(b"course_harbour", b"course_mine").replace(b'"harbour"', b'"mine"')
ONE = "# Harbour\n\nGo to the harbour.\n\n## Papers\n\nBring your papers.\n\n::: note\nIt is open on Monday.\n:::\n"
ITEM = '[[item]]\nkey = "ship"\ninteraction = "choice"\nprompt = "A ship is late."\nhint = "Ask."\n'
LESSON = "lessons/a.md"


def pack(lesson: str = ONE, manifest: bytes = PACK, **more: str) -> dict[str, bytes]:
    files = {"pack.toml": manifest, LESSON: lesson.encode()}
    return files | {f"items/{name}.toml": text.encode() for name, text in more.items()}


def lesson(taking: OriginMerge) -> str:
    return (taking.changes.get(LESSON) or b"").decode()


def test_what_one_side_changed_comes_together() -> None:
    mine = ONE.replace("Go to the harbour.", "Walk to the harbour.").replace("## Papers", "## Your papers")
    theirs = ONE.replace("on Monday", "on Monday and Friday").replace("# Harbour", "# The harbour")
    found = merge_origin(pack(), pack(mine, COPY), pack(theirs, PACK.replace(b"1.0.0", b"1.1.0")))
    wanted = mine.replace("on Monday", "on Monday and Friday").replace("# Harbour", "# The harbour", 1)
    assert lesson(found) == wanted
    assert (list(found.changes), found.beside, found.kept) == ([LESSON], [], [])


def test_a_block_that_moved_in_the_copy_is_changed_where_it_is_now() -> None:
    mine = (
        "# Harbour\n\n## Papers\n\n::: note\nIt is open on Monday.\n:::\n\nBring your papers.\n\nGo to the harbour.\n"
    )
    theirs = ONE.replace("on Monday", "on Monday and Friday")
    found = merge_origin(pack(), pack(mine, COPY), pack(theirs))
    assert lesson(found) == mine.replace("on Monday", "on Monday and Friday")


def test_new_blocks_and_screens_come_after_what_stands_before_them() -> None:
    theirs = (
        ONE.replace("## Papers\n", "## Papers\n\n::: talk\nFirst of all.\n:::\n")
        + "\n## Tickets\n\nBuy one.\n\nKeep it.\n"
    )
    mine = ONE.replace("Bring your papers.", "Bring all your papers.")
    assert lesson(merge_origin(pack(), pack(mine, COPY), pack(theirs))) == theirs.replace(
        "Bring your", "Bring all your"
    )


def test_a_block_that_comes_before_a_changed_one_takes_nothing_of_it_away() -> None:
    mine = ONE + "\n::: note\nOur office is near.\n:::\n"
    added = ONE.replace("Bring your papers.", "::: talk\nFirst of all.\n:::\n\nBring all your papers.")
    assert lesson(merge_origin(pack(), pack(mine, COPY), pack(added))) == added + mine.removeprefix(ONE)
    instead = ONE.replace("Bring your papers.", "::: talk\nFirst of all.\n:::")
    assert lesson(merge_origin(pack(), pack(mine, COPY), pack(instead))) == instead + mine.removeprefix(ONE)


def test_what_both_changed_stands_beside_and_what_was_taken_out_is_offered() -> None:
    mine = ONE.replace("Go to the harbour.", "Walk to the harbour.").replace("Bring your papers.\n\n", "")
    theirs = ONE.replace("Go to the harbour.", "Drive to the harbour.").replace("your papers", "all papers")
    found = merge_origin(pack(), pack(mine, COPY), pack(theirs))
    assert found.changes == {}
    told = {(each.base, each.theirs, each.place) for each in found.beside}
    assert told == {
        ("Go to the harbour.", "Drive to the harbour.", 0),
        ("Bring your papers.", "Bring all papers.", -1),
    }


def test_blocks_that_the_origin_took_out_go_where_nobody_changed_them() -> None:
    theirs = ONE.replace("Bring your papers.\n\n", "")
    assert lesson(merge_origin(pack(), pack(manifest=COPY), pack(theirs))) == theirs
    changed = merge_origin(pack(), pack(ONE.replace("your papers", "all papers"), COPY), pack(theirs))
    assert changed.is_empty, "words that the copy changed stay"


def test_questions_come_together_by_field_and_files_by_whole() -> None:
    mine = ITEM.replace("is late", "is very late")
    theirs = (
        ITEM.replace("Ask.", "Ask at the desk.")
        + '\n[[item]]\nkey = "boat"\ninteraction = "choice"\nprompt = "A boat."\n'
    )
    found = merge_origin(pack(bank=ITEM), pack(manifest=COPY, bank=mine), pack(bank=theirs))
    bank = (found.changes["items/bank.toml"] or b"").decode()
    assert all(words in bank for words in ("is very late", "Ask at the desk.", "A boat."))
    assert found.kept == []
    found = merge_origin(
        pack(bank=ITEM), pack(manifest=COPY, bank=mine), pack(bank=ITEM.replace("is late", "comes late"))
    )
    assert (found.changes, found.kept) == ({}, ["items/bank.toml: ship"])
    found = merge_origin(pack(bank=ITEM), pack(manifest=COPY, bank=ITEM), pack())
    assert found.changes == {"items/bank.toml": None}
    assert merge_origin(pack(bank=ITEM), pack(manifest=COPY, bank=mine), pack()).kept == ["items/bank.toml"]


_WORDS = st.sampled_from(
    ["Go to the harbour.", "Bring all your papers.", "It is open.", "Ask at the desk there.", "Wait."]
)
_BLOCKS = st.lists(_WORDS, min_size=1, max_size=6, unique=True)


def _made(blocks: list[str]) -> Files:
    return pack("# Harbour\n\n" + "\n\n".join(blocks) + "\n")


@given(_BLOCKS, _BLOCKS)
def test_what_only_one_side_changed_is_taken_whole(one: list[str], other: list[str]) -> None:
    base, changed = _made(one), _made(other)
    assert merge_origin(base, changed, changed).is_empty
    assert merge_origin(base, changed, base).is_empty
    assert {**base, **merge_origin(base, base, changed).changes} == changed


@given(_BLOCKS, _BLOCKS, _BLOCKS)
def test_no_block_of_either_side_vanishes(base: list[str], mine: list[str], theirs: list[str]) -> None:
    found = merge_origin(_made(base), _made(mine), _made(theirs))
    after = read_source({**_made(mine), **found.changes}[LESSON].decode())  # type: ignore[union-attr]
    texts = {block.text for block in after.blocks} | {each.theirs for each in found.beside}
    joined = "\n".join(texts)
    kept_by_both = {text for text in base if text in mine and text in theirs}
    assert all(text in joined for text in kept_by_both | (set(mine) - set(base)) | (set(theirs) - set(base)))


@pytest.fixture
def copied(make_author: Callable[..., Author]) -> tuple[Author, Author]:
    """A published course, and somebody's copy of it."""
    anna, ben = make_author(), make_author("ben@example.org", Role.TRAINER)
    anna.begin()
    anna.add("first-steps", "text")
    anna.write("first-steps", 0, "Go to the harbour.")
    anna.add("first-steps", "note")
    anna.write("first-steps", 1, "It is open on Monday.")
    anna.publish()
    page = ben.send("/en/studio/copy", {"pack": "course_first_steps"})
    ben.draft = next(tag["href"] for tag in page.all("a") if tag.words == "Lessons")
    return anna, ben


def test_a_copy_takes_the_changes_of_its_origin_and_they_can_be_taken_back(copied: tuple[Author, Author]) -> None:
    anna, ben = copied
    assert "There is nothing new in it." in ben.get("origin").text
    ben.write("first-steps", 0, "Walk to the harbour.")
    anna.write("first-steps", 1, "It is open on Friday.")
    assert "There is nothing new in it." in ben.get("origin").text, "only what is published comes"
    anna.publish()
    page = ben.get("origin")
    assert "It is open on Friday." in page.text
    assert "You have changed" not in page.text
    page = ben.send("origin")
    assert "The changes are in your copy." in page.text
    words = ben.get("lessons/first-steps").html
    assert "Walk to the harbour." in words
    assert "It is open on Friday." in words
    assert "There is nothing new in it." in ben.get("origin").text
    # The origin as it was then is no state of the copy, and cannot come back.
    history = ben.get("history")
    origin = next(tag for tag in history.all("li") if "as it was then" in tag.words)
    assert [tag for tag in history.all("button") if origin in tag.parents] == []
    # Undo takes the taking back, and it is offered again.
    ben.send("undo", {"revision": next(tag["value"] for tag in page.all("input", _name="revision"))})
    words = ben.get("lessons/first-steps").html
    assert "Walk to the harbour." in words
    assert "It is open on Monday." in words
    assert "It is open on Friday." in ben.get("origin").text


def test_words_that_both_changed_wait_side_by_side_for_a_decision(copied: tuple[Author, Author]) -> None:
    anna, ben = copied
    ben.write("first-steps", 0, "Walk to the harbour.")
    anna.write("first-steps", 0, "Drive to the harbour.")
    anna.publish()
    assert "Drive to the harbour." in ben.get("origin").text
    page = ben.send("origin")
    assert "Both are kept" in page.text
    assert "What \u2068course_first_steps 0.2.0\u2069 wrote" in page.text
    assert "Somebody\u2069 wrote" not in page.text
    assert [tag.words.strip() for tag in page.all("pre")] == [
        "Go to the harbour.",
        "Drive to the harbour.",
        "Walk to the harbour.",
    ]
    form = next(tag for tag in page.all("form") if tag["action"].endswith("/decide"))
    page = ben.send("lessons/first-steps/decide", _inputs(page, form) | {"choice": "mine"})
    assert "Drive to the harbour." in page.html
    assert "Walk to the harbour." not in page.html


def test_only_a_copy_of_what_one_may_copy_has_an_origin(
    copied: tuple[Author, Author], make_author: Callable[..., Author]
) -> None:
    anna, ben = copied
    assert anna.visitor.get(f"{anna.draft}/origin").status == 404
    translator = make_author("tuula@example.org", Role.TRANSLATOR)
    assert translator.visitor.get(f"{ben.draft}/origin").status == 403
    assert translator.visitor.client.post(f"{ben.draft}/origin").status_code == 403
