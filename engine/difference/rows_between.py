"""A decision table before and now: its rows, what it reads, and which of several rows decides."""

from collections.abc import Iterator

from engine.decision_tables.decision_table import DecisionTable
from engine.difference.element_words import DrawnElement
from engine.process.condition_words import listed, value_in_words
from engine.process.table_words import result_in_words, row_in_words

_POLICIES = {
    "FIRST": "the first row that takes the answers decides",
    "UNIQUE": "only one row may take the same answers",
}


def table_turned(name: str, was: DrawnElement, is_now: DrawnElement) -> Iterator[str]:
    """In whole sentences; `name` is what the step is called."""
    before, now = was.element.table, is_now.element.table
    if before is None or now is None or before == now:
        return
    said = [*_columns(was, is_now, before, now), *_rows(was, is_now, before, now)]
    if before.hit_policy != now.hit_policy:
        said.append(f"in its table {_POLICIES[now.hit_policy]} now; before, {_POLICIES[before.hit_policy]}")
    if before.name != now.name:
        said.append(f"its table is called “{now.name}” now; before, “{before.name}”")
    if before.output != now.output:
        said.append(f"conditions read what its table decides as `{now.output}` now; before, as `{before.output}`")
    yield from (f"{name}: {one}." for one in said or ["how the columns of its table are described is otherwise now"])


def _columns(was: DrawnElement, is_now: DrawnElement, before: DecisionTable, now: DecisionTable) -> Iterator[str]:
    reads, read = ([_title(of, one.path) for one in table.inputs] for of, table in ((is_now, now), (was, before)))
    if more := [title for title in reads if title not in read]:
        yield f"its table reads {listed(more)} as well now"
    if less := [title for title in read if title not in reads]:
        yield f"its table no longer reads {listed(less)}"


def _title(of: DrawnElement, path: str) -> str:
    return value_in_words(of.model, of.drawing.process, "", path)


def _rows(was: DrawnElement, is_now: DrawnElement, before: DecisionTable, now: DecisionTable) -> Iterator[str]:
    """A row is known again by what it takes. Where the first decides, its place means something too."""
    old, new = _by_answers(was, before), _by_answers(is_now, now)
    added = [answered for answered in new if answered not in old]
    kept = [answered for answered in old if answered in new]
    yield from (f"its table has a new row: {answered}: {new[answered]}" for answered in added)
    for answered in (one for one in kept if old[one] != new[one]):
        yield f"where {answered}, its table decides {new[answered]} now; before, {old[answered]}"
    gone = [answered for answered in old if answered not in new]
    yield from (f"its table no longer has the row: {answered}: {old[answered]}" for answered in gone)
    if kept != [answered for answered in new if answered in old] and "FIRST" in (before.hit_policy, now.hit_policy):
        yield "the rows of its table stand in another order now, and the first that takes the answers decides"


def _by_answers(of: DrawnElement, table: DecisionTable) -> dict[str, str]:
    """Of two rows for the same answers the first one, which decides where any does."""
    found: dict[str, str] = {}
    for number, row in enumerate(table.rows, 1):
        answered = row_in_words(of.model, of.drawing.process, table, number) or "whatever else was answered"
        found.setdefault(answered, result_in_words(row.result))
    return found
