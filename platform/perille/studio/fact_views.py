"""The fact picker: a page that finds facts, and the button that puts one into the words of a block."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import Response, request

from perille.core.database import run_in_transaction
from perille.core.dates import long_date, today
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.web.before_transaction import Prepared
from perille.safety.services import checked_words
from perille.studio.block_forms import read_block, write_block
from perille.studio.builds import build
from perille.studio.fact_picker import MOST, PickedFact, facts_for, home_of, search_facts
from perille.studio.lesson_paths import LESSON, lesson_path
from perille.studio.lesson_source import LessonBlock, read_source
from perille.studio.lesson_views import lesson_url, save_reply
from perille.studio.merging import find_block, follow_blocks
from perille.studio.models import StudioDraft
from perille.studio.organisations import may_in_address, require_in_draft
from perille.studio.pages import account_id, done, locked, opened, page, whole_number
from perille.studio.saving import BlockRef, lesson_text, save_block
from perille.studio.topic_names import topic_names
from perille.studio.views import blueprint

_DRAFT = "/<lang:lang>/studio/<uuid:draft_id>"
#: What leads back to the block that a fact is for.
REF = ("lesson", "screen", "place", "digest", "revision")


@blueprint.get(f"{_DRAFT}/facts")
@require_in_draft("studio.author")
def fact_search(lang: str, draft_id: UUID) -> Response:
    """Find facts by words, country and topic; each with its value, dates and grade, and a button for the block it is looked for."""
    draft = opened(draft_id)
    made = build(db.session, draft, languages=(lang,))
    rows = facts_for(made, lang)
    home = home_of(made, request.args.get("lesson", ""))
    asked = {name: request.args.get(name, "")[:100] for name in ("words", "country", "topic")}
    if "words" not in request.args:
        asked["country"] = home
    found = search_facts(rows, today(), home=home, **asked)
    countries = {row.fact.country: row.country for row in rows}
    topics = topic_names(topic for row in rows for topic in row.fact.topics)
    return page(
        "facts",
        draft=draft,
        asked=asked,
        found=found[:MOST],
        more=max(0, len(found) - MOST),
        countries={"": _("All countries")} | dict(sorted(countries.items(), key=lambda each: each[1])),
        topics={"": _("All topics")} | topics,
        ref={name: request.args[name] for name in REF if name in request.args},
        checked_words=checked_words,
        review_day=lambda fact: long_date(fact.review_due, lang),
        is_overdue=lambda fact: fact.overdue_on(today()),
    )


def _wanted_fact() -> PickedFact | None:
    """Return the fact that the form names, None for none that may be put into a sentence, and for who may not write here.

    Before the transaction of the view: the draft is compiled for it, and while that writes no learner's answer could be kept.
    """
    return run_in_transaction(db.session, _find_fact, write=False)


def _find_fact() -> PickedFact | None:
    if not may_in_address("studio.author"):
        return None
    values = request.view_args or {}
    made = build(db.session, opened(values["draft_id"]), languages=(values["lang"],))
    known = search_facts(facts_for(made, values["lang"]), today(), home=home_of(made, values["name"]))
    wanted = request.form.get("fact", "")
    return next((each for each in known if each.slot == wanted and each.fact.publishable), None)


wanted_fact = Prepared(_wanted_fact)


@blueprint.post(f"{LESSON}/fact")
@require_in_draft("studio.author")
@wanted_fact
def insert_fact(lang: str, draft_id: UUID, name: str) -> Response:
    """Put a fact at the end of the words of a block, as they are now, whoever has changed them since."""
    draft = locked(draft_id)
    screen = whole_number("screen", 1)
    row = wanted_fact.result()
    ref, block = _block_now(draft, name)
    if row is None or block is None:
        told = _("This fact was not put in: it or the block is not there any more. Look for it again.")
        return done(lesson_url(draft, name, screen), told, stop=True)
    fields = read_block(block)
    if "words" not in fields.values:
        return done(lesson_url(draft, name, screen, ref.place), _("Write the fact into a text."), stop=True)
    words = fields.values["words"]
    words = row.slot if words in ("", "…") else f"{words} {row.slot}"
    changed = write_block(replace(fields, values={**fields.values, "words": words}))
    return save_reply(draft, name, screen, save_block(db.session, draft, ref, changed, account_id()), ref.place)


def _block_now(draft: StudioDraft, name: str) -> tuple[BlockRef, LessonBlock | None]:
    """Return what became of the block that the form names, None where it is gone."""
    path, revision = lesson_path(name), whole_number("revision")
    now = read_source(lesson_text(db.session, draft, path))
    seen = read_source(lesson_text(db.session, draft, path, revision)) if 0 < revision < draft.revision else now
    block = find_block(seen, request.form.get("digest", "")[:16], whole_number("place"))
    place = -1 if block is None else follow_blocks(seen, now).get(seen.blocks.index(block), -1)
    found = now.blocks[place] if place >= 0 else None
    return BlockRef(path, place, found.digest if found is not None else "", draft.revision), found
