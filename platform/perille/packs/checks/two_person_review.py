"""The two-person rule (SE15): somebody who is not an author has read a pack's source words, as they are now.

A review names what was read by a hash and not by the version: words may be corrected without a new version, and a review must not
go on vouching for what nobody has read.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum

from perille.domain.course import PackKind
from perille.packs.format.manifest import Manifest
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.files import PackFiles

#: Pictures and voices are no words, and translations have reviews of their own, block by block.
_NOT_WRITTEN = ("audio/", "media/", "translations/")
_KEYS = ("title", "summary", "objectives", "block", "unit", "credential")


class ReviewState(StrEnum):
    """Whether a second person has read a pack."""

    REVIEWED = "reviewed"
    #: Nobody has.
    MISSING = "missing"
    #: One of its authors has, and nobody else.
    BY_AUTHOR = "by-author"
    #: Somebody has, but it has changed since.
    OUTDATED = "outdated"


def contents_hash(manifest: Manifest, files: PackFiles) -> str:
    """Return a short hash of all that a reviewer reads: words of the source, right answers and rules."""
    made = hashlib.sha256()
    made.update(repr([(key, manifest.file.data.get(key)) for key in _KEYS]).encode())
    for path in sorted(path for path in files.files if is_source(path)):
        made.update(f"\0{path}\0".encode())
        made.update(files.files[path])
    return made.hexdigest()[:16]


def is_source(path: str) -> bool:
    """Tell whether authors write a file in the source language: one in a folder of ours, or of a question type's own files.

    >>> is_source("lessons/hello.md"), is_source("songs/spring.toml"), is_source("translations/fi.po"), is_source("pack.toml")
    (True, True, False, False)
    """
    return "/" in path and not path.startswith(_NOT_WRITTEN) and not path.endswith(".py")


def needs_review(manifest: Manifest) -> bool:
    """Whether a wrong sentence in this pack can do harm: it is sensitive, or it teaches law."""
    return manifest.sensitive or manifest.law


def review_state(manifest: Manifest, files: PackFiles) -> ReviewState:
    """Tell whether somebody who is not an author has read the pack as it is now."""
    if not manifest.reviews:
        return ReviewState.MISSING
    now = contents_hash(manifest, files)
    current = [review for review in manifest.reviews if review.contents == now]
    authors = {_name(author) for author in manifest.authors}
    if any(_name(review.by) not in authors for review in current):
        return ReviewState.REVIEWED
    return ReviewState.BY_AUTHOR if current else ReviewState.OUTDATED


def _name(written: str) -> str:
    return " ".join(written.casefold().split())


def is_unreviewed(manifest: Manifest, files: PackFiles) -> bool:
    """Whether a pack that needs a second person's review has none that counts.

    Who makes a module for professionals is not warned where it holds no law; its certificate and its page say it all the same.
    """
    needed = needs_review(manifest) or manifest.kind is PackKind.MODULE
    return needed and review_state(manifest, files) is not ReviewState.REVIEWED


def check_review(manifest: Manifest, files: PackFiles, diagnostics: Diagnostics) -> None:
    """Warn, in one line, where a pack that needs a second person's review has none that counts."""
    state = review_state(manifest, files)
    if not needs_review(manifest) or state is ReviewState.REVIEWED:
        return
    now = contents_hash(manifest, files)
    message = {
        ReviewState.MISSING: "No second person has reviewed the contents",
        ReviewState.BY_AUTHOR: "The reviewer is one of the authors: the two must be different people",
        ReviewState.OUTDATED: "The contents have changed since they were reviewed",
    }[state]
    why = "is sensitive" if manifest.sensitive else "teaches law"
    line = manifest.reviews[-1].line if manifest.reviews else 1
    text = f'{message}, and the pack {why}: who reads it adds a [[review]] with contents = "{now}"'
    diagnostics.warn(manifest.file.path, line, text)
