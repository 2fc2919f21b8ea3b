"""Read and write the PDF files that typst makes: plain objects and one cross-reference table (ISO 32000-1 7.5)."""

from __future__ import annotations

import re
import zlib

_ENTRY = re.compile(rb"(\d{10}) \d{5} n")
_REFERENCE = rb"(\d+) 0 R"


class PdfDocument:
    """The objects of a file by number; changed ones are written back by `to_bytes`."""

    def __init__(self, data: bytes) -> None:
        """Raise ValueError for a file without a plain cross-reference table."""
        table = data.rfind(b"\nxref\n") + 1
        trailer = data.find(b"trailer\n", table)
        if table == 0 or trailer < 0:
            raise ValueError("a PDF file without a cross-reference table")
        offsets = [int(entry) for entry in _ENTRY.findall(data, table, trailer)]
        ends = [*offsets[1:], table]
        self._head = data[: offsets[0]]
        self._trailer = data[trailer : data.rfind(b"startxref")]
        self._objects = [_body(data[start:end]) for start, end in zip(offsets, ends, strict=True)]

    def __getitem__(self, number: int) -> bytes:
        return self._objects[number - 1]

    def __setitem__(self, number: int, body: bytes) -> None:
        self._objects[number - 1] = body

    def numbers(self, kind: bytes) -> list[int]:
        """Return the numbers of the objects whose dictionary begins with `kind`: b"/Type/Page/"."""
        return [number for number, body in enumerate(self._objects, 1) if body.startswith(b"<<" + kind)]

    def reference(self, number: int, key: bytes) -> int:
        """Return the number of the object that `key` of a dictionary leads to; raise ValueError where it leads to none."""
        found = re.search(re.escape(key) + rb"\[?" + _REFERENCE, self[number])
        if found is None:
            raise ValueError(f"no {key!r} in object {number}")
        return int(found[1])

    def stream(self, number: int) -> bytes:
        """Return the decoded content of a stream."""
        content = self[number].partition(b"\nstream\n")[2]
        return zlib.decompress(content.removesuffix(b"endstream"))

    def set_stream(self, number: int, content: bytes) -> None:
        """Replace the content of a stream; its other keys stay."""
        packed = zlib.compress(content, 4)
        dictionary = self[number].partition(b"\nstream\n")[0]
        dictionary = re.sub(rb"/Length \d+", b"/Length %d" % len(packed), dictionary, count=1)
        self[number] = dictionary + b"\nstream\n" + packed + b"\nendstream"

    def to_bytes(self) -> bytes:
        """Return the file with a new cross-reference table."""
        parts, offsets, size = [self._head], [], len(self._head)
        for number, body in enumerate(self._objects, 1):
            parts.append(b"%d 0 obj\n%b\nendobj\n\n" % (number, body))
            offsets.append(b"%010d 00000 n\r\n" % size)
            size += len(parts[-1])
        entries = b"".join([b"0000000000 65535 f\r\n", *offsets])
        table = b"xref\n0 %d\n%b" % (len(offsets) + 1, entries)
        return b"".join([*parts, table, self._trailer, b"startxref\n%d\n%%%%EOF" % size])


def _body(source: bytes) -> bytes:
    start = source.index(b"obj\n") + len(b"obj\n")
    return source[start : source.rindex(b"\nendobj")]
