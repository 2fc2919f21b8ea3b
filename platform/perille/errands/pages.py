"""The page of a course's errands, in one language or two, and its calendar file; the page of its words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from flask import render_template, url_for

from perille.core.dates import long_date, today
from perille.core.extensions import db
from perille.core.host_languages import host_language
from perille.core.i18n import LANGUAGES, _, ngettext
from perille.core.web.templating import lang_attributes
from perille.courses.addresses import ADDRESSES, course_url, with_country
from perille.courses.learner_course import LearnerCourse
from perille.domain.content import ErrandPart, PieceKind, Text
from perille.domain.fact import Fact
from perille.errands.calendar_file import CalendarEntry, write_calendar
from perille.errands.services import CourseErrand, errands_of, ticked
from perille.errands.word_list import LONGEST_SEARCH, course_words, matching
from perille.learning.course_page import screen_url
from perille.learning.errand_cards import ErrandCard, errand_card
from perille.learning.render_context import LessonRenderer, RenderedText
from perille.learning.status_names import status_name
from perille.learning.translation_note import texts_note
from perille.packs.format.errands import TITLE
from perille.packs.published.library import current_library


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrandRow:
    """An errand on the page."""

    card: ErrandCard
    #: The same in the second language, None for none.
    beside: ErrandCard | None
    lesson: RenderedText
    url: str
    #: The day or the number of days, in words; "" for no deadline.
    due: str
    passed: bool
    #: For whom it is, in words; "" for everybody.
    people: str
    tickable: bool
    done: bool
    #: Where it is put into a calendar, "" where it has no day to come.
    calendar_url: str
    #: Address of the file of a day that is so many days after one that the reader types; "" where no number of days is known.
    counted_url: str


def errands_address(place: LearnerCourse, *, second: str = "", late: str = "") -> str:
    """Return the address of the page of a course's errands; *late*: key of one whose day has passed, counted from a typed one."""
    return _address("errands.errand_list", place, {"with": second, "late": late})


def _address(endpoint: str, place: LearnerCourse, query: dict[str, str]) -> str:
    address = url_for(endpoint, lang=place.language, kind=ADDRESSES[place.kind], slug=place.slug)
    given = urlencode({name: value for name, value in query.items() if value})
    return with_country(f"{address}?{given}" if given else address, place)


def course_errands(place: LearnerCourse) -> tuple[CourseErrand, ...]:
    """Return the errands of a course in the order in which they are due today."""
    return errands_of(place, current_library(), today())


def errands_page(place: LearnerCourse, second: str, late: str = "") -> str:
    """Make the page; *second*: a language that stands beside the page's, "" for none; *late*: see `errands_address`."""
    renderer = LessonRenderer(place, place.language, voice=False)
    done = ticked(db.session, place.enrolment)
    errands = course_errands(place)
    others = _cards_in(place, second)
    rows = [_row(place, errand, renderer, done, others.get(errand.key), second, late) for errand in errands]
    return render_template(
        "errands/mine.html",
        course_url=with_country(course_url(place), place),
        course_title=renderer.rendered(place.words.title),
        draft=texts_note(place, _words_of(errands)),
        by_deadline=any(errand.deadline is not None for errand in errands),
        open_rows=[row for row in rows if not row.done],
        done_rows=[row for row in rows if row.done],
        post_url=errands_address(place, second=second),
        second=second,
        second_lang=lang_attributes(second) if second else "",
        single_url=errands_address(place),
        others=_other_languages(place),
        calendar_url=_address("errands.calendar", place, {}) if _entries(place, errands) else "",
        tracked=place.tracked and not place.edition.summary.sensitive,
        enrolled=place.enrolment is not None,
        help_country=place.sure_country,
    )


def _words_of(errands: Iterable[CourseErrand]) -> Iterator[Text]:
    """Yield the words of errands."""
    for errand in errands:
        yield from (entry.text for entry in errand.piece.entries)


def _row(
    place: LearnerCourse,
    errand: CourseErrand,
    renderer: LessonRenderer,
    done: frozenset[str],
    beside: ErrandCard | None,
    second: str,
    late: str,
) -> ErrandRow:
    passed = errand.day < today() if errand.day is not None else errand.key == late
    return ErrandRow(
        card=errand_card(errand.piece, renderer),
        beside=beside,
        lesson=renderer.rendered(place.words.units[errand.unit].title),
        url=with_country(screen_url(place, errand.unit, errand.screen), place),
        due=_due(errand, place.language),
        passed=passed,
        people=_("Only for %(people)s", people=status_name(errand.piece.status)) if errand.piece.status else "",
        tickable=errand.tickable,
        done=errand.tickable and errand.key in done,
        calendar_url=_address("errands.calendar", place, {"errand": errand.key})
        if errand.day is not None and not passed
        else "",
        counted_url=_address("errands.calendar_from_date", place, {"with": second}) if errand.days is not None else "",
    )


