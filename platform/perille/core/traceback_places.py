"""What an exception says and where it was raised: quoting no row in logs, and no folder of the machine on pages."""

from __future__ import annotations

import os
import re
import sys
import traceback
from pathlib import PurePath

#: What may be a path of this machine; an address below a site looks the same, the rest of a relative path does not.
_PATH = re.compile(r"(?<![^\s'\"`(),;<>=:\[])/[^\s'\"`(),;<>]+")


def place_of(error: BaseException) -> str:
    """Return where an exception was raised, as in `services.py:12 in erase`."""
    frames = traceback.extract_tb(error.__traceback__)
    # The first frame is the caller's own; a library's innards say less than our line that called it.
    ours = [frame for frame in frames[1:] if "perille" in PurePath(frame.filename).parts]
    last = (ours or frames)[-1]
    return f"{PurePath(last.filename).name}:{last.lineno} in {last.name}"[:150]


def describe_error(error: BaseException) -> str:
    """Return the name of an exception's class and what it says, with paths of this machine shortened.

    `cannot import name 'a' from 'b' (/srv/site/lib/b/__init__.py)` would show an administrator in a browser, or the author of a
    pack, how the server is laid out.

    >>> describe_error(ValueError("/en/courses is no address"))
    'ValueError: /en/courses is no address'
    """
    return f"{type(error).__name__}: {_PATH.sub(_shortened, str(error))}"


def _shortened(found: re.Match[str]) -> str:
    path = PurePath(found[0])
    # The file may be what is missing, and the folder that it was looked for in.
    if len(path.parts) < 3 or not any(os.path.isdir(each) for each in path.parents[:-1]):
        return found[0]
    roots = [each for each in sys.path if each and path.is_relative_to(each)]
    return str(path.relative_to(max(roots, key=len))) if roots else path.name
