"""Three pictures before one's progress on a phone that others use: setting them, pressing them, and after how long they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, g, make_response, render_template, request, url_for

from perille.core.current import current_config
from perille.core.database import run_in_transaction
from perille.core.errors import BadRequest, NotFound, Unavailable
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.web.before_transaction import Prepared
from perille.core.web.flash_cookie import CookieTooLong, show_once, shown_once
from perille.core.web.responses import no_store, see_other
from perille.enrolment.browser_phones import MINUTES, lock_again, may_change
from perille.enrolment.cookies import cookie_phone_id, cookie_phone_ids, current_phone, held_phones, keep_phones
from perille.enrolment.models import Phone
from perille.enrolment.phones import find_phone
from perille.enrolment.services import resume_code
from perille.people.sign_in import pins
from perille.people.sign_in.hashing import current_hasher
from perille.people.sign_in.models import PinKind
from perille.profiles import locks
from perille.profiles.pending_forms import PendingForm, held_form, hold_on, page_to_delete_on

blueprint = Blueprint("profile_locks", __name__)
_LOCK = "/<lang:lang>/whose/lock"
_UNLOCK = "/<lang:lang>/whose/open/<number>"
#: What the two pages show once.
_CHOOSING, _PRESSING = "pictures chosen", "pictures pressed"


@dataclass(frozen=True, slots=True)
class PictureEntry:
    """What the page of the pictures remembers between two presses."""

    pressed: tuple[str, ...] = ()
    wrong: bool = False
    #: A form that was sent while the progress was locked, and goes on afterwards.
    held: PendingForm | None = None


@dataclass(frozen=True, slots=True)
class UnlockResult:
    """What came of three pictures."""

    right: bool = False
    #: Seconds until the next try.
    wait: int = 0


@blueprint.get(_LOCK)
def lock(lang: str) -> Response:
    """Offer to put three pictures before the open progress; where there are some, say when they are asked for."""
    phone = current_phone()
    if phone is None:
        return _whose(lang)
    chosen = shown_once(_CHOOSING)
    pictures = _known(chosen if isinstance(chosen, list) else [])
    return _page(
        "lock",
        picture=phone.shown_picture,
        locked=phone.lock_hash is not None,
        may_change=phone.lock_hash is None or may_change(phone.id),
        coded=resume_code(db.session, phone.learner) is not None,
        minutes=held_phones().locks.get(phone.id, 0),
        choices=MINUTES,
        number=phone.id.hex,
        pictures=pins.PICTURES,
        pressed=pictures if len(pictures) < pins.CHOSEN else [],
        chosen={each: pins.PICTURES[each] for each in pictures} if len(pictures) == pins.CHOSEN else {},
        count=pins.CHOSEN,
    )


def _hash_chosen() -> str:
    """Hash the pictures that were agreed to, before the transaction; "" while they are being chosen, and for who has no progress here."""
    if request.form.get("sure") != "yes" or cookie_phone_id() is None:
        return ""
    try:
        return current_hasher().hash(pins.read_pin(PinKind.PICTURES, request.form.get("pressed", "")))
    except BadRequest:
        return ""


hashed = Prepared(_hash_chosen)


@blueprint.post(_LOCK)
@hashed
def set_pictures(lang: str) -> Response:
    """Take one more picture, show all three again, or, once they were agreed to, put them before the progress."""
    phone, here = current_phone(), url_for(".lock", lang=lang)
    if phone is None:
        return _whose(lang)
    if phone.lock_hash is not None and not may_change(phone.id):
        return _to_unlock(lang, phone)
    if not hashed.result():
        return show_once(f"{here}#pictures", _CHOOSING, list(_pressed())[: pins.CHOSEN])
    if resume_code(db.session, phone.learner) is None:
        # Without a way back, pictures that are forgotten would take the progress along.
        return _see(here)
    before, minutes = phone.id, held_phones().locks.get(phone.id, 0)
    g.phone = locked = locks.set_lock(db.session, phone, hashed.result(), current_config().secret_keys[0])
    if locked is None:
        return _whose(lang)
    others = [each for each in cookie_phone_ids() if each != before]
    answer = _see(f"{here}#set")
    return keep_phones(answer, [locked.id, *others], locks={before: None, locked.id: minutes}, unlocked=locked.id)


@blueprint.post(f"{_LOCK}/minutes")
def set_minutes(lang: str) -> Response:
    """Say after how many minutes without a request the pictures are asked for; 0: only after leaving, or when somebody else learned."""
    phone = current_phone()
    wanted = next((each for each in MINUTES if str(each) == request.form.get("minutes", "")), None)
    if phone is None or phone.lock_hash is None or wanted is None:
        return _see(url_for(".lock", lang=lang))
    answer = _see(f"{url_for('.lock', lang=lang)}#set")
    return keep_phones(answer, cookie_phone_ids(), locks={phone.id: wanted}, unlocked=phone.id)


@blueprint.post(f"{_LOCK}/close")
def lock_now(lang: str) -> Response:
    """Ask for the pictures from now on."""
    phone, held = current_phone(), held_phones()
    answer = _whose(lang)
    if phone is None or phone.id not in held.locks:
        return answer
    g.phone = None
    return lock_again(keep_phones(answer, held.here))


@blueprint.post(f"{_LOCK}/remove")
def remove_lock(lang: str) -> Response:
    """Take the pictures away, after they were pressed once more."""
    phone = current_phone()
    if phone is None or phone.lock_hash is None:
        return _see(url_for(".lock", lang=lang))
    if not may_change(phone.id):
        return _to_unlock(lang, phone)
    locks.remove_lock(phone)
    answer = keep_phones(_see(url_for(".lock", lang=lang)), cookie_phone_ids(), locks={phone.id: None})
    return lock_again(answer)


@blueprint.get(_UNLOCK)
def unlock(lang: str, number: str) -> Response:
    """Ask for the three pictures of a profile."""
    phone = _asked(number)
    shown = _shown()
    again = "again" in request.args
    return _page(
        "unlock",
        picture=phone.shown_picture,
        minutes=-(-locks.seconds_to_wait(phone) // 60),
        wrong=shown.wrong,
        held=shown.held is not None,
        pictures=pins.PICTURES,
        pressed=[] if again else shown.pressed,
        count=pins.CHOSEN,
        here=url_for(".unlock", lang=lang, number=number),
    )


def _look() -> UnlockResult | None:
    """Look whether the pictures are right, outside of any transaction; None while they are not all pressed."""
    try:
        typed = pins.read_pin(PinKind.PICTURES, " ".join(_pressed()))
    except BadRequest:
        return None
    phone_id = run_in_transaction(db.session, lambda: _asked((request.view_args or {})["number"]).id, write=False)
    lock_hash, wait = run_in_transaction(db.session, lambda: locks.begin_try(db.session, phone_id), write=True)
    if wait:
        return UnlockResult(wait=wait)
    try:
        return UnlockResult(right=current_hasher().verify(lock_hash or None, typed))
    except Unavailable:
        run_in_transaction(db.session, lambda: locks.take_back(db.session, phone_id), write=True)
        raise


looked = Prepared(_look)


@blueprint.post(_UNLOCK)
@looked
def use_pictures(lang: str, number: str) -> Response:
    """Open the progress whose pictures these are. What was sent while it was locked is asked about then."""
    phone, shown, found = _asked(number), _shown(), looked.result()
    if found is None:
        return _ask_again(lang, number, PictureEntry(tuple(_pressed())[: pins.CHOSEN - 1], held=shown.held))
    if not found.right:
        return _ask_again(lang, number, PictureEntry(wrong=not found.wait, held=shown.held))
    locks.forget_tries(phone)
    held = held_phones()
    changes = held.open == phone.id
    following = url_for(".lock", lang=lang) if changes else url_for("catalogue.home", lang=lang)
    answer = _see(following)
    if shown.held is not None and not changes:
        anew = page_to_delete_on(shown.held, phone.learner)
        answer = _see(anew) if anew else hold_on(url_for("profiles.show_pending_form", lang=lang), shown.held)
    g.phone = phone
    return keep_phones(answer, [phone.id, *held.here], unlocked=phone.id, may_change=changes)


def _ask_again(lang: str, number: str, what: PictureEntry) -> Response:
    page = url_for(".unlock", lang=lang, number=number) + ("#errors" if what.wrong else "#pictures")
    held = [what.held.address, what.held.fields] if what.held is not None else None
    try:
        return show_once(page, _PRESSING, [what.pressed, what.wrong, held])
    except CookieTooLong:
        # It was kept as long as it fitted beside the pictures; the page of the form still says so.
        return show_once(page, _PRESSING, [what.pressed, what.wrong, None])


def _shown() -> PictureEntry:
    """Return what this page remembers; a kept form stays for as long as the page is open."""
    found = shown_once(_PRESSING, keep=True)
    if not isinstance(found, list):
        return PictureEntry(held=held_form())
    pressed, wrong, held = found
    fields = tuple((str(name), str(value)) for name, value in held[1]) if held else ()
    return PictureEntry(tuple(_known(pressed)), bool(wrong), PendingForm(str(held[0]), fields) if held else None)


def _pressed() -> list[str]:
    """Return the pictures of the form: those pressed before, and the one whose button was pressed now."""
    return _known([*request.form.get("pressed", "")[:200].split(), *request.form.getlist("picture")[:1]])


def _known(pictures: list[object]) -> list[str]:
    return [str(each) for each in dict.fromkeys(pictures) if each in pins.PICTURES]


def _asked(number: str) -> Phone:
    """Return the profile of an address: one of this browser that has a lock, open or not."""
    held = held_phones()
    wanted: UUID | None = next((each for each in held.here if each.hex == number and each in held.locks), None)
    phone = find_phone(db.session, wanted)
    if phone is None:
        raise NotFound(_("This progress is not on this phone any more."))
    return phone


def _to_unlock(lang: str, phone: Phone) -> Response:
    return _see(url_for(".unlock", lang=lang, number=phone.id.hex))


def _whose(lang: str) -> Response:
    return _see(url_for("profiles.show_profile_picker", lang=lang))


def _page(name: str, **values: object) -> Response:
    return no_store(make_response(render_template(f"profiles/{name}.html", **values)))


def _see(address: str) -> Response:
    return no_store(see_other(address))
