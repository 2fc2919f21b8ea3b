"""Words of the country's language that stand in sentences say which language they are in, without a mark by the author."""

from __future__ import annotations

from pathlib import Path

import pytest

from packs.conftest import Compile, FaultsOf, catalogue
from packs.published import MakePack, edit
from perille.packs.compiler.compiled import CompiledPack
from support.packs import CHOICE

WORDS = "::: words\n- verokortti · · the tax card\n- lasku · · a bill\n:::\n"
ERRAND = (
    "::: errand tell\n# Tell\n- **What:** Send it (muuttoilmoitus).\n- **Words on the form:** muuttoilmoitus\n:::\n"
)
SLOT = "{fact: emergency.number}"
SAID = f"Your tax card (verokortti) and a bill. {SLOT} A bill with no word (lasku; Verokortti) is verokortti."
SHOWN = SAID.replace(SLOT, "\x02fact:emergency.number\x03")
MARK = '<bdi lang="fi" dir="ltr">{}</bdi>'


@pytest.fixture
def marked(make_pack: MakePack, compiled: Compile) -> CompiledPack:
    item = CHOICE.replace("Yes. First be safe.", "Yes (verokortti).")
    return compiled(_written(make_pack, SAID, item))


def _written(make_pack: MakePack, said: str, item: str = CHOICE) -> Path:
    arabic = catalogue(
        ("lesson/hello", said, f"بطاقة \u2068verokortti\u2069 (lasku) abc {SLOT} verokortti-x"),
        ("lesson/hello", "A word (lasku)", "كلمة lasku"),
    )
    finnish = catalogue(("lesson/hello", said, said.replace("Your", "Sinun")))
    return make_pack(
        lessons={"hello": f"# Hello\n\n{said}\n\n{WORDS}\n{ERRAND}\n## A word (lasku)\n\n::: check fire\n:::\n"},
        items={"bank": item},
        translations={"ar": arabic, "fi": finnish},
    )


def _prose(pack: CompiledPack, language: str) -> str:
    return pack.words[language].units["hello"].screens[0].pieces[0].html


def test_in_brackets_a_word_of_the_list_is_marked(marked: CompiledPack) -> None:
    tax, bill, again = (MARK.format(word) for word in ("verokortti", "lasku", "Verokortti"))
    wanted = f"Your tax card ({tax}) and a bill. \x02fact:emergency.number\x03 A bill with no word ({bill}; {again}) is verokortti."
    assert _prose(marked, "en") == f"<p>{wanted}</p>"


def test_in_other_letters_it_is_marked_wherever_it_stands(make_pack: MakePack, compiled: Compile) -> None:
    html = _prose(compiled(_written(make_pack, SAID)), "ar")
    assert f"\u2068{MARK.format('verokortti')}\u2069 ({MARK.format('lasku')}) abc " in html
    assert html.count("<bdi lang") == 2
    assert "\x02fact:emergency.number\x03" in html


def test_headings_errands_and_questions_are_marked_too(marked: CompiledPack) -> None:
    english = marked.words["en"]
    first, second = english.units["hello"].screens
    assert second.heading is not None
    assert second.heading.html == f"A word ({MARK.format('lasku')})"
    assert second.heading.plain == "A word (lasku)"
    lines = {each.key: each.text.html for piece in first.pieces for each in piece.entries}
    assert lines["what"] == f"Send it ({MARK.format('muuttoilmoitus')})."
    # The words on the form and the list are marked by their own templates.
    assert "bdi" not in lines["words"] + lines["verokortti"]
    assert english.items["fire"]["choice/leave/feedback"].html == f"Yes ({MARK.format('verokortti')})."


def test_a_page_in_the_language_of_the_country_needs_no_marks(marked: CompiledPack) -> None:
    assert _prose(marked, "fi") == f"<p>{SHOWN.replace('Your', 'Sinun')}</p>"


def test_a_course_of_two_countries_is_left_as_it_is(make_pack: MakePack, compiled: Compile) -> None:
    folder = make_pack(lessons={"hello": f"# Hello\n\n{SAID}\n\n{WORDS}"}, countries=["FI", "SE"])
    assert "bdi" not in _prose(compiled(folder), "en")


