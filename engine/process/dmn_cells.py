"""The rows of a DMN file as texts, and the same file with other rows: what is not changed stays as it is, to the byte.

A file is not made anew from what was read of it, as whoever drew it keeps more in it than is read here. The bytes of a
cell's text are replaced where they stand; a row that moves takes its bytes along, and a new one is laid out as the row
before it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import get_args
from xml.parsers import expat
from xml.sax.saxutils import escape

from engine.base.errors import BadModel, Problem
from engine.decision_tables.decision_table import HitPolicy
from engine.process.dmn_bytes import TAG, blank_before, name_at, new_ids
from engine.process.dmn_file import DMN, MOST_ROWS, read_dmn

_SEPARATOR = " "
_RULE = tuple(f"{DMN[1:-1]}{_SEPARATOR}{name}" for name in ("definitions", "decision", "decisionTable", "rule"))
_ENTRIES = ("inputEntry", "outputEntry")
_POLICY = re.compile(rb"""hitPolicy\s*=\s*(?:"[^"]*"|'[^']*')""")


@dataclass(frozen=True, slots=True)
class GridRow:
    """The texts of a row, its result last. `was` is its number in the file, from 1, or 0 for one that is new."""

    was: int
    cells: tuple[str, ...]


@dataclass(slots=True)
class _Text:
    """What stands between the tags of a cell's text: from `start` to `end`. Its own tag begins at `tag`, that of its
    entry at `entry`.
    """

    entry: int
    tag: int
    start: int
    end: int
    said: str = ""


@dataclass(slots=True)
class _Place:
    """Where a rule stands in the file, and its cells: those of the inputs first, whatever their order."""

    start: int
    end: int = 0
    texts: dict[str, list[_Text]] = field(default_factory=lambda: {name: list[_Text]() for name in _ENTRIES})
    notes: int = 0

    @property
    def cells(self) -> list[_Text]:
        return [text for name in _ENTRIES for text in self.texts[name]]


def rows_of(content: bytes, file: str) -> tuple[GridRow, ...]:
    """The rows as they stand in the file, whatever is in their cells. Raises BadModel for what is no plain table."""
    read_dmn(content, file)
    places = _places(content, file)
    return tuple(GridRow(number, _said(place)) for number, place in enumerate(places, 1))


def with_rows(content: bytes, file: str, rows: Sequence[GridRow]) -> bytes:
    """The file with these rows in this order; those that are not among them are taken out.

    Raises BadModel for what is no plain table, for no rows or too many, and for a text that cannot stand in a file.
    """
    read_dmn(content, file)
    places = _places(content, file)
    if not 0 < len(rows) <= MOST_ROWS:
        raise _refused(file, f"A table has at least one row and at most {MOST_ROWS}.")
    if any(not 0 <= row.was <= len(places) or len(row.cells) != len(places[0].cells) for row in rows):
        raise _refused(file, "The table has other rows or columns by now.")
    between = content[places[0].end : places[1].start] if len(places) > 1 else blank_before(content, places[0].start)
    made = content[: places[0].start]
    before, ids = places[0], new_ids(content, b"added")
    for number, row in enumerate(rows):
        place = places[row.was - 1] if row.was else None
        if number:
            made += content[places[row.was - 2].end : place.start] if place and row.was > 1 else between
        made += _new(content, before, row, ids) if place is None else _changed(content, place, row)
        before = place or before
    made += content[places[-1].end :]
    if [row.cells for row in rows_of(made, file)] != [tuple(map(_plain, row.cells)) for row in rows]:
        raise _refused(file, "A cell holds something that cannot stand in a file.")
    return made


def with_policy(content: bytes, file: str, policy: str) -> bytes:
    """The file with this hit policy. Raises BadModel for another than UNIQUE and FIRST, and for what is no table."""
    if policy == read_dmn(content, file).hit_policy:
        return content
    if policy not in get_args(HitPolicy):
        raise _refused(file, "Say what holds where several rows take the same answers.")
    reader = _PlaceReader(content)
    reader.read()
    tag = TAG.match(content, reader.table)
    end = tag.end() if tag else 0
    begun, rest = content[: reader.table], content[end:]
    said = b'hitPolicy="' + policy.encode() + b'"'
    opened, replaced = _POLICY.subn(said, content[reader.table : end], count=1)
    return begun + (opened if replaced else opened[:-1] + b" " + said + b">") + rest


