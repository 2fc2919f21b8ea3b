"""`::: errand`, `::: words` and `:::: for`: read, compiled in two languages, and refused by line where something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from packs.conftest import Compile, FaultsOf, catalogue, line_of
from perille.domain.content import Entry, PieceKind
from perille.packs.compiler.compiled import CompiledPack
from perille.packs.format.errands import form_words
from perille.packs.format.lesson_reader import read_lesson
from perille.packs.source.diagnostics import Diagnostic, Diagnostics

MakePack = Callable[..., Path]

ERRAND = """\
::: errand notice-of-move
# Tell your new address
- **What:** Send a notice of move.
- **Where:** DVV, or on **paper**
- **Bring:** your code; your address
- **Ask:** {fact: emergency.number}
- **Words on the form:** muuttoilmoitus (notice of move); henkilötunnus
:::
"""
WORDS = """\
::: words
- kotikunta · KO-ti-kun-ta · your home town
- verokortti · · the tax card
:::
"""
LESSON = (
    f"# Hello\n\nFirst.\n\n{ERRAND}\n{WORDS}\n:::: for worker\nFor workers.\n\n::: note\nKeep it.\n:::\n::::\n\nLast.\n"
)


def faults(text: str) -> list[Diagnostic]:
    diagnostics = Diagnostics()
    read_lesson("lessons/a.md", text, "course_x", diagnostics)
    return list(diagnostics.errors)


def entries(pack: CompiledPack, language: str, kind: PieceKind) -> dict[str, Entry]:
    pieces = pack.words[language].units["hello"].screens[0].pieces
    return {each.key: each for piece in pieces if piece.kind is kind for each in piece.entries}


def test_an_errand_has_its_lines_apart_from_their_labels(make_pack: MakePack, compiled: Compile) -> None:
    lines = entries(compiled(make_pack(lessons={"hello": LESSON})), "en", PieceKind.ERRAND)
    assert list(lines) == ["title", "what", "where", "bring", "ask", "words"]
    assert (lines["what"].label, lines["what"].text.html) == ("What", "Send a notice of move.")
    assert lines["where"].text.html == "DVV, or on <strong>paper</strong>"
    assert lines["words"].foreign == ("muuttoilmoitus", "henkilötunnus")


def test_a_word_has_its_sound_and_meaning(make_pack: MakePack, compiled: Compile) -> None:
    words = entries(compiled(make_pack(lessons={"hello": LESSON})), "en", PieceKind.WORDS)
    assert {key: (each.label, each.text.plain) for key, each in words.items()} == {
        "kotikunta": ("KO-ti-kun-ta", "your home town"),
        "verokortti": ("", "the tax card"),
    }


def test_a_word_that_is_marked_as_of_another_language_is_the_same_word(make_pack: MakePack, compiled: Compile) -> None:
    lesson = LESSON.replace("- kotikunta ·", "- [kotikunta](lang:fi) ·").replace("- verokortti", "- **verokortti**")
    words = entries(compiled(make_pack(lessons={"hello": lesson})), "en", PieceKind.WORDS)
    assert {key: (each.label, each.text.html) for key, each in words.items()} == {
        "kotikunta": ("KO-ti-kun-ta", "your home town"),
        "verokortti": ("", "the tax card"),
    }


def test_what_holds_for_one_status_is_marked_piece_by_piece(make_pack: MakePack, compiled: Compile) -> None:
    pieces = compiled(make_pack(lessons={"hello": LESSON})).words["en"].units["hello"].screens[0].pieces
    assert [(piece.kind.value, piece.status) for piece in pieces] == [
        ("prose", ""),
        ("errand", ""),
        ("words", ""),
        ("prose", "worker"),
        ("note", "worker"),
        ("prose", ""),
    ]


def test_labels_sounds_and_meanings_are_translated_and_the_country_s_words_stay(
    make_pack: MakePack, compiled: Compile
) -> None:
    text = catalogue(
        ("lesson/hello", "**What:** Send a notice of move.", "**ما العمل:** أرسلوا الإشعار."),
        ("lesson/hello", "kotikunta · KO-ti-kun-ta · your home town", "kotikunta · كوتيكُنتا · بلديتكم"),
    )
    pack = compiled(make_pack(lessons={"hello": LESSON}, translations={"ar": text}))
    what, where = (entries(pack, "ar", PieceKind.ERRAND)[key] for key in ("what", "where"))
    assert (what.label, what.text.plain, what.text.language) == ("ما العمل", "أرسلوا الإشعار.", "ar")
    assert (where.label, where.text.language) == ("Where", "en")
    word = entries(pack, "ar", PieceKind.WORDS)["kotikunta"]
    assert (word.label, word.text.plain, word.text.language) == ("كوتيكُنتا", "بلديتكم", "ar")


def test_a_colon_may_stand_outside_the_bold_label_of_a_translation(make_pack: MakePack, compiled: Compile) -> None:
    text = catalogue(("lesson/hello", "**What:** Send a notice of move.", "**Mitä**: Tee ilmoitus."))
    pack = compiled(make_pack(lessons={"hello": LESSON}, translations={"fi": text}))
    what = entries(pack, "fi", PieceKind.ERRAND)["what"]
    assert (what.label, what.text.html, what.text.plain) == ("Mitä", "Tee ilmoitus.", "Tee ilmoitus.")


@pytest.mark.parametrize(
    ("msgid", "msgstr", "says"),
    [
        ("**What:** Send a notice of move.", "Tee ilmoitus.", "begins with its label in bold"),
        ("**What:** Send a notice of move.", "**Mitä:**", "has words after it"),
        (
            "**Words on the form:** muuttoilmoitus (notice of move); henkilötunnus",
            "**Слова:** muuttoilmoitus (повідомлення)",
            "lacks words that stand on the form: henkilötunnus",
        ),
        ("kotikunta · KO-ti-kun-ta · your home town", "котікунта · КО · громада", 'the word "kotikunta" stays'),
        ("kotikunta · KO-ti-kun-ta · your home town", "kotikunta - громада", 'is not "word · how it sounds'),
    ],
)
def test_a_translation_that_is_built_otherwise_is_told_with_its_line(
    make_pack: MakePack, faults_of: FaultsOf, msgid: str, msgstr: str, says: str
) -> None:
    folder = make_pack(lessons={"hello": LESSON}, translations={"uk": catalogue(("lesson/hello", msgid, msgstr))})
    found = [fault for fault in faults_of(folder) if fault.path == "translations/uk.po"]
    assert [fault.line for fault in found] == [line_of(folder, "translations/uk.po", "msgctxt")]
    assert says in found[0].message


def errand(lines: str) -> str:
    return f"# T\n\n::: errand key\n# Title\n{lines}:::\n"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("# T\n\n::: errand\n# Title\n- **What:** x\n:::\n", 3, "needs a name"),
        ("# T\n\n::: errand key\n- **What:** x\n:::\n", 3, 'begins with "# "'),
        (errand("- **What:** x\n- **Were:** y\n"), 6, 'no label "Were". Did you mean "Where"'),
        (errand("- **Where:** y\n"), 3, "says what to do"),
        (errand("- **What:** x\n- **Cost:** y\n- **Cost:** z\n"), 7, "stands twice"),
        (errand("- **What:** x\n- Bring y\n"), 6, "label in bold"),
        (errand("- **What:** x\n- **Bring:**\n"), 6, "is empty"),
        (errand("- **What:** x\n  - y\n"), 6, "no list stands inside"),
        ("# T\n\n::: words\nkotikunta\n:::\n", 3, "one list"),
        ("# T\n\n::: words\n- kotikunta · home town\n:::\n", 4, "is not"),
        ("# T\n\n::: words\n- a · · b\n- a · · c\n:::\n", 5, "stands twice"),
        ("# T\n\n::: words\n" + "".join(f"- w{n} · · m\n" for n in range(15)) + ":::\n", 3, "at most 14"),
        ("# T\n\n:::: for workers\nx\n::::\n", 3, 'no status "workers". Did you mean "worker"'),
        ("# T\n\n:::: for worker\n::::\n", 3, "is empty"),
        ("# T\n\n:::: for worker\n::: check a\n:::\n::::\n", 4, "would tell which status"),
        ("# T\n\n::::: for worker\n:::: for student\nx\n::::\n:::::\n", 4, "cannot stand in another"),
    ],
)
def test_faults_of_errands_words_and_statuses_have_their_line(text: str, line: int, says: str) -> None:
    assert [(fault.line, says in fault.message) for fault in faults(text)] == [(line, True)]


def test_an_errand_s_key_stands_once_in_a_course(make_pack: MakePack, faults_of: FaultsOf) -> None:
    folder = make_pack(lessons={"hello": LESSON, "next": LESSON})
    found = [fault for fault in faults_of(folder) if "second errand" in fault.message]
    assert [(fault.path, fault.line) for fault in found] == [("lessons/next.md", 5)]
    assert "lessons/hello.md:5" in found[0].message


def test_an_errand_that_says_whom_to_ask_but_not_how_is_warned_of(make_pack: MakePack, faults_of: FaultsOf) -> None:
    text = LESSON.replace("- **Ask:** {fact: emergency.number}", "- **Ask:** at the counter")
    assert ["not how" in fault.message for fault in faults_of(make_pack(lessons={"hello": text}))] == [True]


def test_errands_of_a_sensitive_pack_have_neutral_names(make_pack: MakePack, faults_of: FaultsOf) -> None:
    text = LESSON.replace("notice-of-move", "report-violence").replace("# Tell your new address", "# Report the abuse")
    found = [fault.message for fault in faults_of(make_pack(lessons={"hello": text}, sensitive=True))]
    assert any('"report-violence" is not a neutral name' in message for message in found)
    assert any('"Report the abuse" is not a neutral title' in message for message in found)


def test_words_on_a_form_are_told_from_what_brackets_explain() -> None:
    assert form_words("**كلمات:** verokortti (البطاقة)؛ osoite.") == ("verokortti", "osoite")
    assert form_words("**Words on the form:** carte vitale\u00a0; mutuelle") == ("carte vitale", "mutuelle")
    assert form_words("**Words on the form:** [osoite](lang:fi) (address); nimi") == ("osoite", "nimi")


def test_a_label_that_markdown_does_not_make_bold_is_none(make_pack: MakePack, faults_of: FaultsOf) -> None:
    text = LESSON.replace("- **Ask:** {", "- **Ask: ** {")
    assert text != LESSON
    assert any(
        "begins with its label in bold" in fault.message for fault in faults_of(make_pack(lessons={"hello": text}))
    )
