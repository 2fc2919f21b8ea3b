"""The style sheets of the pages, read as far as a test needs them: rules, and the declarations in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from perille.core.paths import STATIC

#: Properties that Chromium 69 does not know, where a page without them is the same page with less polish.
HARMLESS = frozenset(
    {
        "accent-color",
        "aspect-ratio",  # a picture without it has the height of its own
        "border-end-end-radius",
        "border-end-start-radius",
        "color-scheme",
        "hyphens",
        "text-underline-offset",
        "text-wrap",
    }
)
#: Values that stand only where a newer browser looks, such as in forced colours.
HARMLESS_VALUES = frozenset({"CanvasText"})
_INNERMOST = re.compile(r"([^{}]+)\{([^{}]*)\}")
_DECLARATION = re.compile(r"(?:^|;)\s*([-a-z]+)\s*:\s*([^;]+)")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its selector, and what stands between its braces."""

    selector: str
    body: str


def style_sheets() -> Mapping[str, str]:
    """Return name -> text of every style sheet, without comments."""
    return {
        path.name: re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
        for path in sorted(STATIC.glob("**/*.css"))
    }


def rules(text: str) -> Iterator[Rule]:
    """Yield the rules of a style sheet, also those inside @media and @supports."""
    for found in _INNERMOST.finditer(text):
        yield Rule(found[1].rpartition("{")[2].strip(), found[2].strip())


def declarations(body: str) -> list[tuple[str, str]]:
    """Return the declarations of a rule in their order, without "!important"."""
    return [(found[1], found[2].replace("!important", "").strip()) for found in _DECLARATION.finditer(body)]


#: Known since Chromium 87 or later: shorthands of two logical sides, and all of inset.
_LATE = re.compile(
    r"inset(?:-.*)?|(?:margin|padding|scroll-margin|scroll-padding)-(?:inline|block)|border-(?:inline|block)(?:-(?:width|style|color))?"
)
_SIDE = re.compile(r"(?:(?:margin|padding|border|scroll-margin|scroll-padding)-)?(?:left|right)")
_CORNER = re.compile(r"border-(?:top|bottom)-(?:left|right)-radius")
_RTL = re.compile(r"^\[dir=[\"']?rtl[\"']?\]\s+")


def later_than_chromium_69(prop: str) -> bool:
    """Tell whether a property of layout came after the browsers of 2018."""
    return _LATE.fullmatch(prop) is not None


def one_sided(text: str) -> list[str]:
    """Return "selector { property }" of each rule that gives left and right different values and is not mirrored under [dir="rtl"]."""
    found = [(rule.selector, dict(declarations(rule.body))) for rule in rules(text)]
    uneven = {selector: sides for selector, values in found if (sides := _uneven(values))}
    return [
        f"{selector} {{ {next(iter(sides))} }}"
        for selector, sides in uneven.items()
        if not _is_mirrored(selector, uneven)
    ]


def _uneven(values: Mapping[str, str]) -> list[str]:
    def other(prop: str) -> str:
        return prop.replace("left", "right") if "left" in prop else prop.replace("right", "left")

    wrong = [prop for prop, value in values.items() if _SIDE.fullmatch(prop) and values.get(other(prop)) != value]
    wrong += [prop for prop, value in values.items() if prop in ("float", "text-align") and value in ("left", "right")]
    return wrong + [prop for prop in values if _CORNER.fullmatch(prop)]


def _is_mirrored(selector: str, uneven: Mapping[str, list[str]]) -> bool:
    parts = [part.strip() for part in selector.split(",")]
    if all(_RTL.match(part) for part in parts):
        plain = ", ".join(_RTL.sub("", part) for part in parts)
        return plain in uneven
    mirrored = [[part.strip() for part in each.split(",")] for each in uneven]
    return any(
        len(each) == len(parts)
        and all(_RTL.sub("", one) == part and _RTL.match(one) for one, part in zip(each, parts, strict=True))
        for each in mirrored
    )
