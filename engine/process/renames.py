"""What a bundle calls otherwise than those before it: tasks, questions and answers (`processes/renames.toml`).

Without that a step that was renamed is another step, and no running instance can go on on it. The file says the old
names, which the bundle has no more, and the new ones. Read the other way it leads back.

Names are given to what is open and to what an instance carries with it. What was answered before keeps the names under
which it was asked, and is told by the models of its day.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from engine.base.errors import BadModel, Problem

RENAMES = "processes/renames.toml"
TABLES = ("task", "question", "answer")
Names = Mapping[str, str]


@dataclass(frozen=True)
class BundleRenames:
    """Old name -> new one. Old are `process.task`, `process.task.question` and `process.task.question.answer`; new is
    the last part alone.
    """

    task: Names = field(default_factory=dict[str, str])
    question: Names = field(default_factory=dict[str, str])
    answer: Names = field(default_factory=dict[str, str])


NO_RENAMES = BundleRenames()


def read_renames(content: bytes) -> BundleRenames:
    """Raises BadModel."""
    try:
        return parse_renames(content)
    except ValueError as error:
        raise BadModel([Problem(RENAMES, "", 0, f"this does not say what is called otherwise: {error}")]) from None


def parse_renames(content: bytes) -> BundleRenames:
    """Raises ValueError for what is no such file."""
    read = tomllib.loads(content.decode("utf-8"))
    if strange := sorted(read.keys() - {*TABLES}):
        raise ValueError(f"there is no table {strange[0]}: only {', '.join(TABLES)}")
    for parts, table in enumerate(TABLES, start=2):
        rows: object = read.get(table, {})
        named = cast("dict[str, object]", rows) if isinstance(rows, dict) else {table: rows}
        for old, new in named.items():
            if len(old.split(".")) != parts or not isinstance(new, str) or not new or "." in new:
                raise ValueError(f"{table}: {old} is no old name of {parts} parts with a new one of one part")
    return BundleRenames(**read)


def written_renames(renames: BundleRenames, before: bytes) -> bytes:
    """The file with these rows; the notes at its head stay. Empty where nothing is called otherwise."""
    head = before.decode().partition("[")[0].strip()
    notes = [head] if head and all(line.startswith("#") for line in head.splitlines()) else []
    tables = ((table, cast("Names", getattr(renames, table))) for table in TABLES)
    told = [
        "\n".join([f"[{table}]", *(f'"{old}" = "{new}"' for old, new in rows.items())])
        for table, rows in tables
        if rows
    ]
    return "".join(f"{part}\n" for part in ("\n\n".join([*notes, *told]),) if told or notes).encode()
