"""The slow hash of PINs (argon2id), as many at a time as there are cores.

Each takes 19 MB and about 20 ms: a class that signs in at once waits in a queue, and the memory stays bounded. Never call it while
the writer lock is held (`perille.core.web.before_transaction`).
"""

from __future__ import annotations

import hmac
import os
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from perille.core.current import current_config
from perille.core.errors import Unavailable
from perille.core.extension_state import AppSlot

#: OWASP's smaller profile: 19 MiB, two passes, one lane.
MEMORY, PASSES, LANES = 19_456, 2, 1
#: Hashes that may wait for a core, and seconds that one waits at most.
_QUEUE, _PATIENCE = 64, 8.0
#: Characters that are hashed at most.
_LONGEST = 64


class HashQueue:
    """Lets as many hashes run at a time as there are cores, in the order in which they came.

    A semaphore of the standard library is taken by whoever asks next, so that under load one thread may wait while others go on for ever.
    """

    def __init__(self, cores: int | None = None, *, queue: int = _QUEUE, patience: float = _PATIENCE) -> None:
        self._free = cores or os.cpu_count() or 1
        self._waiting: deque[threading.Event] = deque()
        self._lock = threading.Lock()
        self._most, self._patience = queue, patience

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a core; raise Unavailable where too many wait, or it takes too long."""
        self._take()
        try:
            yield
        finally:
            self._give()

    def _take(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            if len(self._waiting) >= self._most:
                raise Unavailable(retry_after=5)
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(self._patience):
            return
        with self._lock:
            if not mine.is_set():
                self._waiting.remove(mine)
                raise Unavailable(retry_after=5)

    def _give(self) -> None:
        """Hand the core over to whoever waits longest."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1


#: One for the whole process: memory and cores are the machine's.
_queue = HashQueue()


class PinHasher:
    """Hashes PINs with a key of the installation, so that a copy of the database alone says nothing of six digits.

    *keys*: the first makes hashes, all are tried. *weak*: for tests, which make hundreds.
    """

    def __init__(self, keys: Sequence[str], *, weak: bool = False, queue: HashQueue = _queue) -> None:
        self._keys = tuple(keys)
        self._queue = queue
        self._argon2 = PasswordHasher(1, 8, 1) if weak else PasswordHasher(PASSES, MEMORY, LANES)
        #: What the PIN of an account that does not exist is compared with: the answer takes as long.
        self._nobody = ""

    def hash(self, pin: str) -> str:
        """Return the hash of a PIN; raise Unavailable where too many wait."""
        with self._queue.turn():
            return self._argon2.hash(_keyed(pin, self._keys[0]))

    def verify(self, pin_hash: str | None, pin: str) -> bool:
        """Tell whether a PIN is that of the hash; None takes as long and is never right. Raise Unavailable where too many wait."""
        if not 0 < len(pin) <= _LONGEST:
            return False
        known = pin_hash or self._decoy()
        with self._queue.turn():
            right = any(self._is_of(known, pin, key) for key in self._keys)
        return right and bool(pin_hash)

    def _is_of(self, pin_hash: str, pin: str, key: str) -> bool:
        try:
            return self._argon2.verify(pin_hash, _keyed(pin, key))
        except (VerificationError, InvalidHashError):
            return False

    def _decoy(self) -> str:
        if not self._nobody:
            self._nobody = self.hash("nobody")
        return self._nobody


def _make_hasher() -> PinHasher:
    config = current_config()
    return PinHasher(config.resume_keys, weak=config.testing)


#: What hashes the PINs of the present application.
current_hasher = AppSlot[PinHasher]("pin_hasher", _make_hasher)


def _keyed(pin: str, key: str) -> bytes:
    return hmac.digest(sha256(b"perille pin\0" + key.encode()).digest(), pin.encode(), "sha256")
