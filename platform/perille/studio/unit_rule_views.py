"""The page that says when a lesson or a test is done, and whether a certificate waits for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import Response, request

from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import _
from perille.packs.format.units import ResolvedUnit
from perille.studio.builds import build
from perille.studio.drafts import RevisionKind, files_at
from perille.studio.edit_conflicts import MergedTable, in_words, merge_tables
from perille.studio.models import StudioDraft
from perille.studio.organisations import require_in_draft
from perille.studio.outline import UneditableToml, outline_of
from perille.studio.outline_views import not_in_one_place, saved
from perille.studio.pages import draft_url, locked, opened, page, refused, whole_number
from perille.studio.unit_rules import has_rule, rule_choices, rule_of, rule_problems, weights, write_rule
from perille.studio.views import blueprint

_RULE = "/<lang:lang>/studio/<uuid:draft_id>/units/<key>/rule"
_LONGEST = 20


@blueprint.get(_RULE)
@require_in_draft("studio.author")
def unit_rule(lang: str, draft_id: UUID, key: str) -> Response:
    """Show when a unit is done, and whether it counts."""
    draft = opened(draft_id)
    return _page(draft, _unit(draft, key)[0])


@blueprint.post(_RULE)
@require_in_draft("studio.author")
def save_unit_rule(lang: str, draft_id: UUID, key: str) -> Response:
    """Save when a unit is done, and whether it counts; what cannot be is said at its field, and nothing of the form is lost."""
    draft = locked(draft_id)
    plan, plans = _unit(draft, key)
    now, wanted, words = rule_of(plan), _typed(plan), _("Saved.")
    sent = merge_tables(_then(draft, plan), wanted, now)
    if sent.both:
        return refused(_page(draft, plan, setting=sent.table, theirs=_theirs(plan, sent)))
    if sent.table != wanted:
        words = _("Saved. Somebody else had changed this too: both changes are in it.")
    earned = build(db.session, draft).pack.manifest.credential
    if problems := rule_problems(plan, sent.table, plans, earned):
        response = _page(draft, plan, setting=sent.table, problems=problems)
        response.status_code = 422
        return response
    try:
        changes = write_rule(files_at(db.session, draft), plan, sent.table)
    except (UneditableToml, LookupError, TypeError):
        return not_in_one_place(draft)
    return saved(draft, changes, RevisionKind.OUTLINE, words, f"{draft_url(draft)}#unit-{plan.key}")


def _unit(draft: StudioDraft, key: str) -> tuple[ResolvedUnit, Sequence[ResolvedUnit]]:
    plans = build(db.session, draft).plans
    plan = next((each for each in plans if each.key == key and has_rule(each, plans)), None)
    if plan is None:
        raise NotFound(_("This is not there any more."))
    return plan, plans


def _page(draft: StudioDraft, plan: ResolvedUnit, **more: object) -> Response:
    """Return the page of a unit's rule; *more*: what it shows beside or in place of what is saved."""
    made = build(db.session, draft)
    units = (unit for part in outline_of(made.pack.files.files) for unit in part.units)
    shown: dict[str, object] = {
        "draft": draft,
        "unit": plan,
        "unit_title": next((unit.title for unit in units if unit.key == plan.key), plan.key),
        "earned": made.pack.manifest.credential,
        "setting": rule_of(plan),
        "choices": rule_choices(plan),
        "weights": weights(),
        "problems": {},
    }
    return page("unit_rule", **shown | more)


def _typed(plan: ResolvedUnit) -> dict[str, object]:
    form, now = request.form, rule_of(plan)
    chosen = form.get("move_on", "")
    return {
        "move_on": chosen if chosen in rule_choices(plan) else now["move_on"],
        "percent": form.get("percent", "").strip()[:_LONGEST] if now["percent"] else "",
        "extra": form.get("extra") == "yes" if "extra" in form else now["extra"],
    }


def _then(draft: StudioDraft, plan: ResolvedUnit) -> Mapping[str, object]:
    """Return the rule of which the form was made."""
    revision = whole_number("revision")
    if not 0 < revision < draft.revision:
        return rule_of(plan)
    plans = build(db.session, draft, revision).plans
    return next((rule_of(each) for each in plans if each.key == plan.key), rule_of(plan))


def _theirs(plan: ResolvedUnit, sent: MergedTable) -> list[tuple[str, str]]:
    now, words = rule_of(plan), rule_choices(plan)
    shown = {
        "move_on": (_("When it is done"), words.get(str(now["move_on"]), "")),
        "percent": (_("How many of 100 points must be right"), in_words(now["percent"])),
        "extra": (_("Whether it counts"), weights()["yes" if now["extra"] else "no"]),
    }
    return [shown[key] for key in sent.both]
