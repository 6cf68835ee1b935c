"""The columns of a DMN file, and the same file with others: what is not changed stays as it is, to the byte.

As dmn_cells.py, which has the rows. A new column is laid out as the one before it, and takes whatever was answered.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from engine.base.errors import BadModel, Problem
from engine.process.dmn_bytes import TAG, blank_before, name_at, new_ids
from engine.process.dmn_file import DMN, MOST_INPUTS, read_dmn

_SEPARATOR = " "
_SPACE = f"{DMN[1:-1]}{_SEPARATOR}"
_TABLE = tuple(_SPACE + name for name in ("definitions", "decision", "decisionTable"))
_READS = re.compile(rb"<((?:[\w.-]+:)?text)\s*(?:/>|>[^<]*</\1\s*>)")
"""The text of an inputExpression: the first of an input, which has its values after it."""
_TYPE = re.compile(rb"""(<(?:[\w.-]+:)?inputExpression\b[^>]*?)\s+typeRef\s*=\s*(?:"[^"]*"|'[^']*')""")
_VALUES = re.compile(rb"\s*<((?:[\w.-]+:)?inputValues)\b.*?</\1\s*>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class GridInput:
    """`was` is its number in the file, from 1, or 0 for one that is new; `label` stands above it."""

    was: int
    label: str
    reads: str


@dataclass(slots=True)
class _Part:
    """An element below the table, by its names from there."""

    names: tuple[str, ...]
    start: int
    end: int = 0


def inputs_of(content: bytes, file: str) -> tuple[GridInput, ...]:
    """Raises BadModel for what is no plain table."""
    read = read_dmn(content, file)
    return tuple(GridInput(number, one.label, one.path) for number, one in enumerate(read.inputs, 1))


def with_inputs(content: bytes, file: str, inputs: Sequence[GridInput]) -> bytes:
    """The file with these inputs in this order; those that are not among them are taken out, with their cells.

    Raises BadModel for what is no plain table, and for no inputs, too many or one twice.
    """
    there = inputs_of(content, file)
    if tuple(inputs) == there:
        return content
    kept = [one.was for one in inputs if one.was]
    if not 0 < len(inputs) <= MOST_INPUTS:
        raise _refused(file, f"A table has at least one column that reads an answer, and at most {MOST_INPUTS}.")
    if len({*kept}) < len(kept) or not {*kept} <= set(range(1, len(there) + 1)):
        raise _refused(file, "The table has other columns by now.")
    if _read_twice(inputs) > _read_twice(there):
        raise _refused(file, "Another column reads this answer already: write what it takes there, in one cell.")
    made = _rewritten(content, there, inputs)
    if [(one.label, one.reads) for one in inputs_of(made, file)] != [(one.label, one.reads) for one in inputs]:
        raise _refused(file, "The name of a column holds something that cannot stand in a file.")
    return made


def _read_twice(inputs: Sequence[GridInput]) -> int:
    return len(inputs) - len({one.reads for one in inputs})


def with_result(content: bytes, file: str, name: str) -> bytes:
    """The file with another name for its result, by which conditions read it. Raises BadModel."""
    if name == read_dmn(content, file).output:
        return content
    (output,) = (part for part in _parts(content) if part.names == ("output",))
    return _attribute(content, output.start, "name", name)


def _rewritten(content: bytes, there: Sequence[GridInput], inputs: Sequence[GridInput]) -> bytes:
    """From the end of the file to its beginning, so that what stands before keeps its place."""
    parts = _parts(content)
    heads = [part for part in parts if part.names == ("input",)]
    rules = [part for part in parts if part.names == ("rule",)]
    cells = [part for part in parts if part.names == ("rule", "inputEntry")]
    ids = new_ids(content, b"column")
    order = [one.was for one in inputs]
    for rule in reversed(rules):
        of_rule = [part for part in cells if rule.start < part.start < rule.end]
        own = [content[part.start : part.end] for part in of_rule]
        entry = _like(content, of_rule[0], b"<text>-</text>", next(ids)) if 0 in order else b""
        content = _laid_out(content, of_rule, [own[was - 1] if was else entry for was in order])
    written = [
        _changed(content[heads[one.was - 1].start : heads[one.was - 1].end], there[one.was - 1], one)
        if one.was
        else _head(content, heads[0], one, next(ids), next(ids))
        for one in inputs
    ]
    return _laid_out(content, heads, written)


def _laid_out(content: bytes, places: Sequence[_Part], written: Sequence[bytes]) -> bytes:
    """The elements in place of those that stood there, each with the blank that stood before its place."""
    blanks = [blank_before(content, part.start) for part in places]
    first, last = places[0].start - len(blanks[0]), places[-1].end
    between = [content[before.end : after.start] for before, after in pairwise(places)]
    beside = b"".join(one.strip() for one in between)  # what else stands among them, such as a comment
    made = b"".join((blanks[min(at, len(blanks) - 1)] + one) for at, one in enumerate(written))
    return content[:first] + beside + made + content[last:]


def _head(content: bytes, like: _Part, one: GridInput, its_id: bytes, expression: bytes) -> bytes:
    prefix = name_at(content, like.start).removesuffix(b"input")
    inner = blank_before(content, _first_inside(content, like))
    outer = blank_before(content, like.start)
    text = b"<%stext>%s</%stext>" % (prefix, escape(one.reads).encode(), prefix)
    deeper = inner + inner.removeprefix(outer)
    expressed = b'<%sinputExpression id="%s">%s%s%s</%sinputExpression>' % (
        prefix, expression, deeper, text, inner, prefix,
    )  # fmt: skip
    label = quoteattr(one.label).encode()
    return b'<%sinput id="%s" label=%s>%s%s%s</%sinput>' % (prefix, its_id, label, inner, expressed, outer, prefix)


def _like(content: bytes, cell: _Part, text: bytes, its_id: bytes) -> bytes:
    prefix = name_at(content, cell.start).removesuffix(b"inputEntry")
    inner, outer = blank_before(content, _first_inside(content, cell)), blank_before(content, cell.start)
    said = text.replace(b"<text>", b"<%stext>" % prefix).replace(b"</text>", b"</%stext>" % prefix)
    return b'<%sinputEntry id="%s">%s%s%s</%sinputEntry>' % (prefix, its_id, inner, said, outer, prefix)


def _first_inside(content: bytes, part: _Part) -> int:
    """Where the first element inside it begins."""
    opened = TAG.match(content, part.start)
    return content.index(b"<", opened.end() if opened else part.start)


def _changed(element: bytes, was: GridInput, one: GridInput) -> bytes:
    """An input with another label, or reading another answer: what was said of the values of the old one goes."""
    if one.reads != was.reads:
        element = _VALUES.sub(b"", _TYPE.sub(rb"\1", element, count=1), count=1)
        element = _READS.sub(
            lambda found: b"<%s>%s</%s>" % (found[1], escape(one.reads).encode(), found[1]), element, count=1
        )
    return element if one.label == was.label else _attribute(element, 0, "label", one.label)


def _attribute(content: bytes, at: int, name: str, value: str) -> bytes:
    """The element that begins there with another value of an attribute, or with one more."""
    tag = TAG.match(content, at)
    end = tag.end() if tag else at
    said = f"{name}={quoteattr(value)}".encode()
    pattern = re.compile(rb"""(?<=\s)%s\s*=\s*(?:"[^"]*"|'[^']*')""" % name.encode())
    opened, replaced = pattern.subn(lambda _: said, content[at:end], count=1)
    if not replaced:
        close = b"/>" if opened.endswith(b"/>") else b">"
        opened = opened[: -len(close)].rstrip() + b" " + said + close
    return content[:at] + opened + content[end:]


def _parts(content: bytes) -> list[_Part]:
    """In the order of the file, which is known to be well-formed."""
    reader = _PartReader(content)
    reader.read()
    return reader.found


class _PartReader:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._open: list[tuple[str, _Part]] = []
        self._parser = expat.ParserCreate("utf-8", _SEPARATOR)
        self._parser.StartElementHandler = self._begins
        self._parser.EndElementHandler = self._ends
        self.found: list[_Part] = []

    def read(self) -> None:
        self._parser.Parse(self._content, True)  # this is all of it

    def _begins(self, name: str, _attributes: dict[str, str]) -> None:
        path = (*(each for each, _ in self._open), name)
        inside = path[: len(_TABLE)] == _TABLE
        names = tuple(each.removeprefix(_SPACE) for each in path[len(_TABLE) :]) if inside else ()
        part = _Part(names, self._parser.CurrentByteIndex)
        self._open.append((name, part))
        if names:
            self.found.append(part)

    def _ends(self, _name: str) -> None:
        _, part = self._open.pop()
        part.end = self._content.index(b">", self._parser.CurrentByteIndex) + 1


def _refused(file: str, message: str) -> BadModel:
    return BadModel([Problem(file, "", 0, message)])
