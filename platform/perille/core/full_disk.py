"""What a system says of a disk that takes nothing more, whosever file it is: the database's, an upload's, a program's."""

from __future__ import annotations

import errno

_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})


def is_disk_trouble(error: BaseException) -> bool:
    """Tell whether a file of ours, such as the one for what an upload brings, found no room on its disk.

    >>> is_disk_trouble(OSError(errno.ENOSPC, "No space left on device")), is_disk_trouble(FileNotFoundError())
    (True, False)
    """
    return isinstance(error, OSError) and error.errno in _DISK
