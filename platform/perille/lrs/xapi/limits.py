"""How much of everything a client may send: each bound stands here, with what happens above it.

A batch and a client's rate are settings (`Config.max_batch`, `Config.client_rate`), so is the body (`Config.max_body`). The bounds apply
to what arrives; what is stored already is read whatever its size.
"""

from __future__ import annotations

from perille.lrs.xapi.errors import Rule, XapiError

#: Characters of a query string, and fields in it or in a form of the alternate request syntax.
QUERY, FIELDS = 16_384, 50
#: Bytes of one header that is read here.
HEADER = 8_192
#: Bytes of a form of the alternate request syntax, and how far into it its Authorization field may begin.
FORM, FORM_HEAD = 4 * 1024 * 1024, 65_536
#: Parts of a multipart body beside the statements, and bytes of the headers of one part.
PARTS, PART_HEAD = 1_000, 8_192
#: JSON values in a body, counted by commas and opening brackets: each is an object of 50 to 100 bytes once it is decoded.
VALUES = 400_000
#: Entries of one list or map in a statement.
MEMBERS = 1_000
ACTIVITIES = 200
LANGUAGES = 200
ATTACHMENTS = 100
EXTENSIONS = 500
COMPONENTS = 500
#: Characters of a person's name: PostgreSQL takes no longer ones into an index, whatever the script.
NAME = 500
#: Characters of a hash in hexadecimal: SHA-512.
SHA2 = 128
#: Bytes of memory of a term, a name or a definition that a process keeps in mind; longer ones are looked up each time.
REMEMBERED = 400
#: Bytes of one statement.
STATEMENT = 1024 * 1024
#: Bytes of statements, and of attachments, in one page of an answer; a page has one statement at least.
STATEMENT_PAGE = ATTACHMENT_PAGE = 16 * 1024 * 1024


def check_values(data: bytes) -> None:
    """Refuse JSON of so many values that decoding it would take the memory of the server.

    >>> check_values(b'{"a": 1}')
    >>> check_values(b"[" * (VALUES + 1))
    Traceback (most recent call last):
        ...
    perille.lrs.xapi.errors.XapiError: A body has at most 400,000 JSON values here.
    """
    if len(data) > VALUES and data.count(b",") + data.count(b"[") + data.count(b"{") > VALUES:
        raise too_large("$", f"A body has at most {VALUES:,} JSON values here.")


def too_large(path: str, message: str) -> XapiError:
    """Make the fault of a request that is larger than the store accepts: 413.

    >>> too_large("$", "Too much.").status
    413
    """
    return XapiError(413, Rule.TOO_LARGE, path, message)
