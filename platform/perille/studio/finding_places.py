"""Where in the Studio the place of a finding is: the page on which it can be mended, at its block where it has one."""

from __future__ import annotations

import re

from perille.core.i18n import LANGUAGES, _
from perille.packs.format.audio import FOLDER as AUDIO
from perille.studio.builds import DraftBuild
from perille.studio.findings import Finding, at_blocks
from perille.studio.lesson_source import LessonSource
from perille.studio.models import StudioDraft
from perille.studio.outline import OutlinePart
from perille.studio.pages import draft_url

_ASKS_NOTHING = re.compile(r'The unit "([a-z0-9-]+)" asks nothing')


def finding_place(
    draft: StudioDraft, made: DraftBuild, finding: Finding, parts: tuple[OutlinePart, ...]
) -> tuple[str, str]:
    """Return the address and the name of the place at which a finding can be mended."""
    folder, _sep, name = finding.path.partition("/")
    if folder == "lessons":
        return _lesson_place(draft, made, finding, parts)
    if folder == "items":
        return draft_url(draft, "studio.questions"), _("Questions")
    asked = next((each for each in made.pack.items.values() if f"{each.own_file}.toml" == finding.path), None)
    if asked is not None:
        return draft_url(draft, "studio.item_file", key=asked.item.key), _("Questions")
    return _empty_test(draft, finding, parts) or _file_place(draft, finding.path, name.partition(".")[0])


def _empty_test(draft: StudioDraft, finding: Finding, parts: tuple[OutlinePart, ...]) -> tuple[str, str] | None:
    """Return the bank of a test that asks nothing."""
    empty = _ASKS_NOTHING.match(finding.message)
    units = (unit for part in parts for unit in part.units if empty and unit.key == empty.group(1))
    banks = ((f"{draft_url(draft, 'studio.questions')}#bank-{unit.items}", unit.title) for unit in units if unit.items)
    return next(banks, None)


def _file_place(draft: StudioDraft, path: str, stem: str) -> tuple[str, str]:
    if path.startswith(f"{AUDIO}/"):
        return draft_url(draft, "studio.recordings"), _("Record")
    if path.startswith("media/"):
        return draft_url(draft, "studio.pictures"), _("Pictures")
    if path.startswith("facts/"):
        return draft_url(draft, "studio.fact_list", country=stem), f"{_('Facts')}: {stem}"
    if path.startswith("translations/") and stem in LANGUAGES:
        words = f"{_('Translations')}: {LANGUAGES[stem].name}"
        return draft_url(draft, "studio.translation", language=stem), words
    return draft_url(draft), _("Lessons")


def _lesson_place(
    draft: StudioDraft, made: DraftBuild, finding: Finding, parts: tuple[OutlinePart, ...]
) -> tuple[str, str]:
    """Return the screen and the block of a lesson at which a finding stands: the first screen may have nothing to mend."""
    name = finding.path.removeprefix("lessons/").removesuffix(".md")
    titles = {each: unit.title for part in parts for unit in part.units for each in unit.lessons}
    source = LessonSource(made.pack.files.files.get(finding.path, b"").decode("utf-8", "replace"))
    # A heading and the empty lines before the next one are of their screen, and of no block.
    number = max((n for n, screen in enumerate(source.screens, 1) if screen.start < finding.line), default=1)
    (place,) = at_blocks((finding,), finding.path, source)
    address = draft_url(draft, "studio.lesson", name=name, screen=number)
    return address + (f"#block-{place}" if place >= 0 else ""), titles.get(name, name)
