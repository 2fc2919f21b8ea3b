"""Our own reader of catalogues gives what polib gives, and says on which line a broken file is broken."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perille.packs.format.catalogue_reader import language_of, read_entries
from perille.packs.format.translation import parse_po
from perille.packs.source.diagnostics import Diagnostics

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(path for folder in ("courses", "modules", "platform") for path in (ROOT / folder).rglob("*.po"))

Found = tuple[str, str, str, int, bool, str]


def ours(text: str) -> list[Found]:
    """Return the entries that we read, without the header."""
    faults: list[tuple[int, str]] = []
    found = read_entries(text, lambda line, message: faults.append((line, message)))
    assert found is not None, faults
    return [(e.msgctxt, e.msgid, e.msgstr, e.linenum, e.fuzzy, e.tcomment) for e in found if e.msgid]


def polibs(text: str) -> list[Found]:
    """Return the same as polib reads it."""
    parsed = polib.pofile(f"{text}\n", check_for_duplicates=False)
    return [
        (e.msgctxt or "", e.msgid, e.msgstr, e.linenum, bool(e.fuzzy), e.tcomment)
        for e in parsed
        if e.msgid and not e.obsolete
    ]


def test_all_catalogues_that_ship_are_read_as_polib_reads_them() -> None:
    texts = [path.read_text("utf-8-sig") for path in SHIPPED]
    assert len(texts) > 100
    for path, text in zip(SHIPPED, texts, strict=True):
        assert ours(text) == polibs(text), path


WORDS = st.text(alphabet='aä ع"\\\n\tn#~%{}', max_size=30)
CONTEXTS = st.one_of(st.none(), st.sampled_from(["lesson/a", "item/b/prompt"]))


@st.composite
def entries(draw: st.DrawFn) -> polib.POEntry:
    """Draw an entry with whatever a program for translators may write beside its words."""
    plural = draw(st.booleans()) and draw(st.booleans())
    return polib.POEntry(
        msgid=draw(WORDS.filter(bool)),
        msgctxt=draw(CONTEXTS),
        msgstr="" if plural else draw(WORDS),
        msgid_plural="many" if plural else "",
        msgstr_plural={0: draw(WORDS), 1: "two"} if plural else {},
        obsolete=draw(st.booleans()) and draw(st.booleans()),
        flags=draw(st.lists(st.sampled_from(["fuzzy", "c-format", "no-wrap"]), unique=True)),
        tcomment=draw(st.sampled_from(["", "reviewed 0123456789abcdef maria 2026-11-22", "two\nlines", "fuzzy"])),
        comment=draw(st.sampled_from(["", "of the program"])),
        occurrences=draw(st.sampled_from([[], [("lessons/a.md", "3")], [("a b.md", "")]])),
        previous_msgid=draw(st.one_of(st.none(), WORDS.filter(bool))),
        previous_msgctxt=draw(CONTEXTS),
    )


HEAD = 'msgid ""\nmsgstr ""\n"Language: fi\\n"\n\n'


@given(st.lists(entries(), max_size=5), st.sampled_from([0, 20, 78]))
def test_what_polib_writes_is_read_as_polib_reads_it(drawn: list[polib.POEntry], width: int) -> None:
    text = HEAD + "\n".join(each.__unicode__(wrapwidth=width) for each in drawn)
    assert ours(text) == polibs(text)


LINES = st.sampled_from(
    [
        'msgid "a"',
        'msgstr "b"',
        'msgctxt "c"',
        '"further \\"quoted\\" \\\\"',
        "",
        "  ",
        "# of a translator",
        "#. of the program",
        "#: a.md:1",
        "#, fuzzy",
        '#~ msgid "gone"',
        '#~ msgstr "weg"',
        '#| msgid "before"',
        'msgid_plural "p"',
        'msgstr[0] "one"',
        '  msgid  "indented"  ',
        'msgid "no end',
        "msgid",
        "nonsense",
    ]
)


@given(st.lists(LINES, max_size=12))
def test_lines_in_any_order_are_read_as_polib_reads_them_or_refused_with_a_line(lines: list[str]) -> None:
    text = HEAD + "\n".join(lines)
    faults: list[int] = []
    if read_entries(text, lambda line, _message: faults.append(line)) is None:
        assert faults
        assert all(5 <= line <= 5 + len(lines) for line in faults)
        return
    try:
        expected = polibs(text)
    except OSError:
        # polib refuses comments that gettext takes, and broken entries that are obsolete.
        assert "#" in text
        return
    assert [each[1:3] for each in ours(text)] == [each[1:3] for each in expected]


@pytest.mark.parametrize(
    ("comment", "fuzzy", "note"),
    [
        ("#note", False, "note"),
        ("  #!note", False, "!note"),
        ("#reviewed 0123456789abcdef maria 2026-11-22", False, "reviewed 0123456789abcdef maria 2026-11-22"),
        ("#,fuzzy", True, ""),
        ("#, c-format,fuzzy", True, ""),
        ("#:a.md:1", False, ""),
        ("#.of the program", False, ""),
        ('#|msgid "before"', False, ""),
        ('#~msgid "gone"\n#~msgstr "weg"', False, ""),
        ('#~| msgid "before"\n#~ msgid "gone"\n#~ msgstr "weg"', False, ""),
        ("# note\n##more\n#", False, "note\nmore\n"),
    ],
)
def test_a_comment_without_its_space_is_taken_wherever_a_catalogue_is_read(
    comment: str, fuzzy: bool, note: str
) -> None:
    text = f'{HEAD}{comment}\nmsgid "a"\nmsgstr "#b"\n'
    diagnostics = Diagnostics()
    parsed = parse_po("fi.po", text, diagnostics)
    assert parsed is not None, diagnostics
    assert [(e.msgid, e.msgstr, bool(e.fuzzy), e.tcomment) for e in parsed if e.msgid and not e.obsolete] == [
        ("a", "#b", fuzzy, note)
    ]
    assert [(each[1], each[2], *each[4:]) for each in ours(text)] == [("a", "#b", fuzzy, note)]


@pytest.mark.parametrize(
    ("lines", "line", "says"),
    [
        (['msgid "a"', 'msgstr "b'], 6, "missing or unescaped quote"),
        (['msgid "a" b"', 'msgstr "b"'], 5, "missing or unescaped quote"),
        (["<<<<<<< HEAD", 'msgid "a"', 'msgstr "b"'], 5, "A merge has left its mark here"),
        (['msgid "a"', 'msgid "b"', 'msgstr "c"'], 6, "here stands msgid"),
        (['msgstr "a"', 'msgstr "b"'], 5, "here stands msgstr"),
        (['msgid "a"', "# between", 'msgstr "b"'], 6, "here stands a comment"),
        (["# first", '"words"'], 6, "here stands a further line"),
        (['msgid "a"', 'msgid_plural "b"', 'msgstr "c"'], 7, "here stands msgstr"),
        (['msgid "a"'], 5, "its last entry has no msgstr"),
    ],
)
def test_a_broken_catalogue_names_the_line(lines: list[str], line: int, says: str) -> None:
    faults: list[tuple[int, str]] = []
    assert read_entries(HEAD + "\n".join(lines), lambda at, message: faults.append((at, message))) is None
    assert [at for at, _message in faults] == [line]
    assert says in faults[0][1]


def test_a_long_broken_catalogue_is_refused_at_once() -> None:
    """A pattern that tried lines in every grouping would take longer than anybody waits."""
    faults: list[int] = []
    text = HEAD + "#: a\n" * 20_000 + '#~ msgid "x"\n' * 20_000 + 'msgid ""\n' + '"a"\n' * 20_000 + "nonsense\n"
    assert read_entries(text, lambda line, _message: faults.append(line)) is None
    assert faults == [60_006]


@pytest.mark.parametrize(
    ("said", "language"), [("fi", "fi"), ("fa_AF", "fa"), ("sr@latin", "sr"), (" so ", "so"), ("", "")]
)
def test_the_header_names_a_language(said: str, language: str) -> None:
    found = read_entries(f'msgid ""\nmsgstr ""\n"Project: x\\n"\n"Language: {said}\\n"\n', lambda *_fault: None)
    assert found is not None
    assert language_of(found[0]) == language
