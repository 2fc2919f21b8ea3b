"""The page of a course: its way with stations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from babel.numbers import format_decimal
from flask import render_template
from markupsafe import Markup

from perille.core.countries import country_name
from perille.core.current import current_config
from perille.core.extensions import db
from perille.core.i18n import LANGUAGES, _, babel_locale, ngettext, offered_languages
from perille.core.web.display_preferences import wants_pictures
from perille.core.web.page_addresses import url_for
from perille.courses.addresses import ADDRESSES, course_url, unit_url, with_country
from perille.courses.learner_course import LearnerCourse
from perille.domain.content import PieceKind
from perille.domain.course import CourseStructure, PackKind, UnitKind
from perille.domain.progress import UnitState, course_satisfied, next_unit
from perille.enrolment.accounts import session_holding
from perille.learning.course_progress import done_units, place_and_states
from perille.learning.course_units import minutes, parts, sheets, stations
from perille.learning.covers import has_wordy_screens, own_cover, unit_covers
from perille.learning.errand_cards import list_url
from perille.learning.render_context import LessonRenderer
from perille.learning.translation_note import course_note


def end_url(place: LearnerCourse) -> str:
    """Return the address of what the course gives at its end, a certificate or a badge; "" where it gives neither."""
    rule = place.structure.credential
    if rule is None:
        return ""
    return course_url(place, "credentials.badge" if rule.is_badge else "credentials.certificate")


def gives_badge(structure: CourseStructure) -> bool:
    """Tell whether a badge is at the end of a course."""
    return structure.credential is not None and structure.credential.is_badge


def screen_url(place: LearnerCourse, key: str, screen: int) -> str:
    """Return the address of a screen of a unit."""
    return unit_url(place, key) + (f"?screen={screen}" if screen > 1 else "")


def choices(place: LearnerCourse, address: str) -> list[tuple[str, str, bool]]:
    """Return (address, name, chosen) of each country of a pack that is for several."""
    countries = place.edition.summary.countries
    if len(countries) < 2:
        return []
    mark = "&" if "?" in address else "?"
    return [(f"{address}{mark}in={code.lower()}", country_name(code), code == place.chosen) for code in countries]


def contents(structure: CourseStructure) -> tuple[str, ...]:
    """Say how many units of each kind a course has: "12 lessons", "1 check"; a pre-test is no test of the course."""
    tests = [unit for unit in structure.counted_units if unit.kind is UnitKind.ASSESSMENT]
    kinds = Counter(unit.kind for unit in structure.units if not unit.for_trainer)
    checks = sum(1 for unit in tests if unit.rules is None)
    counted = (
        (kinds[UnitKind.MODULE], ngettext("%(num)s module", "%(num)s modules", kinds[UnitKind.MODULE])),
        (kinds[UnitKind.LESSON], ngettext("%(num)s lesson", "%(num)s lessons", kinds[UnitKind.LESSON])),
        (kinds[UnitKind.SESSION], ngettext("%(num)s meeting", "%(num)s meetings", kinds[UnitKind.SESSION])),
        (checks, ngettext("%(num)s check", "%(num)s checks", checks)),
        (len(tests) - checks, ngettext("%(num)s test", "%(num)s tests", len(tests) - checks)),
    )
    return tuple(words for count, words in counted if count)


def meta_line(place: LearnerCourse) -> str:
    """Say how long the course is and how much it weighs."""
    weight = _("about %(size)s kB to load", size=max(1, round(place.edition.summary.weight / 1000)))
    said = (*contents(place.structure), minutes(place.structure.minutes), weight, _voice_weight(place))
    return " · ".join(each for each in said if each)


def _voice_weight(place: LearnerCourse) -> str:
    """Say how much the recordings of these words weigh, "" where there are none."""
    key = ("voice", place.language, place.sure_country)
    size = place.edition.kept(key, lambda: _bytes_of_voices(place))
    assert isinstance(size, int)
    if not size:
        return ""
    megabytes = format_decimal(max(0.1, size / 1e6), "0.#", locale=babel_locale(place.language))
    words: str = _("audio: %(size)s MB, only when you press “Listen”", size=megabytes)
    return words


def _bytes_of_voices(place: LearnerCourse) -> int:
    media = place.edition.media
    return sum(media[name].size for name in place.words.recordings(place.sure_country))


def readable_languages(place: LearnerCourse) -> tuple[str, ...]:
    """Return the offered languages that a course is in, for a reader in whose language it is not yet; else nothing."""
    languages = place.edition.summary.languages
    return () if place.language in languages else tuple(code for code in offered_languages() if code in languages)


def is_unreviewed(place: LearnerCourse) -> bool:
    """Whether a course that is sensitive or teaches law waits for somebody beside its authors to read it (SE15)."""
    return place.edition.summary.unreviewed


def course_key(place: LearnerCourse) -> tuple[object, ...]:
    """Name all that the course's page for anybody is made of, so that it is kept while it is the same."""
    return ("course", place.kind, place.chosen, place.edition.stamp(place.language), is_unreviewed(place))


def _next_here(
    place: LearnerCourse, noted: tuple[str, int] | None, states: Mapping[str, UnitState], done: Collection[str]
) -> str | None:
    """Return the unit where a learner is: the *noted* one while it is not done, else the next that is open."""
    if noted is not None and noted[0] not in done:
        return noted[0]
    return next_unit(place.structure, states)


