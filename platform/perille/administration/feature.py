"""What the administrators' pages bring."""

from __future__ import annotations

from perille.administration.clients import blueprint as clients
from perille.administration.erasures import blueprint as erasures
from perille.administration.forwarding import blueprint as forwarding
from perille.administration.issuers import blueprint as issuers
from perille.administration.jobs import blueprint as jobs
from perille.administration.organisation_store import blueprint as organisation_store
from perille.administration.regrading import blueprint as regrading
from perille.administration.rejected import blueprint as rejected
from perille.administration.statements import blueprint as statements
from perille.administration.views import blueprint
from perille.core.feature import Feature

feature = Feature(
    name="administration",
    blueprints=(
        blueprint,
        clients,
        organisation_store,
        erasures,
        regrading,
        forwarding,
        jobs,
        statements,
        rejected,
        issuers,
    ),
)
