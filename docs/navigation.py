"""Hook of mkdocs: puts every page of docs/ into the navigation, so that none is forgotten."""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

#: Heading -> pages, as patterns. Pages that no heading names come last.
SECTIONS = {
    "Begin": ("index.md", "try.md"),
    "Run it": (
        "deploying.md",
        "operating.md",
        "settings.md",
        "signing-in.md",
        "organisations.md",
        "backup.md",
        "privacy.md",
        "performance.md",
    ),
    "Teach": ("trainers.md",),
    "Write and translate": (
        "studio.md",
        "authoring.md",
        "writing-questions.md",
        "pack-format.md",
        "pictures/README.md",
        "translating.md",
        "terms/*.md",
    ),
    "Courses": ("courses/*.md",),
    "Connect": ("record-store*.md", "xapi.md"),
    "Extend": ("plugins/README.md", "plugins/*.md"),
    "Change the program": ("architecture.md", "glossary.md", "testing.md", "releasing.md"),
    "About": ("accessibility.md", "browsers.md"),
}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Set the navigation."""
    config.nav = navigation(Path(config.docs_dir))
    return config


def navigation(docs: Path) -> list[dict[str, list[str]]]:
    """Return the pages of *docs* under their headings, each once."""
    every = sorted(path.relative_to(docs).as_posix() for path in docs.rglob("*.md"))
    placed: dict[str, str] = {}
    for heading, patterns in SECTIONS.items():
        for pattern in patterns:
            for page in sorted(path.relative_to(docs).as_posix() for path in docs.glob(pattern)):
                placed.setdefault(page, heading)
    placed |= dict.fromkeys((page for page in every if page not in placed), "More")
    headings = [*SECTIONS, "More"]
    found = [{heading: [page for page, under in placed.items() if under == heading]} for heading in headings]
    return [section for section in found if any(section.values())]
