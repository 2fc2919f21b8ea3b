"""What gives one question away or makes it unfair, told while it is written: `perille packs check --items` and the Studio say the same.

A checker that cries wolf is read by nobody. So a choice counts as longer only by a ratio and by a distance, words are looked for only in
languages whose words are known, and what is told first weighs most.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from perille.packs.checks.item_writing import (
    ABSOLUTE,
    choices,
    is_single,
    shown_length,
    similar_pairs,
    tells_number,
    word_set,
    words_of,
)
from perille.packs.format.items import BankItem

#: A right choice is much longer than each wrong one from this ratio and this distance in characters on.
_LONGER, _LONGER_BY = 1.3, 12
#: A wrong choice is absurdly short when it has less than this share of the middle one of the others, and is shorter by this distance.
_SHORTER, _SHORTER_BY = 0.33, 20
_FEWEST = 3
#: Words that sound too sure, by language; of a language that is not here nothing is said of words.
_SURE: Mapping[str, frozenset[str]] = {
    # "All" and "nothing" are ordinary answers.
    "en": ABSOLUTE - {"all", "nothing"},
    "fi": word_set(
        "aina koskaan kaikki kaikkien kaikilla kaikille jokainen ainoastaan pelkästään kukaan mikään mitään täysin mahdotonta"
    ),
}
#: Questions that ask for what is not so; a "not" in bold letters stands out. Two words of a sentence, the first before the second: one
#: expression with what is between them takes the square of a long text.
_NEGATIVE: Mapping[str, tuple[tuple[frozenset[str], frozenset[str]], ...]] = {
    "en": ((word_set("which"), word_set("not never except")), (word_set("all"), word_set("except"))),
    "fi": ((word_set("mikä mitkä kuka ketkä"), word_set("ei eivät")),),
}
#: Words that say whether an answer is right and not why, by language; fewer words than *_REASON* beside them are no reason.
_VERDICT: Mapping[str, frozenset[str]] = {
    "en": word_set("yes no right wrong true false correct exactly never"),
    "fi": word_set("kyllä ei oikein väärin totta täsmälleen"),
}
_REASON = 3
_FACT = re.compile(r"\{fact:[^{}]*\}")
_SENTENCE_END = re.compile(r"[.?]")
_PLAIN_WORD = re.compile(r"\w+")
_BOLD = re.compile(r"\*\*[^*]*\*\*")
_STOPS = (".", "。", "።", "۔")


class Flaw(StrEnum):
    """A flaw of a question; what weighs most stands first."""

    NUMBER_TOLD = "number told"
    LONGEST = "right choice much longer"
    ASKED_TWICE = "nearly the same"
    NO_FEEDBACK = "no feedback for the right answer"
    NO_REASON = "feedback without a reason"
    TOO_SURE = "too sure"
    SHORT = "absurdly short"
    GRAMMAR = "other grammar"
    NEGATIVE = "asks for what is not"


@dataclass(frozen=True, slots=True)
class ItemFlaw:
    """One flaw of a question."""

    flaw: Flaw
    #: The choice, the word, or the key of the other question that it is about; "" for the question itself.
    about: str = ""


def item_flaws(item: BankItem, others: Iterable[BankItem], *, language: str) -> tuple[ItemFlaw, ...]:
    """Return the flaws of a question, what weighs most first.

    *others*: questions that must not ask the same. *language*: in which the question is written, as "en".
    """
    found = [
        *([ItemFlaw(Flaw.NUMBER_TOLD)] if tells_number(item) else ()),
        *_longest(item),
        *_short(item),
        *(
            ItemFlaw(Flaw.ASKED_TWICE, each.item.key)
            for _item, each in similar_pairs([item], others)
            if _is_other(item, each)
        ),
        *([ItemFlaw(Flaw.NO_FEEDBACK)] if lacks_feedback(item) else ()),
        *(ItemFlaw(Flaw.NO_REASON, text) for text in bare_feedback(item, language)),
        *_words(item, language),
        *_grammar(item),
    ]
    order = list(Flaw)
    return tuple(sorted(found, key=lambda each: order.index(each.flaw)))


def _is_other(item: BankItem, other: BankItem) -> bool:
    return item.item.key != other.item.key


def _longest(item: BankItem) -> Iterator[ItemFlaw]:
    found = choices(item)
    if not is_single(item) or len(found) < 2:
        return
    right = next(text for text, is_right in found if is_right)
    longest = max(shown_length(text) for text, is_right in found if not is_right)
    if shown_length(right) >= max(longest * _LONGER, longest + _LONGER_BY):
        yield ItemFlaw(Flaw.LONGEST, right)


def _short(item: BankItem) -> Iterator[ItemFlaw]:
    found = choices(item)
    if len(found) < _FEWEST:
        return
    lengths = [shown_length(text) for text, _right in found]
    for place, (text, is_right) in enumerate(found):
        middle = median(lengths[:place] + lengths[place + 1 :])
        if not is_right and lengths[place] <= middle * _SHORTER and middle - lengths[place] >= _SHORTER_BY:
            yield ItemFlaw(Flaw.SHORT, text)


def lacks_feedback(item: BankItem) -> bool:
    """Tell whether nothing is said to one who answers rightly, though the type of the question can say it."""
    right = [option.key for option in item.item.options if option.right]
    if right and "choice" in item.interaction.keys:
        return any(not item.words.get(f"choice/{key}/feedback") for key in right)
    names = {"feedback_right", *(f"feedback_{answer}" for answer in item.item.accepted)} & item.interaction.keys
    return bool(names) and not any(item.words.get(name) for name in names)


def bare_feedback(item: BankItem, language: str) -> tuple[str, ...]:
    """Return what is said after an answer and says no more than whether it is right, as "Yes." does.

    *language*: in which the question is written; in one that is not known, a word such as "yes" counts as a word of a reason.
    """
    verdict = _VERDICT.get(language, frozenset())
    said = (text for name, text in item.words.items() if name.rpartition("/")[2].startswith("feedback"))
    return tuple(text for text in said if text and _reason_words(text, verdict) < _REASON)


def _reason_words(text: str, verdict: frozenset[str]) -> int:
    # A fact is one word: "It is {fact: child.age}." gives the reason.
    return sum(word not in verdict for word in words_of(_FACT.sub("fact", text)))


def _words(item: BankItem, language: str) -> Iterator[ItemFlaw]:
    # Word -> whether a right choice has it: where one does, such words give nothing away.
    sure: dict[str, bool] = {}
    for text, is_right in choices(item):
        for word in words_of(text):
            if word in _SURE.get(language, frozenset()):
                sure[word] = sure.get(word, False) or is_right
    if not any(sure.values()):
        yield from (ItemFlaw(Flaw.TOO_SURE, word) for word in sure)
    prompt = _BOLD.sub(" ", item.words.get("prompt", ""))
    if _asks_for_not(prompt, language):
        yield ItemFlaw(Flaw.NEGATIVE)


def _asks_for_not(prompt: str, language: str) -> bool:
    for sentence in _SENTENCE_END.split(prompt.casefold()):
        found = _PLAIN_WORD.findall(sentence)
        for first, second in _NEGATIVE.get(language, ()):
            at = next((at for at, word in enumerate(found) if word in first), len(found))
            if not second.isdisjoint(found[at + 1 :]):
                return True
    return False


def _grammar(item: BankItem) -> Iterator[ItemFlaw]:
    """Yield the choice that alone ends otherwise or alone begins with a small letter: it stands out before it is read."""
    texts = [text for text, _right in choices(item)]
    if len(texts) < _FEWEST:
        return
    for forms in ([_end(text) for text in texts], ["a" if text[:1].islower() else "A" for text in texts]):
        odd = _odd_one(forms)
        if odd not in (None, "A"):
            yield ItemFlaw(Flaw.GRAMMAR, texts[forms.index(odd)])
            return


def _odd_one(forms: list[str]) -> str | None:
    """Return the form that one alone has while all others share another; None where there is no such one."""
    counts = Counter(forms)
    alone = [form for form, count in counts.items() if count == 1]
    return alone[0] if len(alone) == 1 and len(counts) == 2 else None


def _end(text: str) -> str:
    return "." if text.rstrip('*”"») ').endswith(_STOPS) else ""
