"""Changes single cells of a table and leaves every other byte of the file as it was written."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from engine.base.errors import NotFound
from engine.timescales.timescale_table import COLUMNS

_BEGINNING = "\ufeff"  # as some programs mark a text in UTF-8
_CELL = re.compile(r'"(?:[^"]|"")*+"|[^",\r\n][^,\r\n]*+|')


class _Cell(NamedTuple):
    """Where a cell stands in the text of the file, with its quotes."""

    start: int
    end: int
    value: str


def with_cells(content: bytes, clock: str, cells: Mapping[str, str]) -> bytes:
    """The table with these cells (column -> what is to stand there) in the row of the clock. A cell that says this
    already is not written anew, however it is spaced or quoted.

    `content` is one that `parse_timescales` reads. Raises NotFound where it has no such row.
    """
    text = content.decode("utf-8")
    row = next((row for row in _rows(text) if row[0].value == clock), None)
    if row is None:
        raise NotFound
    for column, value in sorted(cells.items(), key=lambda cell: COLUMNS.index(cell[0]), reverse=True):
        cell = row[COLUMNS.index(column)]
        if cell.value != value.strip():
            text = f"{text[: cell.start]}{_written(value.strip())}{text[cell.end :]}"
    return text.encode()


def with_every_cell(content: bytes, cell: Callable[[str, str, Mapping[str, str]], str]) -> bytes:
    """The table, of whatever columns, with each cell as `cell` has it: of its column, of what stands there and of its
    row. One that stays is not written anew.
    """
    text = content.decode("utf-8")
    head, *rows = _rows(text)
    columns = [one.value for one in head]
    for row in reversed(rows):
        said = {column: one.value for column, one in zip(columns, row, strict=False)}
        for column, one in reversed([*zip(columns, row, strict=False)]):
            if (wanted := cell(column, one.value, said)) != one.value:
                text = f"{text[: one.start]}{_written(wanted)}{text[one.end :]}"
    return text.encode()


def cells_of(content: bytes, clock: str) -> dict[str, str]:
    """Column -> what stands there, in the row of the clock. Raises as `with_cells`."""
    row = next((row for row in _rows(content.decode("utf-8")) if row[0].value == clock), None)
    if row is None:
        raise NotFound
    return {column: cell.value for column, cell in zip(COLUMNS, row, strict=True)}


def _rows(text: str) -> Iterator[list[_Cell]]:
    """Every line of cells, that with the names of the columns and blank ones among them."""
    row: list[_Cell] = []
    at = len(_BEGINNING) if text.startswith(_BEGINNING) else 0
    while at <= len(text):
        found = _CELL.match(text, at)
        end = found.end() if found else at
        row.append(_Cell(at, end, _value(text[at:end])))
        if text[end : end + 1] != ",":
            yield row
            row = []
        at = end + (2 if text[end : end + 2] == "\r\n" else 1)


def _value(cell: str) -> str:
    is_quoted = cell.startswith('"')
    return (cell[1:-1].replace('""', '"') if is_quoted else cell).strip()


def _written(value: str) -> str:
    """With quotes only where it needs them, as spreadsheets and the table itself write it."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([value, ""])
    return line.getvalue()[:-1]
