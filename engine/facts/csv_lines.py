"""The lines of a CSV file that somebody else made: read by the names of its columns, or why they cannot be."""

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine.likeness.folding import fold

LONGEST_FILE, LONGEST_NAME = 1_000_000, 300
_DAYS = ("%Y-%m-%d", "%d/%m/%Y")
TOO_MANY_CELLS = "There are more cells than columns: a cell with a comma stands in quotation marks"
NO_DAY = "must be a day like 2026-03-27 or 27/03/2026"


@dataclass(frozen=True, slots=True)
class LineFault:
    """`line` counts from 1, the line of the names of the columns."""

    line: int
    said: str


class Cells:
    """Of one line, by the names of the columns."""

    def __init__(self, header: Sequence[str], row: Sequence[str]) -> None:
        self.too_many = any(cell.strip() for cell in row[len(header) :])
        self.given = {name: cell.strip() for name, cell in zip(header, row, strict=False) if name}

    def __getitem__(self, name: str) -> str:
        return self.given.get(name, "")


def read_cells(
    content: bytes, columns: Collection[str], needed: Collection[str], most: int, largest: int = LONGEST_FILE
) -> tuple[list[tuple[int, Cells]], list[LineFault]]:
    """The lines that are not empty, each with its number, where the file has no fault as a whole. One of the columns
    that are `needed` must be there; there may be `most` lines, and `largest` bytes.
    """
    if problem := _not_a_file(content, largest):
        return [], [LineFault(1, problem)]
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    try:
        header = [fold(name).replace(" ", "_") for name in next(rows, list[str]())]
        given = [(rows.line_num, row) for row in rows if any(cell.strip() for cell in row)]
    except csv.Error as error:
        return [], [LineFault(rows.line_num, f"This is not CSV: {error}")]
    if problem := _not_columns(header, columns, needed) or (
        "There are too many lines: make two files" if len(given) > most else ""
    ):
        return [], [LineFault(1, problem)]
    return [(number, Cells(header, row)) for number, row in given], []


def _not_a_file(content: bytes, largest: int) -> str:
    if not content.strip():
        return "The file is empty"
    if len(content) > largest:
        return f"The file is larger than {largest // 1_000_000} MB: make several of it"
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "The file is not in UTF-8: save it as “CSV UTF-8”"
    return "The file holds a character that cannot be kept" if "\0" in text else ""


def _not_columns(header: Sequence[str], columns: Collection[str], needed: Collection[str]) -> str:
    if unknown := [name for name in header if name and name not in columns]:
        return f"There is no column called “{unknown[0][:LONGEST_NAME]}”. There is: {', '.join(columns)}"
    if twice := [name for name in columns if header.count(name) > 1]:
        return f"The column “{twice[0]}” is there twice"
    if not set(header).intersection(needed):
        return f"The first line names the columns: {', '.join(columns)}"
    return ""


def id_typed(typed: str, names: Mapping[str, str]) -> str:
    """The id, by which or by whose name it was called; empty for none."""
    if typed in names:
        return typed
    return next((one for one, name in names.items() if typed and fold(name) == fold(typed)), "")


def day_typed(typed: str) -> date | None:
    for form in _DAYS:
        try:
            return datetime.strptime(typed, form).date()  # noqa: DTZ007 - a day has no time
        except ValueError:
            continue
    return None
