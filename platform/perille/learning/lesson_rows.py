"""The rows of a screen: pieces in one language or in two, side by side, and folded where they hold for one status only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from perille.core.i18n import _, in_language, offered_languages
from perille.core.web.templating import lang_attributes
from perille.learning.render_context import LessonRenderer
from perille.learning.status_names import status_name


@dataclass(frozen=True, slots=True)
class Row:
    """A piece in the page's language, and beside it the same in the second one."""

    here: Markup
    there: Markup = Markup("")
    #: For whom it holds, a `Status`; "" for everybody.
    status: str = ""


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows that stand together: for everybody, or folded for one status."""

    status: str
    #: The status in the page's language, with the same in the second one.
    name: Markup
    rows: tuple[Row, ...]


def row_groups(rows: Iterable[Row], renderer: LessonRenderer) -> Iterator[RowGroup]:
    """Put rows together that hold for the same people."""
    for status, each in groupby(rows, key=lambda row: row.status):
        yield RowGroup(status, _status_in_both(status, renderer), tuple(each))


def _status_in_both(status: str, renderer: LessonRenderer) -> Markup:
    """Return for whom a group is, in the language of the page and in the second one where the interface has it."""
    if not status:
        return Markup("")
    name = Markup("<span>{}</span>").format(_("Only for %(people)s", people=status_name(status)))
    if renderer.second not in offered_languages():
        return name
    with in_language(renderer.second):
        there = _("Only for %(people)s", people=status_name(status))
    return name + Markup('<span class="beside" {}>{}</span>').format(lang_attributes(renderer.second), there)
