"""On the laptop: groups are taken along from the office, and what was done with them is brought back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import delete, func, select

from perille.core.database import Session, run_in_transaction, utcnow, uuid7
from perille.core.errors import BadRequest
from perille.core.sealing import Seal
from perille.enrolment.models import Learner
from perille.people.models import Organisation
from perille.sync import codes, erasures
from perille.sync import response_schemas as schemas
from perille.sync.accepting import Acceptance
from perille.sync.client import Office, Transport
from perille.sync.models import SyncBase, SyncOffice, SyncRun
from perille.sync.people import take_organisation, take_trainers
from perille.sync.runs import count, end_run, keep_conflicts, run_of
from perille.sync.scope import Scope, scope_of
from perille.sync.sending import changed_lines, in_parts, new_statements
from perille.sync.statements import TABLE, receive_statements
from perille.sync.wire import Row, SyncRefusal, base_key
from perille.tracking.services import actor_home, ensure_installation

T = TypeVar("T")
PURPOSE = b"perille sync: the key for the office"


@dataclass(slots=True)
class Report:
    """What one run did."""

    direction: str
    #: The number under which both sides note it.
    run: UUID
    counts: dict[str, int] = field(default_factory=dict)
    conflicts: list[schemas.Conflict] = field(default_factory=list)
    #: By how many seconds the laptop's clock is ahead.
    clock: int = 0
    erased: int = 0

    def add(self, counts: dict[str, int]) -> None:
        """Count rows."""
        for name, number in counts.items():
            self.counts[name] = self.counts.get(name, 0) + number


class Room:
    """A laptop and its office."""

    def __init__(self, session: Session, seal: Seal, connect: Callable[[str], Transport]) -> None:
        self._session, self._seal, self._connect = session, seal, connect

    def pair(self, url: str, key: str) -> str:
        """Remember an office and its key; return the organisation's name. Raise BadRequest where people learned here before."""
        office = Office(self._connect(url), key, uuid7())
        head, _groups = office.get("/hello")
        hello = schemas.read(schemas.Hello, head)

        def work() -> str:
            _take_over_home(self._session, hello.home)
            organisation = take_organisation(self._session, head["organisation"])
            row = self._session.get(SyncOffice, 1) or SyncOffice(id=1)
            if row.organisation_id not in (None, organisation.id):
                raise BadRequest("This laptop carries for another organisation. Use a data folder of its own.")
            row.url, row.site_url, row.organisation_id = url, hello.site[:300], organisation.id
            row.sealed_key = self._seal.close(key)
            self._session.add(row)
            codes.note_office(self._session, _takes_codes(url, hello))
            return organisation.name

        return self._write(work)

    def groups(self) -> list[tuple[UUID, str]]:
        """Return the groups that can be taken along."""
        office, _organisation = self._office()
        return [(each.id, each.name) for each in schemas.read_all(schemas.Group, office.get("/hello")[1])]

    def pull(self, group_ids: Iterable[UUID]) -> Report:
        """Take groups along; what was changed here meanwhile stays as it is, and is brought later."""
        office, organisation_id = self._office()
        report = Report("take", office.run)
        self._greet(office, organisation_id, report)
        for group_id in group_ids:
            people = schemas.read(schemas.People, office.get(f"/groups/{group_id}")[0])
            for lines in _parts_of(office, group_id):
                report.add(self._write(partial(self._accept, organisation_id, lines, report.run)))
            self._write(partial(take_trainers, self._session, organisation_id, group_id, people.trainers))
        office.post("/end/take", [report.counts])
        self._end(report)
        return report

    def push(self) -> Report:
        """Bring to the office what is new here. Each part that the office took is noted: a run that was cut off goes on from there."""
        office, organisation_id = self._office()
        report = Report("bring", office.run)
        self._greet(office, organisation_id, report)
        for lines in (changed_lines, new_statements):
            for part in in_parts(self._read(partial(_listed, lines, self._session, scope_of(organisation_id)))):
                sent = [{name: value for name, value in line.items() if name != "seq"} for line in part]
                answers = office.post("/rows", sent)
                report.add(self._write(partial(self._agree, organisation_id, part, answers, report)))
        self._bring_codes(office, organisation_id, report)
        office.post("/end/bring", [])
        self._end(report)
        return report

    def _bring_codes(self, office: Office, organisation_id: UUID, report: Report) -> None:
        """Bring the codes on paper of learners who are at the office by now, so that they open there what was brought."""
        if not self._read(lambda: codes.are_brought(self._session)):
            return
        lines = self._read(partial(_listed, codes.lines_of, self._session, scope_of(organisation_id)))
        for at in range(0, len(lines), codes.MOST_LEARNERS):
            part = lines[at : at + codes.MOST_LEARNERS]
            answers = schemas.read_all(schemas.CodesTaken, office.post("/codes", [*codes.keys_sent(), *part]))
            if [each.learner for each in answers] != [each["learner"] for each in part]:
                raise schemas.Unreadable("it answered to other learners")
            stored = sum(each.taken for each in answers)
            report.add(self._write(partial(self._agree_on_codes, part, stored, report.run)))

    def _agree_on_codes(self, part: list[Row], stored: int, run: UUID) -> dict[str, int]:
        for line in part:
            codes.agree(self._session, line)
        return self._count(run, {codes.TABLE: stored} if stored else {})

    def _office(self) -> tuple[Office, UUID]:
        row = self._read(lambda: self._session.get(SyncOffice, 1))
        if row is None:
            raise BadRequest("This installation has no office yet: run `perille sync pair https://...` first.")
        return Office(self._connect(row.url), self._seal.open(row.sealed_key), uuid7()), row.organisation_id

    def _greet(self, office: Office, organisation_id: UUID, report: Report) -> None:
        """Look whether both still speak of the same, measure the clocks, and let both sides erase whom the other one erased."""
        hello = schemas.read(schemas.Hello, office.get("/hello")[0])
        if hello.organisation.id != organisation_id:
            raise SyncRefusal("organisation", "The key is for another organisation than before.", 403)
        if hello.home != self._read(lambda: actor_home(self._session)):
            raise SyncRefusal("home", "The office's record has another name now. Ask who runs it.", 409)
        url = self._read(lambda: self._session.get_one(SyncOffice, 1).url)
        self._write(lambda: codes.note_office(self._session, _takes_codes(url, hello)))
        report.clock = round((utcnow() - hello.now).total_seconds())
        # Noted from here on: a run that is cut off is told on the laptop's page, too.
        self._write(lambda: run_of(self._session, report.run, organisation_id, report.direction, "", report.clock))
        asked = self._read(lambda: erasures.lines_of(self._session, scope_of(organisation_id)))
        for at in range(0, len(asked), 150):
            answers = schemas.read_all(schemas.Erased, office.post("/erasures", asked[at : at + 150]))
            gone = [each.erased for each in answers]
            report.erased += self._write(partial(self._erase, organisation_id, gone))

    def _erase(self, organisation_id: UUID, digests: list[str]) -> int:
        return erasures.erase(self._session, scope_of(organisation_id), digests)

    def _accept(self, organisation_id: UUID, lines: list[Row], run: UUID) -> dict[str, int]:
        acceptance = Acceptance(self._session, organisation_id, scope_of(organisation_id))
        for line in lines:
            if line.get("table") != TABLE:
                acceptance.apply_row(line)
        stored, _other = receive_statements(
            self._session, None, acceptance.known([x for x in lines if x.get("table") == TABLE])
        )
        self._session.flush()
        return self._count(run, {**acceptance.counts, **({TABLE: stored} if stored else {})})

    def _agree(self, organisation_id: UUID, part: list[Row], answers: list[Row], report: Report) -> dict[str, int]:
        """Note what the office took of a part, and take over what stands there."""
        if len(answers) != len(part):
            raise schemas.Unreadable("it answered to another number of rows")
        taken = schemas.read_all(schemas.RowTaken, answers)
        acceptance = Acceptance(self._session, organisation_id, scope_of(organisation_id))
        last: dict[str, int] = {}
        for line, answer, read in zip(part, answers, taken, strict=True):
            if line["table"] == TABLE:
                last[line["row"]["registration"]] = line["seq"]
            else:
                acceptance.agree(line, answer)
                keep_conflicts(self._session, organisation_id, read.conflicts)
                report.conflicts += read.conflicts
        for registration, seq in last.items():
            self._session.merge(SyncBase(key=base_key(f"{TABLE} {registration}"), digests={"seq": str(seq)}))
        return self._count(report.run, Counter(line["table"] for line in part))

    def _count(self, run: UUID, counts: dict[str, int]) -> dict[str, int]:
        """Note what a part carried in the transaction that stores it."""
        count(self._session.get_one(SyncRun, run), counts)
        self._session.flush()
        return counts

    def _end(self, report: Report) -> None:
        self._write(lambda: end_run(self._session, self._session.get_one(SyncRun, report.run)))

    def _read(self, work: Callable[[], T]) -> T:
        return run_in_transaction(self._session, work, write=False)

    def _write(self, work: Callable[[], T]) -> T:
        return run_in_transaction(self._session, work, write=True)


