"""What certificates and their verification bring."""

from __future__ import annotations

from datetime import timedelta

from perille.core.feature import Feature, MergeRule, MergeStrategy, NavigationItem, Place
from perille.core.i18n import lazy_gettext
from perille.core.job import Job
from perille.core.synced_tables import ConflictRule, SyncedTable
from perille.credentials import badge_views, share_views, verify_views, views
from perille.credentials.blueprint import blueprint
from perille.credentials.commands import credentials
from perille.credentials.expiring import EXPIRING, REMINDERS, remind
from perille.credentials.models import Credential, CredentialShare

#: Modules whose views belong to the blueprint: importing them mounts them.
_VIEWS = (views, verify_views, share_views, badge_views)

feature = Feature(
    name="credentials",
    public=frozenset(
        {
            "credentials.badge",
            "credentials.certificate",
            "credentials.submit_code",
            "credentials.revoke_share",
            "credentials.issue_certificate",
            "credentials.reissue_certificate",
            "credentials.certificate_pdf",
            "credentials.verification",
            "credentials.create_share",
            "credentials.shared_certificate",
            "credentials.code_form",
            "credentials.verify_name",
        }
    ),
    blueprints=(blueprint,),
    navigation=(NavigationItem(Place.FOOTER, "credentials.code_form", lazy_gettext("Check a certificate"), order=40),),
    commands=(credentials,),
    purposes=(REMINDERS,),
    jobs=(
        Job(
            "expiring-certificates",
            remind,
            timedelta(days=1),
            lazy_gettext("Remind people that a certificate ends soon"),
        ),
    ),
    notices=(EXPIRING,),
    models=(Credential, CredentialShare),
    carried=(
        # A code stands on paper: what the paper says is what the office says, but for a name that was corrected in both places.
        SyncedTable(
            model=Credential,
            through="enrolment_id",
            settle={
                "printed_name": ConflictRule.OFFICE,
                "corrections": ConflictRule.GREATER,
                "corrected_on": ConflictRule.GREATER,
                "expires_on": ConflictRule.GREATER,
                "extended_on": ConflictRule.GREATER,
                "extended_minutes": ConflictRule.GREATER,
                "revoked_at": ConflictRule.GREATER,
                "replaced_on": ConflictRule.GREATER,
                "replaced_by_id": ConflictRule.GREATER,
            },
        ),
    ),
    # A link that shows a certificate leads to the installation that made it.
    stays=(CredentialShare,),
    personal_data=(Credential, CredentialShare),
    # Both certificates of a course stay, with the links that show them: each was given to somebody on paper.
    merge_rules=(
        MergeRule(model=Credential, rule=MergeStrategy.STAY),
        MergeRule(model=CredentialShare, rule=MergeStrategy.STAY),
    ),
)
