"""A short text of one's own, with a model answer to hold it against. The learner marks it; nobody else does."""

from __future__ import annotations

import unicodedata

from perille.api import (
    Definition,
    FieldKind,
    Form,
    FormField,
    InteractionType,
    Item,
    ItemForm,
    ItemReader,
    ItemReading,
    ItemTable,
    Outcome,
    Recording,
    Response,
    no_answer,
    only_value,
    pair,
    word_fields,
)

#: Characters; about 300 words.
LONGEST_TEXT = 2000
#: How far a point is in one's own text.
MARKS = ("yes", "partly", "no")


class FreeText:
    """A field *name* with the text; after it was sent, a field *name*.point-<n> with "yes", "partly" or "no" for each point.

    The response is the text, then "point-<n>[.]<mark>" for each point that was marked. It may tell of a real person, so
    where the pack is sensitive it is not kept.
    """

    name = "free-text"
    friendly_name = "Write in your own words"
    keys = frozenset({"model", "points"})
    template = "interactions/free-text.html"
    form = ItemForm(fields=(*word_fields("model"), FormField(key="points", kind=FieldKind.LINES)))
    scored = False
    recording = Recording.UNLESS_SENSITIVE

    def read(self, table: ItemTable) -> ItemReading:
        """Read the model answer and what a good answer holds; raise ItemFault naming every fault."""
        reader = ItemReader(table, self.name, self.keys)
        reader.word("model", reader.text("model", needed=True))
        points = table.get("points", [])
        if not isinstance(points, list) or not all(isinstance(point, str) and point.strip() for point in points):
            reader.fault("'points' must be a list of short texts in quotes")
            points = []
        for number, point in enumerate(points, 1):
            reader.word(f"point/{number}", " ".join(point.split()))
        return reader.finish(extra={"points": len(points)})

    def parse(self, item: Item, form: Form, name: str) -> Response | None:
        """Return the text and its marks; None where nothing was written, or more than LONGEST_TEXT characters.

        Marks that are not ours are left out: a text that somebody wrote is not lost for them.
        """
        text = written(only_value(form, name))
        if text is None:
            return None
        given = ((f"point-{number}", only_value(form, f"{name}.point-{number}")) for number in points_of(item))
        return (text, *(pair(point, mark) for point, mark in given if mark in MARKS))

    def score(self, item: Item, response: Response | None) -> Outcome:
        """Give 1 for any text, since it is not scored; says the model answer and its points."""
        if not response:
            return no_answer()
        feedback = ("model", *(f"point/{number}" for number in points_of(item)))
        return Outcome(scaled=1.0, success=True, feedback=feedback)

    def arrange(self, item: Item, seed: str) -> tuple[str, ...]:
        """Return nothing: there is one field."""
        return ()

    def describe(self, item: Item) -> Definition:
        """Describe a long fill-in; no text is the right one, so it has no pattern (xAPI 1.0.3 Data 2.4.4.1)."""
        return Definition(interaction_type=InteractionType.LONG_FILL_IN, correct_responses_pattern=())

    def respond(self, item: Item, response: Response) -> str:
        """Write the text, without its marks. A brace at its start would be read as a parameter of xAPI."""
        return response[0].lstrip("{ \n")


def written(text: str | None) -> str | None:
    """Return a text with its lines, without control characters; None where it is empty or too long.

    >>> written(" one  "), written(" "), written("x" * (LONGEST_TEXT + 1))
    ('one', None, None)
    """
    if text is None:
        return None
    # A form ends lines with two signs where its field, which counts them, has one.
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(lines) > LONGEST_TEXT:
        return None
    # A database refuses NUL and lone surrogates; neither comes from a keyboard.
    kept = "".join(char for char in lines if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs"))
    return kept.strip() or None


def points_of(item: Item) -> range:
    """Return the numbers of the points, from 1.

    >>> list(points_of(Item(key="q", interaction="free-text", extra={"points": 2})))
    [1, 2]
    """
    count = item.extra.get("points", 0)
    return range(1, count + 1) if isinstance(count, int) else range(0)
