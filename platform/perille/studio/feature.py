"""What the Studio brings."""

from __future__ import annotations

from perille.core.feature import Feature, Permission
from perille.studio.models import (
    StudioBlob,
    StudioChange,
    StudioDraft,
    StudioLink,
    StudioReview,
    StudioRevision,
    StudioUnmerged,
    StudioVersion,
)

_AUTHORS = frozenset({"administrator", "coordinator", "trainer", "author"})

feature = Feature(
    name="studio",
    permissions=(
        Permission(name="studio.author", about="Make, change and publish courses in the Studio", roles=_AUTHORS),
        Permission(
            name="studio.review",
            about="Read drafts of the Studio, and approve them or ask for changes",
            roles=_AUTHORS | {"reviewer"},
        ),
        Permission(
            name="studio.translate",
            about="Translate drafts of the Studio",
            roles=_AUTHORS | {"reviewer", "translator"},
        ),
    ),
    models=(
        StudioDraft,
        StudioRevision,
        StudioChange,
        StudioBlob,
        StudioUnmerged,
        StudioReview,
        StudioVersion,
        StudioLink,
    ),
    personal_data=(StudioRevision, StudioUnmerged),
)
