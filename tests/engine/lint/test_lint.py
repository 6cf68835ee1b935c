"""Every rule of the linter finds its planted fault, stands in docs/linter.md, and lets a sound bundle pass."""

import json
import re
from typing import Any, get_args

import pytest

from engine.base.database import Database
from engine.casework.case_rows import CaseRow
from engine.casework.locked_case import CaseWork
from engine.facts.models import files_under
from engine.forms.checks import CASE_FACTS, KNOWN_CHECKS
from engine.forms.readers import READERS
from engine.lint import lint
from engine.lint.lint_problems import LintProblem, RuleId
from engine.people.command import Work
from engine.people.identity import SYSTEM
from tests.builders import HERE, MONDAY
from tests.engine.lint.planted import Fault
from tests.engine.lint.planted_between import BETWEEN_FAULTS
from tests.engine.lint.planted_dates import DATE_FAULTS
from tests.engine.lint.planted_duties import DUTY_FAULTS
from tests.engine.lint.planted_in_bundles import BUNDLE_FAULTS
from tests.engine.lint.planted_in_drawings import DRAWING_FAULTS, PLAN, TERMINATE
from tests.engine.lint.planted_in_flows import FLOW_FAULTS
from tests.engine.lint.planted_in_tables import TABLE_FAULTS
from tests.engine.lint.planted_meaning import MEANING_FAULTS
from tests.engine.lint.small_bundle import (
    AGENCIES,
    LETTER,
    LETTER_REQUIRED,
    MESSAGES,
    START_FORM,
    TIMESCALES,
    VISIT,
    choice,
    encoded,
    form,
    small_bundle,
)
from tests.engine.lint.small_bundle import CHECKS as SMALL_CHECKS
from tests.engine.lint.small_drawing import drawing, event, flow, lane, properties, task
from tests.repository.tools import ROOT

RULES = frozenset(get_args(RuleId))
FAULTS = (*DRAWING_FAULTS, *FLOW_FAULTS, *BUNDLE_FAULTS, *MEANING_FAULTS, *DUTY_FAULTS, *DATE_FAULTS)


def found_in(bundle: dict[str, str]) -> tuple[LintProblem, ...]:
    return lint(encoded(bundle), known_checks=SMALL_CHECKS)


def test_a_sound_bundle_has_no_fault() -> None:
    assert found_in(small_bundle()) == ()


def test_who_reads_an_answer_may_be_a_step_a_clock_or_a_reader_of_the_engine() -> None:
    bundle = small_bundle()
    readers = ["visit", "letter.write_letter", "clock visit_limit", *READERS]
    path = "forms/visit/contribute.json"
    bundle[path] = bundle[path].replace('"title": "What?"', f'"title": "What?", "x-read-by": {json.dumps(readers)}')
    assert found_in(bundle) == ()


@pytest.mark.parametrize("where", READERS.values())
def test_each_reader_of_the_engine_exists(where: str) -> None:
    (path,) = re.findall(r"\((engine/\S+\.py)\)", where)
    assert (ROOT / path).is_file()


@pytest.mark.parametrize(
    "source",
    [
        "has(child_seen)",
        'child_seen == "yes" and has(seen_at)',
        "not has(seen_at)",
        "case.unborn",
        "has(last.plan_visit.contributors) and count(last.plan_visit.contributors) > 1",
        'has(start.urgent) and start.urgent == "yes"',
    ],
)
def test_what_can_be_so_or_not_so_judges_a_duty(source: str) -> None:
    bundle = small_bundle()
    path = "forms/visit/see_child.json"
    bundle[path] = bundle[path].replace(json.dumps('child_seen == "yes"'), json.dumps(source))
    assert found_in(bundle) == ()


def test_the_shipped_bundle_has_no_fault_and_no_doubt() -> None:
    files = files_under(ROOT)
    found = lint(files, known_checks=KNOWN_CHECKS)
    assert [str(finding) for finding in found] == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.rule}-{fault.new[:40] or 'without'}")
