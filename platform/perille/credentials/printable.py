"""Whether our fonts have the letters of a name: asked before it goes on a paper."""

from wtforms import ValidationError

from perille.core.i18n import _
from perille.credentials.certificate import FONTS
from perille.credentials.font_coverage import unprintable


def refuse_unprintable(name: str) -> None:
    """Raise ValidationError for letters that no certificate shows: our fonts have none for them."""
    missing = unprintable(name, FONTS)
    if missing:
        raise ValidationError(
            _(
                "We cannot print these letters yet: %(signs)s. Please write your name in Latin letters, as in a passport.",
                signs=missing[:10],
            )
        )
