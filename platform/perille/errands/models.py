"""Which errands a learner has done."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from perille.core.database import Base


class ErrandTick(Base):
    """An errand that a learner ticked. When they did is not kept: nothing needs it."""

    __tablename__ = "errand_tick"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True)
    #: Key of the errand in its course.
    errand: Mapped[str] = mapped_column(String(100), primary_key=True)
