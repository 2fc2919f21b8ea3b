"""The certificate of attendance: set as all certificates of the site are, with a code that says that somebody was there."""

from __future__ import annotations

from perille.core.current import current_config
from perille.core.dates import long_date
from perille.core.i18n import SOURCE_LANGUAGE, _, in_language, offered_for, pgettext
from perille.core.web.site_address import external_url
from perille.credentials.certificate_text import hours_and_minutes
from perille.credentials.design import print_certificate
from perille.domain.certificate import Certificate, CertificateSide, Labels
from perille.seminars.models import Seminar, SeminarEntry


def attendance_pdf(seminar: Seminar, entry: SeminarEntry, organisation: str, country: str) -> bytes:
    """Return the paper, in the language of who came and in English. The entry must have a code."""
    assert entry.code is not None
    first = offered_for(entry.locale) or SOURCE_LANGUAGE
    second = SOURCE_LANGUAGE if first != SOURCE_LANGUAGE else None
    return print_certificate(
        Certificate(
            name=entry.name,
            issuer=organisation or current_config().issuer,
            code=entry.code,
            verify_address=external_url("seminars.verify_certificate", lang=first).rstrip("/"),
            awarded_on=seminar.starts_at.date(),
            stations=1,
            first=_side(seminar, first),
            second=_side(seminar, second) if second is not None else None,
        )
    )


def minutes_of(seminar: Seminar) -> int:
    """Return how long a seminar is, in minutes."""
    return int((seminar.ends_at - seminar.starts_at).total_seconds() // 60)


def _side(seminar: Seminar, language: str) -> CertificateSide:
    with in_language(language):
        return CertificateSide(
            language=language,
            heading=_("Certificate of attendance"),
            labels=Labels(
                name=pgettext("certificate", "Name"),
                course=_("Seminar"),
                time=_("Length"),
                date=pgettext("certificate", "Date"),
                issuer=pgettext("certificate", "Issued by"),
                check=pgettext("certificate", "Check this record"),
            ),
            title=seminar.title,
            title_language=seminar.language,
            time=hours_and_minutes(minutes_of(seminar)),
            date=long_date(seminar.starts_at.date(), language),
            notice=_("This paper shows that its holder was at this seminar. It does not say what they learned."),
        )
