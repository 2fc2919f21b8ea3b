"""A fact gets another name: all that names it in the draft is changed with it, in one save, or nothing is and the page says why."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from studio.author import Author
from studio.fact_page import FACT, HELPLINE, exported, form_of, put
from support.visitor import Page

NEW = "facts/FI/abuse.line"
_FI = """# Lines of Finland.
[violence.helpline] # asked in May
kind = "chat"
label = "Help with violence at home"
value = "https://a.fi/chat"
help = "violence"
{end}
[violence.helpline.links]
{links}
[violence.helpline.night]
kind = "phone"
label = "At night"
value = "080 005 006"
{end}"""
_END = 'source = "https://a.fi"\nconfidence = "A"\nchecked_on = 2026-11-22\nreview_due = 2098-01-01\n'
_LESSON = "# Ask\n\nCall {fact: violence.helpline}, or {fact:FI/violence.helpline }.\n\nAt night: {fact: violence.helpline.night}\n"
_ITEM = '[[item]]\nkey = "a"\ninteraction = "choice"\nobjective = "K: whom to call"\nprompt = "What is {fact: FI/violence.helpline}?"\n'
_SV = """msgid ""
msgstr ""
"Language: sv\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

#: facts/FI.toml
msgctxt "fact/FI/violence.helpline/label"
msgid "Help with violence at home"
msgstr "Hjälp vid våld hemma"

msgctxt "fact/FI/violence.helpline.night/label"
msgid "At night"
msgstr "På natten"

msgctxt "lesson/ask"
msgid ""
"Call {fact: "
"violence.helpline}, or {fact:FI/violence."
"helpline }."
msgstr ""
"Ring {fact: violence.helpline}, eller {fact:FI/violence.helpline }."