def test_a_planted_fault_is_found(fault: Fault) -> None:
    found = found_in(fault.plant(small_bundle()))
    by_rule = [finding for finding in found if finding.rule == fault.rule]
    assert by_rule, [str(finding) for finding in found]
    assert not fault.element or fault.element in {finding.element for finding in by_rule}


def test_every_rule_has_a_planted_fault() -> None:
    assert {fault.rule for fault in (*FAULTS, *TABLE_FAULTS, *BETWEEN_FAULTS)} == RULES


def test_every_rule_is_explained() -> None:
    explained = re.findall(r"^\| `([a-z-]+)` \|", (ROOT / "docs" / "linter.md").read_text(), re.MULTILINE)
    assert sorted(explained) == sorted(RULES)


def test_all_faults_are_reported_at_once_with_their_lines() -> None:
    bundle = small_bundle()
    bundle[VISIT] = bundle[VISIT].replace('id="ended" name="Seen"', 'id="ended"').replace(">visit_limit<", ">odd<")
    bundle[START_FORM] = bundle[START_FORM].replace('"const": "no"', '"const": "yes"')
    found = {(finding.rule, finding.element): finding.line for finding in found_in(bundle)}
    lines = bundle[VISIT].splitlines()
    assert found.keys() >= {("missing-name", "ended"), ("unknown-clock", "limit_passed"), ("repeated-choice", "urgent")}
    assert 'id="ended"' in lines[found["missing-name", "ended"] - 1]
    assert 'id="limit_passed"' in lines[found["unknown-clock", "limit_passed"] - 1]
    assert '"urgent"' in bundle[START_FORM].splitlines()[found["repeated-choice", "urgent"] - 1]


def test_a_finding_says_where_it_is_and_which_rule_it_breaks() -> None:
    bundle = small_bundle()
    bundle[VISIT] = bundle[VISIT].replace(">visit_limit<", ">visit_limits<")
    (finding,) = found_in(bundle)
    assert str(finding) == (
        f"{VISIT}:{finding.line}: limit_passed: visit_limits is no clock of timescales.csv. Did you mean visit_limit? "
        "(unknown-clock)"
    )


def test_a_file_that_cannot_be_read_brings_no_complaints_about_what_it_should_contain() -> None:
    bundle = small_bundle()
    bundle["processes/roles.toml"] = "broken ["
    assert {finding.rule for finding in found_in(bundle)} == {"unreadable-file"}


def test_a_missing_table_is_a_fault() -> None:
    bundle = small_bundle()
    del bundle["processes/edition.toml"]
    (finding,) = found_in(bundle)
    assert (finding.rule, finding.file) == ("unreadable-file", "processes/edition.toml")


@pytest.mark.parametrize(
    "condition",
    ["start.urgent == &quot;yes&quot;", "not case.unborn", "&quot;police&quot; in plan_visit.contributors"],
)
def test_what_is_surely_answered_may_be_read(condition: str) -> None:
    bundle = small_bundle()
    bundle[VISIT] = bundle[VISIT].replace("see_child.child_seen == &quot;no&quot;", condition)
    assert found_in(bundle) == ()


def test_a_task_of_another_branch_may_be_read_only_with_has() -> None:
    bundle = small_bundle()
    bare = bundle[VISIT].replace("start.urgent == &quot;no&quot;", "see_child.child_seen == &quot;yes&quot;")
    asked = bare.replace('value="see_child.child_seen', 'value="has(see_child.child_seen) and see_child.child_seen')
    assert [finding.rule for finding in found_in({**bundle, VISIT: bare})] == ["maybe-missing"]
    assert found_in({**bundle, VISIT: asked}) == ()


