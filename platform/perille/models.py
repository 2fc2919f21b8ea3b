"""Every model, so that one import knows all tables: the factory and the migrations use it."""

from __future__ import annotations

import perille.accounts.models
import perille.assessment.models
import perille.credentials.models
import perille.enrolment.models
import perille.enrolment.tombstones
import perille.learning.models
import perille.lrs.storage.models
import perille.packs.publishing.models
import perille.privacy.models
import perille.tracking.models  # noqa: F401  (imported for their tables)
from perille.core.database import Base

metadata = Base.metadata
