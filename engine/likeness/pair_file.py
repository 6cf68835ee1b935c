"""Pairs of descriptions in a CSV file: two children a line, each column once for either (`given_name_1`, `born_2`)."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.likeness.children import Described, Likeness, likeness
from engine.likeness.wanted import a_date

REQUIRED = ("given_name", "family_name")
OPTIONAL = ("born", "expected", "address", "postcode", "telephone", "email", "nhs_number", "upn", "reference")
SIDES = ("1", "2")
LONGEST = 500
EARLIEST = 1900


class BadPairFile(Exception):
    """The file as a whole cannot be read: what is wrong with its first line."""


@dataclass(frozen=True, slots=True)
class Pair:
    """`line` is its number in the file, the first line being that of the names of columns."""

    line: int
    likeness: Likeness

    def as_json(self) -> dict[str, Any]:
        found = self.likeness
        return {
            "line": self.line,
            "score": found.score,
            "shown": found.shown,
            "relative": found.relative,
            "why": list(found.why),
        }


@dataclass(frozen=True, slots=True)
class BadLine:
    line: int
    column: str
    problem: str

    def as_json(self) -> dict[str, Any]:
        return {"line": self.line, "column": self.column, "problem": self.problem}


def compare(lines: Iterable[str]) -> Iterator[Pair | BadLine]:
    """A pair for each line, or each fault of a line that cannot be read. Blank lines are passed over.

    Raises BadPairFile where the first line does not name the columns.
    """
    reader = csv.reader(lines, strict=True)
    no_columns: list[str] = []
    try:
        columns = [name.strip().lower().lstrip("\ufeff") for name in next(reader, no_columns)]
        _must_name_columns(columns)
        for row in reader:
            if any(cell.strip() for cell in row):
                yield from _compared(reader.line_num, columns, row)
    except csv.Error as fault:
        yield BadLine(reader.line_num, "", f"This is not CSV: {fault}.")


def _must_name_columns(columns: Sequence[str]) -> None:
    known = {f"{name}_{side}" for name in (*REQUIRED, *OPTIONAL) for side in SIDES}
    missing = [f"{name}_{side}" for name in REQUIRED for side in SIDES if f"{name}_{side}" not in columns]
    strange = [name for name in columns if name not in known]
    if missing:
        raise BadPairFile(f"The first line must name these columns, and does not: {', '.join(missing)}.")
    if strange:
        raise BadPairFile(f"The first line names what is no column here: {', '.join(strange)}.")
    if len(set(columns)) < len(columns):
        raise BadPairFile("The first line names a column twice.")


def _compared(line: int, columns: Sequence[str], row: Sequence[str]) -> Iterator[Pair | BadLine]:
    if len(row) != len(columns):
        yield BadLine(line, "", f"There are {len(row)} cells, and {len(columns)} columns.")
        return
    cells = {name: cell.strip() for name, cell in zip(columns, row, strict=True)}
    faults = tuple(_faults(line, cells))
    yield from faults
    if not faults:
        one, other = (_described(cells, side) for side in SIDES)
        yield Pair(line, likeness(one, other))


def _faults(line: int, cells: Mapping[str, str]) -> Iterator[BadLine]:
    for column, cell in cells.items():
        if len(cell) > LONGEST:
            yield BadLine(line, column, f"This is longer than {LONGEST} characters.")
        elif column.startswith(("born", "expected")) and cell and not _is_unknown(cell) and _day(cell) is None:
            yield BadLine(line, column, "This is no date. Write 2019-06-04 or 04/06/2019, or leave it empty.")
    for side in SIDES:
        if not any(cells[f"{name}_{side}"] for name in REQUIRED):
            yield BadLine(line, f"given_name_{side}", "Neither name is given.")


def _described(cells: Mapping[str, str], side: str) -> Described:
    def text(name: str) -> str:
        return cells.get(f"{name}_{side}", "")

    return Described(
        given_name=text("given_name"),
        family_name=text("family_name"),
        born=_day(text("born")),
        expected=_day(text("expected")),
        address=f"{text('address')} {text('postcode')}".strip(),
        telephone=text("telephone"),
        email=text("email"),
        nhs_number=text("nhs_number"),
        upn=text("upn"),
        references=(text("reference"),),
    )


def _day(cell: str) -> date | None:
    found = a_date(cell)
    return found if found and found.year >= EARLIEST else None


def _is_unknown(cell: str) -> bool:
    return cell.casefold() in ("unknown", "not known", "n/k", "nk", "?", "-")
