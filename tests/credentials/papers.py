"""Certificates for tests: what a paper says, as values."""

from __future__ import annotations

from datetime import date

from perille.domain.certificate import Certificate, CertificateSide, Labels

CODE = "0123456789ABCDEF"

ENGLISH = CertificateSide(
    language="en",
    heading="Record of completion",
    labels=Labels(
        name="Name", course="Course", time="Self-study time", date="Date", issuer="Issued by", check="Check this record"
    ),
    title="Finland: before you travel and when you arrive",
    title_language="en",
    time="3 hours and 3 minutes",
    date="22 November 2026",
    notice="This record shows that its holder completed every lesson of this online course.",
)
ARABIC = CertificateSide(
    language="ar",
    heading="وثيقة إتمام",
    labels=Labels(
        name="الاسم",
        course="الدورة",
        time="المدة المقررة",
        date="التاريخ",
        issuer="الجهة المانحة",
        check="تحقّق من هذه الوثيقة",
    ),
    title="فنلندا: قبل السفر وعند الوصول",
    title_language="ar",
    time="3 ساعات و3 دقائق",
    date="22 تشرين الثاني/نوفمبر 2026",
    notice="تفيد هذه الوثيقة بأن حاملها أتمّ جميع دروس هذه الدورة.",
)
DARI = CertificateSide(
    language="prs",
    heading="تصدیق ختم کورس",
    labels=Labels(
        name="نام",
        course="کورس",
        time="وقت پلان‌شده",
        date="تاریخ",
        issuer="صادر شده از طرف",
        check="این سند را بررسی کنید",
    ),
    title="فنلند: گفتگوی ژرف، چتری و شفاخانۀ کودکان",
    title_language="prs",
    time="3 ساعت و 3 دقیقه",
    date="22 نومبر 2026",
    notice="این سند نشان می‌دهد که صاحب آن همۀ درس‌های این کورس آنلاین را خوانده است.",
)


def create_certificate(
    *,
    name: str = "Amina Yusuf",
    issuer: str = "Perille",
    code: str = CODE,
    stations: int = 13,
    first: CertificateSide = ENGLISH,
    second: CertificateSide | None = ARABIC,
) -> Certificate:
    """Return a certificate; only what a test is about needs to be said."""
    return Certificate(
        name=name,
        issuer=issuer,
        code=code,
        verify_address="https://learn.example.org/verify",
        awarded_on=date(2026, 11, 22),
        stations=stations,
        first=first,
        second=second,
    )
