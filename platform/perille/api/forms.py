"""Fields that forms of question types share: see `perille.domain.item_form`."""

from __future__ import annotations

from perille.domain.item_form import FieldKind, FormField

#: What is said after a right and after a wrong answer.
SAID_AFTERWARDS = (FormField(key="feedback_right"), FormField(key="feedback_wrong"))


def word_fields(*keys: str, needed: bool = True) -> tuple[FormField, ...]:
    """Return a field of words for each key.

    >>> [(each.key, each.needed) for each in word_fields("text", "feedback")]
    [('text', True), ('feedback', True)]
    """
    return tuple(FormField(key=key, needed=needed) for key in keys)


def picture_field(key: str = "picture") -> FormField:
    """Return a field for a picture of the pack, which may be left empty.

    >>> picture_field().key, picture_field("cover").key
    ('picture', 'cover')
    """
    return FormField(key=key, kind=FieldKind.PICTURE)


def flag_field(key: str) -> FormField:
    """Return a field that is true, or left out of the table.

    >>> flag_field("right").kind is FieldKind.FLAG
    True
    """
    return FormField(key=key, kind=FieldKind.FLAG)
