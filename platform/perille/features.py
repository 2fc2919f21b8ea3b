"""The features of the platform, and the one place where they are listed.

The application mounts them, the command line takes their commands, the background jobs and the migrations theirs. To add a feature,
write `<name>/feature.py` and add a line here; `tests/test_features.py` fails for a folder that is not in the tuple.
"""

from __future__ import annotations

from perille.administration.feature import feature as administration
from perille.assessment.feature import feature as assessment
from perille.backup.feature import feature as backup
from perille.catalogue.feature import feature as catalogue
from perille.comfort.feature import feature as comfort
from perille.consents.feature import feature as consents
from perille.core.database import Base
from perille.core.maintenance import feature as core
from perille.credentials.feature import feature as credentials
from perille.doctor.feature import feature as doctor
from perille.enrolment.feature import feature as enrolment
from perille.errands.feature import feature as errands
from perille.groups.feature import feature as groups
from perille.learning.feature import feature as learning
from perille.lrs.feature import feature as lrs
from perille.notices.feature import feature as notices
from perille.offline.feature import feature as offline
from perille.operator.feature import feature as operator
from perille.organisations.feature import feature as organisations
from perille.packs.feature import feature as packs
from perille.people.feature import feature as people
from perille.phrases.feature import feature as phrases
from perille.plugins.feature import feature as plugins
from perille.privacy.feature import feature as privacy
from perille.profiles.feature import feature as profiles
from perille.refreshers.feature import feature as refreshers
from perille.reminders.feature import feature as reminders
from perille.room.feature import feature as room
from perille.safety.feature import feature as safety
from perille.search.feature import feature as search
from perille.seminars.feature import feature as seminars
from perille.studio.feature import feature as studio
from perille.sync.feature import feature as sync
from perille.tracking.feature import feature as tracking

FEATURES = (
    core,
    safety,
    privacy,
    consents,
    catalogue,
    comfort,
    enrolment,
    credentials,
    assessment,
    refreshers,
    errands,
    reminders,
    search,
    phrases,
    groups,
    room,
    sync,
    seminars,
    learning,
    operator,
    notices,
    offline,
    people,
    organisations,
    profiles,
    administration,
    packs,
    studio,
    plugins,
    tracking,
    lrs,
    backup,
    doctor,
)
#: Every table of the features: importing this module knows them all.
metadata = Base.metadata
