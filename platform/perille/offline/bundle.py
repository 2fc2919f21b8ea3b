"""A course as lines that a phone keeps: made of the pages that are served, one lesson a line.

The pages are those of somebody who was never here: they are asked for inside the process, without a cookie, so nothing personal is in them
and each byte is the one that a browser would get. Who finds their way by pictures and sound gets the pages made for that. A line is
whole by itself but for the pieces of HTML that the first one brings, so a download that is cut goes on with the next line: a range of a
compressed answer could not be read (RFC 9110 14.2 counts the bytes of the coding).
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from flask import Response, request, url_for

from perille.api.folding import LETTERS
from perille.core.dates import today
from perille.core.errors import Unavailable
from perille.core.extension_state import AppSlot
from perille.core.lru_cache import LruCache
from perille.core.security import HEADERS
from perille.core.site import current_site
from perille.core.web.display_preferences import wants_pictures
from perille.core.web.static_files import static_url
from perille.courses.addresses import course_url, unit_url, with_country
from perille.courses.learner_course import LearnerCourse
from perille.domain.content import PieceKind
from perille.domain.course import Unit, UnitKind
from perille.learning.errand_cards import list_url
from perille.learning.lesson_page import easy_version
from perille.offline.items import scorers_of, unit_items, way_words
from perille.offline.page_capture import Entry, answer_at, entry_of, keepable_answer
from perille.offline.pieces import own_pieces, shared_pieces, written
from perille.offline.recordings import Recording, recordings_of
from perille.packs.published.library import current_library
from perille.phrases.cards import host_languages

#: Scripts of our own that pages of a kept course need, in the order in which they are loaded.
SCRIPTS = ("offline/vault.js", "offline/shared.js", "offline/queue.js", "offline/answers.js")
_PART = re.compile(r"""["'(]([^"'()\s]*/(?:static|media)/[^"'()\s]+)["')]""")
_BUNDLES_KEPT = 12
#: Parts of an entry that is text; one that is none has a mark besides.
_OF_A_TEXT = 3
#: Headers of what is served nowhere: the questions of a unit.
_PROTECTING = {name.lower(): value for name, value in HEADERS.items()}
#: Seconds for which a request waits while another course is made ready. Then the page says so and asks again: requests of a class that wait
#: for one course would take the place of all others.
_PATIENCE_S = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A course in one language, or in two that stand side by side, as lines of JSON."""

    hash: str
    #: Compressed one by one.
    lines: tuple[bytes, ...]
    #: Bytes of words and of pictures, which together are those that travel.
    words: int
    pictures: int
    scripts: tuple[str, ...]
    #: Keys of the units in the order of the course.
    order: tuple[str, ...]
    #: What the course's page says of progress, as HTML.
    says: Mapping[str, str]
    recordings: tuple[Recording, ...]

    def head(self, *, sound: bool) -> dict[str, object]:
        """Return what the first line says: how many lines follow, and what they weigh. *sound*: with a line for each recording."""
        return {
            # The pages name the recordings by what is in them.
            "hash": f"{self.hash}s" if sound else self.hash,
            "lines": len(self.lines) + sound * len(self.recordings),
            "words": self.words,
            "pictures": self.pictures,
            "sound": sum(each.size for each in self.recordings),
            "scripts": self.scripts,
            "order": self.order,
            "says": self.says,
            "letters": LETTERS,
            # A phone that was off for long says that what it kept may be out of date.
            "made": today().isoformat(),
        }


@dataclass(slots=True)
class _BundleState:
    """What a bundle is made of so far."""

    #: Addresses of files that stand in an earlier line.
    known: set[str] = field(default_factory=set)
    pictures: int = 0


@dataclass(frozen=True, slots=True)
class _BundleLine:
    """What a line brings: files and pages, each as address, headers that differ from the common ones, and contents."""

    headers: dict[str, str]
    entries: list[Entry]

    def texts(self) -> list[str]:
        return [entry[2] for entry in self.entries if len(entry) == _OF_A_TEXT]

    def written(self, number: int, shared: list[str]) -> bytes:
        """Return it as it travels, with the pieces that only it needs; the first brings those that several need."""
        numbers = {piece: at for at, piece in enumerate(shared)}
        own = own_pieces(self.texts(), numbers)
        numbers |= {piece: at for at, piece in enumerate(own, len(shared))}
        entries = [[*e[:2], written(e[2], numbers)] if len(e) == _OF_A_TEXT else e for e in self.entries]
        first = {} if number else {"shared": shared}
        return _json({**first, "headers": self.headers, "pieces": own, "entries": entries})


_making = AppSlot("bundle_lock", Lock)
_bundles = AppSlot[LruCache[Bundle]]("course_bundles", lambda: LruCache(_BUNDLES_KEPT))


def bundle_of(place: LearnerCourse, second: str) -> Bundle:
    """Return a course as a phone keeps it, made once while it stays the same. *second*: a language beside it, "" for none."""
    edition = place.edition
    stamps = (edition.stamp(place.language), edition.stamp(second) if second else "")
    facts, shipped = current_library().facts_stamp(), tuple(map(static_url, ("app.css", "app.js", *SCRIPTS)))
    key = (
        today(),
        place.kind,
        place.slug,
        place.chosen,
        place.language,
        second,
        stamps,
        facts,
        shipped,
        request.script_root,
        # The way out that somebody leaves by stands on every page of it.
        current_site().version,
        wants_pictures(),
    )
    return _bundles().get(key, lambda: _make_alone(place, second))


def _make_alone(place: LearnerCourse, second: str) -> Bundle:
    # Its pages need a second connection beside this request's: many at once would wait for each other for ever.
    making = _making()
    if not making.acquire(timeout=_PATIENCE_S):
        raise Unavailable
    try:
        return _make(place, second)
    finally:
        making.release()


def _make(place: LearnerCourse, second: str) -> Bundle:
    making = _BundleState()
    scripts = (*map(static_url, SCRIPTS), *map(static_url, scorers_of(place.structure.items)))
    # What nearly every page needs comes first.
    lines = [_line(_frame(place, second), scripts, {}, making)]
    for key in place.structure.order:
        unit = place.structure.unit(key)
        assert unit is not None
        items = {_items_address(place, unit, beside): unit_items(place, unit, beside) for beside in _sides(second)}
        lines.append(_line(_pages(place, unit, second), (), items, making))
    shared = shared_pieces(line.texts() for line in lines)
    sent = [line.written(number, shared) for number, line in enumerate(lines)]
    digest = hashlib.sha256(b"\n".join([*sent, _json(LETTERS)])).hexdigest()[:16]
    says = way_words(place)
    return Bundle(
        hash=digest,
        lines=tuple(zlib.compress(line) for line in sent),
        # What the first line says travels, too.
        words=len(b"".join(_squeezed([_json(says), *sent]))) - making.pictures,
        pictures=making.pictures,
        scripts=scripts,
        order=place.structure.order,
        says=says,
        recordings=recordings_of(place, second),
    )


def _sides(second: str) -> tuple[str, ...]:
    return ("", second) if second else ("",)


def _items_address(place: LearnerCourse, unit: Unit, second: str) -> str:
    """Return the name under which a phone keeps the questions of a unit; nothing is served there."""
    return f"{unit_url(place, unit.key)}/items{'?with=' + second if second else ''}"


def _frame(place: LearnerCourse, second: str) -> list[str]:
    lang, country = place.language, place.sure_country or None
    addresses = [
        with_country(course_url(place), place),
        url_for("catalogue.home", lang=lang),
        url_for("safety.help_page", lang=lang, country=country),
        url_for("offline.offline_page", lang=lang, country=country),
        url_for("safety.safety_advice", lang=lang),
        url_for("comfort.display_preferences", lang=lang),
        *(url_for("phrases.phrase_list", lang=lang, country=country, **beside) for beside in _hosts(place)),
    ]
    for kind in (PieceKind.ERRAND, PieceKind.WORDS):
        if address := list_url(place, kind):
            addresses.append(address)
    if second and (errands := list_url(place, PieceKind.ERRAND)):
        addresses.append(f"{errands}{'&' if '?' in errands else '?'}with={second}")
    return addresses


def _hosts(place: LearnerCourse) -> list[dict[str, Any]]:
    """Return what the addresses of the cards for a counter have beside the country: one for each of its languages."""
    return [{"in": host} if at else {} for at, host in enumerate(host_languages(place.sure_country))]


def _pages(place: LearnerCourse, unit: Unit, second: str) -> list[str]:
    """Return the addresses of all pages of a unit, as its own links have them."""
    base = unit_url(place, unit.key)
    if unit.kind is UnitKind.LESSON and unit.variants and place.sure_country not in unit.variants:
        # Only the page that asks for the country.
        return [with_country(base, place)]
    queries = (_queries(place, unit, beside) for beside in _sides(second))
    return [with_country(f"{base}?{urlencode(query)}" if query else base, place) for each in queries for query in each]


def _queries(place: LearnerCourse, unit: Unit, beside: str) -> Iterator[dict[str, str]]:
    """Yield what the addresses of a unit's pages have, with a language *beside* the words or with none (""); nothing for a graded test."""
    second = {"with": beside} if beside else {}
    if unit.kind is UnitKind.LESSON:
        for version, screens in _versions(place, unit, beside):
            for screen in range(1, screens + 1):
                yield ({"screen": str(screen)} if screen > 1 else {}) | second | version
    elif unit.kind is UnitKind.ASSESSMENT and unit.rules is None:
        for item in ("", *unit.items):
            yield ({"item": item} if item else {}) | second