def _changed(content: bytes, place: _Place, row: GridRow) -> bytes:
    """The bytes of a rule, with those of the texts that are others now replaced."""
    made, at = b"", place.start
    cells = zip(place.cells, row.cells, strict=True)
    for text, said in sorted(cells, key=lambda cell: cell[0].tag):
        if _plain(said) == _plain(text.said):
            continue
        if text.start == text.end and content[text.start - 2 : text.start] == b"/>":  # <text/>
            made += content[at : text.start - 2].rstrip() + b">" + _written(said)
            made += b"</" + name_at(content, text.tag) + b">"
        else:
            made += content[at : text.start] + _written(said)
        at = text.end
    return made + content[at : place.end]


def _new(content: bytes, like: _Place, row: GridRow, ids: Iterator[bytes]) -> bytes:
    """A rule laid out as another one, without what is noted there."""
    tag = name_at(content, like.start)
    prefix = tag.removesuffix(b"rule")
    outer, inner = blank_before(content, like.start), blank_before(content, like.cells[0].entry)
    kinds = [name.encode() for name in _ENTRIES for _ in like.texts[name]]
    parts = [
        inner + _element(prefix + kind, _element(prefix + b"text", _written(said)), next(ids))
        for kind, said in zip(kinds, row.cells, strict=True)
    ]
    parts += [inner + _element(prefix + b"annotationEntry", _element(prefix + b"text", b""))] * like.notes
    return _element(tag, b"".join(parts) + outer, next(ids))


def _element(name: bytes, inner: bytes, its_id: bytes = b"") -> bytes:
    said = b' id="' + its_id + b'"' if its_id else b""
    return b"<" + name + said + b">" + inner + b"</" + name + b">"


def _said(place: _Place) -> tuple[str, ...]:
    return tuple(_plain(text.said) for text in place.cells)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _written(text: str) -> bytes:
    return escape(_plain(text)).encode("utf-8", errors="replace")


def _places(content: bytes, file: str) -> list[_Place]:
    """Where the rules of the table stand; the file is known to be well-formed and without a DOCTYPE."""
    reader = _PlaceReader(content)
    try:
        reader.read()
    except expat.ExpatError as error:
        raise _refused(file, f"This is not well-formed XML: {error}") from None
    return reader.found


class _PlaceReader:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._path: list[str] = []
        self._text: _Text | None = None
        self._entry = 0
        self.table = 0
        self._parser = expat.ParserCreate("utf-8", _SEPARATOR)
        self._parser.StartElementHandler = self._begins
        self._parser.EndElementHandler = self._ends
        self._parser.CharacterDataHandler = self._says
        self.found: list[_Place] = []

    def read(self) -> None:
        self._parser.Parse(self._content, True)  # this is all of it

    def _begins(self, name: str, _attributes: dict[str, str]) -> None:
        self._path.append(name)
        at = self._parser.CurrentByteIndex
        if tuple(self._path) == _RULE[:-1]:
            self.table = at
        elif tuple(self._path) == _RULE:
            self.found.append(_Place(at))
        elif self._inside == ("annotationEntry",):
            self.found[-1].notes += 1
        elif len(self._inside) == 1:
            self._entry = at
        elif self._is_text:
            found = TAG.match(self._content, at)
            self._text = _Text(self._entry, at, found.end() if found else at, 0)
            self.found[-1].texts[self._inside[0]].append(self._text)

    def _ends(self, _name: str) -> None:
        at = self._parser.CurrentByteIndex
        if tuple(self._path) == _RULE:
            self.found[-1].end = self._end_of_tag(at)
        elif self._is_text and self._text is not None:
            self._text.end = max(at, self._text.start)
            self._text = None
        self._path.pop()

    def _end_of_tag(self, at: int) -> int:
        return self._content.index(b">", at) + 1

    def _says(self, text: str) -> None:
        if self._text is not None:
            self._text.said += text

    @property
    def _inside(self) -> tuple[str, ...]:
        """The names below a rule."""
        if tuple(self._path[: len(_RULE)]) != _RULE:
            return ()
        return tuple(name.rpartition(_SEPARATOR)[2] for name in self._path[len(_RULE) :])

    @property
    def _is_text(self) -> bool:
        return len(self._inside) == 2 and self._inside[0] in _ENTRIES and self._inside[1] == "text"


def _refused(file: str, message: str) -> BadModel:
    return BadModel([Problem(file, "", 0, message)])
