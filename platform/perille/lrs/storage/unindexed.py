"""The tail: the newest statements, not listed yet, looked through row by row (see `postings`)."""

from __future__ import annotations

from msgspec import Struct

from perille.lrs.storage.connection import RawConnection, Row
from perille.lrs.storage.postings import number_bytes, unpack
from perille.lrs.xapi.flags import StatementFlag

#: Where the bytes of a number stand among the extras.
_HOLDS, _HOLDS_POSTGRESQL = "instr(extras, ?)", "position(? IN extras)"
_MORE_AGENTS = StatementFlag.MORE_AGENTS.value


class TailFilter(Struct, frozen=True):
    """A filter in numbers; 0 stands for any. *low* to *high* are the bounds of `seq`, the tail begins after *folded*."""

    agent: int
    verb: int
    activity: int
    registration: int
    related_agents: bool
    related_activities: bool
    mine: int
    low: int
    high: int
    folded: int
    voided: bool = False

    @property
    def nothing(self) -> bool:
        """Whether no term is asked for."""
        return not (self.agent or self.verb or self.activity or self.registration)

    @property
    def own_agent(self) -> int:
        """The agent that must be the statement's own actor or object; 0 where any place in it will do (`related_agents`)."""
        return 0 if self.related_agents else self.agent

    @property
    def own_activity(self) -> int:
        """The activity that must be the statement's own object; 0 where any place in it will do (`related_activities`)."""
        return 0 if self.related_activities else self.activity

    def fits(self, row: Row) -> bool:
        """Tell whether a row of the tail is found by its agent and activity: what the query leaves to us."""
        _, agent, activity, extras = row
        if not (self.agent or self.activity):
            return True
        more = unpack(extras)
        by_agent = self.agent in (0, agent, *more.agents)
        by_activity = self.activity in (0, activity)
        by_agent = by_agent or (self.related_agents and self.agent in more.related_agents)
        return by_agent and (by_activity or (self.related_activities and self.activity in more.related_activities))


def search(raw: RawConnection, store: int, wanted: TailFilter, ascending: bool, limit: int) -> list[int]:
    """Return the `seq` of what is found in the tail, up to the limit."""
    low = max(wanted.low, wanted.folded + 1)
    if low > wanted.high:
        return []
    fitting, fitting_values = fitting_rows(wanted, postgresql=raw.postgresql)
    visible = [] if wanted.voided else ["marks & 1 = 0"]
    conditions = ["store_id = ?", "seq BETWEEN ? AND ?", *visible, *fitting]
    values: list[object] = [store, low, wanted.high, *fitting_values]
    order = "ASC" if ascending else "DESC"
    sql = f"SELECT seq, agent_id, activity_id, extras FROM lrs_statement WHERE {' AND '.join(conditions)} ORDER BY seq {order}"  # noqa: S608
    found: list[int] = [row[0] for row in raw.rows(sql, *values) if wanted.fits(row)]
    return found[:limit]


def fitting_rows(wanted: TailFilter, *, postgresql: bool) -> tuple[list[str], list[object]]:
    """Return conditions on a statement's own row; some rows too many fit, none too few, but for what a reference is found by."""
    conditions, values = [], list[object]()
    for column, number in _exact(wanted).items():
        conditions.append(f"{column} = ?")
        values.append(number)
    if wanted.agent and not wanted.related_agents:
        conditions.append(f"(agent_id = ? OR marks & {_MORE_AGENTS} <> 0)")
        values.append(wanted.agent)
    for column, number in _among_extras(wanted).items():
        conditions.append(f"({column} = ? OR {_HOLDS_POSTGRESQL if postgresql else _HOLDS} > 0)")
        values += [number, number_bytes(number)]
    return conditions, values


def _among_extras(wanted: TailFilter) -> dict[str, int]:
    """Return the columns that must equal a number, unless it stands among the extras."""
    columns = {
        "agent_id": wanted.agent if wanted.related_agents else 0,
        "activity_id": wanted.activity if wanted.related_activities else 0,
    }
    return {column: number for column, number in columns.items() if number}


def _exact(wanted: TailFilter) -> dict[str, int]:
    """Return the columns that must equal a number."""
    columns = {
        "verb_id": wanted.verb,
        "registration_id": wanted.registration,
        "activity_id": 0 if wanted.related_activities else wanted.activity,
        "authority_id": wanted.mine,
    }
    return {column: number for column, number in columns.items() if number}
