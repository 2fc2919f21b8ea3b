"""What a background job is: a name, a function and how often it runs. `core.jobs` runs them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from perille.core.database import Session


@dataclass(frozen=True, slots=True)
class Job:
    """Work that the installation repeats by itself.

    *run* is called in an app context and outside any transaction: it begins and ends its own (`core.database.run_in_transaction`). It may
    be broken off at any time and is then run again, so a second run must do no harm. An exception is logged and ends nothing.
    """

    #: Unique among all jobs of the installation, as in the log: "retention".
    name: str
    run: Callable[[Session], object]
    #: From the start of one run to the start of the next; a time that comes while it still runs is left out. A second or longer.
    every: timedelta
    #: What it does, for administrators, in their language (`lazy_gettext`): "Delete what is past its time". Without it they see its name.
    title: str = ""
