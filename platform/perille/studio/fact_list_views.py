"""The facts of a draft: what is due, which nobody uses, which a course lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Response, request

from perille.core.countries import country_name
from perille.core.dates import long_date, today
from perille.core.extensions import db
from perille.core.i18n import _
from perille.domain.course import PackKind
from perille.domain.fact import Fact
from perille.people.gate import may_in
from perille.safety.services import checked_words
from perille.studio.builds import DraftBuild, build
from perille.studio.fact_form_views import FACTS, IN_LIBRARIES
from perille.studio.fact_picker import facts_for
from perille.studio.fact_use import due_on, known_facts, missing_from, published_uses, use_of
from perille.studio.organisations import require_in_draft
from perille.studio.pages import opened, page
from perille.studio.topic_names import topic_names
from perille.studio.views import blueprint


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact as the list shows it."""

    fact: Fact
    label: str
    used: int
    #: Keys of the shown facts before and after it, "" for none.
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ShownFacts:
    """The facts that a page lists, by country and key."""

    is_library: bool
    facts: Mapping[tuple[str, str], Fact]
    #: How often courses use each.
    counts: Mapping[tuple[str, str], int]
    #: Code -> name.
    countries: Mapping[str, str]
    #: (course, country, key) of each fact that a course names and nobody has.
    lacking: list[tuple[str, str, str]]


@blueprint.get(f"{FACTS}/list")
@require_in_draft("studio.translate")
def fact_list(lang: str, draft_id: UUID) -> Response:
    """Show the facts of a library, or those that a course uses: what is due, what nobody uses, what is lacking."""
    draft = opened(draft_id)
    made = build(db.session, draft, languages=(lang,))
    shown = _shown_facts(made)
    asked = {name: request.args.get(name, "")[:60] for name in ("country", "which", "topic")}
    if asked["country"] not in shown.countries:
        asked["country"] = next(iter(shown.countries), "")
    return page(
        "fact_list",
        draft=draft,
        is_library=shown.is_library,
        may_author=shown.is_library and may_in("studio.author", draft.organisation_id),
        due=due_on(shown.facts.values(), today()),
        rows=_rows(made, lang, shown, asked),
        asked=asked,
        countries=shown.countries,
        topics={"": _("All topics")} | _topics(shown.facts, asked["country"]),
        whiches={"": _("All"), "due": _("Facts to be looked at again"), "unused": _("used nowhere")},
        lacking=shown.lacking,
        checked_words=checked_words,
        day_words=lambda day: long_date(day, lang),
        is_overdue=lambda fact: fact.overdue_on(today()),
        in_libraries=IN_LIBRARIES,
    )


def _shown_facts(made: DraftBuild) -> ShownFacts:
    """Return the facts of a library, with every use of them; of a course those that it uses."""
    known, use = known_facts(db.session, made), use_of(made.pack)
    is_library = made.pack.manifest.kind is PackKind.LIBRARY
    uses = [use, *(published_uses(db.session, made.pack.manifest.id) if is_library else ())]
    mine = {(each.fact.country, each.fact.key): each.fact for each in made.pack.facts}
    facts = mine if is_library else {name: fact for name, fact in known.items() if use.of(fact)}
    counts = {name: sum(each.of(fact) for each in uses) for name, fact in facts.items()}
    lacking = [(each.title, country, key) for each in uses for country, key in missing_from(each, known)]
    return ShownFacts(is_library, facts, counts, _countries(made, facts), lacking)


def _countries(made: DraftBuild, shown: Mapping[tuple[str, str], Fact]) -> dict[str, str]:
    codes = {country for country, _key in shown} | set(made.pack.manifest.countries)
    return {code: country_name(code) for code in sorted(codes, key=country_name)}


def _topics(shown: Mapping[tuple[str, str], Fact], country: str) -> dict[str, str]:
    return topic_names(topic for fact in shown.values() if fact.country == country for topic in fact.topics)


def _rows(made: DraftBuild, lang: str, shown: ShownFacts, asked: Mapping[str, str]) -> list[FactRow]:
    """Return the facts of a country that are asked for, in the author's order, each with its neighbours in the list."""
    found = [fact for name, fact in shown.facts.items() if _is_asked_for(fact, shown.counts[name], asked)]
    labels = {(row.fact.country, row.fact.key): row.label for row in facts_for(made, lang)}
    keys = ["", *(fact.key for fact in found), ""]
    return [
        FactRow(
            fact,
            labels.get((fact.country, fact.key), fact.key),
            shown.counts[fact.country, fact.key],
            keys[at],
            keys[at + 2],
        )
        for at, fact in enumerate(found)
    ]


def _is_asked_for(fact: Fact, count: int, asked: Mapping[str, str]) -> bool:
    if fact.country != asked["country"] or (asked["topic"] and asked["topic"] not in fact.topics):
        return False
    return {"due": bool(due_on((fact,), today())), "unused": is_unused(fact, count)}.get(asked["which"], True)


def is_unused(fact: Fact, count: int) -> bool:
    """Tell whether no page shows a fact: contacts that may be shown stand in the list of offices, and in the help box."""
    return not count and fact.publishable and not fact.help and not fact.topics
