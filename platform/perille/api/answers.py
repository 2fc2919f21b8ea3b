"""What the question types share: form fields, text as people type it, orders by seed, what is said after an answer."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256

from perille.domain.item import Form, Item, Outcome, Response

#: Longest typed answer in characters; xAPI 1.0.3 (Data 2.4.4.1) calls 250 the normal limit of a short answer.
LONGEST_ANSWER = 200
#: Between the parts of a response (xAPI 1.0.3 Data 2.4.4.1, Response patterns).
LIST_MARK = "[,]"
#: Between a source and its target (the same table).
PAIR_MARK = "[.]"
#: Between the least and the largest number (the same table).
RANGE_MARK = "[:]"


def only_value(form: Form, name: str) -> str | None:
    """Return the one value of field *name*; None where there is none, or more than one.

    >>> only_value({"q": ["a"]}, "q"), only_value({"q": ["a", "b"]}, "q")
    ('a', None)
    """
    values = form.get(name, ())
    return values[0] if len(values) == 1 and isinstance(values[0], str) else None


def typed_text(form: Form, name: str) -> str | None:
    """Return what was typed into field *name*, on one line and without control characters.

    None where nothing was typed, or more than LONGEST_ANSWER characters: a browser keeps to the limit by itself.

    >>> typed_text({"q": ["  two \\n words\\x00 "]}, "q"), typed_text({"q": [" "]}, "q")
    ('two words', None)
    """
    value = only_value(form, name)
    if value is None or len(value) > LONGEST_ANSWER:
        return None
    # A database refuses NUL and lone surrogates; neither comes from a keyboard.
    kept = (char for char in value if char.isspace() or unicodedata.category(char) not in ("Cc", "Cs"))
    return " ".join("".join(kept).split()) or None


def values_by_key(form: Form, name: str, keys: Sequence[str]) -> dict[str, str] | None:
    """Return what each field *name*.<key> holds, "" where it is not there; None for unknown keys or two values.

    >>> values_by_key({"q.tea": ["1"]}, "q", ("tea", "milk"))
    {'tea': '1', 'milk': ''}
    >>> values_by_key({"q.salt": ["1"]}, "q", ("tea", "milk")) is None
    True
    """
    fields = {f"{name}.{key}": key for key in keys}
    if any(field.startswith(f"{name}.") and field not in fields for field in form):
        return None
    values = {key: only_value(form, field) if form.get(field) else "" for field, key in fields.items()}
    return {key: value for key, value in values.items() if value is not None} if None not in values.values() else None


def by_seed(keys: Iterable[str], item: Item, seed: str) -> tuple[str, ...]:
    """Return *keys* in an order that depends on *seed* and the item alone: a page opened again looks the same.

    >>> tea = Item(key="tea", interaction="choice")
    >>> by_seed("abc", tea, "Aino") == by_seed("bca", tea, "Aino")
    True
    """
    return tuple(sorted(keys, key=lambda key: sha256(f"{seed}\0{item.key}\0{key}".encode(errors="replace")).digest()))


def authored_or_by_seed(item: Item, seed: str) -> tuple[str, ...]:
    """Return the keys of the options as authored for seed "", else by seed.

    >>> from perille.api import Option
    >>> tea = Item(key="tea", interaction="choice", options=(Option(key="b"), Option(key="a")))
    >>> authored_or_by_seed(tea, "")
    ('b', 'a')
    """
    keys = option_keys(item)
    return by_seed(keys, item, seed) if seed else keys


def never_as_given(keys: Sequence[str], item: Item, seed: str) -> tuple[str, ...]:
    """Return *keys* by seed, but never in the order given where there are two or more: that order is the answer.

    >>> tea = Item(key="tea", interaction="sequencing")
    >>> any(never_as_given(("boil", "pour"), tea, str(seed)) == ("boil", "pour") for seed in range(50))
    False
    """
    shown = by_seed(keys, item, seed)
    return shown[1:] + shown[:1] if shown == tuple(keys) else shown


def option_keys(item: Item) -> tuple[str, ...]:
    """Return the keys of the options in the author's order.

    >>> from perille.api import Option
    >>> option_keys(Item(key="tea", interaction="choice", options=(Option(key="b"), Option(key="a"))))
    ('b', 'a')
    """
    return tuple(option.key for option in item.options)


def right_keys(item: Item) -> tuple[str, ...]:
    """Return the keys of the right options in the author's order.

    >>> from perille.api import Option
    >>> right_keys(Item(key="tea", interaction="choice", options=(Option(key="b", right=True), Option(key="a"))))
    ('b',)
    """
    return tuple(option.key for option in item.options if option.right)


def authored_parts(item: Item, *parts: str) -> tuple[str, ...]:
    """Return those of *parts* that the author wrote words for.

    >>> authored_parts(Item(key="tea", interaction="choice", parts=("prompt", "feedback_right")), "feedback_right", "feedback_wrong")
    ('feedback_right',)
    """
    return tuple(part for part in parts if part in item.parts)


def no_answer() -> Outcome:
    """Return what an empty answer is worth: nothing, and nothing is said about it.

    >>> no_answer()
    Outcome(scaled=0.0, success=False, feedback=())
    """
    return Outcome(scaled=0.0, success=False)


def graded(item: Item, scaled: float, *, success: bool) -> Outcome:
    """Return an outcome with the item's `feedback_right` or `feedback_wrong`; *scaled* is 0 to 1.

    >>> graded(Item(key="tea", interaction="choice", parts=("feedback_wrong",)), 0.5, success=False)
    Outcome(scaled=0.5, success=False, feedback=('feedback_wrong',))
    """
    feedback = authored_parts(item, "feedback_right" if success else "feedback_wrong")
    return Outcome(scaled=scaled, success=success, feedback=feedback)


def pair(source: str, target: str) -> str:
    """Write a source and its target for xAPI.

    >>> pair("tea", "hot")
    'tea[.]hot'
    """
    return f"{source}{PAIR_MARK}{target}"


def joined_pairs(form: Form, name: str, sources: Sequence[str], targets: Sequence[str]) -> Response | None:
    """Return the pairs "source[.]target" of the fields *name*.<source>; None where there is none, or one is not ours.

    >>> joined_pairs({"q.tea": ["hot"]}, "q", ("tea", "milk"), ("hot", "cold"))
    ('tea[.]hot',)
    >>> joined_pairs({"q.tea": ["blue"]}, "q", ("tea", "milk"), ("hot", "cold")) is None
    True
    """
    given = values_by_key(form, name, sources) or {}
    joined = {source: target for source, target in given.items() if target}
    if not set(joined.values()) <= set(targets):
        return None
    return tuple(pair(source, target) for source, target in joined.items()) or None


def marked_pairs(item: Item, response: Response | None, right: Collection[str], count: int) -> Outcome:
    """Give the share of *count* pairs that are right.

    >>> tea = Item(key="tea", interaction="matching")
    >>> marked_pairs(tea, ("tea[.]hot", "milk[.]hot"), ("tea[.]hot", "milk[.]cold"), 2).scaled
    0.5
    """
    if not response:
        return no_answer()
    known = set(right) & set(response)
    return graded(item, len(known) / count, success=len(known) == count)


def strings_of(item: Item, key: str) -> Mapping[str, str]:
    """Return a table of texts that an item carries under *key* of its extra.

    >>> strings_of(Item(key="tea", interaction="gap-fill", extra={"fits": {"hot": "gap-1"}}), "fits")
    {'hot': 'gap-1'}
    """
    table = item.extra.get(key)
    return {str(name): str(value) for name, value in table.items()} if isinstance(table, Mapping) else {}


def string_list(item: Item, key: str) -> tuple[str, ...]:
    """Return a list of texts that an item carries under *key* of its extra.

    >>> string_list(Item(key="q", interaction="grouping", extra={"groups": ["safe", "unsafe"]}), "groups")
    ('safe', 'unsafe')
    """
    values = item.extra.get(key, ())
    return tuple(str(value) for value in values) if isinstance(values, list | tuple) else ()


def joined_list(response: Response) -> str:
    """Write a list of ids or texts for xAPI: with no mark where there is one only.

    >>> joined_list(("boil", "pour")), joined_list(("boil",))
    ('boil[,]pour', 'boil')
    """
    return LIST_MARK.join(response)
