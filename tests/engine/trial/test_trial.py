"""A draft tried on recorded cases: what was planted is found in every case that meets it, and in no other."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from lxml import etree
from sqlalchemy import func, select

from engine.base.database import Database
from engine.facts.models import files, in_force
from engine.process.bundle import read_bundle
from engine.process.drawing import BPMN
from engine.record.chain import RecordedEntry, case_chain, lines
from engine.rerun import several
from engine.scenario.databases import temporary
from engine.scenario.running import play_on
from engine.scenario.story import read
from engine.tables import Case, Deadline, Instance
from engine.trial.trial_findings import CaseTried, Kind, grouped
from engine.trial.trying import tried
from engine.trial.words import Words, total_in_words
from tests.builders import ROOT, all_rows, authority, case_at, do, shipped
from tests.engine.commands.calls import CALLS
from tests.engine.trial.laid import laid
from tests.second import changed
from webapp.cli import main

NEW = "record_the_school"
ASSESSMENT = "processes/assessment/assessment.bpmn"
LIMITS = "processes/timescales.csv"


def every_case(database: Database) -> Sequence[str]:
    with database.read() as connection:
        return connection.scalars(select(Case.id).order_by(Case.opened_at)).all()


def tried_on(database: Database, draft: Mapping[str, bytes]) -> list[CaseTried]:
    return list(tried(database, draft, every_case(database)))


def models_of(database: Database) -> dict[str, bytes]:
    """Those in force when its cases were recorded, be they other ones by now: what they ask, these cases answered."""
    with database.read() as connection:
        authority_of = connection.scalars(select(Case.authority_id)).first() or ""
        return files(connection, in_force(connection, authority_of).hash)


def found_in(database: Database, draft: Mapping[str, bytes], kind: Kind, element: str) -> set[str]:
    return {
        one.case
        for one in tried_on(database, draft)
        if any((finding.cause.kind, finding.cause.element) == (kind, element) for finding in one.findings)
    }


def with_entry(database: Database, holds: Callable[[RecordedEntry], bool]) -> set[str]:
    """The oracle: the cases in whose record there is such an entry."""
    with database.read() as connection:
        chains = {case: lines(connection, case_chain(case)) for case in every_case(database)}
    return {case for case, chain in chains.items() if any(map(holds, chain))}


def test_the_same_models_do_the_same_and_nothing_is_written(recorded: Database) -> None:
    before = all_rows(database=recorded)
    done = [one for one in tried_on(recorded, models_of(recorded)) if one.was_tried]
    assert [one.findings for one in done] == [()] * len(done)
    assert all(one.acts == one.of for one in done)
    assert len(done) > 3
    assert all_rows(database=recorded) == before


def test_another_limit_is_found_where_its_clock_ran(recorded: Database) -> None:
    draft = with_new_limit(models_of(recorded))

    def began(line: RecordedEntry) -> bool:
        said = line.payload or {}
        return line.kind == "deadline" and (said["what"], said["clock"]) == ("started", "plan_visit")

    assert found_in(recorded, draft, "other_day", "plan_visit") == with_entry(recorded, began)


def test_another_role_is_found_where_the_task_was_asked(recorded: Database) -> None:
    where = "<bpmn:flowNodeRef>authorise_assessment</bpmn:flowNodeRef>"
    lane = next(
        line for line in models_of(recorded)[ASSESSMENT].decode().splitlines() if 'lane id="social_worker"' in line
    )
    draft = changed(ASSESSMENT, (where, ""), (lane, lane + where), files=models_of(recorded))
    asked = with_entry(recorded, lambda line: (line.kind, line.element) == ("opened", "authorise_assessment"))
    assert found_in(recorded, draft, "other_role", "authorise_assessment") == asked


def test_a_new_task_is_found_where_one_came_to_it(recorded: Database) -> None:
    draft = with_new_task("assessment", after="plan_assessment", models=models_of(recorded))
    came = with_entry(recorded, lambda line: (line.kind, line.element) == ("completed", "plan_assessment"))
    assert found_in(recorded, draft, "asked_more", NEW) == came
    # Nobody answered it, so what comes after it was not asked yet, or never where the process was withdrawn.
    later = found_in(recorded, draft, "asked_later", "write_assessment")
    never = found_in(recorded, draft, "asked_less", "write_assessment")
    opened = with_entry(recorded, lambda line: (line.kind, line.element) == ("opened", "write_assessment"))
    assert (later | never, bool(later)) == (opened, True)


def test_an_answer_that_is_gone_is_found_where_it_was_given(recorded: Database) -> None:
    file = "forms/referral/decide_response.json"
    form: dict[str, Any] = json.loads(models_of(recorded)[file])
    offered = form["properties"]["response"]["oneOf"]
    form["properties"]["response"]["oneOf"] = [one for one in offered if one["const"] != "assessment"]
    draft = {**models_of(recorded), file: json.dumps(form).encode()}

    def answered(line: RecordedEntry) -> bool:
        if (line.kind, line.element) != ("completed", "decide_response"):
            return False
        return (line.payload or {})["answers"].get("response") == "assessment"

    assert found_in(recorded, draft, "answer_refused", "decide_response") == with_entry(recorded, answered)


def with_another_way(models: Mapping[str, bytes]) -> dict[str, bytes]:
    decides = 'decide_response.response == "no_further_action"'
    as_well = 'decide_response.response in ["no_further_action", "assessment"]'
    return changed("processes/referral/referral.bpmn", (decides, as_well), files=models)


def test_another_way_is_said_in_the_words_of_the_drawing(recorded: Database) -> None:
    draft = with_another_way(models_of(recorded))
    done = tried_on(recorded, draft)
    words = Words(read_bundle(models_of(recorded)), read_bundle(draft))
    said = [words.of(group, len(done)) for group in grouped(done)]
    assert any("it would go on with “Nothing further”, and went on with “Assessment”" in one for one in said)
    assert any("Assessment would not begin." in one for one in said)
    assert len({*said}) == len(said)
    assert done == tried_on(recorded, draft)


@pytest.mark.parametrize("recorded", ["demonstration"], indirect=True)
def test_side_by_side_they_come_to_the_same(recorded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = with_new_task("assessment", after="plan_assessment", models=models_of(recorded))
    one_after_another = tried_on(recorded, draft)
    monkeypatch.setattr(several, "WORTH_STARTING", 1)
    assert tried_on(recorded, draft) == one_after_another


def test_what_was_carried_over_runs_on_the_draft_from_its_beginning(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    give: Any = CALLS["migrate_instance"](at, case)
    give()
    do(authority=at, case=case, task="decide_response", response="assessment")
    assert with_entry(database, lambda line: line.kind == "migrated") == {case}
    assert [(one.findings, one.acts - one.of) for one in tried_on(database, shipped())] == [((), 0)]
    (on_draft,) = tried_on(database, with_another_way(shipped()))
    assert "other_way" in {finding.cause.kind for finding in on_draft.findings}


def with_new_task(process: str, after: str, models: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """Asked between a task and what came next."""
    path = f"processes/{process}/{process}.bpmn"
    base = models or shipped()
    root = etree.fromstring(base[path])
    drawn = next(root.iterchildren(f"{BPMN}process"))
    leaving = next(flow for flow in drawn.iter(f"{BPMN}sequenceFlow") if flow.get("sourceRef") == after)
    leaving.set("sourceRef", NEW)
    etree.SubElement(drawn, f"{BPMN}userTask", id=NEW, name="Record the school")
    etree.SubElement(drawn, f"{BPMN}sequenceFlow", id="to_the_school", sourceRef=after, targetRef=NEW)
    (place,) = [one for one in root.iter(f"{BPMN}flowNodeRef") if one.text == after]
    beside = place.getparent()
    assert beside is not None
    etree.SubElement(beside, f"{BPMN}flowNodeRef").text = NEW
    return {**base, path: etree.tostring(root)}


def test_joined_cases_are_followed_into_one_another() -> None:
    """Each by itself up to the joining, and the one that goes on with what came into it."""
    (file,) = (ROOT / "processes").rglob("scenarios/two_cases_in_assessment.toml")
    with temporary(ROOT) as fresh:
        database = fresh()
        assert play_on(read(file), database).passed
        assert with_entry(database, lambda line: line.kind == "took_over")
        assert [(one.findings, one.of - one.acts) for one in tried_on(database, shipped())] == [((), 0)] * 2
        parted = tried_on(database, with_another_way(shipped()))
        assert all(one.was_tried for one in parted)
        effects = [one for case in tried_on(database, with_new_limit(shipped())) for one in case.clocks]
        with database.read() as connection:
            assert len(effects) == connection.execute(select(func.count()).select_from(Deadline)).scalar_one()


def with_new_limit(models: Mapping[str, bytes]) -> dict[str, bytes]:
    return changed(LIMITS, ("plan_visit,Visit the child under the plan,10,", "plan_visit,Visit,8,"), files=models)


def running(database: Database) -> int:
    with database.read() as connection:
        return connection.scalar(select(func.count()).where(Instance.status == "running")) or 0


def run(database: Database, *arguments: str | Path) -> Result:
    address = database.url.render_as_string(hide_password=False)
    return CliRunner().invoke(main, ["models", "try", *map(str, arguments), "--database", address])


@pytest.mark.parametrize("recorded", ["demonstration"], indirect=True)
def test_the_command_says_it_and_how_it_ends(recorded: Database, tmp_path: Path) -> None:
    draft = with_new_limit(models_of(recorded))
    said = run(recorded, laid(tmp_path / "draft", draft))
    assert said.exit_code == 1, said.output
    assert "“Visit” would be due on another day:" in said.stdout
    told = json.loads(run(recorded, tmp_path / "draft", "--json").stdout)
    could = sum(len(one["cases"]) for one in told["running"] if not one["why"])
    everything = sum(len(one["cases"]) for one in told["running"])
    assert f"Of {everything} processes that run, {could} could go over to these models." in said.stdout
    assert 0 < could == everything == running(recorded)
    assert {group["kind"] for group in told["groups"]} - {"not_tried"} == {"other_day"}
    same = run(recorded, laid(tmp_path / "same", models_of(recorded)), "--cases", "2")
    assert (same.exit_code, "These models would have done the same in each." in same.stdout) == (0, True)
    unsound = run(
        recorded,
        laid(tmp_path / "unsound", changed(LIMITS, ("plan_visit,", "plan_visits,"), files=models_of(recorded))),
    )
    assert (unsound.exit_code, "plan_visit" in unsound.stderr) == (1, True)
    assert run(recorded, tmp_path / "nowhere").exit_code == 2


def test_what_could_not_be_done_again_is_said_with_why() -> None:
    one = CaseTried("1", "4H3R-Y8KH", is_open=True, acts=3, of=3, findings=())
    assert total_in_words([one]) == "1 case, 1 tried, 1 the same. 3 of 3 acts could be done again."
    said = total_in_words([one, replace(one, acts=1)])
    assert "4 of 6 acts could be done again. The other 2 could not, or come after one that could not" in said
    assert "The other could not, or comes after one" in total_in_words([replace(one, acts=2)])
