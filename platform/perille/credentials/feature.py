"""What certificates and their verification bring."""

from __future__ import annotations

from perille.core.feature import Feature
from perille.credentials.commands import credentials
from perille.credentials.models import Credential
from perille.credentials.views import blueprint

feature = Feature(
    name="credentials",
    blueprints=(blueprint,),
    commands=(credentials,),
    models=(Credential,),
    personal_data=(Credential,),
)
