"""What the checks of a pack say, at the block or the question where it stands, with the way to mend it in the author's language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from perille.core.i18n import lazy_gettext
from perille.packs.source.diagnostics import Diagnostic, Level, fold_dependent
from perille.studio.lesson_source import LessonSource


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to change."""

    path: str
    line: int
    #: As the checks say it, in English.
    message: str
    #: What to do, in the author's language; "" where only the checks' own words say it.
    advice: str
    is_error: bool
    #: The question that it is about, "" for all else.
    item_key: str = ""

    @property
    def waits_for_words(self) -> bool:
        """Tell whether nothing is wrong but that nobody has written there yet: an author who has just begun is not told of a mistake."""
        return _NOT_YET.match(self.message) is not None

    @property
    def is_mistake(self) -> bool:
        """Tell whether something that stands there is to be mended before it is published."""
        return self.is_error and not self.waits_for_words


_NOT_YET = re.compile(
    "The block is new and has no words yet|The lesson has a title and no words|There is no picture media/picture[.]svg"
)
#: What publishing in the Studio does by itself: every edit of a source leaves such entries in the catalogue of each language.
_DONE_HERE = re.compile(r"\d+ entries belong to no block of the pack")
#: What a check says, and how to mend it.
_KNOWN = (
    (r"The block is new and has no words yet", lazy_gettext("This block is new. Write its words, or take it out.")),
    (r"The lesson has a title and no words", lazy_gettext("This lesson is empty. Add a block with words.")),
    # What a new block names that waits for its picture.
    (r"There is no picture media/picture[.]svg", lazy_gettext("Choose a picture.")),
    (r"has no description", lazy_gettext("Write what the picture shows, for people who cannot see it.")),
    (
        r"mirrored picture has another size",
        lazy_gettext(
            "The picture is another one since it was mirrored. Mirror it anew, use another picture, or take the mirrored one away."
        ),
    ),
    (
        r"that this one mirrors",
        lazy_gettext("The picture is gone of which this is the mirrored one. Take this one out."),
    ),
    (
        r"cannot have a mirrored picture",
        lazy_gettext(
            "A question measures places on this picture, so it cannot be mirrored: take the mirrored one away."
        ),
    ),
    (
        r'There is no picture|picture ".*" is not',
        lazy_gettext("This picture is not in the course. Upload it, or choose another one."),
    ),
    (
        r"No screen of lessons/.* is called",
        lazy_gettext("This recording belongs to no screen any more. Open “Record”, and say whose voice it is."),
    ),
    (
        r"until its own faults are mended",
        lazy_gettext(
            "This question is not finished, so it cannot be shown. “Change this question” leads to what is missing."
        ),
    ),
    (
        r"the pack names no country",
        lazy_gettext(
            "Readers see no contacts here, because this course is for no country. Choose its country at the end of “Lessons”."
        ),
    ),
    (
        r"There is no item|no item",
        lazy_gettext("This question is not in the course. Choose another one, or take the block out."),
    ),
    (r"leads to a scene .* not there|names a scene .* not there", lazy_gettext("Choose a scene that it leads to.")),
    (
        r"Nobody can reach the scene",
        lazy_gettext("Nobody gets to this scene. Let a choice lead to it, or take it out."),
    ),
    (r"is a dead end", lazy_gettext("It goes no further here. Write what can be done, or say how it ends.")),
    (r"in a loop without a way out", lazy_gettext("One goes round in circles here. Let a choice lead to an end.")),
    (
        r"has best = true|the best way comes here twice",
        lazy_gettext("Mark in each scene one choice that an experienced colleague would take; it leads on to an end."),
    ),
    (r"The role-play has no \[\[scene", lazy_gettext("Add the first scene.")),
    (
        r"is an end and cannot have choices",
        lazy_gettext("It ends here, so nothing more can be done: take out what can be done, or say that it goes on."),
    ),
    (
        r"'(coords|shape)'",
        lazy_gettext("This place cannot be drawn. Draw it in the picture once more, or write its numbers anew."),
    ),
    (
        r"needs at least \d \[\[item\.word\]\]",
        lazy_gettext("Give at least two words to choose from: one of them may fit no gap."),
    ),
    (
        r"needs at least \d \[\[item\.gap\]\]",
        lazy_gettext("Each gap needs its name in the text, and a word that fits it."),
    ),
    (r"needs at least [3-9]", lazy_gettext("Fill in every field that must be filled in.")),
    (r"which is no \[\[item\.", lazy_gettext("That name is not in this question. Write it as it stands there.")),
    (r"needs at least \d", lazy_gettext("Add more answers: there must be at least two.")),
    (r"exactly one choice must have right", lazy_gettext("Mark exactly one answer as right.")),
    (r"one choice or more|at least one .*right", lazy_gettext("Mark at least one answer as right.")),
    (r"nothing is said to one who chooses", lazy_gettext("Write for each answer why it is right or wrong.")),
    (r"'?\"?prompt'?\"? is missing", lazy_gettext("Write the question.")),
    (r"'?\"?picture'?\"? is missing", lazy_gettext("Choose a picture.")),
    (r"^\"\w+\" is missing", lazy_gettext("Fill in every field that must be filled in.")),
    (r"'text' is missing|'text' is empty", lazy_gettext("Write the words of each answer, or leave its line empty.")),
    (r"is empty$|is empty:|::: \w+ is empty", lazy_gettext("This block is empty. Write its words, or take it out.")),
    (
        r"The link .* must begin with https",
        lazy_gettext("A link begins with https:// or leads to a lesson of this course."),
    ),
    (r'The language ".*" is not known', lazy_gettext("This is no code of a language that is known here.")),
    (r"leads to no unit|There is no unit", lazy_gettext("The link leads to a lesson that is not in this course.")),
    (
        r"There is no fact|names no fact|fact .* is not",
        lazy_gettext("This fact is not known here. Choose one from the list of facts."),
    ),
    (r"The bank has no|has no items|asks nothing", lazy_gettext("This test has no question yet. Add one.")),
    (
        r"Readers would see \*\*",
        lazy_gettext("Two stars stand where readers would see them. Mark the words as bold again."),
    ),
    (r"no credit", lazy_gettext("Say who made the picture, and under which licence.")),
    (
        r"says \d+ minutes",
        lazy_gettext("The minutes are not those that its words and questions take. They are set when you publish."),
    ),
    (
        r"two .* are the same|a pair and an extra have the same key",
        lazy_gettext("Two answers are the same. Change one of them."),
    ),
    (r"An entry of a dialogue", lazy_gettext("Say for each line who is speaking.")),
    (r"about 60 fit a phone", lazy_gettext("This screen is long. Split it in two.")),
    (
        r"second person has reviewed|have changed since they were reviewed",
        lazy_gettext("Somebody who did not write it must read it."),
    ),
    (
        r"heading of the first or second level",
        lazy_gettext("A title has no place inside a block. Split the screen instead."),
    ),
    (r"The first line must be|A lesson has one title", lazy_gettext("A lesson has one title, in its first line.")),
    (
        r"is not closed by|There is no container|::: dialogue holds|A story (holds|begins)|Only a :::: story"
        r"|container stands at the margin|must be one paragraph|cells: write each|stand in its body|cannot stand in|needs a name of lower",
        lazy_gettext(
            "This block is not written as blocks of its kind are. Take it out, and add it anew with its form."
        ),
    ),
    (
        r"is not a neutral",
        lazy_gettext(
            "This course is sensitive: its titles and its address must tell nothing to who looks over a shoulder."
        ),
    ),
    (
        r"\[\[item\.gap\]\]|'text' has no \(\(|no \[\[item\.word\]\] fits",
        lazy_gettext("Each gap needs its name in the text, and a word that fits it."),
    ),
    (r"picture is never shown", lazy_gettext("No screen shows this picture. Put it on one, or take it out.")),
    (
        r"No lesson and no test asks",
        lazy_gettext("No lesson and no test asks this question. Put it on a screen, or take it out."),
    ),
    (
        r"The review of .* was due",
        lazy_gettext("This fact was to be looked at again. Look at its source, and confirm it."),
    ),
    (r"holds no longer|holds only from", lazy_gettext("This fact does not hold today, so readers are not shown it.")),
    (r"[Aa]n errand|[Tt]he errand", lazy_gettext("Say what to do, and whom to ask: with a fact or a link.")),
    (r"must be a (whole )?number|'tolerance'", lazy_gettext("Write a number with the digits 0 to 9.")),
    (r"give each of its choices a picture", lazy_gettext("Give each answer a picture, or none of them.")),
    (
        r"nobody is known to have done the course",
        lazy_gettext(
            "A course that keeps nothing cannot know who has come to its end, so it gives no certificate and no badge. "
            "Choose at the end of “Lessons”: nothing at its end, or progress that is kept."
        ),
    ),
    (r"'answer' is missing", lazy_gettext("Say which answer is right.")),
    (r"'picture_description' stands without 'picture'", lazy_gettext("Choose a picture.")),
    (
        r"'(accepted|points)' must be a list|'\w+' is missing",
        lazy_gettext("Fill in every field that must be filled in."),
    ),
)


