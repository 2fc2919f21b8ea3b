"""A screen of a lesson: one idea, the way on, the way back. The same bytes for everybody who has not just answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import urlencode

from flask import get_template_attribute, render_template
from markupsafe import Markup

from perille.core.i18n import in_language, offered_languages
from perille.core.web.display_preferences import wants_pictures
from perille.core.web.shared_parts import kept_part
from perille.core.web.templating import lang_attributes
from perille.courses.addresses import course_url, unit_url, with_country
from perille.courses.learner_course import LearnerCourse
from perille.domain.content import LessonWords, Piece, PieceKind, Screen
from perille.domain.course import Unit
from perille.learning.course_page import choices
from perille.learning.course_units import stations, way_key
from perille.learning.covers import pictures_on, unit_covers
from perille.learning.errand_cards import errand_card, list_url, word_rows
from perille.learning.lesson_request import LessonRequest
from perille.learning.lesson_rows import Row, row_groups
from perille.learning.overdue_facts import is_outdated
from perille.learning.render_context import LessonRenderer, Recording
from perille.learning.second_language import beside_links
from perille.learning.translation_note import screen_note
from perille.packs.published.library import current_library

#: A panel of a story as the compiler writes it, and the picture in it.
_PANEL = re.compile(r"<li>(.*?)</li>", re.DOTALL)
_IMAGE = re.compile(r"<img [^>]*>")


def lesson_key(asked: LessonRequest) -> tuple[object, ...]:
    """Name all that the page is made of, so that it is kept while it is the same."""
    edition = asked.place.edition
    words = (edition.stamp(asked.place.language), edition.stamp(asked.second) if asked.second else "")
    facts = current_library().facts_stamp()
    return (
        "lesson",
        asked.place.kind,
        asked.place.chosen,
        asked.unit.key,
        asked.screen,
        asked.second,
        words,
        facts,
        asked.joined,
        asked.easy,
    )


def lesson_page(asked: LessonRequest) -> str:
    """Make the page."""
    place, unit = asked.place, asked.unit
    renderer = lesson_renderer(asked, place.language)
    screen = asked.lesson.screens[asked.screen - 1]
    title = renderer.rendered(asked.lesson.title)
    heading = renderer.rendered(screen.heading) if screen.heading is not None else None
    groups = list(row_groups(screen_rows(asked, screen, renderer), renderer))
    return render_template(
        "learning/lesson.html",
        unit=unit.key,
        title=title,
        heading=heading if heading and asked.screen > 1 else title,
        # The first screen is under the title of the lesson, and may have a heading of its own below it.
        first_heading=heading if asked.screen == 1 else None,
        number=asked.screen,
        count=asked.screens,
        groups=groups,
        # What is folded for some people stays open where it was opened.
        keeps_open=any(group.status for group in groups),
        # On a shared phone a sensitive pack leaves no trace of what somebody opened.
        remembers=not place.edition.summary.sensitive,
        # A recording says it better; and some phones send what their voice reads away.
        voice=not place.edition.summary.sensitive and not screen.audio,
        listening=bool(screen.audio) or not place.edition.summary.sensitive,
        draft=screen_note(asked),
        tracked=place.tracked,
        joined=asked.joined,
        **_beside(asked),
        help_country=place.sure_country,
        cover=_cover(asked, screen),
        **_on_the_way(asked, renderer),
        **_addresses(asked),
        **_versions(asked),
    )


def _beside(asked: LessonRequest) -> dict[str, object]:
    """Return the language that stands beside the page's, or where each that may do so is."""
    if not asked.second:
        return {"second": "", "second_lang": "", "beside_links": beside_links(asked)}
    return {"second": asked.second, "second_lang": lang_attributes(asked.second), "beside_links": ""}


def _on_the_way(asked: LessonRequest, renderer: LessonRenderer) -> dict[str, object]:
    """Return where the lesson is on the way of its course."""
    structure, key = asked.place.structure, asked.unit.key
    return {
        "position": structure.order.index(key) + 1,
        "of_units": len(structure.order),
        "more": structure.after(key) is not None,
        "side": side_list(asked, renderer),
    }


