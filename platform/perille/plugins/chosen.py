"""What the settings choose among all that plugins bring: the certificates' design and the theme."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask import Flask

from perille.api import CertificateDesign, Theme
from perille.core.current import config_of
from perille.credentials.design import OURS, current_designs
from perille.packs.source.diagnostics import Diagnostic
from perille.packs.source.named import Choices, choices
from perille.packs.source.registry import OwnedPlugin
from perille.plugins.themes import theme_faults, use_theme


def use_chosen(app: Flask, plugins: Iterable[OwnedPlugin]) -> tuple[Diagnostic, ...]:
    """Use what the settings name; return what is wrong. Where a choice cannot be used, ours is."""
    listed = tuple(plugins)
    designs: Choices[CertificateDesign] = choices("certificate design", listed, "certificate_designs")
    themes: Choices[Theme] = choices("theme", listed, "themes")
    current_designs.set(app, designs)
    return (*designs.problems, *themes.problems, *_design_problems(app, designs), *_take_theme(app, themes))


def _design_problems(app: Flask, designs: Choices[CertificateDesign]) -> Iterator[Diagnostic]:
    name = config_of(app).certificate_design
    if name != OURS.name and name not in designs.by_name:
        yield Diagnostic(
            "PERILLE_CERTIFICATE_DESIGN", 1, f"{_missing(designs, name)}. Certificates are printed in our own"
        )


def _take_theme(app: Flask, themes: Choices[Theme]) -> Iterator[Diagnostic]:
    name = config_of(app).theme
    if not name:
        return
    if name not in themes.by_name:
        yield Diagnostic("PERILLE_THEME", 1, f"{_missing(themes, name)}. Pages look as they do without one")
        return
    theme, owner = themes.find(name)
    faults = "; ".join(theme_faults(app, theme))
    if faults:
        yield Diagnostic(owner, 1, f'The theme "{name}" is refused: {faults}')
    else:
        use_theme(app, theme)


def _missing(found: Choices[CertificateDesign] | Choices[Theme], name: str) -> str:
    return f'No installed plugin brings the {found.kind} "{name}"'
