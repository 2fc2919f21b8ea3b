from __future__ import annotations

import pytest

from perille.domain.content import PieceKind, Text, TranslationState
from perille.packs.compiler.screens import make_screens
from perille.packs.format.lesson_model import Lesson
from perille.packs.format.lesson_reader import read_lesson
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.markdown import inline, media_slot

LESSON = """\
# Title

First words.

## Second

::: picture house
A house
with a door.
:::

:::: story
::: picture one
The first.
:::

He goes.

::: picture two
The second.
:::

He comes.
::::

::: dialogue
- **Amina:** Where?
- **Omar:** There.
:::

| a | b |
| --- | ---: |
| c | d |

- one
  - inner
- two

::: check when
:::

::: ask emergency
:::
"""
WIDE = "# T\n\n| a | b | |\n| --- | --: | --- |\n| c | *d* | e |\n| f | g |\n"


def read(text: str) -> tuple[Lesson, Diagnostics]:
    diagnostics = Diagnostics()
    return read_lesson("lessons/a.md", text, "course_x", diagnostics), diagnostics


def words_of(lesson: Lesson, *foreign: int, language: str = "ar") -> list[Text]:
    """Return texts for all blocks: in *language*, those of the numbers *foreign* in English."""
    return [
        Text(
            html=inline(block.msgid).html,
            plain=inline(block.msgid).plain,
            language="en" if number in foreign else language,
            state=TranslationState.DRAFT,
        )
        for number, block in enumerate(lesson.blocks)
    ]


def test_each_second_heading_starts_a_screen() -> None:
    lesson, diagnostics = read(LESSON)
    screens = make_screens(lesson, words_of(lesson), "ar")
    assert diagnostics.all == ()
    assert [screen.heading.plain if screen.heading else None for screen in screens] == [None, "Second"]


def test_pieces_have_kinds_and_names_in_order() -> None:
    lesson, _faults = read(LESSON)
    pieces = make_screens(lesson, words_of(lesson), "ar")[1].pieces
    assert [(piece.kind.value, piece.name) for piece in pieces] == [
        ("picture", "course_x/house"),
        ("story", ""),
        ("dialogue", ""),
        ("prose", ""),
        ("prose", ""),
        ("check", "when"),
        ("ask", "emergency"),
    ]
    assert pieces[0].alt == "A house with a door."


def test_a_story_is_a_list_of_panels_with_described_pictures() -> None:
    lesson, _faults = read(LESSON)
    story = make_screens(lesson, words_of(lesson), "ar")[1].pieces[1]
    assert story.html.count("<li>") == 2
    assert f'<img src="{media_slot("course_x/one")}" alt="The first."' in story.html
    assert [name for name, _line in lesson.pictures] == ["house", "one", "two"]


def test_tables_and_lists_keep_their_structure() -> None:
    lesson, _faults = read(LESSON)
    table, listing = make_screens(lesson, words_of(lesson), "ar")[1].pieces[3:5]
    assert "<th>a</th>" in table.html
    assert '<td class="end">d</td>' in table.html
    assert listing.html == "<ul><li>one<ul><li>inner</li></ul></li><li>two</li></ul>"


def test_cells_of_a_wide_table_say_which_column_they_are_of() -> None:
    lesson, diagnostics = read(WIDE)
    (piece,) = make_screens(lesson, words_of(lesson), "ar")[0].pieces
    assert not diagnostics.errors
    assert piece.html == (
        '<table class="wide"><thead><tr><th>a</th><th class="end">b</th><th></th></tr></thead>'
        '<tbody><tr><td data-label="a">c</td><td class="end" data-label="b"><em>d</em></td><td>e</td></tr>'
        '<tr><td data-label="a">f</td><td class="end" data-label="b">g</td><td></td></tr></tbody></table>'
    )