def test_the_facts_that_may_be_read_are_those_that_a_command_supplies(database: Database) -> None:
    row = CaseRow("case", HERE, "", "", "", "", None, None, None, None, plan_since=None, opened_at=MONDAY)
    with database.read() as connection:
        facts = CaseWork(Work(connection, SYSTEM, MONDAY), row).case_facts()
    assert facts.keys() == CASE_FACTS.keys()


def test_an_end_may_end_all_that_is_still_open() -> None:
    bundle = small_bundle()
    end = '<bpmn:endEvent id="ended" name="Seen" />'
    assert end in bundle[VISIT]
    bundle[VISIT] = bundle[VISIT].replace(end, event("endEvent", "ended", name="Seen", inner=TERMINATE))
    assert found_in(bundle) == ()


@pytest.mark.parametrize(
    "starts", ["set visit_limit", "passed visit_limit", "set visit_limit; completed visit.contribute"]
)
def test_a_clock_that_starts_while_its_instance_runs_may_end_with_it(starts: str) -> None:
    """One that is set by a clock that may be set later is a clock of the case, as that one is."""
    bundle = small_bundle()
    row = "second_reminder,Again,2,days,local,{},{},command time,ended letter"
    bundle[TIMESCALES] = bundle[TIMESCALES].replace(
        row.format("case", "passed reminder"), row.format("instance", starts)
    )
    assert f"instance,{starts}" in bundle[TIMESCALES]
    assert found_in(bundle) == ()
    later = bundle[TIMESCALES].replace("case,set visit_limit,its due date", "case,thrown overtaken,command time")
    later = later.replace("Remember,-1", "Remember,1")
    bundle[TIMESCALES] = later.replace(f"instance,{starts}", "instance,set reminder")
    assert [(finding.rule, finding.element) for finding in found_in(bundle)] == [("clock-scope", "second_reminder")]


def test_a_task_of_an_agency_says_whose_it_is() -> None:
    bundle = small_bundle()
    bundle[LETTER] = bundle[LETTER].replace("team_manager", "agency").replace("Team manager", "Agency")
    named = bundle[LETTER].replace('name="automatic" value="start.urgency == &quot;no&quot;"', 'name="{}" value="{}"')
    assert [finding.rule for finding in found_in(bundle)] == ["which-agency"]
    assert found_in({**bundle, LETTER: named.format("for_agency", "&quot;social_care&quot;")}) == ()


@pytest.mark.parametrize(
    ("named", "wrong"),
    [
        ("&quot;police&quot;", "police"),
        ("start.urgency", "no, yes"),
        ("&quot;social_care&quot; if start.urgency == &quot;no&quot; else start.urgency", "no, yes"),
    ],
)
def test_whoever_a_task_is_for_is_an_agency_also_where_a_message_says_it(named: str, wrong: str) -> None:
    """`start.urgency` is what the visit's form asks as `urgent`, and throws on."""
    bundle = small_bundle()
    bundle[LETTER] = bundle[LETTER].replace("team_manager", "agency").replace("Team manager", "Agency")
    bundle[LETTER] = re.sub(r'name="automatic" value="[^"]*"', f'name="for_agency" value="{named}"', bundle[LETTER])
    (finding,) = found_in(bundle)
    assert (finding.rule, finding.element) == ("which-agency", "write_letter")
    assert finding.message.startswith(f"`for_agency` may give {wrong}: no agency of roles.toml.")


OWN_CHOICES = {"type": "string", "oneOf": choice("friend", "social_care")["oneOf"]}


@pytest.mark.parametrize("more", [{"x-own-people": True}, {"items": OWN_CHOICES}])
def test_each_that_is_asked_is_an_agency(more: dict[str, Any]) -> None:
    """Who takes part for the leading agency, and an agency that only the form offers, cannot be asked for anything."""
    bundle = small_bundle()
    bundle[PLAN] = form(contributors={**AGENCIES, **more})
    (finding,) = found_in(bundle)
    assert (finding.rule, finding.element) == ("which-agency", "contribute")
    filtered = bundle[VISIT].replace("plan_visit.contributors", "agencies_of(plan_visit.contributors)")
    assert found_in({**bundle, VISIT: filtered}) == ()


