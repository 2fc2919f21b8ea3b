"""What an author is told about a table."""

from __future__ import annotations

import pytest

from interactions.samples import INTERACTIONS, table
from perille.api import ItemFault


def faults(interaction: str, **own: object) -> tuple[str, ...]:
    """Return what is said about a table of that type, with *own* keys in place of good ones."""
    with pytest.raises(ItemFault) as caught:
        INTERACTIONS[interaction].read(table(interaction, **own))
    return caught.value.faults
