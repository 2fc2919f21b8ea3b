"""What the settings choose among all that plugins bring: the certificates' design, the notifier, the theme; and all reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask import Flask

from perille.api import CertificateDesign, Notifier, ReportDefinition, Theme
from perille.core.current import config_of
from perille.credentials.design import OURS, current_designs
from perille.notices.notifiers import current_notifier
from perille.notices.notifiers import plugin as notifiers
from perille.organisations.report_views import current_reports
from perille.organisations.reports import plugin as reports_of_people
from perille.packs.source.diagnostics import NO_LINE, Diagnostic
from perille.packs.source.first_of_name import Choices, choices
from perille.packs.source.registry import OwnedPlugin
from perille.plugins.themes import theme_faults, use_theme

#: Ours stand first: a plugin can take the place of none of them.
_OURS_TO_NOTIFY = OwnedPlugin(plugin=notifiers, owner="perille")
_OURS_TO_PEOPLE = OwnedPlugin(plugin=reports_of_people, owner="perille")


def apply_selection(app: Flask, plugins: Iterable[OwnedPlugin]) -> tuple[Diagnostic, ...]:
    """Use what the settings name; return what is wrong. Where a choice cannot be used, ours is."""
    listed = tuple(plugins)
    designs: Choices[CertificateDesign] = choices("certificate design", listed, "certificate_designs")
    themes: Choices[Theme] = choices("theme", listed, "themes")
    reports: Choices[ReportDefinition] = choices("report", (_OURS_TO_PEOPLE, *listed), "reports")
    current_designs.set(app, designs)
    current_reports.set(app, reports)
    return (
        *reports.problems,
        *_take_notifier(app, listed),
        *designs.problems,
        *themes.problems,
        *_design_problems(app, designs),
        *_take_theme(app, themes),
    )


def _design_problems(app: Flask, designs: Choices[CertificateDesign]) -> Iterator[Diagnostic]:
    name = config_of(app).certificate_design
    if name != OURS.name and name not in designs.by_name:
        yield Diagnostic(
            "PERILLE_CERTIFICATE_DESIGN", NO_LINE, f"{_missing(designs, name)}. Certificates are printed in our own"
        )


def _take_notifier(app: Flask, plugins: Iterable[OwnedPlugin]) -> Iterator[Diagnostic]:
    """Let notices go out by the notifier that the settings name; nothing is lost where there is none: they go as e-mails."""
    found: Choices[Notifier] = choices("notifier", (_OURS_TO_NOTIFY, *plugins), "notifiers")
    yield from found.problems
    name = config_of(app).notifier
    if name in found.by_name:
        current_notifier.set(app, found.find(name)[0])
    else:
        yield Diagnostic("PERILLE_NOTIFIER", NO_LINE, f"{_missing(found, name)}. Notices go out as e-mails")


def _take_theme(app: Flask, themes: Choices[Theme]) -> Iterator[Diagnostic]:
    name = config_of(app).theme
    if not name:
        return
    if name not in themes.by_name:
        yield Diagnostic("PERILLE_THEME", NO_LINE, f"{_missing(themes, name)}. Pages look as they do without one")
        return
    theme, owner = themes.find(name)
    faults = "; ".join(theme_faults(app, theme))
    if faults:
        yield Diagnostic(owner, NO_LINE, f'The theme "{name}" is refused: {faults}')
    else:
        use_theme(app, theme)


def _missing(found: Choices[Any], name: str) -> str:
    return f'No installed plugin brings the {found.kind} "{name}"'
