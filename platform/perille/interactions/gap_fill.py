"""Gaps in a text, each filled with a word from a list."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from perille.api import (
    SAID_AFTERWARDS,
    Definition,
    FieldKind,
    Form,
    FormField,
    FormRows,
    InteractionType,
    Item,
    ItemForm,
    ItemReader,
    ItemReading,
    ItemTable,
    Outcome,
    Response,
    by_seed,
    joined_list,
    joined_pairs,
    marked_pairs,
    option_keys,
    pair,
    string_list,
    strings_of,
    word_fields,
)

#: ((key)): how a gap stands in the text, in every language.
GAP = re.compile(r"\(\(([a-z0-9-]+)\)\)")


class GapFill:
    """A text with gaps: a field *name*.<gap> with the key of a word. The response is the filled gaps, "gap[.]word".

    The options are the words; `extra["gaps"]` has the gaps in the order of the text, `extra["fits"]` the gap of each word.
    Several words may fit a gap; a word may be chosen twice.
    """

    name = "gap-fill"
    friendly_name = "Fill the gaps of a text"
    keys = frozenset({"text", "gap", "word", "feedback_right", "feedback_wrong"})
    template = "interactions/gap-fill.html"
    offline = "offline/pairs.js"
    form = ItemForm(
        fields=(*word_fields("text"), *SAID_AFTERWARDS),
        rows=(
            FormRows(key="gap", least=1, own_key=True),
            FormRows(key="word", fields=(*word_fields("text"), FormField(key="gap", kind=FieldKind.ROW, rows="gap"))),
        ),
    )

    def check_translation(self, part: str, source: str, translated: str) -> Iterator[str]:
        """Yield a fault where a translation of the text has not each gap of its source, once."""
        if part == "text":
            ours, theirs = Counter(GAP.findall(source)), Counter(GAP.findall(translated))
            yield from (f"the translation lacks the gap (({gap}))" for gap in sorted((ours - theirs).elements()))
            yield from (f"the translation has a gap (({gap})) too many" for gap in sorted((theirs - ours).elements()))

    def beside(self, html: str) -> str:
        """Return the text with lines for its gaps: each has its list of words once, in the first language."""
        return GAP.sub("____", html)

    def read(self, table: ItemTable) -> ItemReading:
        """Read the text, its gaps, and two words or more; raise ItemFault naming every fault."""
        reader = ItemReader(table, self.name, self.keys)
        text = reader.text("text", needed=True)
        reader.word("text", text)
        gaps = tuple(entry.own_key() for entry in reader.tables("gap", {"key"}, least=1))
        reader.no_doubles("keys of gap", gaps)
        options = reader.options("word", ("text",), needs={"gap": False}, least=2)
        fits = dict(zip((option.key for option in options), reader.values_of("word", "gap"), strict=True))
        self._check(reader, GAP.findall(text), gaps, fits)
        reader.feedback("feedback_right", "feedback_wrong")
        in_text = [gap for gap in dict.fromkeys(GAP.findall(text)) if gap in gaps]
        return reader.finish(options=options, extra={"gaps": in_text, "fits": fits})

    def _check(self, reader: ItemReader, found: list[str], gaps: tuple[str, ...], fits: Mapping[str, str]) -> None:
        reader.no_doubles("gaps of the text", found)
        for gap in sorted(set(found) - set(gaps)):
            reader.fault(f"'text' has a gap (({gap})) that is no [[item.gap]]")
        for number, gap in enumerate(gaps, 1):
            if gap and gap not in found:
                reader.fault(f"gap {number}: 'text' has no (({gap}))")
            if gap and gap not in fits.values():
                reader.fault(f'gap {number}: no [[item.word]] fits it: write gap = "{gap}" there')
        for number, gap in enumerate(fits.values(), 1):
            if gap and gap not in gaps:
                reader.fault(f"word {number}: 'gap' names '{gap[:60]}', which is no [[item.gap]]")

    def parse(self, item: Item, form: Form, name: str) -> Response | None:
        """Return the filled gaps in the order of the text; None where none is, or one is not ours."""
        return joined_pairs(form, name, gaps_of(item), option_keys(item))

    def score(self, item: Item, response: Response | None) -> Outcome:
        """Give the share of gaps that have a word that fits them."""
        fits = strings_of(item, "fits")
        right = {pair(gap, word) for word, gap in fits.items() if gap}
        return marked_pairs(item, response, right, len(gaps_of(item)))

    def arrange(self, item: Item, seed: str) -> tuple[str, ...]:
        """Return the words shuffled: as authored they would stand in the order of the gaps."""
        return by_seed(option_keys(item), item, seed)

    def describe(self, item: Item) -> Definition:
        """Describe a matching activity of gaps and words (xAPI 1.0.3 Data 2.4.4.1).

        A fill-in has texts for answers, and those are others in each language; ids are the same in all. A gap has no words
        of its own: the text names it.
        """
        fits = strings_of(item, "fits")
        best = {gap: word for word, gap in reversed(list(fits.items())) if gap}
        return Definition(
            interaction_type=InteractionType.MATCHING,
            correct_responses_pattern=(joined_list(tuple(pair(gap, best[gap]) for gap in gaps_of(item))),),
            components={
                "source": tuple((gap, "text") for gap in gaps_of(item)),
                "target": tuple((key, f"word/{key}/text") for key in option_keys(item)),
            },
        )

    def respond(self, item: Item, response: Response) -> str:
        """Write the filled gaps, "[.]" inside a pair and "[,]" between pairs."""
        return joined_list(response)


def gaps_of(item: Item) -> tuple[str, ...]:
    """Return the keys of the gaps in the order of the text.

    >>> gaps_of(Item(key="tea", interaction="gap-fill", extra={"gaps": ["verb", "noun"]}))
    ('verb', 'noun')
    """
    return string_list(item, "gaps")
