"""Signing in with a user name and a PIN: who it is first, then six digits, or three pictures pressed one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import msgspec
from flask import Response, request, url_for

from perille.core.current import current_config
from perille.core.database import run_in_transaction
from perille.core.errors import BadRequest, NotFound, PerilleError
from perille.core.extensions import db
from perille.core.i18n import _, wished_language
from perille.core.sealing import app_seal
from perille.core.web.before_transaction import Prepared
from perille.core.web.flash_cookie import show_once, shown_once
from perille.core.web.rejected_form import kept_or, see_again, see_form_again
from perille.core.web.responses import see_other
from perille.people.models import Account, VerifiedBy
from perille.people.return_address import asked_path
from perille.people.sign_in import pins
from perille.people.sign_in.blueprint import DEVICE, blueprint, cookie, keep_device, let_in, page
from perille.people.sign_in.forms import PinForm, UsernameForm
from perille.people.sign_in.hashing import current_hasher
from perille.people.sign_in.models import PinKind
from perille.people.sign_in.pin_lockout import device_mark, is_known, try_pin, with_mark

_NAME = "/<lang:lang>/sign-in/name"
_PIN = "/<lang:lang>/sign-in/pin/<who>"
_PURPOSE = b"perille people: who is about to sign in"
_PRESSED = "pictures pressed"


@dataclass(frozen=True, slots=True)
class PinCheck:
    """What came of a PIN that was typed: whose it is, None for a wrong one."""

    account_id: UUID | None
    #: Whose it was said to be, None for a user name that nobody has.
    asked: UUID | None
    known_device: bool
    needs_trainer: bool = False


@dataclass(frozen=True, slots=True)
class _StoredPin:
    """What the database knows of a user name; the defaults are those of a name that nobody has, which takes as long to refuse."""

    account_id: UUID | None = None
    kind: PinKind = PinKind.DIGITS
    pin_hash: str | None = None
    needs_trainer: bool = False


def address_of(username: str, lang: str, name: str = "") -> str:
    """Return the address at which a user name is asked for its PIN: a group's list of names links there. *name*: shown in its place."""
    return url_for("sign_in.pin_form", lang=lang, who=_closed(username, name))


def scanned_address_of(username: str, lang: str) -> str:
    """Return the address on a printed card: it opens in the language of each phone, in *lang* where that is none of ours."""
    return url_for("sign_in.scan_card", who=_closed(username), lang=lang)


def _pin_page(lang: str, who: str) -> str:
    """Return the address that asks for a PIN on the way to a page."""
    return url_for("sign_in.pin_form", lang=lang, who=who, to=asked_path())


def _closed(username: str, name: str = "") -> str:
    return app_seal(_PURPOSE).close(msgspec.json.encode([username, name]).decode()).partition(":")[2]


def _who(token: str) -> tuple[str, str]:
    """Return the user name and the shown name of an address; raise NotFound for one that we did not make."""
    try:
        username, name = msgspec.json.decode(app_seal(_PURPOSE).open(f"sealed:{token[:1000]}"))
    except (PerilleError, ValueError, TypeError, msgspec.DecodeError):
        raise NotFound from None
    return str(username), str(name)


@blueprint.get(_NAME)
def user_name_form(lang: str) -> Response:
    """Ask who it is."""
    return page("name", form=kept_or(UsernameForm))


@blueprint.post(_NAME)
def submit_user_name(lang: str) -> Response:
    """Go on to the PIN, whether or not anybody has the name."""
    form = UsernameForm(request.form)
    if not form.validate():
        return see_form_again(url_for(".user_name_form", lang=lang, to=asked_path()), form)
    return see_other(_pin_page(lang, _closed(form.username.data or "")))


@blueprint.get("/sign-in/pin/<who>")
def scan_card(who: str) -> Response:
    """Lead from the picture on a card to the PIN, in the language of the phone."""
    return see_other(url_for(".pin_form", lang=wished_language(default=request.args.get("lang", "")), who=who))


@blueprint.get(_PIN)
def pin_form(lang: str, who: str) -> Response:
    """Ask for the PIN: digits, or pictures."""
    username, shown = _who(who)
    found = pins.find_pin(db.session, username)
    pressed = shown_once(_PRESSED)
    return page(
        "pin",
        form=kept_or(PinForm),
        shown=shown or username,
        pictures=pins.PICTURES if found is not None and found[1].kind == PinKind.PICTURES.value else {},
        pressed=[str(each) for each in pressed] if isinstance(pressed, list) else [],
        chosen=pins.CHOSEN,
    )


def _typed() -> str:
    """Return the PIN of the form: the digits, or the pictures that were pressed, the last one's button after the others."""
    if "pin" in request.form:
        return request.form["pin"][:60]
    return " ".join([*request.form.get("pressed", "")[:200].split(), *request.form.getlist("picture")[:1]])


def _check() -> PinCheck | None:
    """Look whether the PIN is right, outside of any transaction; None for a form that holds no whole PIN."""
    username, _name = _who((request.view_args or {})["who"])
    stored = run_in_transaction(db.session, lambda: _read(username), write=False)
    try:
        typed = pins.read_pin(stored.kind, _typed())
    except BadRequest:
        return None
    asked = stored.account_id
    known_device = asked is not None and is_known(cookie(DEVICE), asked, current_config().resume_keys)
    if stored.needs_trainer and not known_device:
        return PinCheck(None, asked, known_device, needs_trainer=True)
    trial = try_pin(username, request.remote_addr or "", known_device=known_device)
    if not current_hasher().verify(stored.pin_hash, typed):
        return PinCheck(None, asked, known_device)
    trial.succeeded()
    return PinCheck(asked, asked, known_device)


def _read(username: str) -> _StoredPin:
    found = pins.find_pin(db.session, username)
    if found is None:
        return _StoredPin()
    account, row = found
    return _StoredPin(account.id, PinKind(row.kind), row.pin_hash, pins.needs_trainer(row))


checked_pin = Prepared(_check)


@blueprint.post(_PIN)
@checked_pin
def use_pin(lang: str, who: str) -> Response:
    """Sign in with a PIN."""
    checked = checked_pin.result()
    if checked is None:
        return _not_whole(lang, who)
    if checked.account_id is None:
        return _wrong(lang, who, checked)
    account = db.session.get_one(Account, checked.account_id)
    if not checked.known_device:
        pins.forget_failures(db.session, account.id)
    response = let_in(lang, account, VerifiedBy.PIN)
    return keep_device(response, with_mark(cookie(DEVICE), device_mark(account.id, current_config().resume_keys[0])))


def _not_whole(lang: str, who: str) -> Response:
    """Go on with the pictures that were pressed so far, or say what a PIN is."""
    if "pin" in request.form:
        form = PinForm(request.form)
        form.validate()
        return see_form_again(_pin_page(lang, who), form, without=("pin",))
    pressed = [each for each in dict.fromkeys(_typed().split()) if each in pins.PICTURES]
    return show_once(f"{_pin_page(lang, who)}#pictures", _PRESSED, pressed[: pins.CHOSEN - 1])


def _wrong(lang: str, who: str, checked: PinCheck) -> Response:
    if checked.needs_trainer:
        words = _("There were too many wrong tries. Ask your trainer for a new PIN.")
    else:
        words = _("This is not the right PIN. Try again.")
        if checked.asked is not None and not checked.known_device:
            pins.count_failure(db.session, checked.asked)
    address = f"{_pin_page(lang, who)}#errors"
    return see_again(address, "PinForm", errors={"pin": [words]}, without=("pin", "pressed", "picture"))
