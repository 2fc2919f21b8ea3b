"""One of several pictures: a single choice for people who read little."""

from __future__ import annotations

from perille.interactions.choice import Choice


class PictureChoice(Choice):
    """A single choice whose choices are pictures; the text of a choice describes its picture."""

    name = "picture-choice"
    friendly_name = "One right picture"
    template = "interactions/picture-choice.html"
    offline = "offline/choice.js"
    choice_keys = ("right", "picture")
