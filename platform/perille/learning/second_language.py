"""From a screen of a lesson to the same beside a second language."""

from __future__ import annotations

from markupsafe import Markup

from perille.core.i18n import LANGUAGES
from perille.core.web.shared_parts import shared_part
from perille.learning.lesson_request import LessonRequest

#: Stands for the code of a language in an address.
_CODE = "[code]"


def other_languages(asked: LessonRequest) -> tuple[str, ...]:
    """Return the codes of the other languages of the course."""
    codes = asked.place.edition.summary.languages
    return tuple(code for code in codes if code != asked.place.language and code in LANGUAGES)


def beside_links(asked: LessonRequest) -> Markup:
    """Return the links to this screen beside another language of the course, "" where there is none.

    They are made once for all pages, with marks for what their addresses have before the code of the language and after it.
    """
    codes = other_languages(asked)
    if not codes:
        return Markup("")
    before, after = asked.url(asked.screen, second=_CODE).split(_CODE)
    # `replace` of Markup writes what it puts in as HTML.
    return shared_part("learning/beside_links.html", codes=codes).replace("[before]", before).replace("[after]", after)
