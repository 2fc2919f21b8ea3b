"""The rules and sections of a test, as [unit.<key>.rules] and [[unit.<key>.section]] of pack.toml have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from perille.domain.assessment import FeedbackTime, Layout, Retry, TestRules
from perille.packs.source.toml_table import Table

MOST_TRIES = 20
#: Thirty days: a longer pause is a test that one cannot take again.
LONGEST_PAUSE = 720
#: Ten hours.
LONGEST_TEST = 600
MOST_DRAWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSpec:
    """A [[unit.<key>.section]] table."""

    key: str
    title: str
    bank: str
    line: int
    #: Objective -> how many of its items are drawn.
    draw: Mapping[str, int]
    #: Objective -> the line that says so.
    draw_lines: Mapping[str, int]
    critical: int | None
    critical_line: int


def read_rules(table: Table | None) -> TestRules | None:
    """Read [unit.<key>.rules]; None where there is none."""
    if table is None:
        return None
    rules = TestRules(
        feedback=table.take_one_of("feedback", FeedbackTime, FeedbackTime.END) or FeedbackTime.END,
        layout=table.take_one_of("layout", Layout, Layout.ONE) or Layout.ONE,
        shuffle=table.boolean("shuffle", True),
        tries=table.integer("tries", 0, low=0, high=MOST_TRIES),
        pause_hours=table.integer("pause_hours", 0, low=0, high=LONGEST_PAUSE),
        retry=table.take_one_of("retry", Retry, Retry.POOL) or Retry.POOL,
        time_limit=table.integer("time_limit", 0, low=0, high=LONGEST_TEST),
        certainty=table.boolean("certainty"),
        hints=table.boolean("hints", True),
        pre_test=table.take_text("pre_test"),
    )
    table.refuse_unknown()
    if rules.pause_hours and not rules.tries:
        table.fault('"pause_hours" comes after the last try: say with "tries" how many there are', "pause_hours")
    return rules


def read_sections(tables: tuple[Table, ...]) -> tuple[SectionSpec, ...]:
    """Read the [[unit.<key>.section]] tables of a unit; two of one key are a fault."""
    sections = tuple(_read_section(table) for table in tables)
    seen: set[str] = set()
    for table, section in zip(tables, sections, strict=True):
        if section.key in seen:
            table.fault(f'A second section is called "{section.key}"', "key")
        seen.add(section.key)
    return sections


def _read_section(table: Table) -> SectionSpec:
    draw = table.take_table("draw")
    counts = _read_draw(draw) if draw else {}
    section = SectionSpec(
        key=table.take_key("key"),
        title=table.take_text("title", required=True),
        bank=table.take_text("bank", required=True),
        line=table.line,
        draw=counts,
        draw_lines={key: draw.line_of(key) for key in counts} if draw else {},
        critical=table.integer("critical", 0, low=0, high=MOST_DRAWN) if table.has("critical") else None,
        critical_line=table.line_of("critical"),
    )
    table.refuse_unknown(("critical",))
    return section


def _read_draw(draw: Table) -> dict[str, int]:
    if not draw.data:
        draw.fault('"draw" is empty: leave it out where all of the bank is asked')
    return {key: draw.integer(key, 1, low=1, high=MOST_DRAWN) for key in draw.data}
