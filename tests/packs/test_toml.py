from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.toml import read_toml

TEXT = '''title = "x"
[unit.a]
minutes = 3
objectives = [
  "one",
  "two",
]
[[item]]
key = "k"
[[item.choice]]
key = "c1"
[[item.choice]]
text = """
more = "than one line"
"""
key = "c2"
[facts."odd.key"]
value = 1
'''


def test_keys_are_found_on_their_lines() -> None:
    file = read_toml("a.toml", TEXT, Diagnostics())
    assert file.line(("title",)) == 1
    assert file.line(("unit", "a", "minutes")) == 3
    assert file.line(("unit", "a", "objectives", 1)) == 6
    assert file.line(("item", 0, "key")) == 9
    assert file.line(("item", 0, "choice", 1, "key")) == 16
    assert file.line(("facts", "odd.key", "value")) == 18


def test_what_has_no_line_of_its_own_is_told_by_what_is_around_it() -> None:
    file = read_toml("a.toml", TEXT, Diagnostics())
    assert file.line(("unit", "a", "no-such-key")) == 2
    assert file.line(("nothing",)) == 1


def test_broken_toml_is_one_fault_with_its_line() -> None:
    diagnostics = Diagnostics()
    assert read_toml("a.toml", "a = 1\nb = \nc = 2\n", diagnostics).data == {}
    assert [(fault.path, fault.line) for fault in diagnostics.errors] == [("a.toml", 2)]


def test_toml_that_is_nested_without_end_is_a_fault() -> None:
    diagnostics = Diagnostics()
    read_toml("a.toml", "a = " + "[" * 50_000, diagnostics)
    assert len(diagnostics.errors) == 1


@given(st.text(max_size=200))
def test_any_text_gives_a_table_or_a_fault_and_lines_for_both(text: str) -> None:
    diagnostics = Diagnostics()
    file = read_toml("a.toml", text, diagnostics)
    assert file.data is not None
    assert file.line(("a", 0, "b")) >= 1
    assert all(fault.line >= 1 for fault in diagnostics.all)


@pytest.mark.parametrize(
    "text",
    [".".join(["a"] * 5_000) + " = 1", f"b = 1\n[{'a . ' * 5_000}a]", 'b = 1\n"a"' + ".'a'" * 5_000 + " = 1"],
    ids=["key", "table", "quoted"],
)
def test_a_key_of_thousands_of_parts_is_a_fault_before_its_parts_are_put_together(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []
    monkeypatch.setattr("perille.packs.source.toml.tomllib.loads", parsed.append)
    diagnostics = Diagnostics()
    read_toml("a.toml", text, diagnostics)
    assert not parsed
    assert [fault.line for fault in diagnostics.errors] == [text.count("\n") + 1]


def test_words_with_very_many_full_stops_are_no_deep_key() -> None:
    diagnostics = Diagnostics()
    words = "Yes. No. " * 90 + "." * 500 + " 1.2.3.4 " * 50
    assert read_toml("a.toml", f'a = "{words}"', diagnostics).data == {"a": words}
    assert not diagnostics.errors