def _versions(place: LearnerCourse, unit: Unit, second: str) -> list[tuple[dict[str, str], int]]:
    """Return what the addresses of a lesson have for its ordinary words and for easy ones, and how many screens that version has."""
    easy = easy_version(place, unit, second)
    ordinary: tuple[dict[str, str], int] = ({}, unit.screens_in(place.sure_country))
    return [ordinary, ({"easy": "1"}, len(easy.screens))] if easy is not None else [ordinary]


def _line(
    addresses: Iterable[str], scripts: Iterable[str], items: Mapping[str, object], making: _BundleState
) -> _BundleLine:
    pages = {address: answer for address in addresses if (answer := keepable_answer(address)) is not None}
    parts = list(scripts)
    for answer in pages.values():
        parts += _PART.findall(answer.get_data(as_text=True))
    entries = [entry_of(address, answer) for address, answer in pages.items()]
    entries += [
        [address, {"content-type": "application/json", **_PROTECTING}, json.dumps(each)]
        for address, each in items.items()
    ]
    files = [entry_of(address, answer) for address, answer in _files(parts, making)]
    making.pictures += len(zlib.compress(_json(files))) if files else 0
    return _BundleLine(_take_out_common(files + entries), files + entries)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _take_out_common(entries: list[Entry]) -> dict[str, str]:
    """Return the headers that all entries have alike, and leave in each what differs."""
    shared = dict(set.intersection(*({*entry[1].items()} for entry in entries))) if entries else {}
    for entry in entries:
        entry[1] = {name: value for name, value in entry[1].items() if name not in shared}
    return shared


