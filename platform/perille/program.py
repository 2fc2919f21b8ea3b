"""The program `perille`: it imports everything while the search for garbage rests.

What is imported stays to the end, and is much: to look through it again and again for what could be thrown away took a quarter of the
time of each start. It is left out of all later searches too.
"""

from __future__ import annotations

import gc

gc.disable()

from perille.cli import main  # noqa: E402  (once the search rests)

gc.freeze()
gc.enable()

__all__ = ["main"]
