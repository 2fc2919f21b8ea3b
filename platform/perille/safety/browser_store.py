"""All that this site and its pages can keep in a browser, by name, for the page "Your data".

A test compares it with the cookies that the code sets and with what the scripts keep: whoever adds one says here what it is for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from babel.dates import format_timedelta
from flask_babel.speaklater import LazyString

from perille.core.i18n import babel_locale, language_of, lazy_gettext
from perille.core.web import guest, leaving
from perille.core.web.cookies import name_in_browser

_MINUTE, _HOUR, _YEAR = 60, 3600, 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie that the site or one of its scripts sets."""

    plain_name: str
    seconds: int
    #: Whether scripts of our pages read it.
    for_scripts: bool = False

    @property
    def name(self) -> str:
        """The name that the browser shows."""
        return name_in_browser(self.plain_name, for_scripts=self.for_scripts)

    @property
    def life(self) -> str:
        """How long it lasts, in words of the page's language; "" for one that goes with the window."""
        if not self.seconds:
            return ""
        return format_timedelta(timedelta(seconds=self.seconds), threshold=1, locale=babel_locale(language_of()))


@dataclass(frozen=True, slots=True)
class Purpose:
    """What something is kept for, and by which names."""

    words: LazyString
    cookies: tuple[Cookie, ...] = ()
    #: Names of what scripts keep until it is emptied; "…" for what differs.
    stores: tuple[str, ...] = ()
    #: Names of what scripts keep until the window is closed.
    of_window: tuple[str, ...] = ()


PURPOSES = (
    Purpose(
        lazy_gettext("Your language, and how pages look and sound"),
        (Cookie("lang", _YEAR, for_scripts=True), Cookie("perille_look", _YEAR, for_scripts=True)),
        ("perille-voice",),
    ),
    Purpose(lazy_gettext("That a guest learns here"), (Cookie(guest.COOKIE, 0, for_scripts=True),)),
    Purpose(
        lazy_gettext("Which progress is yours, and whose is open"),
        (
            Cookie("perille_learner", _YEAR),
            Cookie("perille_profile", _YEAR, for_scripts=True),
            Cookie(leaving.UNLOCKED, _YEAR),
        ),
    ),
    Purpose(
        lazy_gettext("Courses that you took along, and pages for when there is no internet"),
        (Cookie("perille_taken", _YEAR, for_scripts=True),),
        ("perille-course:…", "perille-pages"),
    ),
    Purpose(
        lazy_gettext("What you did that is not sent yet, and the key that hides it from others"),
        stores=("perille", "perille-test-…", "perille-key"),
    ),
    Purpose(
        lazy_gettext("What you opened that is for one group of people only. It is never sent."),
        of_window=("perille-status",),
    ),
    Purpose(
        lazy_gettext("What the next page shows once, such as a new code"),
        tuple(Cookie(name, 10 * _MINUTE) for name in leaving.SHOWN_ONCE),
    ),
    Purpose(lazy_gettext("Whether this browser keeps cookies"), (Cookie("perille_try", _HOUR),)),
    Purpose(
        lazy_gettext("That an account is signed in, or was signed in here before"),
        (
            Cookie("perille_account", 12 * _HOUR),
            Cookie(leaving.KNOWN, _YEAR),
            Cookie(leaving.UNASKED, _YEAR),
        ),
    ),
    Purpose(
        lazy_gettext("That somebody is signing in just now"),
        (Cookie("perille_sign_in", 15 * _MINUTE), Cookie("perille_oidc", 10 * _MINUTE)),
    ),
    Purpose(
        lazy_gettext("That somebody pressed the way out on this phone"),
        (Cookie(leaving.MARKER, _YEAR, for_scripts=True), Cookie(leaving.JUST_LEFT, 10 * _MINUTE)),
        ("perille-left", "perille-forget"),
    ),
    Purpose(
        lazy_gettext("For who makes courses: work that is not sent yet, and which keys record"),
        stores=("perille-studio-unsent", "perille-studio-typed", "perille-recordings", "perille-recorder-keys"),
        of_window=(
            "perille-studio-early",
            "perille-studio-translating",
            "perille-studio-beside-file",
            "perille-studio-sent",
            "perille-studio-tab",
        ),
    ),
)