def _parts_of(office: Office, group_id: UUID) -> Iterator[list[Row]]:
    """Yield the parts of a group's rows as the office gives them; raise Unreadable for a mark that came before: it would never end."""
    mark, seen = "", set[str]()
    while mark not in seen:
        seen.add(mark)
        head, lines = office.get(f"/groups/{group_id}/rows?after={quote(mark, safe='')}")
        mark = schemas.read(schemas.Rows, head).next
        yield lines
        if not mark:
            return
    raise schemas.Unreadable("it gives the same part again")


def _takes_codes(url: str, hello: schemas.Hello) -> bool:
    """Tell whether codes go to an office: over an encrypted line, and where it knows what they are."""
    return url.startswith("https:") and hello.codes


def _listed(lines: Callable[[Session, Scope], Iterable[Row]], session: Session, scope: Scope) -> list[Row]:
    return list(lines(session, scope))


def _take_over_home(session: Session, home: str) -> None:
    """Call learners in the record as the office does, so that no statement is ever rewritten."""
    installation = ensure_installation(session)
    if installation.actor_home == home:
        return
    if session.scalar(select(func.count()).select_from(Learner)):
        raise BadRequest(
            "People have learned on this laptop already, under its own name. Begin a new data folder (PERILLE_DATA_DIR), "
            "pair it with the office, and take the groups along before the class begins."
        )
    installation.actor_home = home[:300]
    session.flush()


def office_site(session: Session) -> str:
    """Return the address of the office that this laptop carries to, "" where there is none: what is printed leads there."""
    row = session.get(SyncOffice, 1)
    return row.site_url if row is not None else ""


def forget_office(session: Session, organisation_id: UUID) -> None:
    """Forget the office that this laptop carried to for an organisation, with its key: the organisation is deleted here."""
    session.execute(delete(SyncOffice).where(SyncOffice.organisation_id == organisation_id))


def organisation_of_office(session: Session) -> Organisation | None:
    """Return the organisation for which this laptop carries, None where it does not."""
    row = session.get(SyncOffice, 1)
    return session.get(Organisation, row.organisation_id) if row is not None else None
