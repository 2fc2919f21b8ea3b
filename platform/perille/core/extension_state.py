"""Typed places for what a part of the program keeps for an application or a database.

Flask keeps such things in `app.extensions` under a string, of which no type checker knows anything. Here each is one `AppSlot`, declared
beside the type of its value. Two applications in one process share nothing that is kept so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from flask import Flask, current_app
from sqlalchemy import Engine

T = TypeVar("T")


class AppSlot(Generic[T]):
    """A place of an application for one value of type T, under a name that nobody else uses.

    >>> from flask import Flask
    >>> visits = AppSlot[list[str]]("visits", list)
    >>> first, second = Flask("first"), Flask("second")
    >>> visits.of(first).append("Aino")
    >>> visits.of(first), visits.of(second)
    (['Aino'], [])
    """

    __slots__ = ("_make", "_name")

    def __init__(self, name: str, make: Callable[[], T] | None = None) -> None:
        """Declare a slot. *make*: makes the value at its first use; without it the value must be set before."""
        self._name = f"perille_{name}"
        self._make = make

    def set(self, app: Flask, value: T) -> None:
        """Give the application its value."""
        app.extensions[self._name] = value

    def of(self, app: Flask) -> T:
        """Return the value of an application; raise KeyError where it was never set."""
        held = app.extensions
        if self._name not in held and self._make is not None:
            # setdefault: of two threads that come at once both get the same value.
            held.setdefault(self._name, self._make())
        value: T = held[self._name]
        return value

    def made(self, app: Flask) -> T | None:
        """Return the value of an application where there is one already."""
        found: T | None = app.extensions.get(self._name)
        return found

    def __call__(self) -> T:
        """Return the value of the present application. Needs an app context."""
        # The application itself: a page asks some hundred times, and the proxy would cost most of it.
        return self.of(current_app._get_current_object())  # type: ignore[attr-defined]


class EngineSlot(Generic[T]):
    """A value of type T for each database that this process works on, made at its first use and gone with its engine."""

    __slots__ = ("_make", "_values")

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._values: WeakKeyDictionary[Engine, T] = WeakKeyDictionary()

    def of(self, engine: Engine) -> T:
        """Return the value of a database."""
        found = self._values.get(engine)
        # setdefault: of two threads that come at once both get the same value.
        return self._values.setdefault(engine, self._make()) if found is None else found
