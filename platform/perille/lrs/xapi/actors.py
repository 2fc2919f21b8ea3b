"""Who: agents, groups and accounts, as the specification defines them (xAPI 1.0.3 Data 2.4.2)."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType, field

from perille.lrs.xapi import validators
from perille.lrs.xapi.errors import Rule, RuleViolation


class Concept(Struct, forbid_unknown_fields=True, rename="camel", gc=False):
    """A JSON object of xAPI: property names are matched with their case, unknown ones refused (Data 2.2)."""


class Account(Concept):
    """A user account on an existing system (Data 2.4.2.4)."""

    home_page: str
    name: str

    def __post_init__(self) -> None:
        validators.iri(self.home_page, "homePage")


class Actor(Concept):
    """Who: an Agent or a Group (Data 2.4.2)."""

    object_type: Literal["Agent", "Group"] | UnsetType = UNSET
    name: str | UnsetType = UNSET
    mbox: str | UnsetType = UNSET
    mbox_sha1sum: str | UnsetType = field(default=UNSET, name="mbox_sha1sum")
    openid: str | UnsetType = UNSET
    account: Account | UnsetType = UNSET
    member: list[Actor] | UnsetType = UNSET

    def __post_init__(self) -> None:
        identifiers = self._check_identifiers()
        if self.object_type == "Group":
            self._check_group(identifiers)
        elif identifiers != 1:
            raise RuleViolation(Rule.IDENTIFIER, "", f"An agent has exactly one identifier, this one {identifiers}.")
        elif self.member is not UNSET:
            raise RuleViolation(Rule.GROUP, "member", "An agent has no members.")

    def _check_identifiers(self) -> int:
        """Each inverse functional identifier has its form (Data 2.4.2.3); returns how many there are."""
        count = 0
        if self.account is not UNSET:
            count = 1
        if self.mbox is not UNSET:
            validators.mailbox(self.mbox, "mbox")
            count += 1
        if self.mbox_sha1sum is not UNSET:
            validators.sha1(self.mbox_sha1sum, "mbox_sha1sum")
            count += 1
        if self.openid is not UNSET:
            validators.iri(self.openid, "openid")
            count += 1
        return count

    def _check_group(self, identifiers: int) -> None:
        """A group without identifier has members; members are agents, not groups (Data 2.4.2.2)."""
        if identifiers > 1:
            raise RuleViolation(Rule.IDENTIFIER, "", f"A group has at most one identifier, this one {identifiers}.")
        if not identifiers and self.member is UNSET:
            raise RuleViolation(Rule.GROUP, "member", "A group without identifier lists its members.")
        for place, member in enumerate(self.member or ()):
            if member.object_type == "Group":
                raise RuleViolation(Rule.GROUP, f"member[{place}]", "A member of a group is an agent.")

    @property
    def is_group(self) -> bool:
        """Whether this is a group."""
        return self.object_type == "Group"
