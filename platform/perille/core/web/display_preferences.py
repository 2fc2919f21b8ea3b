"""How somebody wants pages to look: larger letters, more space, stronger contrast, calm letters, easy words where there are.

One plain cookie holds the choice as words between dots, "large.strong". It is about a screen and not about a person: leaving keeps it,
"leave and forget" deletes it. `static/leave.js` puts it on the page before anything is painted, so pages that a worker keeps for everybody
come out right, whoever they were made for; without script the page comes with it from here, and it is a part of the key of cached pages.
"""

from __future__ import annotations

from functools import lru_cache

from flask import Response, has_request_context, request

from perille.core.web.cookies import delete_cookie, set_cookie
from perille.core.web.guest import is_guest

COOKIE = "perille_look"
#: Header by which the worker asks for a page as the phone shows it: it asks without the cookies, which tell who somebody is.
HEADER = "Perille-Look"
#: Field of the form -> its words, in the order in which the cookie has them. What is not chosen has no word.
CHOICES: dict[str, tuple[str, ...]] = {
    "size": ("large", "largest"),
    "space": ("airy",),
    "contrast": ("strong",),
    "letters": ("calm",),
    "words": ("easy",),
    "way": ("pictures",),
}
YEAR = 365 * 24 * 3600


@lru_cache(64)
def look_of(wanted: str) -> str:
    """Return the words that a cookie or a form names, one of a field at most, with dots between them; "" for none.

    >>> look_of("strong.large.wobbly.largest")
    'large.strong'
    """
    named = wanted.split(".")
    found = (next((word for word in words if word in named), "") for words in CHOICES.values())
    return ".".join(word for word in found if word)


def current_look() -> str:
    """Return the value of `data-look` for the page that is being made: words between spaces, "" where nothing was chosen."""
    if not has_request_context():
        return ""
    return look_of(request.headers.get(HEADER) or request.cookies.get(COOKIE, "")).replace(".", " ")


def kept_look() -> dict[str, str]:
    """Return the headers with which a page is asked for that a phone is to keep: what changes its letters alone is put on it by script."""
    return {HEADER: "pictures"} if wants_pictures() else {}


def wants_easy_words() -> bool:
    """Tell whether lessons are to be shown in their easy version, where they have one."""
    return "easy" in current_look().split()


def wants_pictures() -> bool:
    """Tell whether somebody finds their way by pictures and sound (picture mode)."""
    return "pictures" in current_look().split()


def keep_look(response: Response, wanted: str) -> None:
    """Keep a choice in this browser, words between dots; one of nothing leaves no cookie, that of a guest goes with the window."""
    if wanted:
        set_cookie(response, COOKIE, wanted, seconds=0 if is_guest() else YEAR, for_scripts=True)
    else:
        delete_cookie(response, COOKIE)


def look_with(word: str, *, wanted: bool) -> str:
    """Return the choice of this browser with a word of it changed, words between dots."""
    others = [each for each in current_look().split() if each != word]
    return look_of(".".join([*others, word] if wanted else others))