def test_a_cell_is_labelled_in_its_own_language_alone() -> None:
    lesson, _faults = read(WIDE)
    first = [block.msgid for block in lesson.blocks].index
    (piece,) = make_screens(lesson, words_of(lesson, first("a"), first("c"), first("g")), "ar")[0].pieces
    english = ' lang="en" dir="ltr"'
    assert f"<th{english}>a</th>" in piece.html
    assert f'<td data-label="a"{english}>c</td><td class="end" data-label="b"><em>d</em></td>' in piece.html
    assert f'<tr><td>f</td><td class="end"{english}>g</td><td></td></tr>' in piece.html


def test_a_block_in_another_language_is_marked_on_its_element() -> None:
    lesson, _faults = read("# T\n\nWords.\n\n- one\n- two\n\n| h |\n| --- |\n| c |\n")
    screens = make_screens(lesson, words_of(lesson, 1, 3, 5), "ar")
    html = "".join(piece.html for piece in screens[0].pieces)
    assert '<p lang="en" dir="ltr">Words.</p>' in html
    assert '<li>one</li><li lang="en" dir="ltr">two</li>' in html
    assert '<td lang="en" dir="ltr">c</td>' in html
    assert screens[0].pieces[0].language == "en"
    assert screens[0].pieces[1].language == "ar"


def test_a_list_entry_that_holds_a_list_marks_its_words_alone() -> None:
    lesson, _faults = read("# T\n\n- one\n  - inner\n")
    html = make_screens(lesson, words_of(lesson, 1), "ar")[0].pieces[0].html
    assert html == '<ul><li><span lang="en" dir="ltr">one</span><ul><li>inner</li></ul></li></ul>'


def test_an_alternative_text_is_escaped_and_marked() -> None:
    lesson, _faults = read('# T\n\n:::: story\n::: picture a\nA "sign" <b>\n:::\n\nWords.\n::::\n')
    html = make_screens(lesson, words_of(lesson, 1), "ar")[0].pieces[0].html
    assert 'alt="A &quot;sign&quot; &lt;b&gt;" loading="lazy" lang="en" dir="ltr">' in html


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("No title.\n", 1, "first line"),
        ("# T\n\n# Again\n", 3, "one title"),
        ("# T\n\n::: nota\nx\n:::\n", 3, 'Did you mean "note"'),
        ("# T\n\n::: note\nx\n", 3, "not closed"),
        ("# T\n\n::: note words here\nx\n:::\n", 3, "stand in its body"),
        ("# T\n\n::: picture\nx\n:::\n", 3, "needs a name"),
        ("# T\n\n::: picture a\n:::\n", 3, "no description"),
        ("# T\n\n::: dialogue\nHello\n:::\n", 3, "one list"),
        ("# T\n\n::: dialogue\n- Hello\n:::\n", 4, "speaker in bold"),
        ("# T\n\n::: check a\nx\n:::\n", 3, "is empty"),
        ("# T\n\n::: note\n:::\n", 3, "is empty"),
        ("# T\n\n::: note\n## Heading\n:::\n", 4, "heading"),
        ("# T\n\n:::: note\n::: check a\n:::\n::::\n", 4, "Only a :::: story"),
        ("# T\n\n- a\n  ::: note\n  x\n  :::\n", 4, "at the margin"),
        ("# T\n\nSee [x](http://a.fi).\n", 3, "https://"),
    ],
)
def test_faults_of_a_lesson_have_their_line(text: str, line: int, says: str) -> None:
    _lesson, diagnostics = read(text)
    assert [(fault.line, says in fault.message) for fault in diagnostics.errors] == [(line, True)]


def test_code_is_kept_left_to_right_and_not_translated() -> None:
    lesson, _faults = read("# T\n\n```\nif <a>:\n```\n")
    piece = make_screens(lesson, words_of(lesson), "ar")[0].pieces[0]
    assert piece.kind is PieceKind.PROSE
    assert piece.html == '<pre dir="ltr"><code>if &lt;a&gt;:\n</code></pre>'
    assert len(lesson.blocks) == 1
