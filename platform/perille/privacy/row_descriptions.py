"""What is kept of somebody, in words: a sentence for each table, and what of its rows can be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from perille.core.dates import long_date
from perille.core.i18n import lazy_gettext
from perille.core.type_aliases import RowValues
from perille.people.models import Role
from perille.people.role_words import SHORT_ROLES
from perille.privacy.learner_rows import Rows
from perille.profiles.cards import course_title

#: Table -> what its rows are; what stands first is shown first. Rows that only tie others together are part of these.
WORDS: Mapping[str, str] = {
    "account": lazy_gettext("Your account: what you are called and how you sign in"),
    "membership": lazy_gettext("Your roles in organisations"),
    "account_session": lazy_gettext("Browsers in which you are signed in"),
    "sign_in_link": lazy_gettext("Links that sign you in, as scrambled copies"),
    "account_learner": lazy_gettext("That your progress is kept in your account"),
    "invitation": lazy_gettext("Invitations into organisations, to you or from you"),
    "people_table": lazy_gettext("Lists of people that you brought in, kept for a day"),
    "group_trainer": lazy_gettext("Groups that you lead"),
    "consent": lazy_gettext("What you agreed to, or not, and when"),
    "notice": lazy_gettext("E-mails to you that wait or were sent lately"),
    "notice_switch": lazy_gettext("Which e-mails you switched off"),
    "spaced_answer": lazy_gettext("Questions under “My modules”: which you answered, and whether that was right"),
    "pin": lazy_gettext("Your PIN, as a scrambled copy"),
    "passkey": lazy_gettext("Your passkeys"),
    "authenticator": lazy_gettext("Your authenticator app"),
    "recovery_code": lazy_gettext("Your recovery codes, as scrambled copies"),
    "oidc_identity": lazy_gettext("That you sign in by your organisation"),
    "sign_in_request": lazy_gettext("Sign-ins that were begun and not finished"),
    "passkey_challenge": lazy_gettext("Sign-ins that were begun and not finished"),
    "oidc_login": lazy_gettext("Sign-ins that were begun and not finished"),
    "studio_comment": lazy_gettext("Comments that you wrote at blocks of drafts"),
    "studio_presence": lazy_gettext("Lessons of drafts that you have open, for half an hour"),
    "seminar_entry": lazy_gettext("Seminars that you signed up for"),
    "learner": lazy_gettext("A random number, the day you began and the day you were last here"),
    "enrolment": lazy_gettext("Courses that you began"),
    "phone": lazy_gettext("Phones that can open your progress, and their pictures"),
    "join_token": lazy_gettext("A picture that lets another phone join, as a scrambled copy"),
    "resume_code": lazy_gettext("Your code on paper, as a scrambled copy"),
    "merged_learner": lazy_gettext("That progress of another phone was put to yours"),
    "course_progress": lazy_gettext("When you began and finished each course"),
    "unit_progress": lazy_gettext("Which parts of courses you did, and when"),
    "bookmark": lazy_gettext("The place where you were last"),
    "attempt": lazy_gettext("Your tries at tests, with their results"),
    "attempt_answer": lazy_gettext("Your answers in tests"),
    "extra_time": lazy_gettext("That you have more time in tests"),
    "extra_tries": lazy_gettext("That you have more tries in tests"),
    "errand_tick": lazy_gettext("Errands that you ticked"),
    "credential": lazy_gettext("Certificates, with the name on them"),
    "credential_share": lazy_gettext("Links by which you share a certificate"),
    "group_member": lazy_gettext("Groups that you joined, with the name the trainer wrote"),
    "group_login": lazy_gettext("That a trainer made your user name"),
    "attendance": lazy_gettext("Meetings that you came to"),
    "group_waiver": lazy_gettext("Lessons that a trainer marked as done in class"),
    "mentor_pair": lazy_gettext("Your mentor, or whose mentor you are, and the day of the next meeting"),
    "mentor_meeting": lazy_gettext("Days on which you met as a pair"),
    "sync_conflict": lazy_gettext("What a room without internet and the office had written differently of you"),
    "lrs_launch": lazy_gettext("Content of other programs that you opened"),
}
#: What of a row is shown, where it can be read.
SHOWN: Mapping[str, tuple[str, ...]] = {
    "account": ("name", "username", "email", "created_at"),
    "membership": ("role",),
    "account_session": ("device", "created_at"),
    "studio_comment": ("at", "words"),
    "learner": ("created_at", "last_seen_on"),
    "enrolment": ("pack_id", "enrolled_at"),
    "phone": ("joined_at",),
    "credential": ("title", "printed_name", "awarded_on"),
    "group_member": ("name",),
    "mentor_pair": ("next_on",),
    "mentor_meeting": ("day",),
}
#: Tables whose rows only tie others together.
TIES = frozenset({"merged_enrolment"})


@dataclass(frozen=True, slots=True)
class StoredDataLine:
    """One kind of thing that is kept of somebody."""

    words: str
    count: int
    #: What can be read of each, in words.
    rows: tuple[str, ...] = ()


def kept_lines(rows: Rows, lang: str, more: Mapping[str, str], *, statements: int = 0) -> list[StoredDataLine]:
    """Say what some rows are, and how many statements of the record there are; a table without words is named as it is.

    *more*: the words of plugins for their tables, which come after ours.
    """
    words = {**WORDS, **more}
    names = (*(name for name in words if name in rows), *sorted(rows.keys() - words.keys() - TIES))
    lines = [
        StoredDataLine(str(words.get(name, name)), len(rows[name]), tuple(_read(name, rows[name], lang)))
        for name in names
    ]
    if statements:
        lines.append(
            StoredDataLine(str(lazy_gettext("Statements of the learning record, under your number")), statements)
        )
    return lines


def _read(name: str, rows: Iterable[RowValues], lang: str) -> Iterable[str]:
    for row in rows:
        values = [_written(column, row[column], lang) for column in SHOWN.get(name, ()) if row.get(column)]
        if values:
            yield " · ".join(values)


def _written(column: str, value: object, lang: str) -> str:
    if column == "pack_id":
        return course_title(str(value), lang)
    if column == "role":
        return str(SHORT_ROLES[Role(str(value))])
    if isinstance(value, datetime):
        return long_date(value.date(), lang)
    return long_date(value, lang) if isinstance(value, date) else str(value)
