"""A refresher as a course of one unit, made of the newest edition of its module, so that the pages of tests show it as any test."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from markupsafe import escape

from perille.core.i18n import SOURCE_LANGUAGE, _, in_language, offered_for
from perille.domain.content import LessonWords, LocalizedCourse, Text
from perille.domain.course import Block, Unit
from perille.packs.published.edition import Edition


@dataclass(frozen=True)
class RefresherEdition(Edition):
    """An edition whose way is the refresher alone; its lessons are there to be read again."""

    unit_key: str = ""

    def words(self, language: str) -> LocalizedCourse:
        """Return the words of the module, and a title for the refresher in the language of the page."""
        words = super().words(language)
        shown = offered_for(language) or SOURCE_LANGUAGE
        with in_language(shown):
            title = _("Refresher")
        text = Text(html=str(escape(title)), plain=title, language=shown)
        block = {self.unit_key: text}
        return replace(
            words, units={**words.units, self.unit_key: LessonWords(title=text)}, blocks={**words.blocks, **block}
        )

    def stamp(self, language: str) -> str:
        """Return a hash that is another one than the module's."""
        return f"{super().stamp(language)}{self.unit_key}"


def with_refresher(edition: Edition, unit: Unit) -> RefresherEdition:
    """Return an edition of a module as a course of its refresher."""
    way = (Block(key=unit.key, units=(unit.key,)),)
    structure = replace(edition.structure, blocks=way, units=(*edition.structure.units, unit))
    values = {each.name: getattr(edition, each.name) for each in fields(Edition)}
    return RefresherEdition(**{**values, "structure": structure}, unit_key=unit.key)
