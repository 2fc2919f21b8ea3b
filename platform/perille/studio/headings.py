"""The title of a lesson and the headings of its screens: what somebody did not change stays as somebody else wrote it meanwhile."""

from __future__ import annotations

from collections.abc import Mapping

from perille.core.i18n import _
from perille.studio.lesson_source import LessonScreen, LessonSource


def changed_heads(
    source: LessonSource, number: int, had: Mapping[str, str], new: Mapping[str, str]
) -> tuple[str, list[str]]:
    """Return a lesson with another title and another heading of a screen, and what of it was refused, in words.

    *had*: how the page showed them. What its author has not changed stays as somebody else wrote it meanwhile; where both have changed
    it, theirs stays, and the words say both.
    """
    text, refused = source.text, []
    screen = _headed(source, number, had.get("heading"))
    now = {"title": source.title, "heading": screen.heading if screen else ""}
    for name in new:
        if new[name] == had.get(name) or new[name] == now[name] or (name == "title" and not new[name]):
            continue
        if had.get(name, now[name]) != now[name]:
            said = _(
                "Somebody else has written “%(theirs)s” here meanwhile. You wrote “%(mine)s”: write it again if it is to stay.",
                theirs=now[name],
                mine=new[name],
            )
            refused.append(said)
        elif name == "heading" and screen:
            text = source.set_heading(screen, new[name])
        elif name == "title":
            text = LessonSource(text).set_title(new[name])
    return text, refused


def _headed(source: LessonSource, number: int, had: str | None) -> LessonScreen | None:
    """Return the screen that a form was made of: the nearest that has its heading still, else that of its number."""
    if not source.screens:
        return None
    same = [(abs(at - number), at) for at, each in enumerate(source.screens, 1) if each.heading == had]
    return source.screens[(min(same)[1] if same else min(number, len(source.screens))) - 1]
