"""Who is who: the one text by which an agent or identified group is the same everywhere (Data 2.4.2.3)."""

from __future__ import annotations

from msgspec import UNSET

from perille.lrs.xapi.actors import Actor


def account_key(home_page: str, name: str) -> str:
    """Return the key of an account. A home page has no space in it, so the two cannot run together.

    >>> account_key("https://learn.example.org", "7")
    'account https://learn.example.org 7'
    """
    return f"account {home_page} {name}"


def agent_key(actor: Actor) -> str | None:
    """Return the key of an agent or identified group; an anonymous group has none.

    >>> agent_key(Actor(mbox="mailto:aino@example.org"))
    'mbox mailto:aino@example.org'
    """
    if actor.account is not UNSET:
        return account_key(actor.account.home_page, actor.account.name)
    if actor.mbox is not UNSET:
        return f"mbox {actor.mbox}"
    if actor.mbox_sha1sum is not UNSET:
        return f"mbox_sha1sum {actor.mbox_sha1sum.lower()}"
    if actor.openid is not UNSET:
        return f"openid {actor.openid}"
    return None


def keys_of(actor: Actor) -> list[str]:
    """Return the keys by which an actor is found: its own, and those of a group's members (Communication 2.1.3).

    >>> group = Actor(object_type="Group", member=[Actor(mbox="mailto:aino@example.org")])
    >>> agent_key(group), keys_of(group)
    (None, ['mbox mailto:aino@example.org'])
    """
    own = agent_key(actor)
    if actor.member is UNSET:
        return [own] if own is not None else []
    members = [key for member in actor.member if (key := agent_key(member)) is not None]
    return [own, *members] if own is not None else members


def agent_of(key: str) -> dict[str, object]:
    """Return the identifier that a key stands for, as JSON has it.

    >>> agent_of("account https://learn.example.org 7")
    {'account': {'homePage': 'https://learn.example.org', 'name': '7'}}
    """
    form, _, value = key.partition(" ")
    if form == "account":
        home_page, _, name = value.partition(" ")
        return {"account": {"homePage": home_page, "name": name}}
    return {form: value}
