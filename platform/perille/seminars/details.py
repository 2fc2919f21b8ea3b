"""What an organisation says of a seminar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SeminarWish:
    """What an organisation says of a seminar."""

    title: str
    about: str
    language: str
    place: str
    link: str
    starts_at: datetime
    ends_at: datetime
    deadline_at: datetime
    places: int
