"""The extensions of Flask, made once and bound to an application by `create_app`."""

from __future__ import annotations

from flask_sqlalchemy import SQLAlchemy

from perille.core.database import Base

db = SQLAlchemy(model_class=Base, disable_autonaming=True)
