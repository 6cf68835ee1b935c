"""A process whose drawing fails is set aside: what people said is kept, and everything else goes on."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select, update

from engine.base.database import Database
from engine.base.errors import NotSaved
from engine.process import run
from engine.record.chain import RecordedEntry, case_chain, lines
from engine.tables import Answers, Instance, StalledCase, WorkItem
from tests.builders import DAY, MONDAY, Authority, authority, case_at, do, open_items, pass_time, shipped
from tests.engine.commands.pathway import begin, clocks, processes, told_of
from tests.rerun.rerunning import differing

DRAWING = "processes/assessment/assessment.bpmn"
DECIDED = 'write_assessment.finding in ["child_in_need", "no_support_needed"]'
CANNOT = "1 // (count([1]) - 1) == 1"
"""Nobody could answer it. The linter refuses it today, and may not have done so when a case began."""


def failing(decided: str = DECIDED) -> dict[str, bytes]:
    """The shipped models, but where the assessment's finding (or what is given) decides, nothing can be decided."""
    drawn = shipped()[DRAWING].decode()
    assert drawn.count(decided) == 1
    return {**shipped(), DRAWING: drawn.replace(decided, CANNOT).encode()}


def stuck_entries(database: Database, case: str) -> Sequence[RecordedEntry]:
    with database.read() as connection:
        return lines(connection, case_chain(case), ["stuck"])


def written(at: Authority) -> str:
    """An assessment is written beside a strategy discussion, and its drawing cannot go on."""
    case = case_at(authority=at, point="planned")
    begin(authority=at, case=case, process="strategy_discussion", by=at.actor("social_worker"))
    do(authority=at, case=case, task="write_assessment", finding="child_in_need")
    return case


def test_a_drawing_that_fails_in_the_middle_leaves_the_other_processes_going(database: Database) -> None:
    at = authority(database=database, files=failing())
    case = written(at)
    assert processes(database=database, case=case, status="stuck") == ["assessment"]
    assert "strategy_discussion" in processes(database=database, case=case)
    (entry,) = stuck_entries(database, case)
    assert entry.payload == {"what": "A number is divided by zero."}
    assert {item.process for item in open_items(database=database, case=case).values()} >= {"strategy_discussion"}
    assert "assessment" not in {item.process for item in open_items(database=database, case=case).values()}
    do(authority=at, case=case, task="convene_strategy_discussion", invited=["police"])


def test_what_was_answered_is_kept_and_the_task_is_done(database: Database) -> None:
    at = authority(database=database, files=failing())
    case = written(at)
    with database.read() as connection:
        said = connection.execute(select(Answers.answers).where(Answers.element == "write_assessment")).scalar_one()
        how = connection.execute(select(WorkItem.closed_how).where(WorkItem.element == "write_assessment")).scalar_one()
        kinds = [line.kind for line in lines(connection, case_chain(case))]
    assert (said["finding"], how) == ("child_in_need", "completed")
    assert kinds.index("stuck") > max(n for n, kind in enumerate(kinds) if kind == "completed")


def test_its_clocks_run_on_and_run_out(database: Database) -> None:
    """The child is owed an assessment in time, whatever the drawing does."""
    at = authority(database=database, files=failing())
    case = written(at)
    assert clocks(database=database, case=case)["assessment"].stopped_at is None
    pass_time(authority=at, now=MONDAY + 100 * DAY)
    assert clocks(database=database, case=case)["assessment"].passed_at is not None


def test_a_case_is_not_closed_over_a_process_that_is_set_aside(database: Database) -> None:
    at = authority(database=database, files=failing())
    case = case_at(authority=at, point="planned")
    do(authority=at, case=case, task="write_assessment", finding="no_support_needed")
    for element in sorted(open_items(database=database, case=case)):
        do(authority=at, case=case, task=element)
    assert processes(database=database, case=case) == []
    assert processes(database=database, case=case, status="stuck") == ["assessment"]


def test_a_process_that_fails_as_it_begins_is_set_aside_and_its_form_kept(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = authority(database=database)
    monkeypatch.setattr(run, "BpmnWorkflow", endless)
    case = case_at(authority=at)
    assert processes(database=database, case=case, status="stuck") == ["referral"]
    (told,) = told_of(database=database, case=case, kind="stuck")
    assert "nothing is decided" in told["what"]
    with database.read() as connection:
        assert connection.execute(select(Answers.element)).scalars().all() == ["start"]


def endless(*_: object, **__: object) -> None:
    raise RecursionError


@pytest.mark.parametrize("state", [b"", b'{"counts":{},"tasks":[],"version":2}', b'{"tasks": [{}'])
def test_a_state_that_cannot_be_read_sets_aside_its_instance_alone(database: Database, state: bytes) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="planned")
    with database.transaction() as connection:
        connection.execute(update(Instance).where(Instance.process == "assessment").values(state=state))
    pass_time(authority=at, now=MONDAY + 100 * DAY)
    assert processes(database=database, case=case, status="stuck") == ["assessment"]
    assert len(stuck_entries(database, case)) == 1


def test_a_state_of_another_version_waits_for_that_version(database: Database) -> None:
    """As after an upgrade that left it out: nothing is set aside, so that all goes on once it is read again."""
    at = authority(database=database)
    case = case_at(authority=at, point="planned")
    of_assessment = update(Instance).where(Instance.process == "assessment")
    with database.transaction() as connection:
        before = connection.scalar(select(Instance.state).where(Instance.process == "assessment"))
        connection.execute(of_assessment.values(state=b'{"version": 1}'))
    with pytest.raises(NotSaved, match="kept as a draft"):
        do(authority=at, case=case, task="write_assessment", finding="child_in_need")
    pass_time(authority=at, now=MONDAY + 100 * DAY)
    assert processes(database=database, case=case, status="stuck") == []
    with database.read() as connection:
        assert list(connection.scalars(select(StalledCase.step))) == ["clocks"]
    with database.transaction() as connection:
        connection.execute(of_assessment.values(state=before))
    pass_time(authority=at, now=MONDAY + 101 * DAY)
    assert "explain_overrun" in open_items(database=database, case=case)


FOR_EACH = ('value="plan_assessment.contributors"', ">count(plan_assessment.contributors)<")


@pytest.mark.parametrize("nobody", ["&quot;army&quot;", "1"])
def test_a_task_for_an_agency_that_the_bundle_does_not_know_sets_its_process_aside(
    database: Database, nobody: str
) -> None:
    """The linter refuses such a drawing; a message of an earlier bundle may still bring what this one does not know."""
    drawn = shipped()[DRAWING].decode()
    for named in FOR_EACH:
        assert drawn.count(named) == 1
        drawn = drawn.replace(named, named.replace("plan_assessment.contributors", f"[{nobody}]"))
    at = authority(database=database, files={**shipped(), DRAWING: drawn.encode()})
    case = case_at(authority=at, point="accepted")
    do(authority=at, case=case, task="plan_assessment")
    assert processes(database=database, case=case, status="stuck") == ["assessment"]
    (entry,) = stuck_entries(database, case)
    assert entry.payload == {"what": "it is for an agency that the bundle does not know"}
    assert differing(database=database) == []


def test_a_case_with_a_process_that_is_set_aside_is_done_again_from_its_record(database: Database) -> None:
    at = authority(database=database, files=failing())
    written(at)
    pass_time(authority=at, now=MONDAY + 100 * DAY)
    assert differing(database=database) == []
