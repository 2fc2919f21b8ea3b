"""What the Studio brings."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from perille.core.feature import Feature, NavigationItem, Permission, Place, Scope
from perille.core.i18n import lazy_gettext
from perille.core.job import Job
from perille.studio import (
    clinic_views,
    comment_views,
    fact_form_views,
    fact_list_views,
    fact_rename_views,
    fact_views,
    item_file_views,
    key_views,
    lesson_source_views,
    lesson_views,
    mirror_views,
    narration_views,
    outline_views,
    picture_library_views,
    picture_views,
    presence_views,
    publish_views,
    question_saving,
    question_views,
    refusals,
    schedule_views,
    settings_views,
    translation_views,
    unit_rule_views,
    upstream_views,
    word_file_views,
)
from perille.studio.inbox import waiting_drafts
from perille.studio.models import (
    StudioBlob,
    StudioChange,
    StudioComment,
    StudioDraft,
    StudioLink,
    StudioPresence,
    StudioReview,
    StudioRevision,
    StudioSchedule,
    StudioUnmerged,
    StudioVersion,
    StudioWriter,
)
from perille.studio.previews import configure_previews
from perille.studio.publication_signal import configure_reload
from perille.studio.review_notices import ANSWERED
from perille.studio.schedule_notices import STOPPED
from perille.studio.scheduling import run_due
from perille.studio.views import blueprint

#: Modules whose views belong to the blueprint: importing them mounts them.
_VIEWS = (
    clinic_views,
    comment_views,
    fact_form_views,
    fact_list_views,
    fact_rename_views,
    fact_views,
    item_file_views,
    key_views,
    lesson_source_views,
    lesson_views,
    mirror_views,
    narration_views,
    outline_views,
    picture_library_views,
    picture_views,
    presence_views,
    publish_views,
    question_saving,
    question_views,
    refusals,
    schedule_views,
    settings_views,
    unit_rule_views,
    upstream_views,
    translation_views,
    word_file_views,
)
_AUTHORS = frozenset({"administrator", "coordinator", "trainer", "author"})
_READERS = _AUTHORS | {"reviewer", "translator"}


def set_up(app: Flask) -> None:
    """Let pages find drafts and what waits in them, and let every process learn what was published."""
    app.jinja_env.globals.update(waiting_drafts=waiting_drafts)
    configure_previews(app)
    configure_reload(app)


feature = Feature(
    name="studio",
    blueprints=(blueprint,),
    navigation=(
        NavigationItem(Place.MANAGE, "studio.courses", lazy_gettext("Studio"), order=20, permission="studio.open"),
    ),
    jobs=(
        Job(
            "studio-schedule",
            run_due,
            timedelta(seconds=30),
            lazy_gettext("Publish courses at the moment that was set"),
        ),
    ),
    notices=(STOPPED, ANSWERED),
    setup=set_up,
    permissions=(
        Permission(name="studio.open", about="See a list of one's drafts", roles=_READERS),
        Permission(name="studio.begin", about="Begin a course in the Studio", roles=_AUTHORS),
        Permission(
            name="studio.author",
            about="Change and publish an organisation's courses in the Studio",
            roles=_AUTHORS,
            scope=Scope.ORGANISATION,
        ),
        Permission(
            name="studio.review",
            about="Approve an organisation's drafts, or ask for changes",
            roles=_AUTHORS | {"reviewer"},
            scope=Scope.ORGANISATION,
        ),
        Permission(
            name="studio.translate",
            about="Read an organisation's drafts, and translate them",
            roles=_READERS,
            scope=Scope.ORGANISATION,
        ),
        Permission(
            name="studio.narrate",
            about="Read screens and questions of an organisation's drafts aloud",
            roles=_AUTHORS | {"translator"},
            scope=Scope.ORGANISATION,
        ),
        Permission(
            name="studio.comment",
            about="Write comments at blocks of an organisation's drafts, answer them, and say that they are done",
            roles=_READERS,
            scope=Scope.ORGANISATION,
        ),
    ),
    models=(
        StudioDraft,
        StudioRevision,
        StudioChange,
        StudioBlob,
        StudioUnmerged,
        StudioReview,
        StudioComment,
        StudioPresence,
        StudioVersion,
        StudioSchedule,
        StudioWriter,
        StudioLink,
    ),
    stays=(
        StudioDraft,
        StudioRevision,
        StudioChange,
        StudioBlob,
        StudioUnmerged,
        StudioReview,
        StudioComment,
        StudioPresence,
        StudioVersion,
        StudioSchedule,
        StudioWriter,
        StudioLink,
    ),
    personal_data=(StudioRevision, StudioUnmerged, StudioComment, StudioPresence, StudioSchedule, StudioWriter),
)
