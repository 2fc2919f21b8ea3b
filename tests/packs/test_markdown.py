from __future__ import annotations

import html as entities
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from perille.domain.content import SLOT_END, SLOT_START
from perille.packs.source.markdown import fact_slot, fold, has_words, inline
from support.html import read_html

ALLOWED = {"a", "bdi", "br", "code", "em", "strong"}


def tags(html: str) -> list[tuple[str, dict[str, str]]]:
    return [(tag.name, dict(tag.attributes)) for tag in read_html(html)]


def test_raw_html_is_shown_as_text() -> None:
    assert inline("a <script>alert(1)</script>").html == "a &lt;script&gt;alert(1)&lt;/script&gt;"


def test_a_fact_is_a_slot_in_html_and_in_plain_words() -> None:
    words = inline("**Call** {fact: SE/emergency.number} now")
    assert words.html == f"<strong>Call</strong> {fact_slot('SE/emergency.number')} now"
    assert words.plain == f"Call {fact_slot('SE/emergency.number')} now"
    assert words.facts == ("SE/emergency.number",)


@pytest.mark.parametrize("text", ["`{fact: a.b}`", r"\{fact: a.b\}"])
def test_a_fact_in_code_or_after_a_backslash_is_no_slot(text: str) -> None:
    assert SLOT_START not in inline(text).html


@pytest.mark.parametrize("text", ["{fact emergency}", "{fact: Emergency Number}", "{facts: a}"])
def test_a_misspelt_fact_is_told(text: str) -> None:
    assert inline(text).diagnostics


@pytest.mark.parametrize(
    "target",
    [
        "http://a.fi",
        "tel:112",
        "mailto:a@b.fi",
        "javascript:alert(1)",
        "/en/",
        "lesson:Bad Name",
        "//a.fi",
        "data:text/html,x",
    ],
)
def test_a_link_elsewhere_than_https_or_a_lesson_leads_nowhere(target: str) -> None:
    words = inline(f"[x](<{target}>)")
    assert all(not attrs.get("href") for _tag, attrs in tags(words.html))


def test_a_link_that_leaves_says_so_and_one_to_a_lesson_is_a_slot() -> None:
    words = inline("[out](https://a.fi/?x=1&y=2) [in](lesson:journey)")
    assert f"{SLOT_START}leaves:{SLOT_END}</a>" in words.html
    assert f'href="{SLOT_START}lesson:journey{SLOT_END}"' in words.html
    assert words.links == ("https://a.fi/?x=1&y=2", "lesson:journey")


def test_a_picture_in_a_sentence_is_told() -> None:
    assert "::: picture" in inline("![x](y.svg)").diagnostics[0]


def test_soft_breaks_are_folded_and_hard_ones_stay() -> None:
    assert fold("one\n  two  \nthree") == "one two\\\nthree"


def test_numbers_symbols_and_facts_need_no_translation() -> None:
    assert not has_words("112 – {fact: emergency.number}: 3 €")
    assert has_words("Ä")


@given(st.text(alphabet=st.sampled_from("ab <>&\"'`*_[](){}!\\\n:/#fact:x.y،ع"), max_size=60))
def test_whatever_an_author_writes_only_few_tags_come_out(text: str) -> None:
    html = inline(fold(text)).html
    assert all(tag in ALLOWED for tag, _attrs in tags(html))
    assert not re.search(r"<(?!/?(?:a|br|code|em|strong)[ >])", html)


@given(
    st.lists(st.sampled_from(["{fact: a.b}", "{fact: FI/c}", " word ", "*x* ", "`c` ", "[l](lesson:a) "]), max_size=6)
)
def test_what_a_translation_must_keep_does_not_depend_on_the_order(parts: list[str]) -> None:
    assert inline("".join(parts)).keeps == inline("".join(reversed(parts))).keeps


LABEL_SIGNS = st.text(alphabet="aä ع\u00a0\u2028*:.,\"'()-", min_size=1, max_size=5)


@given(LABEL_SIGNS, LABEL_SIGNS)
def test_a_label_in_bold_is_read_as_commonmark_reads_it(label: str, words: str) -> None:
    """Labels are read without the parser, since most lines of errands begin with one."""
    text = f"**{label}**{words}"
    ours = inline(text)
    assert html_of(ours.html) == html_of(MarkdownIt("commonmark").renderInline(text))
    assert ours.plain == "".join(token.content for token in MarkdownIt().parseInline(text)[0].children or ())


def html_of(text: str) -> str:
    """Return HTML with its entities as the signs they are."""
    return entities.unescape(text)


def test_words_of_another_language_say_which_and_keep_their_direction() -> None:
    words = inline("قل: [Dobrý *deň*](lang:sk). [هنا](lesson:here)")
    assert words.plain == "قل: Dobrý deň. هنا"
    assert tags(words.html)[0] == ("bdi", {"lang": "sk", "dir": "ltr"})
    assert words.html.startswith('قل: <bdi lang="sk" dir="ltr">Dobrý <em>deň</em></bdi>. <a href=')
    assert words.html.endswith("هنا</a>")
    assert words.diagnostics == ()


@pytest.mark.parametrize("code", ["xx", "SK", "", '"><b>'])
def test_a_language_that_nobody_knows_is_told(code: str) -> None:
    words = inline(f"[x](<lang:{code}>)")
    assert "language" in words.diagnostics[0]
    assert tags(words.html) == [("bdi", {})]


def test_a_translation_keeps_the_marks_of_languages() -> None:
    source = inline("Say: [Dobrý deň](lang:sk)")
    assert source.keeps == inline("[Dobrý deň](lang:sk): так кажуть").keeps
    assert source.keeps != inline("Dobrý deň").keeps
