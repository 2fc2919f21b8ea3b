"""An authority without a name: what vouched for others' statements stays one and the same, and leads to nobody."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import uuid4

import msgspec

from perille.core.type_aliases import JsonObject
from perille.lrs.clients import keyrings
from perille.lrs.storage import terms
from perille.lrs.storage.connection import RawConnection, marks
from perille.lrs.storage.persons import Matcher
from perille.lrs.storage.postings import RELATED_AGENT
from perille.lrs.xapi.actors import Actor
from perille.lrs.xapi.ifi import account_key, keys_of
from perille.lrs.xapi.parsing import encode, exact_value

HOME = "https://perille.invalid/erased"
_actor = msgspec.json.Decoder(Actor).decode
_IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account", "name")


def authorities_of(raw: RawConnection, number: int, agents: Collection[int], matcher: Matcher) -> list[int]:
    """Return the numbers of authorities that are one of these agents, or name the person in any other way."""
    rows = raw.rows("SELECT id, agent_id, body FROM lrs_authority WHERE store_id = ?", number)
    return [row[0] for row in rows if row[1] in agents or _names(bytes(row[2]), matcher)]


def replace_authorities(raw: RawConnection, number: int, agents: Collection[int], matcher: Matcher) -> int:
    """Give the person another name where they are an authority, in statements and in clients; return how many authorities changed."""
    made = _rename_terms(raw, number, agents)
    changed = 0
    for table, key in (("lrs_authority", "body"), ("lrs_client", "authority")):
        rows = raw.rows(f"SELECT id, {key} FROM {table} WHERE store_id = ?", number)  # noqa: S608 - constants
        for row in rows:
            body = bytes(row[1])
            if _names(body, matcher):
                fresh = encode(_replaced(exact_value(body), matcher, made))
                raw.run(f"UPDATE {table} SET {key} = ? WHERE store_id = ? AND id = ?", fresh, number, row[0])  # noqa: S608
                changed += table == "lrs_authority"
    if changed or made:
        raw.when_committed(keyrings.of(raw.engine).forget)
    return changed


def renamed(raw: RawConnection, number: int, numbers: Collection[int]) -> set[int]:
    """Return those terms that have another name by now."""
    if not numbers:
        return set()
    sql = f"SELECT id FROM lrs_term WHERE store_id = ? AND id IN ({marks(numbers)}) AND key LIKE ?"  # noqa: S608
    return {row[0] for row in raw.rows(sql, number, *numbers, f"account {HOME} %")}


def _rename_terms(raw: RawConnection, number: int, agents: Collection[int]) -> dict[str, str]:
    """Rename agents that are still listed as authorities; return the new account names by the old keys."""
    made = {}
    still = "SELECT 1 FROM lrs_statement s JOIN lrs_authority a ON a.store_id = s.store_id AND a.id = s.authority_id"
    for agent in sorted(agents):
        row = raw.one("SELECT key FROM lrs_term WHERE store_id = ? AND id = ?", number, agent)
        related = "SELECT 1 FROM lrs_posting WHERE store_id = ? AND list = ? AND a = ? LIMIT 1"
        used = raw.one(f"{still} WHERE s.store_id = ? AND a.agent_id = ? LIMIT 1", number, agent)
        if row is None or not (used or raw.one(related, number, RELATED_AGENT, agent)):
            continue
        made[row[0]] = str(uuid4())
        key = account_key(HOME, made[row[0]])
        sql = "UPDATE lrs_term SET key = ?, digest = ? WHERE store_id = ? AND id = ?"
        raw.run(sql, key, terms.digest(terms.AGENT + key), number, agent)
    return made


def _names(body: bytes, matcher: Matcher) -> bool:
    return matcher.in_json(body) or any(map(matcher.in_key, keys_of(_actor(body))))


def _replaced(actor: JsonObject, matcher: Matcher, made: Mapping[str, str]) -> JsonObject:
    """Return an authority with the person in it replaced, and a group's other member as it was."""
    if "member" in actor:
        return {**actor, "member": [_replaced(each, matcher, made) for each in actor["member"]]}
    body = encode(actor)
    if not _names(body, matcher):
        return actor
    key = next(iter(keys_of(_actor(body))), "")
    rest = {name: value for name, value in actor.items() if name not in _IDENTIFIERS}
    return rest | {"account": {"homePage": HOME, "name": made.get(key) or str(uuid4())}}
