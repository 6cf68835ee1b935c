"""What a process owner types to change a row of the table of clocks, and the cells that it becomes."""

import re
from collections.abc import Mapping

from engine.base.errors import BadAnswers
from engine.timescales.rules import UNIT_WORDS, Clock
from engine.timescales.timescale_table import LARGEST_LIMIT, read_notices

LONGEST_TITLE, MONTHS_OF_CHILDHOOD = 120, 18 * 12


def columns_to_change(rule: Clock) -> tuple[str, ...]:
    """When to warn, of any clock; the title and the limit only where neither the law nor the guidance sets it, and no
    limit where the day is given each time.
    """
    if rule.kind == "statutory":
        return ("warn_before",)
    return ("title", "limit", "unit", "warn_before") if rule.limit else ("title", "warn_before")


def cells_typed(rule: Clock, typed: Mapping[str, str]) -> dict[str, str]:
    """Column -> what is to stand there, of those that may be changed. A limit is typed without its sign: one that
    counts back goes on to, since what it counts from has yet to come. Raises BadAnswers with what is wrong, by column.
    """
    cells = {column: " ".join(typed.get(column, "").split()) for column in columns_to_change(rule)}
    unit = cells.get("unit", "")
    if problems := {column: words for column, cell in cells.items() if (words := _problem(column, cell, unit))}:
        raise BadAnswers(problems)
    if "limit" in cells:
        cells["limit"] = str(int(cells["limit"]) * (-1 if rule.limit < 0 else 1))
    return cells


def _problem(column: str, cell: str, unit: str) -> str:
    in_months = unit == "months"
    largest = MONTHS_OF_CHILDHOOD if in_months else LARGEST_LIMIT
    match column:
        case "title" if not cell:
            return "Enter what the time limit is called"
        case "title" if len(cell) > LONGEST_TITLE:
            return f"What it is called must be {LONGEST_TITLE} characters or fewer"
        case "limit" if not re.fullmatch("[0-9]{1,4}", cell) or not 1 <= int(cell) <= largest:
            return f"Limit must be a whole number between 1 and {largest}{' where months are counted' * in_months}"
        case "unit" if cell not in UNIT_WORDS:
            return "Choose what is counted"
        case "warn_before":
            return _problem_of_notices(cell)
        case _:
            return ""


def _problem_of_notices(cell: str) -> str:
    try:
        read_notices(cell)
    except ValueError:
        return "Write when to warn as “4 hours” or “5 working days”; several with a semicolon between them"
    return ""
