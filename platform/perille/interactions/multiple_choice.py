"""Several of several choices: right when all right ones are chosen and no other."""

from __future__ import annotations

from perille.api import Form, Item, ItemReader, Outcome, Response, no_answer, option_keys, right_keys
from perille.interactions.choice import Choice, choice_feedback


class MultipleChoice(Choice):
    """A multiple choice: a field *name* with one value for each choice. The response is the keys as authored."""

    name = "multiple-choice"
    friendly_name = "Several right choices"
    template = "interactions/multiple-choice.html"
    offline = "offline/multiple-choice.js"

    def check_right(self, reader: ItemReader, count: int) -> None:
        """Refuse a question without a right choice."""
        if count < 1:
            reader.fault("at least one choice must have right = true")

    def parse(self, item: Item, form: Form, name: str) -> Response | None:
        """Return the chosen keys in the author's order; None where none is chosen, one is unknown or stands twice."""
        values, keys = form.get(name, ()), option_keys(item)
        if len(values) > len(keys) or len(set(values)) < len(values) or not set(values) <= set(keys):
            return None
        return tuple(key for key in keys if key in values) or None

    def score(self, item: Item, response: Response | None) -> Outcome:
        """Give the share of right ones chosen, less one share for each wrong one, never under 0.

        So neither "choose all" nor a guess pays.
        """
        if not response:
            return no_answer()
        chosen, right = set(response), set(right_keys(item))
        points = len(chosen & right) - len(chosen - right)
        feedback = choice_feedback(item, tuple(key for key in option_keys(item) if key in chosen), self.kind)
        return Outcome(scaled=max(0, points) / len(right), success=chosen == right, feedback=feedback)
