"""What the record store brings."""

from __future__ import annotations

from datetime import timedelta

from perille.core.feature import Feature, MergeRule, MergeStrategy
from perille.core.i18n import lazy_gettext
from perille.core.job import Job
from perille.lrs.commands import lrs
from perille.lrs.figures import store_gauges
from perille.lrs.http.blueprint import blueprint
from perille.lrs.rejected import expire_rejected
from perille.lrs.storage.indexing import index_tail
from perille.lrs.storage.models import (
    LrsActivity,
    LrsAgentName,
    LrsAttachment,
    LrsAttachmentUse,
    LrsAuthority,
    LrsClient,
    LrsDocument,
    LrsForward,
    LrsIssuer,
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
    gauges=store_gauges,
    blueprints=(blueprint,),
    commands=(lrs,),
    jobs=(
        Job(
            "forwarding",
            lambda _session: forward_all(),
            timedelta(seconds=30),
            lazy_gettext("Send statements on to other stores"),
        ),
        Job("indexing", index_tail, timedelta(hours=1), lazy_gettext("Index the newest statements")),
        Job(
            "rejections", expire_rejected, timedelta(days=1), lazy_gettext("Forget requests that were refused long ago")
        ),
    ),
    models=(LrsStore, *_PERSONAL, LrsClient, LrsForward, LrsIssuer, LrsRejectedRequest),
    # Statements about courses are carried by their ids, not as rows (`perille.sync.statements`).
    stays=(LrsStore, *_PERSONAL, LrsClient, LrsForward, LrsIssuer, LrsRejectedRequest),
    personal_data=_PERSONAL,
    # Statements and launches keep their registration: what they count for is said elsewhere.
    merge_rules=(MergeRule(model=LrsLaunch, rule=MergeStrategy.STAY),),
)
