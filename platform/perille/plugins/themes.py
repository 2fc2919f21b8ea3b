"""Themes: colours that stay readable, and a logo."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from flask import Blueprint, Flask, Response, url_for

from perille.api import Theme
from perille.core.errors import NotFound
from perille.core.extension_state import AppSlot
from perille.core.paths import STATIC
from perille.core.web.static_files import has_static_file

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_PROPERTY = re.compile(r"--([a-z-]+):\s*(#[0-9a-fA-F]{3,6})\b")
#: WCAG 2.2, 1.4.3: the contrast of words with what they stand on.
LEAST_CONTRAST = 4.5
#: (words, ground): what stands on what.
PAIRS = (
    ("ink", "paper"),
    ("ink", "card"),
    ("muted", "paper"),
    ("muted", "card"),
    ("way", "paper"),
    ("way", "card"),
    ("on-way", "way"),
    ("on-sun", "sun"),
    ("ink", "way-soft"),
    ("ink", "good-soft"),
    ("ink", "stop-soft"),
    ("ink", "warn-soft"),
    ("good", "card"),
    ("stop", "card"),
)

blueprint = Blueprint("themes", __name__)


@dataclass(frozen=True, slots=True)
class ShownTheme:
    """A theme that pages use."""

    theme: Theme
    sheet: str
    stamp: str

    @property
    def url(self) -> str:
        """Address of its style sheet; it changes with the colours, so that it may be kept for ever."""
        return url_for("themes.style_sheet", stamp=self.stamp)


#: The theme of an application, None for our own look.
current_theme = AppSlot[ShownTheme | None]("theme", lambda: None)


@blueprint.get("/theme/<stamp>.css")
def style_sheet(stamp: str) -> Response:
    """Serve the style sheet of the theme."""
    shown = current_theme()
    if shown is None or stamp != shown.stamp:
        raise NotFound
    response = Response(shown.sheet, mimetype="text/css")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def use_theme(app: Flask, theme: Theme) -> None:
    """Let the pages of an application use a theme."""
    text = _rule(theme.colours)
    if dark := _dark_colours(theme):
        text += f"@media (prefers-color-scheme: dark) {{ {_rule(dark)} }}"
    current_theme.set(app, ShownTheme(theme, text, hashlib.sha256(text.encode()).hexdigest()[:10]))


def _dark_colours(theme: Theme) -> dict[str, str]:
    """Return the colours of a dark screen. One that the theme names for light alone is ours there, or it would shine through."""
    _light, dark = _own_colours()
    return {**{name: dark[name] for name in theme.colours if name in dark}, **theme.dark_colours}


def _rule(colours: Mapping[str, str]) -> str:
    """Return a rule that sets colours; a reader who chose strong contrast (/look) keeps ours, which are made for it."""
    values = " ".join(f"--{name}: {value};" for name, value in sorted(colours.items()))
    return f':root:not([data-look~="strong"]) {{ {values} }}\n'


def theme_faults(app: Flask, theme: Theme) -> Iterator[str]:
    """Yield what keeps a theme from being used: unknown names, values that are no colours, words that are hard to read, no logo."""
    light, dark = _own_colours()
    yield from _colour_faults(theme.colours, light)
    yield from _colour_faults(theme.dark_colours, light)
    if theme.logo and not has_static_file(app, theme.logo):
        yield f'there is no static file "{theme.logo}"'
    known, darker = _readable(theme.colours), _readable(_dark_colours(theme))
    for where, shown in (("", {**light, **known}), (" in the dark", {**light, **dark, **known, **darker})):
        for words, ground in PAIRS:
            if (found := contrast(shown[words], shown[ground])) < LEAST_CONTRAST:
                yield f'"{words}" on "{ground}"{where} has a contrast of {found:.1f}, and needs {LEAST_CONTRAST}'


def _colour_faults(colours: Mapping[str, str], known: Mapping[str, str]) -> Iterator[str]:
    for name, value in colours.items():
        if name not in known:
            yield f'there is no colour "{name}"; known: {", ".join(sorted(known))}'
        elif not _COLOUR.fullmatch(value):
            yield f'the colour "{name}" must be written #rrggbb'


def _readable(colours: Mapping[str, str]) -> dict[str, str]:
    """Return the colours whose contrast can be calculated."""
    return {name: value for name, value in colours.items() if _COLOUR.fullmatch(value)}


@cache
def _own_colours() -> tuple[dict[str, str], dict[str, str]]:
    """Return our colours by name, and those that are others where the reader's system is dark."""
    text = (STATIC / "app.css").read_text("utf-8")
    first, second = re.findall(r":root \{(.*?)\}", text, re.DOTALL)[:2]
    return dict(_PROPERTY.findall(first)), dict(_PROPERTY.findall(second))


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours (WCAG 2.2, contrast ratio).

    >>> contrast("#000", "#ffffff")
    21.0
    """
    bright, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) > 4 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