@pytest.mark.parametrize(
    ("stated", "rules"),
    [
        ("start.urgent", []),
        ("&quot;yes&quot;", []),
        ("&quot;yes&quot; if start.urgent == &quot;yes&quot; else &quot;no&quot;", []),
        ("&quot;perhaps&quot;", ["unknown-value"]),
        ("&quot;yes&quot; if start.urgent == &quot;yes&quot; else &quot;never&quot;", ["unknown-value"]),
    ],
)
def test_a_message_carries_only_what_the_form_of_its_process_offers(stated: str, rules: list[str]) -> None:
    bundle = small_bundle()
    event = '<bpmn:messageEventDefinition id="begin_message"'
    bundle[LETTER] = bundle[LETTER].replace(event, properties(started_by="anyone") + event)
    bundle["forms/letter/start.json"] = form(urgency=choice("yes", "no", default="no"))
    bundle[VISIT] = bundle[VISIT].replace('value="start.urgent"', f'value="{stated}"')
    assert [finding.rule for finding in found_in(bundle)] == rules


def test_what_a_message_brings_is_read_only_where_it_has_come() -> None:
    """On the way on which the letter is written nothing has overtaken it."""
    bundle = small_bundle()
    end = '<bpmn:endEvent id="written" name="Written" />'
    assert end in bundle[LETTER]
    inner = properties(**{"payload.why": "overtaken.why"})
    thrown = event("endEvent", "written", name="Written", inner=inner, message="wasted")
    bundle[LETTER] = bundle[LETTER].replace(end, thrown)
    assert [(finding.rule, finding.element) for finding in found_in(bundle)] == [("maybe-missing", "written")]
    bundle[LETTER] = bundle[LETTER].replace("overtaken.why", "overtaken.why if has(overtaken.why) else None", 1)
    assert found_in(bundle) == ()


def with_letter(body: str, tasks: list[str]) -> dict[str, str]:
    """The small bundle with another drawing of the letter; its form, and what the tables say of it, are gone."""
    bundle = small_bundle()
    del bundle["forms/letter/write_letter.json"]
    bundle[TIMESCALES] = "\n".join(bundle[TIMESCALES].splitlines()[:2])
    bundle[MESSAGES] = bundle[MESSAGES].replace("completed letter.write_letter", "")
    lanes = lane("team_manager", "Team manager", *tasks)
    return bundle | {LETTER: drawing(process="letter", declared=LETTER_REQUIRED, lanes=lanes, body=body)}


def branching(gateway: str) -> dict[str, str]:
    """Two tasks on two branches that meet in a gateway of this kind; the task after it reads an answer of the first."""
    names = ["first", "second", "third"]
    flows = ("begin fork", "fork first", "fork second", "first meet", "second meet", "meet third", "third ended")
    reads = "first.well == &quot;yes&quot;"
    shapes = [event("startEvent", "begin", name="Letter required", message="letter_required")]
    shapes += [task("first", "First"), task("second", "Second"), task("third", "Third", automatic=reads)]
    shapes += [
        f'<bpmn:parallelGateway id="fork" /><bpmn:{gateway} id="meet" />',
        '<bpmn:endEvent id="ended" name="End" />',
    ]
    shapes += [flow(*ends.split()) for ends in flows]
    bundle = with_letter("".join(shapes), names)
    asked = form(required=("well",), well=choice("yes", "no", **{"x-read-by": "case page"}))
    return bundle | {f"forms/letter/{name}.json": asked for name in names}


@pytest.mark.parametrize(("gateway", "rules"), [("parallelGateway", []), ("exclusiveGateway", ["maybe-missing"])])
def test_a_task_before_a_parallel_join_may_be_read_after_it(gateway: str, rules: list[str]) -> None:
    assert [finding.rule for finding in found_in(branching(gateway))] == rules
