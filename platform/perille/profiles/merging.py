"""Two learners who are one person: their progress comes together, and nothing of it is lost.

One transaction of mapping rows. Statements keep their actor and registration; `merged_learner` and `merged_enrolment` say for whom
they count, and the progress of the courses concerned is replayed from the record, so that it is what `perille tracking rebuild` makes.
What each table does is said in `Feature.merge_rules`. The older learner stays as an alias: code, phones and numbers of theirs lead to
the one who stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, select, update
from sqlalchemy.exc import IntegrityError

from perille.core.database import Base, Session, utcnow
from perille.core.errors import Conflict
from perille.core.feature import MergeRule, MergeStrategy
from perille.core.i18n import _
from perille.core.tables import known_tables
from perille.core.type_aliases import RowValues
from perille.enrolment.models import Enrolment, Learner, MergedEnrolment, MergedLearner
from perille.enrolment.services import touch
from perille.profiles.cards import course_title
from perille.profiles.enrolment_pairs import EnrolmentPair, pairs_of
from perille.tracking.services import replay_progress


def merge_learners(session: Session, older: Learner, stays: Learner, rules: Iterable[MergeRule]) -> None:
    """Put the progress of *older* to that of *stays*; a second time changes nothing. *rules*: those of all features.

    Raise Conflict where both are the same, or *stays* was itself merged into somebody.
    """
    if older.id == stays.id:
        raise Conflict(_("This progress is in your account already."))
    _lock(session, older, stays)
    if session.get(MergedLearner, older.id) is not None:
        return
    if session.get(MergedLearner, stays.id) is not None:
        raise Conflict(_("This progress is in your account already."))
    rules = tuple(rules)
    pairs = pairs_of(session, older, stays)
    # Before anything is moved: afterwards the older learner has no enrolment to be found by.
    concerned = _registrations(session, older, stays)
    for pair in pairs:
        _join(session, pair, rules)
    session.flush()
    _move(session, older, stays, rules)
    # Whoever was merged into the older one goes along, so that no alias leads to an alias.
    session.execute(update(MergedLearner).where(MergedLearner.into_id == older.id).values(into_id=stays.id))
    session.add(MergedLearner(learner_id=older.id, into_id=stays.id))
    touch(stays, older.last_seen_on)
    session.flush()
    session.expire_all()
    replay_progress(session, concerned)


def shared_courses(session: Session, older: Learner, stays: Learner, lang: str) -> list[str]:
    """Return the titles of courses that both have open, in a language: their progress comes together."""
    return [course_title(pair.leads.pack_id, lang) for pair in pairs_of(session, older, stays)]


def _lock(session: Session, *learners: Learner) -> None:
    # By number, so that two who merge at once wait for each other and not in a circle; then what acts wait for.
    ids = sorted(each.id for each in learners)
    for model, column in ((Learner, Learner.id), (Enrolment, Enrolment.learner_id)):
        session.execute(select(model.id).where(column.in_(ids)).order_by(model.id).with_for_update())
    # What was read before the lock was had may be older than the merge that was waited for.
    session.expire_all()


def _registrations(session: Session, *learners: Learner) -> set[UUID]:
    ids = [each.id for each in learners]
    return set(session.scalars(select(Enrolment.registration).where(Enrolment.learner_id.in_(ids))))


def _join(session: Session, pair: EnrolmentPair, rules: Sequence[MergeRule]) -> None:
    """Let one of two enrolments in a course count for the other one, which goes on."""
    pair.ends.ended_at = utcnow()
    session.flush()
    into = update(MergedEnrolment).where(MergedEnrolment.into_id == pair.ends.id).values(into_id=pair.leads.id)
    session.execute(into)
    session.add(MergedEnrolment(enrolment_id=pair.ends.id, into_id=pair.leads.id))
    for rule in rules:
        column = _column_to(rule.model, Enrolment)
        if column and rule.rule in (MergeStrategy.UNION, MergeStrategy.GREATER, MergeStrategy.RENUMBER):
            _ROWS[rule.rule](session, rule, column, pair)


def _union(session: Session, rule: MergeRule, column: str, pair: EnrolmentPair) -> None:
    for row in _rows(session, rule.model, column, pair.ends.id):
        _move_row(session, _table(rule.model), row, {column: pair.leads.id})


def _greater(session: Session, rule: MergeRule, column: str, pair: EnrolmentPair) -> None:
    table = _table(rule.model)
    theirs = _rows(session, rule.model, column, pair.ends.id)
    mine = _rows(session, rule.model, column, pair.leads.id)
    for row in theirs:
        if not mine:
            _move_row(session, table, row, {column: pair.leads.id})
        elif row[rule.by] > mine[0][rule.by]:
            values = {name: value for name, value in row.items() if name not in table.primary_key.columns}
            session.execute(update(table).where(_is(table, mine[0])).values(**values))


def _renumber(session: Session, rule: MergeRule, column: str, pair: EnrolmentPair) -> None:
    """Number the rows of both by their time. First beyond all numbers in use, so that no two are ever alike."""
    table = _table(rule.model)
    rows = [row for each in (pair.leads, pair.ends) for row in _rows(session, rule.model, column, each.id)]
    rows.sort(key=lambda row: (row[rule.by], row["id"]))
    beyond = max((row[rule.number] for row in rows), default=0) + len(rows)
    for step, row in enumerate(rows, 1):
        moved = {column: pair.leads.id, rule.number: beyond + step}
        session.execute(update(table).where(_is(table, row)).values(**moved))
    counts: dict[tuple[object, ...], int] = {}
    for row in rows:
        place = tuple(row[name] for name in rule.within)
        counts[place] = counts.get(place, 0) + 1
        session.execute(update(table).where(_is(table, row)).values({rule.number: counts[place]}))


_ROWS = {MergeStrategy.UNION: _union, MergeStrategy.GREATER: _greater, MergeStrategy.RENUMBER: _renumber}


def _move(session: Session, older: Learner, stays: Learner, rules: Sequence[MergeRule]) -> None:
    """Give what hangs on one learner to the other. A table without a rule, as of a plugin, is moved: nothing may be lost."""
    staying = {_table(each.model) for each in rules if each.rule is not MergeStrategy.MOVE}
    for table in known_tables(session):
        column = _reference(table, Learner)
        if not column or table in staying:
            continue
        for row in session.execute(select(table).where(table.c[column] == older.id)).mappings().all():
            _move_row(session, table, dict(row), {column: stays.id})


def _move_row(session: Session, table: Table, row: RowValues, values: RowValues) -> None:
    """Change a row; where one of its kind is there already both stay as they are."""
    # A savepoint: PostgreSQL takes nothing more in a transaction in which a statement failed.
    try:
        with session.begin_nested():
            session.execute(update(table).where(_is(table, row)).values(**values))
    except IntegrityError:
        return


def _rows(session: Session, model: type[Base], column: str, number: UUID) -> list[RowValues]:
    table = _table(model)
    query = select(table).where(table.c[column] == number).order_by(*table.primary_key.columns)
    return [dict(row) for row in session.execute(query).mappings()]


def _is(table: Table, row: RowValues) -> ColumnElement[bool]:
    return and_(*(column == row[column.name] for column in table.primary_key))


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def _column_to(model: type[Base], target: type[Base]) -> str:
    return _reference(_table(model), target)


def _reference(table: Table, target: type[Base]) -> str:
    """Return the column by which a table hangs on another one, "" for none."""
    wanted = target.__tablename__
    return next((key.parent.name for key in table.foreign_keys if key.column.table.name == wanted), "")
