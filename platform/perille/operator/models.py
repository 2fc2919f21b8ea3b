"""What was saved on the pages of settings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from perille.core.database import Base, UtcDateTime, utcnow


class SiteSetting(Base):
    """One setting; a row that is not there means what the environment says, or nothing."""

    __tablename__ = "site_setting"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    #: Lists are separated by spaces; a password is sealed.
    value: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, onupdate=utcnow)


class SiteImage(Base):
    """A picture of the site, such as the logo of certificates, made anew here from what was sent."""

    __tablename__ = "site_image"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    mime: Mapped[str] = mapped_column(String(40))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, onupdate=utcnow)
