"""A voice from a browser, a phone or a file, made fit for a course, or refused with the reason and the remedy."""

from __future__ import annotations

from dataclasses import dataclass

from perille.core.i18n import _
from perille.core.worker import ask_worker, worker_program
from perille.studio.sound_worker import Refusal

#: Bytes of a sound that is sent: five minutes as a phone records them are a third of it.
MAX_SOUND = 24 * 1024 * 1024
#: Seconds of a recording: a screen that takes longer to read is too long to listen to.
MAX_SECONDS = 300
#: Seconds for which the program that makes a recording may take; it takes two for the longest.
_PATIENCE = 90
_PROGRAM = worker_program("perille.studio.sound_worker", MAX_SECONDS)


class BadSound(ValueError):
    """A sound that is refused; the message says why and what to do, in the author's language."""


@dataclass(frozen=True, slots=True)
class PreparedSound:
    """A recording as learners get it: AAC in an M4A file."""

    body: bytes
    seconds: float

    @property
    def kilobytes(self) -> int:
        """Its size."""
        return -(-len(self.body) // 1024)


def prepare_sound(body: bytes) -> PreparedSound:
    """Return a recording in mono, without silence at its ends, as loud as all others, without what its file says; raise BadSound."""
    if len(body) > MAX_SOUND:
        most = MAX_SOUND // 1024 // 1024
        raise BadSound(_("The file has more than %(most)s MB. Save it as M4A or MP3, and upload that.", most=most))
    said, made = ask_worker(_PROGRAM, body, _PATIENCE)
    if not said.startswith("ok "):
        raise BadSound(_why(said))
    return PreparedSound(made, int(said.removeprefix("ok ")) / 1000)


def _why(refusal: str) -> str:
    minutes = MAX_SECONDS // 60
    said = {
        Refusal.NOT_SOUND: _("This is no sound that can be used here. M4A, MP3, WebM, Ogg, WAV and FLAC can."),
        Refusal.VIDEO: _("This is a video. Save its sound alone, and upload that."),
        Refusal.TOO_LONG: _("The recording takes more than %(most)s minutes. Split the screen in two.", most=minutes),
        Refusal.SILENCE: _(
            "Nothing can be heard in this recording. Look whether the microphone is on, and speak closer to it."
        ),
        Refusal.RATE: _("The sample rate of this sound is not one of a voice. Save it with 48 kHz, and upload that."),
        Refusal.DISK_FULL: _("The disk of the server is full, so the recording was not saved. Tell whoever runs it."),
    }
    damaged = _("This sound is damaged, or is not what its name says. Record it again, or save it as MP3.")
    return said.get(Refusal(refusal), damaged) if refusal in set(Refusal) else damaged