def course_page(place: LearnerCourse) -> str:
    """Make the course's page for its learner, or for anybody."""
    renderer = LessonRenderer(place, place.language)
    following, states = place_and_states(db.session, place)
    done = done_units(place, states)
    # Somebody who took the modules of a path has begun it, whether or not they pressed its own button.
    begun = place.enrolment is not None or bool(done)
    here = _next_here(place, following, states, done)
    following = following or ((here, 1) if here else None)
    return render_template(
        "learning/course.html",
        badge=gives_badge(place.structure),
        title=renderer.rendered(place.words.title),
        summary=renderer.rendered(place.words.summary),
        meta=meta_line(place),
        **_languages(place),
        tracked=place.tracked,
        started=begun,
        has_account=session_holding()(),
        complete=begun and course_satisfied(place.structure, states),
        **_beginning(place, renderer, following),
        progress=f"{len(done)} {following}" if begun else "none",
        # Beside the way and before it: nobody is led there.
        offers=stations(place, renderer, () if done else place.structure.pre_tests),
        parts=parts(place, renderer, done, here if begun else None),
        sheets="" if wants_pictures() else sheets(place, renderer),
        sensitive=place.edition.summary.sensitive,
        disclaimer=place.kind is PackKind.COURSE,
        **_taking(place),
        help_country=place.sure_country,
        **_pictures(place),
        **_addresses(place),
    )


def _addresses(place: LearnerCourse) -> dict[str, str]:
    """Return where the links of the page lead."""
    return {
        "address": ADDRESSES[place.kind],
        "end_url": end_url(place),
        "errands_url": list_url(place, PieceKind.ERRAND),
        "words_url": list_url(place, PieceKind.WORDS),
        "remind_url": _remind_url(place),
        "share_url": with_country(course_url(place), place),
        "preview_url": _preview_url(place),
        # What a request calls this site is not written into pages that are kept for everybody.
        "site_base": _origin(current_config().site_url),
    }


def _taking(place: LearnerCourse) -> dict[str, object]:
    """Return from where a phone takes the course along, in which languages beside this one, and whether any is read aloud."""
    others = (code for code in place.edition.summary.languages if code != place.language and code in LANGUAGES)
    spoken = any("audio" in name.split("/") for name in place.edition.media)
    return {"take_url": _take_url(place), "take_seconds": tuple(others), "take_sound": spoken}


def _languages(place: LearnerCourse) -> dict[str, object]:
    """Return what the page says of its own language, and where the course is in its source language."""
    source = place.edition.summary.source_language
    return {
        "draft": course_note(place),
        "readable": readable_languages(place),
        "unreviewed": is_unreviewed(place),
        "source": source,
        "source_url": course_url(replace(place, language=source)),
    }


def _beginning(place: LearnerCourse, renderer: LessonRenderer, following: tuple[str, int] | None) -> dict[str, object]:
    """Return where one begins, and where one goes on: at a unit and its screen."""
    return {
        "guest_url": with_country(_guest_url(place), place),
        "first_url": with_country(unit_url(place, place.structure.first), place),
        "start_url": with_country(course_url(place, "learning.start"), place),
        "countries": choices(place, course_url(place)),
        "next_url": with_country(screen_url(place, *following), place) if following else "",
        "next_title": _title(place, renderer, following[0] if following else None),
    }


def _guest_url(place: LearnerCourse) -> str:
    """Return the address at which somebody begins as a guest."""
    return url_for("guests.begin_visit", lang=place.language, to=f"{ADDRESSES[place.kind]}/{place.slug}")


def _pictures(place: LearnerCourse) -> dict[str, object]:
    """Return whether the units have pictures, and whether these tell all, for who finds the way by them; nothing for others."""
    if not wants_pictures():
        return {}
    covers = unit_covers(place.edition, place.language, place.sure_country)
    wordy = has_wordy_screens(place.edition, place.language, place.sure_country)
    return {"covers": bool(covers), "is_wordy": wordy and bool(covers)}


def _preview_url(place: LearnerCourse) -> str:
    """Return the address of the picture that stands beside a shared link, "" for a course without a drawing of its own."""
    if not own_cover(place.edition, place.language):
        return ""
    kind = ADDRESSES[place.kind]
    return url_for("link_preview.preview", lang=place.language, kind=kind, slug=place.edition.summary.slug)


def _origin(address: str) -> str:
    """Return scheme and host of an address, "" for none: `url_for` writes the path below which the site is."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def may_leave_a_trace(place: LearnerCourse) -> bool:
    """Tell whether something of a course may stay on a phone that others use, too: never of a sensitive one (SE3)."""
    return place.tracked and not place.edition.summary.sensitive


def _remind_url(place: LearnerCourse) -> str:
    """Return the address at which somebody makes a reminder; "" where the course leaves no trace on a shared phone."""
    return with_country(course_url(place, "reminders.reminder_form"), place) if may_leave_a_trace(place) else ""


def _take_url(place: LearnerCourse) -> str:
    """Return the address from which a phone takes the course along; "" for a sensitive one, which leaves no trace on a shared phone."""
    offered = current_config().offline and may_leave_a_trace(place)
    return with_country(course_url(place, "offline.download_bundle"), place) if offered else ""


def _title(place: LearnerCourse, renderer: LessonRenderer, key: str | None) -> Markup | str:
    return renderer.rendered(place.words.units[key].title).html if key else ""
