"""Names of verbs and of the platform's own activities in the reader's language, for pages about statements."""

from __future__ import annotations

from perille.core.i18n import LANGUAGES, fallbacks, lazy_gettext
from perille.lrs.storage.serialization import Wishes
from perille.lrs.viewer.lines import LocalizedName, StatementLine
from perille.packs.published.library import current_library
from perille.tracking.statements import VerbId, parse_activity_id

#: The platform's own verbs, whose maps have English alone.
VERBS: dict[str, object] = {
    VerbId.INITIALIZED: lazy_gettext("began"),
    VerbId.ANSWERED: lazy_gettext("answered"),
    VerbId.COMPLETED: lazy_gettext("completed"),
    VerbId.PASSED: lazy_gettext("passed"),
    VerbId.FAILED: lazy_gettext("did not pass"),
    VerbId.WAIVED: lazy_gettext("was let off"),
    VerbId.SATISFIED: lazy_gettext("finished all of"),
    VerbId.EARNED: lazy_gettext("earned"),
    VerbId.VOIDED: lazy_gettext("voided"),
}


def wishes_of(language: str) -> Wishes:
    """Return the languages in which names are wanted: the reader's, and those tried after it."""
    return [(code, 1.0) for code in fallbacks(language)]


class ReadableNames:
    """What verbs and activities are called in one language; for one page."""

    def __init__(self, language: str) -> None:
        self.language = language

    def verb(self, line: StatementLine) -> LocalizedName:
        """Return the name of a statement's verb: its map's, where that has the reader's language, else ours, else what the map has."""
        own = VERBS.get(line.verb)
        theirs = line.verb_name
        if own is None or (theirs.language and theirs.language.partition("-")[0] == self.language):
            return theirs
        return LocalizedName(str(own), self.language)

    def activity(self, line: StatementLine) -> list[LocalizedName]:
        """Return the name of what a statement is about; before the part of one of our packs stands the pack's title."""
        names = [line.object_name] if line.object_name is not None else []
        place = parse_activity_id(line.activity) if line.activity is not None else None
        title = self._title(place[0]) if place is not None else None
        if place is None or title is None:
            return names
        return [title, *names] if place[1] else [title]

    def _title(self, pack: str) -> LocalizedName | None:
        shelf = current_library()
        summary = shelf.summary(pack)
        if summary is None:
            return None
        languages = (*fallbacks(self.language), summary.source_language)
        code = next((each for each in languages if each in summary.titles), None)
        return None if code is None else LocalizedName(summary.titles[code], code)

    def direction(self, words: LocalizedName) -> str:
        """Return the direction of a name's language, "auto" where that is not known."""
        known = LANGUAGES.get(words.language) or LANGUAGES.get(words.language.partition("-")[0])
        return known.direction if known is not None else "auto"
