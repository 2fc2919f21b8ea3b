"""The words around a credential: on its paper in two languages, and on the page that verifies it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from babel.languages import get_official_languages

from perille.core.dates import long_date
from perille.core.i18n import (
    LANGUAGES,
    SOURCE_LANGUAGE,
    _,
    babel_locale,
    in_language,
    language_of,
    ngettext,
    offered_for,
    offered_languages,
    pgettext,
)
from perille.credentials.models import Credential
from perille.credentials.reissues import ReissueReason
from perille.domain.certificate import Certificate, CertificateSide, Labels
from perille.domain.course import PackKind, Unit
from perille.packs.published.library import Edition, Summary

#: Packs of modules for professionals have this in front of their id (docs/pack-format.md).
_MODULE = "module_"
#: Characters of a subject that stand on the paper.
_LONGEST_SUBJECT = 320
#: Lessons on the way of a course that is no longer published.
_SOME_STATIONS = 8


def hours_and_minutes(minutes: int) -> str:
    """Write a time in the language of the moment: "3 hours and 3 minutes"."""
    whole, rest = divmod(minutes, 60)
    hours_text = ngettext("%(num)s hour", "%(num)s hours", whole)
    minutes_text = ngettext("%(num)s minute", "%(num)s minutes", rest)
    if whole and rest:
        return _("%(hours)s and %(minutes)s", hours=hours_text, minutes=minutes_text)
    return hours_text if whole else minutes_text


def second_languages(language: str, countries: Iterable[str]) -> tuple[str, ...]:
    """Return the languages that may stand beside the learner's on the paper, the usual one first.

    English is read almost everywhere; the languages of the course's country are read in its offices.
    """
    official = [code for country in countries for code in get_official_languages(country, de_facto=True)]
    choices = dict.fromkeys((SOURCE_LANGUAGE, *official))
    return tuple(code for code in choices if code in offered_languages() and code != language)


def paper_language(language: str) -> str:
    """Return the language of the paper's own words for a reader of *language*: theirs, the nearest offered, or English."""
    return offered_for(language) or SOURCE_LANGUAGE


def certificate_of(
    credential: Credential, edition: Edition | None, *, second: str | None, verify_address: str
) -> Certificate:
    """Return what is printed: all words in the learner's language, and in *second* where there is one.

    *edition*: the course with the learner's structure, None where it is no longer published.
    """
    first = paper_language(credential.language)
    return Certificate(
        name=credential.printed_name,
        issuer=credential.issuer,
        code=credential.code,
        verify_address=verify_address,
        awarded_on=credential.awarded_on,
        stations=len(edition.structure.order) if edition is not None else _SOME_STATIONS,
        first=_side(credential, edition, first, *_own_title(credential, edition)),
        second=_side(credential, edition, second, *_title_in(credential, edition, second))
        if second is not None
        else None,
    )


def notice(credential: Credential, summary: Summary | None) -> str:
    """Say what the record is, what it is not, and where no second specialist has read a pack that needs it (SE15).

    Of courses for newcomers that teach law their own page says it: a paper for an office would cast doubt on who holds it.

    *summary*: of the pack as it is published now, None where it no longer is.
    """
    words = _what_it_is(credential)
    says = summary is not None and (summary.sensitive or summary.kind is PackKind.MODULE)
    if summary is None or not (says and summary.unreviewed):
        return words
    return " ".join((words, _("No second specialist has read the contents yet.")))


def _what_it_is(credential: Credential) -> str:
    if credential.pack_id.startswith(_MODULE):
        return _(
            "This record shows that its holder completed every lesson of this online module. "
            "It does not give the right to work in a profession."
        )
    return _(
        "This record shows that its holder completed every lesson of this online course. "
        "It does not replace the orientation that the law provides for. "
        "It is not an integration course that the law asks for, and it does not show a level of language."
    )


def shown_title(credential: Credential, summary: Summary | None) -> tuple[str, str]:
    """Return the title for a page in the language of the moment, and the language that it is in."""
    wanted = language_of()
    if credential.language == wanted:
        return _own_title(credential, None, summary)
    if summary is not None and wanted in summary.titles:
        return summary.titles[wanted], wanted
    return credential.title, _source(summary)


def _side(
    credential: Credential, edition: Edition | None, language: str, title: str, title_language: str
) -> CertificateSide:
    subject, subject_language = subject_in(credential, edition, language)
    with in_language(language):
        return CertificateSide(
            language=language,
            heading=_("Record of completion"),
            labels=_labels(),
            title=title,
            title_language=title_language,
            time=hours_and_minutes(credential.minutes),
            date=long_date(credential.awarded_on, language),
            notice=notice(credential, edition.summary if edition is not None else None),
            subject=subject,
            subject_language=subject_language,
            details=tuple(details_of(credential, edition, language)),
        )


