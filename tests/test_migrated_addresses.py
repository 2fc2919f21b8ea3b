"""Upgrading to 0048: whose address counts as proven of the accounts that are there already."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Boolean, Connection, DateTime, String, Uuid, column, select, update
from sqlalchemy import table as table_of

from support.filling import fill
from test_migrations import _read_once, connection, move  # noqa: F401


def test_accounts_that_a_handed_link_opened_are_not_proven_and_all_others_are(connection: Connection) -> None:  # noqa: F811
    move(connection, "0047")
    fill(connection, without=("sync_office",))
    names = {"id": Uuid(), "email_key": String(), "created_at": DateTime(timezone=True)}
    people = table_of("account", *(column(name, kind) for name, kind in names.items()))
    moments = [column(name, DateTime(timezone=True)) for name in ("used_at", "expires_at", "created_at")]
    numbers = [column(name, Uuid()) for name in ("id", "organisation_id")]
    invitations = table_of("invitation", *moments, *numbers, column("email_key", String()))
    audit = table_of(
        "audit_entry", column("action", String()), column("organisation_id", Uuid()), column("at", moments[0].type)
    )
    links = table_of("sign_in_link", column("account_id", Uuid()), column("used_at", moments[0].type))
    day = datetime(2026, 11, 20, tzinfo=UTC)
    first, second = connection.execute(select(people.c.id).order_by(people.c.id)).scalars().all()[:2]
    for key, number, hours in (("handed", first, 2), ("before", second, -2)):
        connection.execute(
            update(people).where(people.c.id == number).values(email_key=key, created_at=day + timedelta(hours=hours))
        )
    rows = connection.execute(select(invitations.c.id).order_by(invitations.c.id)).scalars().all()
    place = connection.execute(select(table_of("organisation", column("id", Uuid())).c.id)).scalars().first()
    for key, number in zip(("handed", "before"), rows, strict=True):
        mine = update(invitations).where(invitations.c.id == number)
        connection.execute(mine.values(email_key=key, used_at=day, organisation_id=place))
    connection.execute(update(links).values(used_at=None))
    connection.execute(
        update(audit).values(action="people.invitation-links", organisation_id=place, at=day - timedelta(hours=1))
    )
    member = table_of("membership", column("account_id", Uuid()), column("role", String()))
    mine = update(member).where(member.c.account_id == first)
    connection.execute(mine.values(role="trainer"))
    move(connection, "0048")
    found = connection.execute(select(people.c.id).where(column("address_proven", Boolean()).is_(False)))
    assert set(found.scalars()) == {first}
    # Nobody shuts an administrator out: a mailed link would end the second factor, and sets up none.
    proven = select(column("address_proven", Boolean())).select_from(people)
    move(connection, "0047")
    connection.execute(mine.values(role="administrator"))
    move(connection, "0048")
    assert set(connection.execute(proven).scalars()) == {True}
    move(connection, "0047")
    connection.execute(mine.values(role="trainer"))
    connection.execute(update(links).values(used_at=day, account_id=first))
    move(connection, "0048")
    assert set(connection.execute(proven).scalars()) == {True}