def test_a_gap_that_is_named_after_its_word_stays_a_gap(make_pack: MakePack, compiled: Compile) -> None:
    text = "The tax card is the ((verokortti))."
    arabic = catalogue(("item/card/text", text, "بطاقة الضريبة هي ((verokortti))."))
    gaps = (
        f'[[item]]\nkey = "card"\ninteraction = "gap-fill"\nprompt = "Fill it."\ntext = "{text}"\n'
        'feedback_right = "Yes."\nfeedback_wrong = "No."\n[[item.gap]]\nkey = "verokortti"\n'
        '[[item.word]]\nkey = "a"\ntext = "verokortti"\ngap = "verokortti"\n[[item.word]]\nkey = "b"\ntext = "lasku"\n'
    )
    lesson = f"# Hello\n\nWords.\n\n{WORDS}\n::: check card\n:::\n"
    pack = compiled(make_pack(lessons={"hello": lesson}, items={"bank": gaps}, translations={"ar": arabic}))
    for language in ("en", "ar"):
        assert pack.words[language].items["card"]["text"].html.count("((verokortti))") == 1, language


def test_what_an_author_marked_is_marked_once(make_pack: MakePack, compiled: Compile) -> None:
    said = "A card ([verokortti](lang:fi))."
    assert _prose(compiled(make_pack(lessons={"hello": f"# Hello\n\n{said}\n\n{WORDS}"})), "en") == (
        f"<p>A card ({MARK.format('verokortti')}).</p>"
    )


def _with_host_words(make_pack: MakePack, *words: str) -> Path:
    """A course that says "asylum (turvapaikka)" and greets, with *words* in its pack.toml."""
    asylum, greeting = "You have asylum (turvapaikka).", "Say “Hyvää päivää.” or “Hei!” (OK)."
    arabic = catalogue(
        ("lesson/hello", asylum, "لديك لجوء (turvapaikka)."), ("lesson/hello", greeting, "قل Hyvää päivää. (OK)")
    )
    folder = make_pack(
        lessons={"hello": f"# Hello\n\n{asylum}\n\n{greeting}\n\n::: check fire\n:::\n"},
        items={"bank": CHOICE},
        translations={"ar": arabic, "fi": catalogue()},
    )
    if words:
        edit(folder, "pack.toml", "audiences =", f"host_words = {list(words)}\naudiences =")
    return folder


def _all_prose(pack: CompiledPack, language: str) -> str:
    return "".join(piece.html for screen in pack.words[language].units["hello"].screens for piece in screen.pieces)


def test_words_that_no_list_has_are_named_once_for_all_languages(make_pack: MakePack, compiled: Compile) -> None:
    pack = compiled(_with_host_words(make_pack, "turvapaikka", "hyvää päivää"))
    english, arabic, finnish = (_all_prose(pack, language) for language in ("en", "ar", "fi"))
    assert f"asylum ({MARK.format('turvapaikka')})." in english
    assert f"Say “{MARK.format('Hyvää päivää')}.” or “Hei!” (OK)." in english
    assert f"({MARK.format('turvapaikka')})" in arabic
    assert f"{MARK.format('Hyvää päivää')}." in arabic
    assert "bdi lang" not in finnish
    assert not [each for each in pack.warnings if "brackets" in each.message]


def test_the_check_names_a_word_in_brackets_that_no_translation_translates(
    make_pack: MakePack, compiled: Compile
) -> None:
    warned = [each for each in compiled(_with_host_words(make_pack)).warnings if "brackets" in each.message]
    assert [(each.path, each.line) for each in warned] == [("lessons/hello.md", 3)]
    assert "[turvapaikka](lang:fi)" in warned[0].message


def test_the_check_asks_neither_names_in_capitals_nor_translations_that_wait(
    make_pack: MakePack, compiled: Compile
) -> None:
    said = "Ask the office (ŠĮV, azyl)."
    arabic, waits = catalogue(("lesson/hello", said, "اسألوا (ŠĮV, azyl).")), catalogue(("lesson/hello", said, ""))
    folder = make_pack(lessons={"hello": f"# Hello\n\n{said}\n"}, translations={"ar": arabic, "uk": waits})
    warned = [each.message for each in compiled(folder).warnings if "brackets" in each.message]
    assert len(warned) == 1
    assert warned[0].startswith('"azyl" stands')


def test_words_of_a_country_ask_for_one_country(make_pack: MakePack, faults_of: FaultsOf) -> None:
    folder = _with_host_words(make_pack, "turvapaikka")
    edit(folder, "pack.toml", 'countries = ["FI"]', "countries = []")
    assert any('"countries" must name one' in each.message for each in faults_of(folder))