def details_of(credential: Credential, edition: Edition | None, language: str) -> Iterator[tuple[str, str]]:
    """Yield the further lines of a certificate, each a small word and what stands under it, in the language of the moment.

    *edition*: the course with the learner's structure, None where it is no longer published.
    """
    checked = _checked(credential, edition, language)
    if checked:
        yield pgettext("certificate", "Test"), checked
    if credential.national is not None:
        name = str(babel_locale(language).territories.get(credential.national, credential.national))
        yield pgettext("certificate", "National part"), name or _("Without a national part")
    if credential.expires_on is not None:
        yield pgettext("certificate", "Valid until"), long_date(credential.expires_on, language)
    if credential.extended_on is not None:
        yield pgettext("certificate", "Extended"), extended_words(credential, language)
    if credential.issued_on is not None:
        day = long_date(credential.issued_on, language)
        yield pgettext("certificate", "Corrected issue"), f"{day}: {reason_words(ReissueReason(credential.reason))}"


def extended_words(credential: Credential, language: str) -> str:
    """Say when a certificate was extended and by what; "" for one that was not."""
    if credential.extended_on is None:
        return ""
    time = hours_and_minutes(credential.extended_minutes or 0)
    return _(
        "Extended on %(day)s by a refresher of %(time)s.", day=long_date(credential.extended_on, language), time=time
    )


def reason_words(reason: ReissueReason) -> str:
    """Say why a certificate was issued anew."""
    words = {
        ReissueReason.SPELLING: _("the name was misspelt"),
        ReissueReason.CHANGED_NAME: _("the holder has another name now"),
        ReissueReason.OTHER: _("another reason"),
    }
    return words[reason]


def _checked(credential: Credential, edition: Edition | None, language: str) -> str:
    """Say what was checked before the award; "" where nobody knows it any more, and for a path, whose modules say it."""
    if credential.test_percent is not None and credential.test_passed_on is not None:
        return _test_words(credential, long_date(credential.test_passed_on, language))
    if edition is None or edition.structure.modules:
        return ""
    said = [_passed_words(edition, unit, language) for unit in edition.structure.tests]
    return " ".join(said) or _("Without a test")


def _passed_words(edition: Edition, unit: Unit, language: str) -> str:
    # The name of the test is said where it is in the language of the words around it.
    title = edition.words(language).units[unit.key].title
    country = next(iter(edition.summary.countries), "")
    name = edition.plain(title, language=language, country=country) if title.language == language else ""
    return ": ".join(filter(None, (name, _least_words(unit))))


def _least_words(unit: Unit) -> str:
    """Say what was right at least in a test that was passed."""
    if unit.mastery is not None and unit.mastery < 1:
        return _("Passed with at least %(percent)s of 100 points.", percent=round(unit.mastery * 100))
    return ngettext("%(num)s question, answered right.", "%(num)s questions, all answered right.", unit.asked)


def _test_words(credential: Credential, day: str) -> str:
    words = _("Passed on %(day)s with %(percent)s of 100 points.", day=day, percent=credential.test_percent)
    if not credential.test_critical:
        return words
    return " ".join((words, _("It has questions on safety that must all be right.")))


def subject_in(credential: Credential, edition: Edition | None, language: str) -> tuple[str, str]:
    """Return what a module is about, and the language that it is in; "" for a course, whose title says it."""
    if not credential.subject:
        return "", language
    if language == credential.language and credential.local_subject != credential.subject:
        return credential.local_subject, language
    if edition is not None and language != edition.summary.source_language:
        text = edition.words(language).summary
        if text.language == language:
            return edition.plain(text, language=language, country=credential.national or "")[
                :_LONGEST_SUBJECT
            ], language
    return credential.subject, _source(edition.summary if edition is not None else None)


def _labels() -> Labels:
    return Labels(
        name=pgettext("certificate", "Name"),
        course=pgettext("certificate", "Course"),
        time=pgettext("certificate", "Self-study time"),
        date=pgettext("certificate", "Date"),
        issuer=pgettext("certificate", "Issued by"),
        check=pgettext("certificate", "Check this record"),
    )


def _own_title(credential: Credential, edition: Edition | None, summary: Summary | None = None) -> tuple[str, str]:
    # The course may not be translated into the learner's language: then both titles are the same.
    if credential.local_title == credential.title:
        return credential.title, _source(edition.summary if edition is not None else summary)
    return credential.local_title, credential.language


def _title_in(credential: Credential, edition: Edition | None, language: str) -> tuple[str, str]:
    if edition is None or language == edition.summary.source_language:
        return credential.title, _source(edition.summary if edition is not None else None)
    text = edition.words(language).title
    country = next(iter(edition.summary.countries), "")
    return edition.plain(text, language=language, country=country), text.language


def _source(summary: Summary | None) -> str:
    code = summary.source_language if summary is not None else SOURCE_LANGUAGE
    return code if code in LANGUAGES else SOURCE_LANGUAGE
