"""Text in which an MLTable differs from pandas, rewritten so that pandas reads it the MLTable's way."""

from __future__ import annotations

import re

from .marks import mark


def quoted_empties(data: bytes, quote: bytes, delimiter: bytes):
    """An empty cell in quotes is an empty string, not a null: gives such cells a text that stands for it. (data, the text or None)."""
    pair = re.escape(quote * 2)
    edge = re.escape(delimiter)
    cell = re.compile(rb"(?:(?<=" + edge + rb")|(?<=\n)|\A)" + pair + rb"(?=" + edge + rb"|\r?\n|\Z)")
    stand_in = mark(data, "empty")
    pieces = []
    copied = counted = quotes = 0
    for match in cell.finditer(data):
        at = match.start()
        quotes += data.count(quote, counted, at)
        counted = at
        # After an odd number of quotes we are inside a quoted text, where a pair is one quote.
        if quotes % 2 == 0:
            pieces += (data[copied:at], quote, stand_in, quote)
            copied = match.end()
    if not pieces:
        return data, None
    return b"".join((*pieces, data[copied:])), stand_in.decode("utf-8")


def quoted_blank_lines(data: bytes, quote: bytes) -> bytes:
    """A line of blanks is a row; pandas would skip it."""
    return _BLANK_LINE.sub(quote + rb"\g<0>" + quote, data)


_BLANK_LINE = re.compile(rb"^[ \t]+$", re.MULTILINE)


def outside_quotes(data: bytes, quote: bytes, delimiter: bytes) -> bytes:
    """Line ends as pandas is told to expect them, and lines of blanks as rows, but not inside of quotes, where both belong to the cell."""
    if b"\r\n" not in data and _BLANK_LINE.search(data) is None:
        return data
    mark = re.escape(quote)
    cell = rb"(?:\A|(?<=[\n" + re.escape(delimiter) + rb"]))" + mark + rb"[^" + mark + rb"]*(?:" + mark * 2 + rb"[^" + mark + rb"]*)*" + mark

    def rewritten(match) -> bytes:
        text = match[0]
        if text == b"\r\n":
            return b"\n"
        return text if text.startswith(quote) else quote + text + quote

    return re.sub(cell + rb"|\r\n|^[ \t]+(?=\r?\n|\Z)", rewritten, data, flags=re.MULTILINE)


def literal_open_quotes(data: bytes, quote: bytes, delimiter: bytes) -> bytes:
    """A quote that is not closed in its line is text, to the end of the line: doubles it, so that it is read so."""
    lines = data.split(b"\n")
    for number, line in enumerate(lines):
        if line.count(quote) % 2:
            lines[number] = _closed(line, quote, delimiter)
    return b"\n".join(lines)


def _closed(line: bytes, quote: bytes, delimiter: bytes) -> bytes:
    start = 0
    while start <= len(line):
        if not line.startswith(quote, start):
            end = line.find(delimiter, start)
        else:
            end = _closing(line, quote, start + 1)
            if end == -1:
                return line[:start] + quote + line[start:].replace(quote, quote * 2) + quote
            end = line.find(delimiter, end)
        if end == -1:
            return line
        start = end + len(delimiter)
    return line


def _closing(line: bytes, quote: bytes, position: int) -> int:
    while True:
        position = line.find(quote, position)
        if position == -1 or not line.startswith(quote, position + 1):
            return position
        position += 2
