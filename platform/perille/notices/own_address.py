"""The address of who is signed in, which pages of e-mails offer; accounts stand above e-mails, which know none of them."""

from __future__ import annotations

from collections.abc import Callable

from perille.core.extension_state import AppSlot

#: Returns the e-mail address of who is signed in, None for nobody and for an account without one.
own_address = AppSlot[Callable[[], str | None]]("own_address", lambda: lambda: None)
