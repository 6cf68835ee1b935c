"""Promises of the design that no linter knows: each is a check here, seen to find a planted fault."""

import ast
import graphlib
from collections.abc import Callable, Iterator
from pathlib import Path

import grimp
import pytest

from tests.repository.tools import ROOT

TRANSACTION = ("engine.begin", "connection.begin", ".begin_nested", ".commit", ".rollback")


def code(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def found_in(paths: list[Path], find: Callable[[str], Iterator[str]], but: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {fault}"
        for path in paths
        if not path.is_relative_to(ROOT / but)
        for fault in find(path.read_text())
    ]


def transactions(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(TRANSACTION):
            yield f"line {node.lineno} calls {ast.unparse(node.func)}()"


def asked_times(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.ImportFrom(module="engine.base.clock", names=names) if "now" in {name.name for name in names}:
                yield f"line {node.lineno} takes now from engine.base.clock"
            case ast.Attribute(attr="now", value=whose) if ast.unparse(whose).endswith("clock"):
                yield f"line {node.lineno} asks the clock"
            case _:
                continue


def slack_types(text: str) -> Iterator[str]:
    if text.startswith("# pyright: basic") and "SpiffWorkflow" not in text:
        yield "is checked slackly and imports nothing untyped"


# The authority's own calendar; what a re-run finds in the record; stories that are dated before any authority is, and
# what is filled in where they leave a day out; a form that opens a case, where no working day is counted; and examples
# on an invented day, which say so.
CALENDARS = (
    *("engine/facts/authority.py", "engine/rerun/outside.py", "engine/demo/dates.py"),
    *("engine/simulate/chance.py", "engine/difference/clocks_between.py"),
    *("engine/forms/filling.py", "engine/facts/known_days.py"),
    "engine/facts/subject_requests.py",  # the law gives no more time where the authority alone is closed
)


def bare_calendars(text: str) -> Iterator[str]:
    """Without the closure days of the authority a page says more days are left than there are."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Calendar"):
            yield f"line {node.lineno} makes a calendar: ask calendar_of"


def given_ids(text: str) -> Iterator[str]:
    """Who has the cases is said by roles.toml and the organisation, and what acts is known by its role."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Constant(value="social_care"):
                yield f"line {node.lineno} names the agency social_care"
            case ast.Compare(ops=[ast.Is() | ast.IsNot()], comparators=[ast.Name(id="SYSTEM")]):
                yield f"line {node.lineno} knows the system by identity"
            case _:
                continue


def case_locks(text: str) -> Iterator[str]:
    """A letter is locked by itself, once its case is; what is counted belongs to no case."""
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    for call in (one for one in calls if ast.unparse(one.func).endswith(".with_for_update")):
        if not any(ast.unparse(keyword) in ("of=Outbox", "of=Counted") for keyword in call.keywords):
            yield f"line {call.lineno} locks rows"


def test_a_calendar_has_the_closure_days_of_its_authority() -> None:
    paths = [path for path in code("engine", "webapp") if path.relative_to(ROOT).as_posix() not in CALENDARS]
    assert found_in(paths, bare_calendars, but="engine/timescales") == []


def test_no_agency_is_known_by_its_id() -> None:
    # The vocabulary of expressions and the demonstration's own people follow with their models.
    paths = [path for path in code("engine", "webapp") if path.name != "values.py"]
    assert found_in(paths, given_ids, but="engine/demo") == []


def test_one_function_locks_cases() -> None:
    assert found_in(code("engine", "webapp"), case_locks, but="engine/casework/locking.py") == []


def test_one_module_commits() -> None:
    assert found_in(code("engine", "webapp"), transactions, but="engine/base/database.py") == []


def test_the_engine_takes_the_time_as_an_argument() -> None:
    assert found_in(code("engine"), asked_times, but="engine/base/clock.py") == []


def test_types_are_slack_only_beside_spiffworkflow() -> None:
    assert found_in(code("engine", "webapp"), slack_types, but="engine/_data") == []


@pytest.mark.parametrize(
    ("find", "text"),
    [
        (transactions, "connection.commit()"),
        (transactions, "with engine.begin():\n    pass"),
        (asked_times, "from engine.base.clock import now"),
        (asked_times, "from engine.base import clock\nstarted = clock.now()"),
        (slack_types, "# pyright: basic\nimport json"),
        (bare_calendars, "CALENDAR = Calendar()"),
        (bare_calendars, "left = remaining(due, now, calendar.Calendar(frozenset()), unit)"),
        (given_ids, 'leads = held.agency == "social_care"'),
        (given_ids, "if actor is not SYSTEM:\n    pass"),
        (case_locks, "row = connection.execute(select(Case).with_for_update(of=Case))"),
    ],
)
def test_a_broken_promise_is_found(find: Callable[[str], Iterator[str]], text: str) -> None:
    assert len(list(find(text))) == 1


def circle(imports: dict[str, set[str]]) -> list[str]:
    """The modules of one circle of imports, or nothing."""
    try:
        graphlib.TopologicalSorter(imports).prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


def test_there_is_no_circle_of_imports() -> None:
    graph = grimp.build_graph("engine", "webapp", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) - {module} for module in graph.modules}
    assert circle(imports) == []


def test_a_circle_of_imports_is_found() -> None:
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": set()})) == {"a", "b", "c"}
