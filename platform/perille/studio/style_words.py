"""The style checklist in the author's language: what is said at a block, and what only a reader can tell of a lesson."""

from __future__ import annotations

from collections.abc import Mapping

from perille.core.i18n import _, lazy_gettext
from perille.domain.course import PackKind
from perille.packs.format.lesson_model import EASY
from perille.studio.builds import DraftBuild
from perille.studio.style import PronounCounts, Readership, StyleFlaw, StyleNote, people_in, style_notes

#: %(about)s is what the block has; of a long sentence %(count)s its words and %(most)s what is enough.
STYLE_WORDS: Mapping[StyleFlaw, str] = {
    StyleFlaw.GRAPHIC: lazy_gettext(
        "Who has lived through it is hurt by such a detail, and nobody needs it to learn. Leave it out: “%(about)s”"
    ),
    StyleFlaw.SHAME: lazy_gettext(
        "This may make people feel small, or speaks of them as a kind. Say what happens, or what one can do: “%(about)s”"
    ),
    StyleFlaw.SAVIOUR: lazy_gettext(
        "This sounds as if others acted for people. Say what they themselves can do, and who stands by them: “%(about)s”"
    ),
    StyleFlaw.TELLING: lazy_gettext(
        "The course is sensitive, and bold words are read over a shoulder. Take the bold away here: “%(about)s”"
    ),
    StyleFlaw.SIGN: lazy_gettext("This sign is rude elsewhere, or hurts. Say it in a word: %(about)s"),
    StyleFlaw.LONG: lazy_gettext(
        "A sentence of %(count)s words; more than %(most)s are hard to follow. Make two of it: “%(about)s”"
    ),
    StyleFlaw.IDIOM: lazy_gettext(
        "Nobody who learns the language can guess this, and it cannot be translated. Say it plainly: “%(about)s”"
    ),
    StyleFlaw.GENDERED: lazy_gettext("This names everybody by one gender. Write a word that means all: “%(about)s”"),
    StyleFlaw.PASSIVE: lazy_gettext("It does not say who does it. Say who: “%(about)s”"),
}


def readers_of(made: DraftBuild, lesson: str) -> Readership:
    """Return for whom a lesson of a draft is written."""
    manifest = made.pack.manifest
    return Readership(manifest.source_language, manifest.kind, manifest.sensitive, lesson.endswith(EASY))


def style_in_words(text: str, readers: Readership) -> tuple[str, ...]:
    """Return what to look at once more in the source of a block, in the author's language."""
    return tuple(_told(note) for note in style_notes(text, readers))


def _told(note: StyleNote) -> str:
    # Isolated: the words of a course may run the other way than those of the page.
    about = f"\u2068{note.about}\u2069"
    return str(STYLE_WORDS[note.flaw]) % {"about": about, "count": note.count, "most": note.most}


def checklist(made: DraftBuild) -> tuple[str, ...]:
    """Return what only a reader can tell of a lesson (DOMAIN 4.3, SE14), with what can be counted of the course."""
    manifest = made.pack.manifest
    lessons = (made.pack.files.text(path) for path in made.pack.files.files if path.startswith("lessons/"))
    found = [
        _("One thing on each screen, and first what one can see or do."),
        _("People in examples are made up, and the lesson says so. Nobody's own story is told."),
        _people(people_in(lessons, manifest.source_language)),
        _("Nobody is ashamed and nobody is saved: people ask, decide and act themselves. No custom is called bad."),
        _("Who does not read can follow it by pictures and sound alone."),
    ]
    if manifest.kind is not PackKind.MODULE:
        found.append(_("Money, dates and places are shown as one meets them: a note, a calendar, a door."))
    if manifest.sensitive:
        found.append(_("Before a hard topic stands a warning, and who skips it loses nothing."))
    return tuple(found)


def _people(found: PronounCounts | None) -> str:
    said = _("Women and men, old and young do all kinds of things in the examples.")
    if found is None or not found.is_one_sided:
        return said
    counted = _("In this course “he” stands %(he)s times and “she” %(she)s times.", he=found.he, she=found.she)
    return f"{said} {counted}"
