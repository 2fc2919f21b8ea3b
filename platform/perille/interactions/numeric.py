"""A number, typed by the learner in any digits."""

from __future__ import annotations

import re
from decimal import Decimal

from perille.api import (
    RANGE_MARK,
    SAID_AFTERWARDS,
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
    Response,
    graded,
    latin_digits,
    no_answer,
    typed_text,
    without_ends,
    without_marks,
)

# 15 and 12 digits: sums and differences of such numbers are exact in the 28 digits of Decimal's default context.
_PLAIN = re.compile(r"[+-]?(?:[0-9]{1,15}(?:[.,][0-9]{1,12})?|[.,][0-9]{1,12})")
_GROUPED = re.compile(r"([+-]?[1-9][0-9]{0,2}(?:([.,])[0-9]{3})(?:\2[0-9]{3}){0,4})((?!\2)[.,][0-9]{1,12})?")
_TOO_LARGE = 10**15
_SIGNS = str.maketrans(
    {
        # Separators (CLDR: decimal and group), the Arabic comma that phones offer in place of U+066B, and dashes for a minus.
        **dict.fromkeys("٫．", "."),
        **dict.fromkeys("，،", ","),
        **dict.fromkeys("٬'’", ""),
        **dict.fromkeys("−‐‑‒–—", "-"),
    }
)
#: A number among other characters, with spaces between its groups.
_AMONG_WORDS = re.compile(r"[+-]?(?:[0-9][0-9., ]*[0-9]|[.,]?[0-9])")
#: A short number that is spelled digit by digit, as telephone numbers are: "1.1.2", "1-1-2".
_SPELLED = re.compile(r"[0-9]([.-])[0-9](?:\1[0-9])+")
#: Beside a number they make it a sum, a range, a comparison or a part.
_ARITHMETIC = frozenset("+-*/=<>^~|_\\±×÷≈≤≥:")


class Numeric:
    """A number: a field *name*. The response is the number with a point, Latin digits and no spaces."""

    name = "numeric"
    friendly_name = "Type the number"
    keys = frozenset({"answer", "tolerance", "feedback_right", "feedback_wrong"})
    template = "interactions/numeric.html"
    offline = "offline/numeric.js"
    form = ItemForm(
        fields=(
            FormField(key="answer", kind=FieldKind.NUMBER, needed=True),
            FormField(key="tolerance", kind=FieldKind.NUMBER),
            *SAID_AFTERWARDS,
        )
    )
    typed = True

    def read(self, table: ItemTable) -> ItemReading:
        """Read the answer and its tolerance; raise ItemFault naming every fault."""
        reader = ItemReader(table, self.name, self.keys)
        answer, tolerance = _number_of(reader, "answer"), _number_of(reader, "tolerance", 0)
        if tolerance.startswith("-"):
            reader.fault("'tolerance' must not be less than 0")
        reader.feedback("feedback_right", "feedback_wrong")
        return reader.finish(accepted=(answer,), tolerance=tolerance)

    def parse(self, item: Item, form: Form, name: str) -> Response | None:
        """Return the number that was typed; None where it is none.

        "1,000" is one to some and a thousand to others: a learner who means the right one is not wrong.
        """
        found = readings(typed_text(form, name) or "")
        best = next((number for number in found if _within(item, number)), found[0] if found else None)
        return None if best is None else (canonical(best),)

    def score(self, item: Item, response: Response | None) -> Outcome:
        """Give 1 where the number is within the tolerance, else 0."""
        found = readings(response[0]) if response else ()
        if not found:
            return no_answer()
        success = _within(item, found[0])
        return graded(item, float(success), success=success)

    def arrange(self, item: Item, seed: str) -> tuple[str, ...]:
        """Return nothing: there is one field."""
        return ()

    def describe(self, item: Item) -> Definition:
        """Describe a numeric activity by its range, "least[:]largest" (xAPI 1.0.3 Data 2.4.4.1)."""
        answer, tolerance = Decimal(item.accepted[0]), Decimal(item.tolerance)
        pattern = f"{canonical(answer - tolerance)}{RANGE_MARK}{canonical(answer + tolerance)}"
        return Definition(interaction_type=InteractionType.NUMERIC, correct_responses_pattern=(pattern,))

    def respond(self, item: Item, response: Response) -> str:
        """Write the number without a range mark, as a single number may be."""
        return response[0]


def readings(text: str) -> tuple[Decimal, ...]:
    """Return the numbers that *text* can mean: with comma or point before decimals first, then with groups of three.

    Digits of any script, spaces and apostrophes between groups; no exponent, 15 digits before and 12 after at most. One
    number among words is read ("numero 112!", "5 %"), and one that is spelled ("1.1.2"); of two numbers none is.

    >>> [str(number) for number in readings("٣،٥")]
    ['3.5']
    """
    plain = latin_digits(without_marks(text)).translate(_SIGNS)
    return _whole(plain) or _whole(_among_words(plain))


def _whole(text: str) -> tuple[Decimal, ...]:
    plain = "".join(text.split()).rstrip(".,")
    found = [Decimal(plain.replace(",", "."))] if _PLAIN.fullmatch(plain) else []
    if grouped := _GROUPED.fullmatch(plain):
        whole, _, decimals = grouped.groups("")
        found.append(Decimal(whole.replace(",", "").replace(".", "") + decimals.replace(",", ".")))
    return tuple(found)


def _among_words(text: str) -> str:
    """Return the one number in *text*; "" where there is none or more than one, or it belongs to a word or a sum."""
    if spelled := _SPELLED.fullmatch(without_ends(text)):
        return spelled[0].replace(spelled[1], "")
    numbers = list(_AMONG_WORDS.finditer(text))
    if len(numbers) != 1:
        return ""
    before, after = text[: numbers[0].start()], text[numbers[0].end() :]
    # "11O" is a slip of the finger, not 11.
    touching = before[-1:].isalpha() or after[:1].isalpha()
    strange = any(char in _ARITHMETIC or char.isnumeric() for char in before + after)
    return "" if touching or strange else numbers[0][0]


def canonical(number: Decimal) -> str:
    """Return a number as text: no exponent, no zeros at the end, never "-0".

    >>> canonical(Decimal("3.50")), canonical(Decimal("-0")), canonical(Decimal("1E+3"))
    ('3.5', '0', '1000')
    """
    return format(number.normalize(), "f") if number else "0"


def _within(item: Item, number: Decimal) -> bool:
    return abs(number - Decimal(item.accepted[0])) <= Decimal(item.tolerance)


def _number_of(reader: ItemReader, key: str, default: int | None = None) -> str:
    value = reader.table.get(key, default)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _TOO_LARGE:
        text = format(Decimal(repr(value)), "f")
        if _PLAIN.fullmatch(text):
            return canonical(Decimal(text))
    reader.fault(f"'{key}' must be a number of up to 15 digits and 12 decimals, without quotes")
    return "0"
