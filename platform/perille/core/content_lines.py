"""Content lines of vCard and iCalendar: what both formats have in common."""

from __future__ import annotations

#: Octets of a line without its end (RFC 2425, 5.8.1; RFC 5545, 3.1).
LONGEST_LINE = 75


def fold_line(line: str) -> str:
    """Break a line after at most 75 octets of UTF-8, never inside a character; a line that goes on begins with a space, which counts.

    >>> fold_line("x" * 80)[73:]
    'xx\\r\\n xxxxx'
    """
    parts, room = [""], LONGEST_LINE
    for char in line:
        size = len(char.encode())
        if size > room:
            parts.append("")
            room = LONGEST_LINE - 1
        parts[-1] += char
        room -= size
    return "\r\n ".join(parts)
