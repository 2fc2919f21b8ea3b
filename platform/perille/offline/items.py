"""The questions of a unit as a phone needs them to mark answers: their rules, what is said after an answer, and how that looks."""

from __future__ import annotations

from collections.abc import Iterable

from flask import render_template
from markupsafe import Markup, escape

from perille.core.i18n import _
from perille.core.web.display_preferences import wants_pictures
from perille.core.web.templating import icon
from perille.courses.addresses import with_country
from perille.courses.learner_course import LearnerCourse
from perille.domain.course import Unit, UnitKind
from perille.domain.item import Item, offline_script
from perille.enrolment.pictures import PICTURES
from perille.learning.course_page import end_url, gives_badge
from perille.learning.overdue_facts import asked_today, is_outdated
from perille.learning.questions import interaction_of
from perille.learning.render_context import LessonRenderer
from perille.packs.source.interaction_proxy import InteractionError


def scorers_of(items: Iterable[Item]) -> tuple[str, ...]:
    """Return the scripts, names for `static_url`, that mark these items on a phone; each once."""
    return tuple(dict.fromkeys(name for item in items if (name := _script_of(item))))


def _script_of(item: Item) -> str:
    try:
        return offline_script(interaction_of(item))
    except InteractionError:
        return ""


def unit_items(place: LearnerCourse, unit: Unit, second: str) -> dict[str, object]:
    """Return the questions of a unit that a phone can mark, by key, and the words around them, in the language of the page and in *second*.

    What stands in no entry needs a line: a type without a script, an exam, a question whose facts are past their review.
    """
    renderer = LessonRenderer(place, place.language, second=second)
    test = unit.kind is UnitKind.ASSESSMENT
    keys = asked_today(place, unit).items if test else unit.items
    asked = [item for key in keys if (item := place.structure.item(key)) is not None and not is_outdated(place, key)]
    return {
        "unit": unit.key,
        "test": test,
        "keys": [item.key for item in asked],
        "edition": place.edition.structure_hash[:12],
        "items": {item.key: _item(item, renderer) for item in asked if _script_of(item)},
        "says": question_words(renderer),
    }


def _item(item: Item, renderer: LessonRenderer) -> dict[str, object]:
    words = renderer.words_of(item)
    several = sum(option.right for option in item.options) > 1
    said = [part for part in item.parts if "feedback" in part or (several and part.endswith("/text"))]
    return item_rules(item) | {"words": {part: str(words(part)) for part in said}}


def item_rules(item: Item) -> dict[str, object]:
    """Return what a script needs to mark the answers of an item, as JSON values."""
    return {
        "key": item.key,
        "type": item.interaction,
        "options": [{"key": option.key, "right": option.right} for option in item.options],
        "extras": list(item.extras),
        "accepted": list(item.accepted),
        "tolerance": item.tolerance,
        # Where areas lie in a picture decides nothing.
        "extra": {name: value for name, value in item.extra.items() if name != "areas"},
        "parts": list(item.parts),
    }


def question_words(renderer: LessonRenderer) -> dict[str, str]:
    """Return what a page says after an answer, as HTML in the language of the page and in the second one."""
    link = Markup('<a class="main" rel="next">{}{}</a>')
    number = "We could not read one number in this. Write the number only, such as 25."
    said = {
        "right": render_template("interactions/_mark.html", right=True, also=renderer.also),
        "wrong": render_template("interactions/_mark.html", right=False, also=renderer.also),
        "partly": render_template("interactions/_mark.html", right=False, partly=True, also=renderer.also),
        "none": _("There is no answer yet.") + renderer.also("There is no answer yet."),
        "no_number": _("We could not read one number in this. Write the number only, such as 25.")
        + renderer.also(number),
        "no_word": _("We could not read a word in this. Write it with letters.")
        + renderer.also("We could not read a word in this. Write it with letters."),
        "also_right": _("Also right:") + renderer.also("Also right:"),
        "again": (icon("check") if wants_pictures() else "") + _("Try again") + renderer.also("Try again"),
        "full": full_words(),
        "needs_line": _("This question needs internet. Open it again when you have a connection."),
        "next_question": link.format(_("Next question"), icon("next")),
        "all_right": Markup("{} {}").format(
            _("All is right. Well done."), link.format(_("Go on learning"), icon("next"))
        ),
    }
    return {name: str(each).strip() for name, each in said.items()}


def full_words() -> str:
    """Return what is said where a phone cannot keep what somebody did, as HTML."""
    return str(escape(_("There is not enough room on this phone. Delete something, then try again.")))


def way_words(place: LearnerCourse) -> dict[str, str]:
    """Return what the course's page says of progress, as HTML."""
    return {
        "end": render_template(
            "offline/end.html",
            badge=gives_badge(place.structure),
            end_url=with_country(end_url(place), place) if end_url(place) else "",
        ).strip(),
        "go_on": str(Markup('<a class="main" rel="next">{}{}</a>').format(_("Go on"), icon("next"))),
        "done": str(Markup('<span class="hidden"> ({})</span>').format(_("done"))),
        "tick": str(icon("check")),
        "full": full_words(),
        "old": str(Markup("{}<span>{}</span>").format(icon("warn"), _("This may be out of date."))),
        "people": render_template("offline/people.html", pictures=PICTURES).strip(),
        "changed": str(escape(_("The course has changed since you opened this page. Please answer again."))),
    }