@lru_cache(maxsize=2_000)
def _known(message: str) -> int:
    """Return the number of the advice for what a check says, -1 for none."""
    return next((number for number, (pattern, _words) in enumerate(_KNOWN) if re.search(pattern, message)), -1)


def advice_for(message: str) -> str:
    """Return how to mend what a check says; "" for what has no words of its own here."""
    number = _known(message)
    return str(_KNOWN[number][1]) if number >= 0 else ""


def findings_of(diagnostics: Iterable[Diagnostic]) -> tuple[Finding, ...]:
    """Return what the checks found, errors first; where a file cannot be read, that alone and not what follows from it."""
    shown, _folded = fold_dependent(diagnostics)
    made = (
        Finding(each.path, each.line, each.message, advice_for(each.message), each.level is Level.ERROR, each.item_key)
        for each in shown
        if not _DONE_HERE.match(each.message)
    )
    return tuple(sorted(made, key=lambda each: not each.is_error))


def findings_of_item(findings: Iterable[Finding], bank: str, key: str) -> list[Finding]:
    """Return what is to be mended in a question; what has the same way to mend it stands once."""
    mine = (each for each in findings if each.path == f"items/{bank}.toml" and each.item_key == key)
    return list({each.advice or each.message: each for each in mine}.values())


def at_blocks(findings: Iterable[Finding], path: str, lesson: LessonSource) -> dict[int, list[Finding]]:
    """Return block number -> findings of a lesson; -1 for those that stand at no block."""
    found: dict[int, list[Finding]] = {}
    for finding in findings:
        if finding.path == path:
            line = finding.line - 1
            at = next((n for n, block in enumerate(lesson.blocks) if block.start <= line < block.end), -1)
            found.setdefault(at, []).append(finding)
    return found
