"""What question types, their fields and lists are called on the Studio's pages; a plugin's forms bring their own words."""

from __future__ import annotations

from perille.core.i18n import gettext, lazy_gettext
from perille.domain.item_form import FormField, FormRows, form_of
from perille.packs.source.registry import current_interactions

#: What a question type is called; one of a plugin has its own name.
TYPE_NAMES = {
    "choice": lazy_gettext("One right answer"),
    "multiple-choice": lazy_gettext("Several right answers"),
    "true-false": lazy_gettext("True or false"),
    "gap-fill": lazy_gettext("Fill the gaps of a text"),
    "sequencing": lazy_gettext("Put steps in order"),
    "matching": lazy_gettext("Join what belongs together"),
    "grouping": lazy_gettext("Sort into groups"),
    "picture-choice": lazy_gettext("One right picture"),
    "hotspot": lazy_gettext("Find places in a picture"),
    "fill-in": lazy_gettext("Type a word"),
    "numeric": lazy_gettext("Type a number"),
    "likert": lazy_gettext("Ask for an opinion"),
    "free-text": lazy_gettext("Write in one’s own words"),
    "role-play": lazy_gettext("Role-play: scenes, and choices that lead on"),
}
#: What fields are called, where a form does not say: by list and key, else by key.
_FIELDS = {
    "prompt": lazy_gettext("Question"),
    "hint": lazy_gettext("Hint, if you like"),
    "objective": lazy_gettext("What it asks for, such as “K: when to call 112”"),
    "text": lazy_gettext("Words"),
    "feedback": lazy_gettext("What is said to who chooses it: why it is right or wrong"),
    "right": lazy_gettext("This is right"),
    "feedback_true": lazy_gettext("What is said to who answers “true”"),
    "feedback_false": lazy_gettext("What is said to who answers “false”"),
    "feedback_right": lazy_gettext("What is said after a right answer"),
    "feedback_wrong": lazy_gettext("What is said after a wrong answer"),
    "answer": lazy_gettext("The right answer"),
    "tolerance": lazy_gettext("How far off it may be"),
    "accepted": lazy_gettext("Answers that are right, one on each line"),
    "source": lazy_gettext("Left"),
    "target": lazy_gettext("Right: what belongs to it"),
    "picture": lazy_gettext("Picture"),
    "picture_description": lazy_gettext("What the picture shows"),
    "gap": lazy_gettext("Gap that it fills; empty for a word that fits none"),
    "group": lazy_gettext("Group that it belongs to"),
    "key": lazy_gettext("Name of the gap: write ((name)) in the text"),
    "model": lazy_gettext("A good answer, shown afterwards"),
    "points": lazy_gettext("What belongs in it, one on each line"),
    "area/text": lazy_gettext("What is there"),
    "shape": lazy_gettext("Shape"),
    "coords": lazy_gettext("Where it is, in the picture’s own units"),
    "title": lazy_gettext("Title"),
    "about": lazy_gettext("Who is met, and who the learner is here"),
    "start": lazy_gettext("First scene"),
    "lesson": lazy_gettext("Lesson to read again afterwards"),
    "scene/text": lazy_gettext("What happens in this scene"),
    "signs": lazy_gettext("What can be noticed in it, one on each line"),
    "end": lazy_gettext("Does it end here?"),
    "scene/choice/text": lazy_gettext("What the learner can do"),
    "to": lazy_gettext("Leads to"),
    "led_to": lazy_gettext("What it led to, said at the end"),
    "best": lazy_gettext("An experienced colleague would do this"),
    "why": lazy_gettext("Why, said at the end"),
}
_LISTS = {
    "choice": lazy_gettext("Answers"),
    "step": lazy_gettext("Steps in the right order"),
    "pair": lazy_gettext("Pairs"),
    "extra": lazy_gettext("Words on the right that fit nothing"),
    "gap": lazy_gettext("Gaps"),
    "word": lazy_gettext("Words to choose from"),
    "group": lazy_gettext("Groups"),
    "member": lazy_gettext("Words to sort"),
    "level": lazy_gettext("Levels, from least to most"),
    "area": lazy_gettext("Places in the picture"),
    "scene": lazy_gettext("Scenes"),
    "scene/choice": lazy_gettext("What can be done"),
}
_VALUES = {
    "it ends well": lazy_gettext("Yes, well"),
    "it ends partly well": lazy_gettext("Yes, partly well"),
    "it ends badly": lazy_gettext("Yes, badly"),
}


def type_name(interaction: str) -> str:
    """Return what a question type is called, its name where it is not installed."""
    if interaction in TYPE_NAMES:
        return str(TYPE_NAMES[interaction])
    found = current_interactions().get(interaction)
    return gettext(found.friendly_name) if found is not None else interaction


def types_with_form() -> dict[str, str]:
    """Return the question types that can be made here, name -> what it is called; a plugin's stand after ours."""
    known = current_interactions()
    names = [*TYPE_NAMES, *(name for name in known.names if name not in TYPE_NAMES)]
    return {name: type_name(name) for name in names if form_of(known.get(name)) is not None}


def field_name(field: FormField | str, rows: str = "") -> str:
    """Return what a field is called; *rows*: key of the list in which it stands."""
    key = field if isinstance(field, str) else field.key
    if isinstance(field, FormField) and field.label:
        return gettext(field.label)
    return str(_FIELDS.get(f"{rows}/{key}") or _FIELDS.get(key, key))


def list_name(rows: FormRows, outer: str = "") -> str:
    """Return what a list is called; *outer*: key of the list in whose rows it stands."""
    if rows.label:
        return gettext(rows.label)
    return str(_LISTS.get(f"{outer}/{rows.key}") or _LISTS.get(rows.key, rows.key))


def value_names(field: FormField) -> dict[str, str]:
    """Return what the values of a field to choose from are called, value -> name."""
    return {value: str(_VALUES[label]) if label in _VALUES else gettext(label) for value, label in field.values.items()}
