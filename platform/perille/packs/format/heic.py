"""HEIC photographs, as iPhones make them, become JPEG, or PNG where one sees through them, before they are read like any other picture.

Browsers do not show the format, and a person with a phone does not know that theirs makes it. What decodes it is large and reads what
strangers made, so that is done in a process of its own (`heic_worker`).
"""

from __future__ import annotations

from perille.core.worker import ask_worker, worker_program
from perille.packs.format.photographs import MOST_PIXELS

#: What stands at the fifth byte of one.
SIGNS = (b"ftypheic", b"ftypheix", b"ftypheim", b"ftypheis", b"ftypmif1", b"ftyphevc", b"ftyphevx", b"ftypmsf1")
_WORKER = "perille.packs.format.heic_worker"
#: Seconds that the program may take by the clock: the largest photograph took one of the processor, and 45 on a crowded machine.
_PATIENCE = 90.0
#: What the program says.
READ, TOO_LARGE, DAMAGED = "ok", "too-large", "damaged"


class UnusableHeic(ValueError):
    """A HEIC file that cannot be read."""


class TooLargeHeic(UnusableHeic):
    """A HEIC file with more pixels than a photograph may have."""


def is_heic(body: bytes) -> bool:
    """Tell whether a file begins as a HEIC photograph does.

    >>> is_heic(b"\\0\\0\\0\\x18ftypheic\\0\\0\\0\\0")
    True
    """
    return body[4:12] in SIGNS


def without_heic(body: bytes) -> bytes:
    """Return a picture as it is, a HEIC photograph upright as JPEG or PNG, with nothing else of what it says.

    Raise TooLargeHeic for one of too many pixels, UnusableHeic for any other that cannot be read.
    """
    if not is_heic(body):
        return body
    said, made = ask_worker(worker_program(_WORKER, MOST_PIXELS), body, _PATIENCE)
    if said == TOO_LARGE:
        raise TooLargeHeic(f"more than {MOST_PIXELS // 1_000_000} million pixels")
    if said != READ:
        raise UnusableHeic(said)
    return made