def _files(addresses: Iterable[str], making: _BundleState) -> Iterator[tuple[str, Response]]:
    for address in dict.fromkeys(addresses):
        if address in making.known:
            continue
        making.known.add(address)
        answer = keepable_answer(address)
        # Recordings are forty times the words: they have lines of their own, for who wants them.
        if answer is not None and not str(answer.mimetype).startswith("audio/"):
            yield address, answer


def stream(bundle: Bundle, after: int, *, sound: bool, compressed: bool) -> Iterator[bytes]:
    """Yield the head and the lines after number *after*, each readable as soon as it has come; the last says that all did.

    *sound*: with the recordings, which are read from the database one by one, in the context of the request.
    """
    lines = _sent_lines(bundle, after, sound=sound)
    return _squeezed(lines) if compressed else (line + b"\n" for line in lines)


def _sent_lines(bundle: Bundle, after: int, *, sound: bool) -> Iterator[bytes]:
    head = bundle.head(sound=sound)
    yield _json(head)
    yield from map(zlib.decompress, bundle.lines[after:])
    for recording in bundle.recordings[max(0, after - len(bundle.lines)) :] if sound else ():
        answer = answer_at(recording.address)
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            # Cut off here, so that the phone asks again: the course would be whole without it for ever.
            return
        # One that was taken back meanwhile: its lesson opens all the same, and there is an update.
        entries = [entry_of(recording.address, answer)] if answer.status_code == HTTPStatus.OK else []
        yield _json({"headers": {}, "pieces": [], "entries": entries})
    yield _json({"end": head["lines"], "hash": head["hash"]})


def _squeezed(lines: Iterable[bytes]) -> Iterator[bytes]:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    for line in lines:
        yield squeeze.compress(line + b"\n") + squeeze.flush(zlib.Z_SYNC_FLUSH)
    yield squeeze.flush()
