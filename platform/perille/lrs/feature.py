"""What the record store brings."""

from __future__ import annotations

from datetime import timedelta

from perille.core.feature import Feature
from perille.core.job import Job
from perille.lrs.commands import lrs
from perille.lrs.http.blueprint import blueprint
from perille.lrs.rejected import expire_rejected
from perille.lrs.storage.models import (
    LrsActivity,
    LrsAgentName,
    LrsAttachment,
    LrsAttachmentUse,
    LrsAuthority,
    LrsClient,
    LrsDocument,
    LrsForward,
    LrsLaunch,
    LrsPosting,
    LrsReference,
    LrsRefusal,
    LrsRejectedRequest,
    LrsStatement,
    LrsStore,
    LrsTerm,
)
from perille.lrs.transfer.forward_commands import forward_all

_PERSONAL = (
    LrsTerm,
    LrsStatement,
    LrsPosting,
    LrsReference,
    LrsAuthority,
    LrsActivity,
    LrsAgentName,
    LrsAttachment,
    LrsAttachmentUse,
    LrsDocument,
    LrsLaunch,
    LrsRefusal,
)

feature = Feature(
    name="lrs",
    blueprints=(blueprint,),
    commands=(lrs,),
    jobs=(
        Job("forwarding", lambda _session: forward_all(), timedelta(seconds=30)),
        Job("rejected requests", expire_rejected, timedelta(days=1)),
    ),
    models=(LrsStore, *_PERSONAL, LrsClient, LrsForward, LrsRejectedRequest),
    personal_data=_PERSONAL,
)
