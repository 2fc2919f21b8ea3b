"""What a person may be asked to agree to: declared by the feature that does it, in words that have a version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask import Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """One thing that is done with what is known of somebody who has an account, and only while they agree to it.

    `perille.consents` keeps who agreed to which version, in which language and when; the feature that declares a purpose asks there before
    it acts. Nothing of a purpose is ever asked of somebody without an account.
    """

    #: Unique among all purposes of the installation: "reminders".
    name: str
    #: Rises with each change of the words that changes what is agreed to: who agreed before is asked again, and until then has not agreed.
    version: int
    #: The question (`lazy_gettext`). It may hold `%(organisation)s` where the purpose is one organisation's.
    question: str
    #: What is done, and what stops when it is taken back (`lazy_gettext`).
    about: str
    #: Whether people agree for each organisation by itself.
    by_organisation: bool = False
    #: What holds while somebody has not answered. Only where they asked for it by another act of theirs, such as making an account to keep
    #: their progress in it.
    unasked: bool = False
    #: Whether its feature's own page asks for it: then it is not among the questions that wait on others.
    in_place: bool = False
    #: Called in the transaction that takes it back, with the account and the answer to the browser: ends what does not ask each time.
    on_end: Callable[[UUID, Response], None] | None = None
    #: Called in the transaction in which it is given.
    on_given: Callable[[UUID], None] | None = None
