"""TOML changed in one place: every other line stays, in every manifest and bank that ships, and what comes out says what was meant."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perille.domain.course import UnitKind
from perille.domain.item_form import FieldKind, form_of
from perille.interactions import plugin
from perille.packs.authoring.item_forms import BadQuestion, QuestionFields, item_of, key_from, read_question
from perille.studio.outline import add_test, add_unit, move_unit, outline_of, remove_unit, set_values
from perille.studio.questions import drop_item, items_of, put_item
from perille.studio.toml_edit import TomlText, UneditableToml, literal, table_text
from support.places import ROOT

PACKS = sorted([*(ROOT / "courses").glob("course_*"), *(ROOT / "modules").glob("module_*")])
BANKS = sorted([*ROOT.glob("courses/*/items/*.toml"), *ROOT.glob("modules/*/items/*.toml")])


def changed_lines(before: str, after: str) -> int:
    """Return how many lines differ."""
    matcher = SequenceMatcher(None, before.split("\n"), after.split("\n"), autojunk=False)
    return sum(max(b - a, d - c) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal")


def banks() -> Iterator[tuple[Path, str]]:
    yield from ((path, path.read_bytes().decode("utf-8")) for path in BANKS)


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_a_value_of_a_shipped_manifest_is_changed_in_its_own_lines(folder: Path) -> None:
    text = (folder / "pack.toml").read_bytes().decode("utf-8")
    new = TomlText(text).set((), "title", "Another title")
    assert tomllib.loads(new) == tomllib.loads(text) | {"title": "Another title"}
    assert changed_lines(text, new) == 1
    assert TomlText(new).set((), "title", tomllib.loads(text)["title"]) == text


@pytest.mark.parametrize(
    "folder",
    [each for each in PACKS if "[[block]]" in (each / "pack.toml").read_text("utf-8")],
    ids=lambda each: each.name,
)
def test_units_of_a_shipped_pack_are_added_moved_and_removed_without_a_trace(folder: Path) -> None:
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    key, changes = add_unit(files, 0, "A lesson that is new", UnitKind.LESSON)
    after = {**files, **{path: body for path, body in changes.items() if body is not None}}
    assert key in [unit.key for unit in outline_of(after)[0].units]
    up = {**after, **move_unit(after, key, -1)}
    down = {**up, **move_unit(up, key, 1)}
    assert down["pack.toml"] == after["pack.toml"]
    gone = {**after, **remove_unit(after, key)}
    assert tomllib.loads((gone["pack.toml"] or b"").decode()) == tomllib.loads(files["pack.toml"].decode())
    assert gone[f"lessons/{key}.md"] is None


#: Question type -> its form.
FORMS = {each.name: form for each in plugin.interactions if (form := form_of(each)) is not None}


def test_every_item_that_ships_goes_through_the_form_of_its_type_unharmed() -> None:
    through = 0
    for path, text in banks():
        for item in items_of(text):
            form = FORMS[item["interaction"]]
            fields = read_question(item, form)
            assert fields is not None, (path, item["key"])
            assert put_item(text, item_of(fields, form)) == text
            through += 1
    assert through > 500


def test_one_changed_item_changes_no_other_line() -> None:
    for path, text in banks():
        items = items_of(text)
        for number in {0, len(items) // 2, len(items) - 1} if items else ():
            item = copy.deepcopy(items[number])
            item["prompt"] = "Another question?"
            new = put_item(text, item)
            assert items_of(new) == [*items[:number], item, *items[number + 1 :]], path
            read = TomlText(text)
            start, end = read.table_lines(("item", number))
            lines = text.split("\n")
            assert new.startswith("\n".join(lines[:start])), path
            assert new.endswith("\n".join(lines[end:])), path


def test_an_item_goes_and_the_others_stay() -> None:
    for path, text in banks():
        items = items_of(text)
        for item in items[:2]:
            rest = drop_item(text, str(item["key"]))
            assert items_of(rest) == [each for each in items if each is not item], path


def test_what_is_broken_is_not_changed() -> None:
    with pytest.raises(UneditableToml):
        TomlText("id = [")
    with pytest.raises(UneditableToml):
        TomlText("a = 1\n[b]\nc = { d = 1,\n e = 2 }\n")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_ends_of_lines_stay(newline: str) -> None:
    text = '# about\nid = "x"\n\n[unit.a]\nminutes = 1 # guess\n'.replace("\n", newline)
    new = TomlText(text).set(("unit", "a"), "core", False)
    assert new == text.replace("minutes = 1 # guess", f"minutes = 1 # guess{newline}core = false")


TEXT = st.text(st.sampled_from("aé\"\\'\n\t#=[]{} \x01\u2028ع😀"), max_size=12)


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}", fullmatch=True),
        st.one_of(TEXT, st.booleans(), st.integers(-(2**60), 2**60), st.lists(TEXT, max_size=4)),
        max_size=5,
    )
)
def test_whatever_is_written_is_read_again(values: dict[str, object]) -> None:
    assert tomllib.loads(table_text("[x]", values)) == {"x": values}
    assert tomllib.loads(f"a = {literal(values)}") == {"a": values}


@given(TEXT, TEXT)
def test_a_value_is_set_whatever_it_holds(first: str, second: str) -> None:
    text = f'# comment\na = {literal(first)}\nb = 1\n\n[t]\nc = "d"\n'
    new = TomlText(text).set((), "a", second)
    assert tomllib.loads(new) == {"a": second, "b": 1, "t": {"c": "d"}}
    assert new.startswith("# comment\n")


#: What somebody types into a field.
TYPED = {
    FieldKind.LINES: "one\ntwo",
    FieldKind.NUMBER: "2,5",
    FieldKind.FLAG: "true",
    FieldKind.TRUE_FALSE: "true",
    FieldKind.AREA: "10, 20; 30.5 40",
}


def test_a_question_of_each_type_is_made_of_words() -> None:
    assert set(FORMS) == {each.name for each in plugin.interactions}
    for name, form in FORMS.items():
        texts = {row.key: {each.key: TYPED.get(each.kind, "words") for each in row.fields} for row in form.rows}
        rows = {key: [{**each, "shape": "rect"} if key == "area" else each] * 2 for key, each in texts.items()}
        values = {"prompt": "Which?"} | {each.key: TYPED.get(each.kind, "words") for each in form.fields}
        item = item_of(QuestionFields("which", name, values, rows=rows), form)
        assert items_of(put_item("", item)) == [item]
        assert read_question(item, form) is not None, name


def test_places_in_a_picture_are_numbers_whatever_stands_between_them() -> None:
    rows = {"area": [{"text": "The door", "shape": "rect", "coords": "10, 20; 30.5 40"}]}
    item = item_of(QuestionFields("room", "hotspot", {"prompt": "Where?"}, rows=rows), FORMS["hotspot"])
    assert item["area"] == [{"key": "the-door", "text": "The door", "shape": "rect", "coords": [10, 20, 30.5, 40]}]


@pytest.mark.parametrize("typed", ["many", "nan", "1e999", "0x10", "9" * 5000, "--1", "١٢"])
def test_a_number_that_is_none_is_refused_by_its_name(typed: str) -> None:
    with pytest.raises(BadQuestion, match="answer"):
        item_of(QuestionFields("n", "numeric", {"prompt": "How many?", "answer": typed}), FORMS["numeric"])
    rows = {"area": [{"text": "The door", "shape": "rect", "coords": f"1, 2, 3, {typed}"}]}
    with pytest.raises(BadQuestion, match="coords"):
        item_of(QuestionFields("n", "hotspot", {"prompt": "Where?"}, rows=rows), FORMS["hotspot"])


@pytest.mark.parametrize(
    ("typed", "most"), [("1000000000000001", 10**15), ("-9" + "9" * 5000, 10**15), ("many", 0), (f"0.{'1' * 50}", 0)]
)
def test_a_number_that_is_too_large_says_how_large_it_may_be(typed: str, most: int) -> None:
    with pytest.raises(BadQuestion, match="^answer$") as refused:
        item_of(QuestionFields("n", "numeric", {"prompt": "How many?", "answer": typed}), FORMS["numeric"])
    assert refused.value.most == most


def test_keys_are_made_of_words_and_are_never_taken() -> None:
    assert key_from("Kuka auttaa?", []) == "kuka-auttaa"
    assert key_from("Žaliasis šiltnamis", []) == "zaliasis-siltnamis"
    assert key_from("Það er ókeypis í Æðey", []) == "thad-er-okeypis-i"
    assert key_from("ما Été?", []) == "ete", "letters of other alphabets are left out, as before"
    assert key_from("من يساعد؟", ["question"]) == "question-2"


@pytest.mark.parametrize(
    "words",
    [
        "Say [Dobrý deň](lang:sk)",
        "Say *Dobrý* **deň**",
        "Say [Dobrý deň](https://example.org/x)",
        "Say {fact: a.b} dobry deň",
    ],
)
def test_keys_are_made_of_words_as_they_are_read(words: str) -> None:
    """What is written for the program, such as the language of some words, is in no address."""
    assert key_from(words, []) == "say-dobry-den"


def test_a_test_comes_with_a_bank_of_its_own() -> None:
    files = {"pack.toml": b'id = "course_x"\nkind = "course"\n\n[[block]]\nkey = "a"\ntitle = "A"\nunits = []\n'}
    key, changes = add_test(files, 0, "What do you know?")
    assert changes[f"items/{key}.toml"] == b""
    unit = tomllib.loads((changes["pack.toml"] or b"").decode())["unit"][key]
    assert unit == {
        "kind": "assessment",
        "title": "What do you know?",
        "minutes": 1,
        "items": key,
        "move_on": "Passed",
        "mastery": 0.8,
    }


def test_what_is_the_same_writes_nothing() -> None:
    files = {"pack.toml": b'title = "A"\n'}
    assert set_values(files, {"title": "A"}) == {"pack.toml": files["pack.toml"]}