def _addresses(asked: LessonRequest) -> dict[str, object]:
    """Return where the page leads; each address keeps the country and the second language that were chosen."""
    place, unit = asked.place, asked.unit
    return {
        "course_url": with_country(course_url(place), place),
        "print_url": print_url_of(asked, asked.second),
        "place_url": course_url(place, "learning.bookmark"),
        "country_url": unit_url(place, unit.key) + "?in=" if place.chosen in unit.variants else "",
        "room_url": with_country(course_url(place, "big_screen.show", key=unit.key), place),
        "next_screen": asked.url(asked.screen + 1) if asked.screen < asked.screens else "",
        "back_url": back_url(asked),
        "after_url": after_url(place, unit.key),
        "next_url": next_url(asked),
        "single_url": asked.url(asked.screen, second=""),
    }


def _cover(asked: LessonRequest, screen: Screen) -> str:
    """Return the picture of the lesson, for a screen without one that somebody sees who finds the way by pictures; else ""."""
    if not wants_pictures() or any(pictures_on(screen)):
        return ""
    return unit_covers(asked.place.edition, asked.place.language, asked.place.sure_country).get(asked.unit.key, "")


def easy_version(place: LearnerCourse, unit: Unit, second: str) -> LessonWords | None:
    """Return a lesson in easy words, None where it has none in the language of the page, or in the *second* one beside it."""
    easy = [place.edition.words(language).units[unit.key].easy for language in (place.language, second) if language]
    return easy[0] if all(easy) else None


def _versions(asked: LessonRequest) -> dict[str, object]:
    """Return what leads to the other version of a lesson: easy words, or the ordinary ones. Nothing where there is one alone."""
    place, key = asked.place, asked.unit.key
    if easy_version(place, asked.unit, asked.second) is None:
        return {}
    beside = "?" + urlencode({"with": asked.second}) if asked.second else ""
    return {
        "easy": asked.easy,
        "other_version_url": replace(asked, easy=not asked.easy).url(1),
        "versions_url": with_country(course_url(place, "learning.set_easy_words", key=key) + beside, place),
    }


def print_url_of(asked: LessonRequest, second: str) -> str:
    """Return the address of the lesson on one page, for paper."""
    query = ({"with": second} if second else {}) | ({"easy": "1"} if asked.easy else {})
    beside = "?" + urlencode(query) if query else ""
    return with_country(course_url(asked.place, "learning.lesson_for_print", key=asked.unit.key) + beside, asked.place)


def lesson_renderer(asked: LessonRequest, language: str) -> LessonRenderer:
    """Return what renders the words of a lesson in a language."""
    last = asked.screen >= asked.screens
    return LessonRenderer(
        asked.place,
        language,
        answered=asked.answered,
        second=asked.second if language == asked.place.language else "",
        answer_url=asked.url(asked.screen),
        skip_url="" if last else asked.url(asked.screen + 1),
        stamp=asked.place.edition.structure_hash[:12],
        countries=choices(
            asked.place, LessonRequest.url(replace(asked, place=replace(asked.place, chosen="")), asked.screen)
        ),
    )


def side_list(asked: LessonRequest, renderer: LessonRenderer) -> Markup:
    """Return the lessons of the course for beside a page of one of them, with no word on what was done.

    It is the same for everybody, and for all screens of the lesson; what this learner has done is shown where it is read from their
    progress.
    """
    place, unit = asked.place, asked.unit
    return kept_part(
        ("lessons beside", unit.key, *way_key(place, renderer)),
        lambda: render_template(
            "learning/side.html",
            way=stations(place, renderer, place.structure.order, here=unit.key),
            unit=unit.key,
            course_title=renderer.rendered(place.words.title),
            course_url=with_country(course_url(place), place),
        ),
    )


