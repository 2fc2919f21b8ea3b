"""What certificates and their verification bring."""

from __future__ import annotations

from datetime import timedelta

from perille.core.carried import Carried, Settle
from perille.core.feature import Feature, MergeRule, NavigationItem, Place, Together
from perille.core.i18n import lazy_gettext
from perille.core.job import Job
from perille.credentials import badge_views, share_views, verify_views, views
from perille.credentials.blueprint import blueprint
from perille.credentials.commands import credentials
from perille.credentials.expiring import EXPIRING, REMINDERS, remind
from perille.credentials.models import Credential, CredentialShare

#: The modules whose views are on the blueprint.
VIEWS = (views, verify_views, share_views, badge_views)

feature = Feature(
    name="credentials",
    public=frozenset(
        {
            "credentials.badge",
            "credentials.certificate",
            "credentials.check",
            "credentials.end_share",
            "credentials.make",
            "credentials.make_reissue",
            "credentials.paper",
            "credentials.verified",
            "credentials.share",
            "credentials.shared",
            "credentials.verify",
            "credentials.verify_name",
        }
    ),
    blueprints=(blueprint,),
    navigation=(NavigationItem(Place.FOOTER, "credentials.verify", lazy_gettext("Check a certificate"), order=40),),
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
        Carried(
            model=Credential,
            through="enrolment_id",
            settle={
                "printed_name": Settle.OFFICE,
                "corrections": Settle.GREATER,
                "corrected_on": Settle.GREATER,
                "expires_on": Settle.GREATER,
                "extended_on": Settle.GREATER,
                "extended_minutes": Settle.GREATER,
                "revoked_at": Settle.GREATER,
                "replaced_on": Settle.GREATER,
                "replaced_by_id": Settle.GREATER,
            },
        ),
    ),
    # A link that shows a certificate leads to the installation that made it.
    stays=(CredentialShare,),
    personal_data=(Credential, CredentialShare),
    # Both certificates of a course stay, with the links that show them: each was given to somebody on paper.
    merge_rules=(
        MergeRule(model=Credential, rule=Together.STAY),
        MergeRule(model=CredentialShare, rule=Together.STAY),
    ),
)
