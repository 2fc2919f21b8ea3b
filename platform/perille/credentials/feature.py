"""What certificates and their verification bring."""

from __future__ import annotations

from perille.core.feature import Feature, MergeRule, NavigationItem, Place, Together
from perille.core.i18n import lazy_gettext
from perille.credentials.commands import credentials
from perille.credentials.models import Credential
from perille.credentials.views import blueprint

feature = Feature(
    name="credentials",
    public=frozenset(
        {
            "credentials.certificate",
            "credentials.check",
            "credentials.make",
            "credentials.paper",
            "credentials.verified",
            "credentials.verify",
        }
    ),
    blueprints=(blueprint,),
    navigation=(NavigationItem(Place.FOOTER, "credentials.verify", lazy_gettext("Check a certificate"), order=40),),
    commands=(credentials,),
    models=(Credential,),
    personal_data=(Credential,),
    # Both certificates of a course stay: each was given to somebody on paper.
    merge_rules=(MergeRule(model=Credential, rule=Together.STAY),),
)
