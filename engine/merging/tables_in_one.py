"""A table that a draft and what was put in force meanwhile changed both, made one again row by row.

A row is a line of a file in CSV, known by its first cell, and a table of a file in TOML, known by its heading; of what
was renamed each line. Nothing is written anew: the lines are those of the one side or of the other.
"""

import csv
import re

from engine.merging.three_way import CannotMerge, InOne, Keep, Sides, decided

HEAD = ""
"""The key of what stands before the first row."""
_RENAMES = "processes/renames.toml"
_HEADING = re.compile(r"\[[^\[\]]+\]\s*(#.*)?")
_SET = re.compile(r"([^#=\s][^=]*?)\s*=")


def table_in_one(contents: Sides[bytes], file: str, keep: Keep) -> InOne:
    """What is asked for are the keys of rows. Raises CannotMerge."""
    parts = _rows_of_csv if file.endswith(".csv") else _sections_of_toml
    sides = contents.each(lambda content: parts(_lines(content), file))
    choice = decided(sides, keep)
    together = choice.all_of(sides)
    return InOne("".join(together.values()).encode(), choice.asked)


def _lines(content: bytes) -> list[str]:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise CannotMerge("One of the tables is no text.") from None
    lines = text.splitlines(keepends=True)
    if not lines or not lines[-1].endswith("\n"):
        raise CannotMerge("One of the tables does not end with a line.")
    return lines


def _rows_of_csv(lines: list[str], _file: str) -> dict[str, str]:
    found = {HEAD: lines[0]}
    columns = len(_cells(lines[0]))
    for line in lines[1:]:
        cells = _cells(line)
        if len(cells) != columns or not cells[0] or cells[0] in found:
            raise CannotMerge("One of the tables has a row that is not on one line, or two rows of one name.")
        found[cells[0]] = line
    return found


def _cells(line: str) -> list[str]:
    try:
        return next(csv.reader([line], strict=True))
    except (csv.Error, StopIteration):
        return [""]


def _sections_of_toml(lines: list[str], file: str) -> dict[str, str]:
    found: dict[str, str] = {HEAD: ""}
    heading = key = HEAD
    for line in lines:
        at = _key(line, heading, file)
        if at is not None and at in found:
            raise CannotMerge("One of the tables says something twice.")
        if at is not None:
            key = at
            heading = key if line.startswith("[") else heading
        found[key] = found.get(key, "") + line
    return found


def _key(line: str, heading: str, file: str) -> str | None:
    """Of a line with which something begins."""
    if line.startswith("["):
        if not _HEADING.fullmatch(line.strip()):
            raise CannotMerge("One of the tables is not written in sections.")
        return line.strip()
    found = _SET.match(line) if file == _RENAMES else None
    return f"{heading} {found[1]}" if found else None