def screen_rows(asked: LessonRequest, screen: Screen, renderer: LessonRenderer) -> Iterator[Row]:
    """Yield the pieces of a screen, beside the same in the second language where one is asked for."""
    if not asked.second:
        if recording := renderer.recording(screen.audio, "screen"):
            yield Row(_listen(recording))
        for piece in screen.pieces:
            yield Row(_piece(piece, renderer), status=piece.status)
        return
    other = replace(lesson_renderer(asked, asked.second), voice=renderer.voice, paper=renderer.paper)
    other = other if renderer.skip_url else replace(other, skip_url="")
    theirs = asked.words(asked.second).screens[asked.screen - 1]
    if theirs.heading is not None:
        yield Row(Markup(""), Markup('<p class="second-heading">{}</p>').format(other.rendered(theirs.heading).html))
    yield from _both_voices(screen, theirs, renderer, other)
    for piece, beside in zip(screen.pieces, theirs.pieces, strict=True):
        if piece.kind is PieceKind.STORY and piece.language != beside.language:
            both = _both_stories(renderer.html(piece), other.html(beside), renderer.lang(piece), asked.second)
            yield Row(both, status=piece.status)
            continue
        # A picture, a contact or a form stands once: twice would be two of the same id. A form has both languages in it.
        once = piece.kind in (PieceKind.PICTURE, PieceKind.CHECK, PieceKind.ASK, PieceKind.STORY)
        yield Row(_piece(piece, renderer), Markup("") if once else _piece_beside(beside, other), piece.status)


def _piece_beside(piece: Piece, other: LessonRenderer) -> Markup:
    """Return a piece in the second language, with the interface's own words in it too where the interface has that language."""
    if other.language not in offered_languages():
        return _piece(piece, other)
    with in_language(other.language):
        return _piece(piece, other)


def _both_stories(here: str, there: str, lang: Markup, second: str) -> Markup:
    """Return a story whose panels have the words of the second language under those of the first: its pictures stand once."""
    words = [_IMAGE.sub("", panel) for panel in _PANEL.findall(there)]
    beside = '<div class="beside" {}>{}</div>'
    added = iter(beside.format(lang_attributes(second), panel) for panel in words)
    html = _PANEL.sub(lambda panel: f"<li>{panel[1]}\n{next(added, '')}</li>", here)
    return _macro("story")(Markup(html), lang)  # noqa: S704  (both were filled and escaped before)


def _both_voices(screen: Screen, theirs: Screen, renderer: LessonRenderer, other: LessonRenderer) -> Iterator[Row]:
    here = renderer.recording(screen.audio, "screen", named=True)
    # Where both sides fell back to the same language, one voice is enough.
    there = other.recording(theirs.audio, "second", named=True) if theirs.audio != screen.audio else None
    if here or there:
        yield Row(_listen(here), _listen(there))


def _listen(recording: Recording | None) -> Markup:
    return Markup(render_template("listen.html", recording=recording)) if recording else Markup("")  # noqa: S704  (a template's own output)


def _piece(piece: Piece, renderer: LessonRenderer) -> Markup:
    if piece.kind is PieceKind.CHECK:
        item = renderer.item_of(piece.name)
        gone = item is None or is_outdated(renderer.place, item.key)
        return Markup("") if gone else _macro("check")(item, renderer)
    if piece.kind is PieceKind.ERRAND:
        return _macro("errand")(errand_card(piece, renderer), _list_url(piece, renderer))
    if piece.kind is PieceKind.WORDS:
        return _macro("word_list")(word_rows(piece, renderer), _list_url(piece, renderer))
    return _macro("piece")(piece, renderer)


def _list_url(piece: Piece, renderer: LessonRenderer) -> str:
    """Return the address of the whole list; "" on paper and beside words in the page's language, where it stands once."""
    here = not renderer.paper and renderer.language == renderer.place.language
    return list_url(renderer.place, piece.kind) if here else ""


def _macro(name: str) -> Callable[..., Markup]:
    macro: Callable[..., Markup] = get_template_attribute("learning/pieces.html", name)
    return macro


def back_url(asked: LessonRequest) -> str:
    """Return the address of the screen before this one, of the unit before this one, or of the course."""
    if asked.screen > 1:
        return asked.url(asked.screen - 1)
    before = asked.place.structure.before(asked.unit.key)
    return with_country(unit_url(asked.place, before) if before else course_url(asked.place), asked.place)


def next_url(asked: LessonRequest) -> str:
    """Return where the form goes that completes the lesson; the second language and a chosen country go along."""
    beside = "?" + urlencode({"with": asked.second}) if asked.second else ""
    return with_country(course_url(asked.place, "learning.advance", key=asked.unit.key) + beside, asked.place)


def after_url(place: LearnerCourse, key: str) -> str:
    """Return the address of the unit after this one, or of the course."""
    following = place.structure.after(key)
    return with_country(unit_url(place, following) if following else course_url(place), place)
