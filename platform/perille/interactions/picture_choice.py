"""One of several pictures: a single choice for people who read little."""

from __future__ import annotations

from perille.api import FieldKind, FormField, FormRows, ItemForm, flag_field, word_fields
from perille.interactions.choice import Choice


class PictureChoice(Choice):
    """A single choice whose choices are pictures; the text of a choice stands below its picture."""

    name = "picture-choice"
    friendly_name = "One right picture"
    template = "interactions/picture-choice.html"
    offline = "offline/choice.js"
    form = ItemForm(
        rows=(
            FormRows(
                key="choice",
                fields=(
                    FormField(key="picture", kind=FieldKind.PICTURE, needed=True),
                    *word_fields("text", "feedback"),
                    flag_field("right"),
                ),
            ),
        ),
    )
    choice_keys = ("right", "picture")