#, fuzzy
#| msgid ""
#| "Dial {fact: violence."
#| "helpline}"
msgctxt "lesson/ask"
msgid "Phone {fact: violence.helpline.night}"
msgstr "Ring {fact: violence.helpline.night}"
"""
_MANIFEST = """id = "course_lines"
kind = "library"
slug = "lines"
version = "1.0.0"
title = "Lines"
summary = "A few words."
source_language = "en"
languages = ["en", "sv"]
countries = ["FI"]
licence = "CC-BY-4.0"
"""


def brought_in(author: Author, **more: str) -> dict[str, bytes]:
    """Bring a library with facts, a lesson and a translation in; return its files."""
    files = {"pack.toml": _MANIFEST, "facts/FI.toml": _FI.format(end=_END, links='fi = "https://a.fi"\n')}
    files |= {"lessons/ask.md": _LESSON, "items/bank.toml": _ITEM, "translations/sv.po": _SV}
    files |= {
        name.replace("__", "/").replace("_po", ".po").replace("_toml", ".toml"): text for name, text in more.items()
    }
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for path, text in files.items():
            archive.writestr(f"course_lines/{path}", text)
    page = author.send("/en/studio/upload", archive=(io.BytesIO(body.getvalue()), "lines.zip"))
    found = re.search(r"/en/studio/[0-9a-f-]{36}", page.html)
    assert found
    author.draft = found[0]
    return exported(author)


def renamed(author: Author, name: str, fact: str = FACT) -> tuple[int, Page]:
    """Send the form of another name."""
    answer = Page(author.visitor.client.post(f"{author.draft}/{fact}/rename", data={"key": name}))
    return answer.status, answer


def test_every_sentence_that_names_a_fact_gets_its_new_name_and_no_other_byte_changes(author: Author) -> None:
    before = brought_in(author)
    assert renamed(author, "abuse.line")[0] == 303
    after = exported(author)
    assert after["lessons/ask.md"].decode() == _LESSON.replace("violence.helpline}", "abuse.line}").replace(
        "violence.helpline }", "abuse.line }"
    )
    assert after["items/bank.toml"] == before["items/bank.toml"].replace(b"violence.helpline", b"abuse.line")
    facts = before["facts/FI.toml"].decode().replace("[violence.helpline]", "[abuse.line]")
    assert after["facts/FI.toml"].decode() == facts.replace("[violence.helpline.links]", "[abuse.line.links]")
    words = after["translations/sv.po"].decode()
    assert 'msgctxt "fact/FI/abuse.line/label"' in words
    assert 'msgctxt "fact/FI/violence.helpline.night/label"' in words
    unbroken = re.sub(r'"\n(?:#\| )?"', "", words)
    assert unbroken.count("{fact: abuse.line}, or {fact:FI/abuse.line }.") == 1
    assert unbroken.count("Ring {fact: abuse.line}, eller {fact:FI/abuse.line }.") == 1
    assert unbroken.count("Dial {fact: abuse.line}") == 1
    assert words.count("violence.helpline.night") == 3
    assert words.count("\n") == _SV.count("\n"), "a program's own ends of lines stay"
    author.send("undo")
    assert exported(author) == before, "one save, and one undo takes all of it back"


def test_words_of_a_fact_that_is_gone_do_not_meet_those_of_the_one_that_gets_its_name(author: Author) -> None:
    """Two blocks of one name and source: no page could show the course in that language any more."""
    stale = 'msgctxt "fact/FI/abuse.line/label"\nmsgid "Help with violence at home"\nmsgstr "Hjälp"\n'
    brought_in(author, translations__sv_po=f"{_SV}\n{stale}")
    assert renamed(author, "abuse.line")[0] == 303
    words = exported(author)["translations/sv.po"].decode()
    assert 'abuse.line/label"\nmsgid "Help with violence at home"\nmsgstr "Hjälp vid våld hemma"' in words
    assert words.count('msgctxt "fact/FI/abuse.line/label"') == 1


def test_who_confirmed_it_and_what_stands_in_its_place_follow_the_name(library: Author) -> None:
    put(library, FACT, checked_on="2026-11-23")
    new = form_of(library.get("facts/new?country=FI&key=night.line"), "facts/new") | HELPLINE
    library.send("facts/new", new | {"instead": "violence.helpline"})
    status, answer = renamed(library, "abuse.line")
    assert (status, answer.location.endswith(f"/{NEW}")) == (303, True)
    page = library.get(NEW)
    assert "Confirmed here by anna" in page.text
    assert form_of(library.get("facts/FI/night.line"), "facts/FI/night.line")["instead"] == "abuse.line"
    assert library.visitor.get(f"{library.draft}/{FACT}").status != 200
    assert renamed(library, "abuse.line")[0] == 303, "pressed twice it has the name already"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("emergency.number", "There is a fact of this name already."),
        ("emergency.number.value", "There is a fact of this name already."),
        ("Abuse line", "Small letters, digits, points and hyphens alone"),
        ("", "Small letters, digits, points and hyphens alone"),
        ("abuse.links", "Small letters, digits, points and hyphens alone"),
    ],
)
def test_a_name_that_cannot_be_is_refused_at_its_field_and_nothing_changes(
    library: Author, name: str, told: str
) -> None:
    before = exported(library)
    status, page = renamed(library, name)
    assert (status, form_of(page, f"{FACT}/rename")["key"]) == (422, name)
    assert told in page.one("span", id="f-key-error").words
    assert exported(library) == before


def test_a_fact_that_published_courses_name_keeps_its_name_and_they_are_told(library: Author) -> None:
    before = exported(library)
    status, page = renamed(library, "first.number", "facts/FI/emergency.number")
    assert (status, "The way course" in page.one("span", id="f-key-error").words) == (422, True)
    assert exported(library) == before


def test_words_that_mean_the_fact_of_several_countries_are_not_guessed_at(author: Author) -> None:
    se = _FI.split("[violence.helpline.links]")[0].replace("asked in May", "").format(end=_END, links="")
    before = brought_in(author, facts__SE_toml=se, pack_toml=_MANIFEST.replace('["FI"]', '["FI", "SE"]'))
    status, page = renamed(author, "abuse.line")
    assert (status, "Write {fact: FI/violence.helpline} in them first." in page.text) == (422, True)
    assert exported(author) == before
