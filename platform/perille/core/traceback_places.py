"""Where an exception was raised, in words that quote no row: for logs."""

from __future__ import annotations

import traceback
from pathlib import PurePath


def place_of(error: BaseException) -> str:
    """Return where an exception was raised, as in `services.py:12 in erase`."""
    frames = traceback.extract_tb(error.__traceback__)
    # The first frame is the caller's own; a library's innards say less than our line that called it.
    ours = [frame for frame in frames[1:] if "perille" in PurePath(frame.filename).parts]
    last = (ours or frames)[-1]
    return f"{PurePath(last.filename).name}:{last.lineno} in {last.name}"[:150]