def _due(errand: CourseErrand, language: str) -> str:
    if errand.day is not None:
        return _("By %(date)s", date=long_date(errand.day, language))
    if errand.days is not None:
        return ngettext("Within %(num)s day", "Within %(num)s days", errand.days)
    return ""


def _cards_in(place: LearnerCourse, second: str) -> dict[str, ErrandCard]:
    """Return each errand in another language, none for ""; its links lead to the lessons in the page's."""
    if not second:
        return {}
    renderer = LessonRenderer(place, second, voice=False)
    return {each.piece.name: errand_card(each.piece, renderer) for each in place.pieces(PieceKind.ERRAND, second)}


def _other_languages(place: LearnerCourse) -> list[dict[str, str]]:
    """Return the languages that can stand beside, the country's first: that is the one to show at a counter."""
    codes = [code for code in place.edition.summary.languages if code != place.language and code in LANGUAGES]
    first = host_language(place.country)
    codes.sort(key=lambda code: code != first)
    return [{"code": code, "url": errands_address(place, second=code)} for code in codes]


def calendar_body(place: LearnerCourse, wanted: str) -> str:
    """Return the calendar file of a course, or of its errand *wanted*; "" where nothing in it has a day to come.

    The file of the whole course leaves out what is for one status only: a calendar is often shared.
    """
    entries = _entries(place, course_errands(place), wanted)
    return write_calendar(entries, place.language) if entries else ""


def counted_body(place: LearnerCourse, errand: CourseErrand, first: date) -> str:
    """Return the calendar file of an errand that is due some days after *first*; "" where that day has passed.

    Days of work are counted as days: the entry then comes early, and never too late. Raise ValueError for an errand without a number
    of days, or a day behind the end of the calendar.
    """
    if errand.deadline is None or errand.days is None:
        raise ValueError("this errand has no number of days")
    try:
        day = first + timedelta(days=errand.days)
    except OverflowError as error:
        raise ValueError("no such day") from error
    return write_calendar([_entry(place, errand, errand.deadline, day)], place.language) if day >= today() else ""


def _entries(place: LearnerCourse, errands: Iterable[CourseErrand], wanted: str = "") -> list[CalendarEntry]:
    chosen = (each for each in errands if (each.key == wanted if wanted else not each.piece.status))
    return [
        _entry(place, each, each.deadline, each.day)
        for each in chosen
        if each.deadline is not None and each.day is not None and each.day >= today()
    ]


def _entry(place: LearnerCourse, errand: CourseErrand, deadline: Fact, day: date) -> CalendarEntry:
    name = hashlib.sha256(f"{place.structure.pack} {place.country} {errand.key}".encode()).hexdigest()[:32]
    uid, stamp = f"{name}@perille", deadline.checked_on
    if place.edition.summary.sensitive:
        # Who looks at the calendar learns no more than that there is a day.
        return CalendarEntry(uid=uid, day=day, title=_("Reminder"), stamp=stamp)
    said = {
        each.key: place.edition.plain(each.text, language=place.language, country=place.country)
        for each in errand.piece.entries
    }
    lines = [said[key] for key in (ErrandPart.WHAT, ErrandPart.WHERE, ErrandPart.BRING) if key in said]
    return CalendarEntry(uid=uid, day=day, title=said[TITLE], stamp=stamp, description="\n".join(lines))


def word_list_page(place: LearnerCourse, search: str) -> str:
    """Make the page of all words of a course, or of those that *search* finds."""
    renderer = LessonRenderer(place, place.language, voice=False)
    words = course_words(place, renderer)
    found = matching(words, search, renderer) if search else words
    return render_template(
        "errands/words.html",
        course_url=with_country(course_url(place), place),
        course_title=renderer.rendered(place.words.title),
        draft=texts_note(place, (word.entry.text for word in found)),
        words=found,
        search=search,
        longest=LONGEST_SEARCH,
        said=ngettext("%(num)s word", "%(num)s words", len(found)),
        form_url=_address("errands.word_list", replace(place, chosen=""), {}),
        whole_url=_address("errands.word_list", place, {}),
        chosen=place.chosen.lower(),
        help_country=place.sure_country,
    )
