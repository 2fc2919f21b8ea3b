"""What a stranger's pack may hold is read in time that grows as the file does: a lesson that repeats one sign stops nobody's server.

Each text is so long that reading it in the square of its length takes hours; a guard ends that after 20 seconds of the processor, where
reading takes a fraction of one.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

import pytest

from perille.packs.checks.item_writing import shown_length, words_of
from perille.packs.checks.minutes import count_words
from perille.packs.checks.plain_words import _typed
from perille.packs.format.errands import LABELS, form_words, line_words
from perille.packs.format.fact_checks import _EMAIL
from perille.packs.format.svg import _svg_size
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.markdown import SLOT, fold, inline
from perille.packs.source.toml import read_toml
from perille.packs.source.unseen_signs import _check_text

_LENGTH = 1_000_000


class _TooLongError(Exception):
    """A text was not read in any sensible time."""


@pytest.fixture(autouse=True)
def _guard() -> Iterator[None]:
    def stop(_number: int, _frame: object) -> None:
        raise _TooLongError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, 20)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


def many(sign: str) -> str:
    return sign * (_LENGTH // len(sign))


@pytest.mark.parametrize("read", [count_words, words_of, shown_length, _typed])
@pytest.mark.parametrize("sign", ["{fact:", "{fact: ", "]("])
def test_facts_and_links_without_end_are_words(read: Callable[[str], object], sign: str) -> None:
    assert read(many(sign)) is not None


def test_a_fact_is_still_one_word() -> None:
    assert count_words("Call {fact: FI/emergency.number} now, {fact: open {fact: SE/tax.office}.") == 6


def test_spaces_and_tabs_without_end_fold() -> None:
    for sign in (" ", "\t", " \t"):
        assert fold(f"a{many(sign)}b") == f"a{many(sign)}b"
    assert fold("a  \n  b \n\t c\\\nd\n e") == "a\\\nb c\\\nd e"


def test_slots_without_end_are_no_slots() -> None:
    assert not SLOT.findall(many("\x02fact:a"))
    assert inline("{fact: tax.office}").plain == "\x02fact:tax.office\x03"


@pytest.mark.parametrize("sign", [" ", "(", "(a", "[", "\u3000", ";"])
def test_lines_of_errands_without_end(sign: str) -> None:
    assert line_words(f"**{many(sign)}") == f"**{many(sign)}".strip()
    assert isinstance(form_words(f"**Words on the form:** {many(sign)}"), tuple)


@pytest.mark.parametrize("written", ["**Where:** A", "**Where** : A", "**Where :** A", "**Where：** A", "**Where**  A"])
def test_labels_are_read_as_before(written: str) -> None:
    assert line_words(written) == "A"
    assert set(LABELS) >= {"Where"}


def test_what_brackets_explain_is_left_out() -> None:
    line = "**Words on the form:** muutto (a); d （e） f (g"
    assert form_words(line) == ("muutto", "d f (g")


@pytest.mark.parametrize("sign", ["\u00a0", "\u200b", "\u00a0\u200b", " ", "0"])
def test_unseen_signs_without_end(sign: str) -> None:
    found = Diagnostics()
    _check_text("lessons/a.md", f"{many(sign)}a\n\u00a0# B\n \u200f\u00a0- c\n", found)
    assert [fault.line for fault in found.errors] == [2, 3]


def test_toml_without_end_and_texts_with_quotes() -> None:
    # In a text of several lines quotes and brackets are words.
    text = 'a = """\nx "b """\nc = [\n  "\\"]",\n  1,\n]\nd = """[""""\ne = 1\n'
    file = read_toml("a.toml", text, Diagnostics())
    assert file.data
    assert [file.line((key,)) for key in "acde"] == [1, 3, 7, 8]
    broken = read_toml("a.toml", f'a = [ "x", {many(chr(92) + chr(34))}\n[{many(" ")}\n', Diagnostics())
    assert broken.line(("a",)) == 1


def test_values_without_end_are_refused_and_usual_ones_are_not() -> None:
    assert not _EMAIL.fullmatch(f"a@a{many('.a')} ")
    assert [bool(_EMAIL.fullmatch(text)) for text in ("a@b.fi", "a@.fi", "a@b.", "a@b", "a@b..", "a@b.c.d")] == [
        True,
        False,
        False,
        False,
        True,
        True,
    ]
    assert _svg_size(_svg(f"1{many(' ')}x")) == (0, 0)
    assert _svg_size(_svg(" 12 px ")) == (12, 12)


def _svg(length: str) -> Element:
    return Element("svg", {"width": length, "height": length})
