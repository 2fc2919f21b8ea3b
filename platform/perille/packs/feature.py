"""What packs bring."""

from __future__ import annotations

from perille.core.feature import Feature
from perille.packs.commands import packs
from perille.packs.figures import pack_gauges
from perille.packs.publishing.models import PackMedia, PackProblem, PackSourceFiles, PackVersion, PackWords

feature = Feature(
    name="packs",
    gauges=pack_gauges,
    commands=(packs,),
    models=(PackVersion, PackWords, PackMedia, PackSourceFiles, PackProblem),
    stays=(PackVersion, PackWords, PackMedia, PackSourceFiles, PackProblem),
)
