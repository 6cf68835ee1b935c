"""The business rule tasks of a drawing, each with the decision table of the bundle that decides there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from engine.base.errors import BadModel, Problem
from engine.decision_tables.decision_table import DecisionTable
from engine.process.dmn_file import read_table
from engine.process.drawing import TABLE, Drawing

Tables = Mapping[str, DecisionTable]
"""By file."""


def read_tables(files: Mapping[str, bytes]) -> Tables:
    """Those of a bundle. Raises BadModel."""
    return {path: read_table(files[path], path) for path in sorted(files) if path.endswith(".dmn")}


def table_file(process: str, table: str) -> str:
    """Where a table of a process lies in a bundle."""
    return f"processes/{process}/{table}.dmn"


def named_tables(drawing: Drawing) -> Iterator[tuple[str, str]]:
    """Each business rule task, with the file of the table that it names."""
    for one in drawing.rule_tasks():
        yield one.id, table_file(drawing.process, one.properties.get(TABLE, ""))


def with_tables(drawing: Drawing, tables: Tables) -> Drawing:
    """The drawing with what decides in it, as far as that is there."""
    found = {name: tables[file] for name, file in named_tables(drawing) if file in tables}
    elements = {name: replace(one, table=found.get(name)) for name, one in drawing.elements.items()}
    return replace(drawing, elements=elements) if found else drawing


def with_all_tables(drawings: Iterable[Drawing], files: Mapping[str, bytes]) -> list[Drawing]:
    """The drawings of a bundle. Raises BadModel where a table is not there, or cannot be read."""
    tables, drawn = read_tables(files), [*drawings]
    missing = [(one, name) for one in drawn for name, file in named_tables(one) if file not in tables]
    if missing:
        words = "the table that decides here is missing"
        raise BadModel(Problem(one.file, name, one.elements[name].line, words) for one, name in missing)
    return [with_tables(one, tables) for one in drawn]
