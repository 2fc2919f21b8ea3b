"""Inviting many people from a table: every fault with its place, nobody half invited, looked at first."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from perille.core.database import utcnow
from perille.core.extensions import db
from perille.core.spreadsheet import table_lines
from perille.notices.models import Notice
from perille.organisations import importing
from perille.organisations.import_rows import MOST_ROWS, RowFault, decode, read_table
from perille.organisations.importing import mail_invitations
from perille.organisations.models import PeopleTable
from perille.people.invitations import OFFERED_ROLES
from perille.people.models import Account, AuditEntry, Invitation, Membership, Role
from support.people import place_of, sign_in_as
from support.visitor import Page, Visitor
from support.whole import Whole

pytestmark = pytest.mark.usefixtures("sends_mail")
GOOD = "email;name;role;language\naino@example.org;Aino Ääni;trainer;fi\nbo@example.org;صلاح الدين;;\n"


@pytest.fixture
def coordinator(whole: Whole) -> Visitor:
    """Somebody who coordinates the office."""
    return sign_in_as(whole, Role.COORDINATOR)


@pytest.fixture
def here(whole: Whole, coordinator: Visitor) -> str:
    """The page that asks for a table."""
    return f"/en/organisations/{whole.do(lambda: place_of(Role.MEMBER))}/import"


def send(visitor: Visitor, here: str, content: bytes) -> Page:
    """Send a file, and go where it leads."""
    form = {"file": (io.BytesIO(content), "people.csv"), "rows": ""}
    page = Page(visitor.client.post(here, data=form, content_type="multipart/form-data"))
    return visitor.get(page.location) if page.status == 303 else page


def places(faults: list[RowFault]) -> list[tuple[int, str]]:
    return [(fault.line, fault.column) for fault in faults]


def test_a_table_is_looked_at_first_and_then_invites_everybody(whole: Whole, coordinator: Visitor, here: str) -> None:
    page = send(coordinator, here, GOOD.encode("utf-8-sig"))
    assert "2 people would be invited." in page.text
    assert "صلاح الدين" in page.text
    assert whole.scalars(select(Invitation)) == []
    form = next(each for each in page.all("form") if "action" not in each.attributes)
    assert form["method"] == "post"
    table = whole.scalars(select(PeopleTable))[0]
    done = coordinator.submit(f"{here}/{table.id}")
    assert "2 people are invited." in done.text
    rows = {each.email: each for each in whole.scalars(select(Invitation))}
    assert {email: (row.role, row.name, row.locale) for email, row in rows.items()} == {
        "aino@example.org": ("trainer", "Aino Ääni", "fi"),
        "bo@example.org": ("member", "صلاح الدين", ""),
    }
    assert whole.scalars(select(PeopleTable)) == []
    again = coordinator.submit(f"{here}/{table.id}")
    assert "2 people are invited." in again.text, "a second press of the same button"
    assert len(whole.scalars(select(Invitation))) == 2
    entries = whole.scalars(select(AuditEntry).where(AuditEntry.action == "people.imported"))
    assert [entry.details for entry in entries] == [{"count": 2}]


def test_words_to_be_typed_stand_in_their_order_in_a_language_from_right_to_left(
    coordinator: Visitor, here: str
) -> None:
    page = coordinator.get(here.replace("/en/", "/ar/"))
    shown = {tag.words for tag in page.all("bdi", dir="ltr")}
    assert "email, name, role, language" in shown
    assert ", ".join(role.value for role in OFFERED_ROLES) in shown


def test_the_e_mails_of_a_table_are_queued_once_and_their_links_work(
    whole: Whole, coordinator: Visitor, here: str
) -> None:
    send(coordinator, here, GOOD.encode())
    coordinator.post(f"{here}/{whole.scalars(select(PeopleTable))[0].id}")
    assert whole.scalars(select(Notice)) == []
    for _run in range(2):
        with whole.app.app_context():
            mail_invitations(db.session)
            db.session.remove()
    notices = whole.scalars(select(Notice))
    assert sorted((each.recipient, each.locale) for each in notices) == [
        ("aino@example.org", "fi"),
        ("bo@example.org", "en"),
    ]


def test_one_invitation_that_cannot_be_queued_keeps_no_other_waiting(
    whole: Whole, coordinator: Visitor, here: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(coordinator, here, GOOD.encode())
    coordinator.post(f"{here}/{whole.scalars(select(PeopleTable))[0].id}")
    real = importing.queue

    def queue(session: Session, **words: Any) -> Notice | None:
        if words["to"] == "aino@example.org":
            raise ValueError("no such address")
        return real(session, **words)

    monkeypatch.setattr(importing, "queue", queue)
    with whole.app.app_context(), pytest.raises(ValueError, match="no such address"):
        mail_invitations(db.session)
    assert [each.recipient for each in whole.scalars(select(Notice))] == ["bo@example.org"]
    waits = whole.scalars(select(Invitation).where(Invitation.mailed.is_(False)))
    assert [each.email for each in waits] == ["aino@example.org"]


def test_a_domain_that_is_cut_short_is_a_fault_and_letters_of_any_case_are_none() -> None:
    table = read_table("email;role;language\nq@example;;\nbo@localhost;;\naino@example.org;Member ;FI\n")
    assert places(table.faults) == [(2, "email"), (3, "email")]
    (person,) = read_table("email;role;language\naino@example.org;Member ;FI\n").people
    assert (person.role, person.language) == (Role.MEMBER, "fi")


def test_every_fault_is_told_with_its_line_and_column_and_nobody_is_invited(
    whole: Whole, coordinator: Visitor, here: str
) -> None:
    text = (
        "email,name,role,language\n"
        'good@example.org,"Two\nlines",member,en\n'
        "bad,Name,member,en\n"
        "\n"
        f"long@example.org,{'x' * 121},king,xx\n"
        "GOOD@example.org,,,\n"
        "many@example.org,a,member,en,more\n"
        "k\u0131m@example.org,,,\n"
    )
    table = read_table(text)
    assert places(table.faults) == [
        (4, "email"),
        (6, "name"),
        (6, "role"),
        (6, "language"),
        (7, "email"),
        (8, ""),
        (9, "email"),
    ]
    assert "line 2" in table.faults[4].words
    page = send(coordinator, here, text.encode())
    assert "There are 7 faults. Nobody was invited." in page.text
    # On a phone a line is a card, whose numbers would say nothing without a word.
    assert [cell["data-label"] for cell in page.all("td")[:3]] == ["Line", "Column", "What is wrong"]
    cells = [tuple(cell.words for cell in page.all("td"))[i : i + 2] for i in range(0, 21, 3)]
    assert cells == [(str(line), column) for line, column in places(table.faults)]
    assert page.all("button", class_="main") == []
    coordinator.post(f"{here}/{whole.scalars(select(PeopleTable))[0].id}")
    assert whole.scalars(select(Invitation)) == []


def test_all_faults_of_a_large_table_are_listed_a_page_at_a_time(whole: Whole, coordinator: Visitor, here: str) -> None:
    text = "email\n" + "".join(f"nobody{number}\n" for number in range(600))
    page = send(coordinator, here, text.encode())
    table = f"{here}/{whole.scalars(select(PeopleTable))[0].id}"
    lines, pages = list[str](), 0
    while True:
        lines += [cell.words for cell in page.all("td")][::3]
        pages += 1
        following = [tag["href"] for tag in page.all("a") if tag.words == "More"]
        if not following:
            break
        page = coordinator.get(table + following[0])
    assert lines == [str(number) for number in range(2, 602)]
    assert pages == 6
    assert coordinator.get(f"{table}?page=99").all("td")[-3].words == "601"


def test_a_row_with_another_fault_still_counts_as_the_first_or_second_of_its_address() -> None:
    rows = "email,role\naino@example.org,nurse\naino@example.org,trainer\nbo@example.org,\nbo@example.org,nurse\n"
    assert sorted(places(read_table(rows).faults)) == [(2, "role"), (3, "email"), (5, "email"), (5, "role")]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", [(1, "")]),
        ("\n \n", [(1, "")]),
        ("name\nAino\n", [(1, "email")]),
        ("email,salary\na@example.org,1\n", [(1, "salary")]),
        ("email,email\na@example.org,b@example.org\n", [(1, "email"), (1, "email")]),
        ("email\n", [(1, "")]),
        ('email,name\na@example.org,"open\n', [(2, "")]),
        ("email\tname\na@example.org\tAino\tmore\n", [(2, "")]),
    ],
)
def test_a_table_that_cannot_be_read_says_where(text: str, where: list[tuple[int, str]]) -> None:
    table = read_table(text)
    assert (places(table.faults), table.people) == (where, [])


def test_five_thousand_rows_are_taken_and_one_more_is_not(whole: Whole, coordinator: Visitor, here: str) -> None:
    lines = [f"person{number}@example.org,Name {number}" for number in range(MOST_ROWS)]
    text = "email,name\n" + "\n".join(lines)
    assert len(read_table(text).people) == MOST_ROWS
    assert places(read_table(text + "\nlast@example.org,Last\n").faults) == [(MOST_ROWS + 2, "")]
    page = send(coordinator, here, text.encode())
    assert f"{MOST_ROWS} people would be invited." in page.text
    coordinator.post(f"{here}/{whole.scalars(select(PeopleTable))[0].id}")
    assert len(whole.scalars(select(Invitation.id))) == MOST_ROWS


def test_a_file_that_is_not_utf_8_or_too_big_or_missing_is_told_in_words(coordinator: Visitor, here: str) -> None:
    assert "This file is not UTF-8." in send(coordinator, here, "email\naïno@example.org".encode("latin-1")).text
    assert "Choose a file, or paste the table." in send(coordinator, here, b"").text
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    body = head + b"x" * 2_100_000 + b"\r\n--x--\r\n"
    assert coordinator.client.post(here, data=body, content_type="multipart/form-data; boundary=x").status_code == 413
    assert decode("\ufeffemail".encode()) == "email"


def test_who_has_the_role_already_is_left_out(whole: Whole, coordinator: Visitor, here: str) -> None:
    sign_in_as(whole, Role.TRAINER, "aino@example.org")
    page = send(coordinator, here, GOOD.encode())
    assert "1 person would be invited." in page.text
    assert "1 person has this role already" in page.text


def test_a_table_that_was_brought_in_an_hour_ago_is_not_there_any_more(
    whole: Whole, coordinator: Visitor, here: str
) -> None:
    send(coordinator, here, GOOD.encode())
    table = whole.scalars(select(PeopleTable))[0]
    coordinator.submit(f"{here}/{table.id}")
    whole.do(lambda: db.session.execute(update(AuditEntry).values(at=utcnow() - timedelta(hours=1))), write=True)
    assert coordinator.submit(f"{here}/{table.id}").status == 404


def test_a_table_of_somebody_else_is_not_there(whole: Whole, coordinator: Visitor, here: str) -> None:
    send(coordinator, here, GOOD.encode())
    (table,) = whole.scalars(select(PeopleTable))
    other = sign_in_as(whole, Role.COORDINATOR, "mari@example.org")
    assert (other.get(f"{here}/{table.id}").status, other.post(f"{here}/{table.id}").status) == (404, 404)


def test_an_apostrophe_before_a_formula_is_taken_off_again_and_no_other(
    whole: Whole, coordinator: Visitor, here: str
) -> None:
    names = ["=Aino", "-", "+358", "@bo", "'Olli", "O'Brien"]
    table = "".join(table_lines(["email", "name"], [[f"p{at}@example.org", name] for at, name in enumerate(names)]))
    assert "'=Aino" in table
    send(coordinator, here, table.encode())
    (row,) = whole.scalars(select(PeopleTable))
    coordinator.submit(f"{here}/{row.id}")
    assert [each.name for each in whole.scalars(select(Invitation).order_by(Invitation.email))] == names


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("before", ["", "sep=;\n", "sep=;\r\n"])
def test_a_table_is_read_as_spreadsheets_write_it(encoding: str, before: str) -> None:
    table = read_table(decode((before + GOOD).encode(encoding)))
    assert [(each.email, each.name) for each in table.people] == [
        ("aino@example.org", "Aino Ääni"),
        ("bo@example.org", "صلاح الدين"),
    ]


def test_lines_are_those_of_the_file_also_after_a_line_break_in_a_cell_and_a_first_line_of_the_spreadsheet() -> None:
    table = read_table('sep=;\nemail;name\na@example.org;"Aino\nÄäni"\nnobody;x\n')
    assert places(table.faults) == [(5, "email")]


def test_a_mark_that_was_pasted_leaves_the_first_column_its_name() -> None:
    assert [each.email for each in read_table("\ufeff" + GOOD).people] == ["aino@example.org", "bo@example.org"]


def test_a_list_that_leaves_people_out_takes_nothing_from_them(whole: Whole, coordinator: Visitor, here: str) -> None:
    sign_in_as(whole, Role.TRAINER, "tiina@example.org")
    send(coordinator, here, b"email,role\nold@example.org,trainer\n")
    (first,) = whole.scalars(select(PeopleTable))
    coordinator.post(f"{here}/{first.id}")
    send(coordinator, here, b"email,role\nnew@example.org,trainer\n")
    (second,) = whole.scalars(select(PeopleTable))
    coordinator.post(f"{here}/{second.id}")
    assert {each.email for each in whole.scalars(select(Invitation).where(Invitation.used_at.is_(None)))} >= {
        "old@example.org",
        "new@example.org",
    }
    found = whole.scalars(select(Account.email).join(Membership, Membership.account_id == Account.id))
    assert {"eva@example.org", "tiina@example.org"} <= set(found)


def test_two_rows_for_one_person_are_a_fault_that_names_the_other_line() -> None:
    table = read_table("email\naino@example.org\n\nAINO@Example.org\n")
    assert [(each.line, "line 2" in each.words) for each in table.faults] == [(4, True)]
    assert table.people == []
