"""Publishing a bundle: linted, kept for ever, and in force for what starts from then on and nothing else."""

import json
import re
from pathlib import Path

import pytest
from sqlalchemy import select, update

from engine.base.database import Database
from engine.base.errors import BadModel, NotPossible
from engine.commands.cases import start_process
from engine.commands.publishing import publish_shipped
from engine.facts import models
from engine.facts.models import files, files_under, in_force
from engine.process.bundle import bundle_hash
from engine.record.chain import authority_chain, lines
from engine.record.entry_words import EntryTitles
from engine.record.kinds import sentence
from engine.tables import BundleFile, Instance, Publication
from tests.builders import (
    DAY,
    HERE,
    MONDAY,
    ROOT,
    SYSTEM_HERE,
    add_authority_row,
    authority,
    case_at,
    do,
    open_items,
    shipped,
)
from tests.drafts import publish_by_two
from tests.engine.record.hand import take_triggers_away

DECIDE = "forms/referral/decide_response.json"
ASSESSMENT = "processes/assessment/assessment.bpmn"
PLAN = "processes/child_in_need_plan/child_in_need_plan.bpmn"


def changed(title: str = "Changed") -> dict[str, bytes]:
    form = json.loads(shipped()[DECIDE])
    return {**shipped(), DECIDE: json.dumps({**form, "description": title}).encode()}


def bundles(database: Database) -> list[tuple[int, str, str, bool]]:
    with database.read() as connection:
        rows = connection.execute(select(Publication.__table__))
        return sorted((row.number, row.bundle_hash, row.published_by, row.shipped) for row in rows)


def test_a_bundle_is_kept_file_by_file_under_its_hash(database: Database) -> None:
    at = authority(database=database)
    name = publish_by_two(at, changed())
    assert name == bundle_hash(changed())
    with database.read() as connection:
        assert files(connection, name) == changed()
        assert in_force(connection, HERE).hash == name
        entry = lines(connection, authority_chain(HERE), ["published"])[-1]
    assert (entry.actor, entry.at) == ("process_owner.1", MONDAY)
    assert bundles(database)[-1] == (2, name, "process_owner.1", False)


def test_the_bundle_in_force_is_not_published_again(database: Database) -> None:
    at = authority(database=database)
    publish_by_two(at, changed())
    before = bundles(database)
    with pytest.raises(NotPossible, match="Nothing is changed"):
        publish_by_two(at, changed(), MONDAY + DAY)
    assert bundles(database) == before


def test_an_earlier_bundle_may_be_put_in_force_again(database: Database) -> None:
    at = authority(database=database)
    publish_by_two(at, changed())
    first = publish_by_two(at, shipped(), MONDAY + DAY)
    with database.read() as connection:
        assert in_force(connection, HERE).hash == first == bundle_hash(shipped())
        stored = connection.execute(select(BundleFile.bundle_hash).distinct()).scalars().all()
    assert (len(bundles(database)), len(stored)) == (3, 2)


def test_a_bundle_with_faults_is_refused_with_all_of_them_and_nothing_is_kept(database: Database) -> None:
    at = authority(database=database)
    before = bundles(database)
    broken = {**shipped(), PLAN: b"<!DOCTYPE x>" + shipped()[PLAN], DECIDE: b"{", "processes/extra.json": b""}
    with pytest.raises(BadModel) as refused:
        publish_by_two(at, broken)
    assert {problem.file for problem in refused.value.problems} >= {PLAN, DECIDE, "processes/extra.json"}
    assert bundles(database) == before


def test_who_judges_their_own_work_now_is_doubted_until_somebody_says_why(database: Database) -> None:
    """Against what is in force: for the next publication it is as it was."""
    at = authority(database=database)
    without = re.sub(rb'<spiffworkflow:property name="not_by"[^>]*/>', b"", shipped()[ASSESSMENT])
    files_of_it = {**shipped(), ASSESSMENT: without}
    with pytest.raises(BadModel) as refused:
        publish_by_two(at, files_of_it)
    (doubt,) = refused.value.problems
    assert (doubt.rule, doubt.level, doubt.element) == ("not-by-gone", "doubt", "authorise_assessment")
    name = publish_by_two(at, files_of_it, accept_doubts="A trial with two managers")
    with database.read() as connection:
        entry = lines(connection, authority_chain(HERE), ["published"])[-1]
    assert (entry.payload or {})["doubts"] == {"why": "A trial with two managers", "accepted": [str(doubt)]}
    assert sentence("published", entry.payload or {}, EntryTitles()).endswith("; 1 doubt was accepted")
    assert publish_by_two(at, {**changed(), ASSESSMENT: without}, MONDAY + DAY) != name


def test_code_in_a_condition_is_refused_before_anything_is_kept(database: Database) -> None:
    at = authority(database=database)
    before = bundles(database)
    condition = re.compile(rb"(<bpmn:conditionExpression[^>]*>)[^<]*")
    hostile, planted = condition.subn(rb"\1__import__(1)", shipped()[PLAN], count=1)
    assert planted == 1
    with pytest.raises(BadModel, match="__import__"):
        publish_by_two(at, {**shipped(), PLAN: hostile})
    assert bundles(database) == before


def folder_with(files_of_it: dict[str, bytes], folder: Path) -> Path:
    for path, content in files_of_it.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def test_the_shipped_files_are_published_when_they_change(database: Database, tmp_path: Path) -> None:
    add_authority_row(database=database)
    first = publish_shipped(database, SYSTEM_HERE, MONDAY, ROOT)
    assert publish_shipped(database, SYSTEM_HERE, MONDAY + DAY, ROOT) == first
    second = publish_shipped(database, SYSTEM_HERE, MONDAY + DAY, folder_with(changed(), tmp_path))
    assert bundles(database) == [(1, first, "system", True), (2, second, "system", True)]


def test_after_a_person_published_the_shipped_files_are_left_to_be_taken_over(
    database: Database, tmp_path: Path
) -> None:
    at = authority(database=database)
    mine = publish_by_two(at, changed("Mine"))
    shipped_anew = folder_with(changed("Shipped anew"), tmp_path)
    assert publish_shipped(database, SYSTEM_HERE, MONDAY + DAY, shipped_anew) == mine
    assert len(bundles(database)) == 2


def test_the_scenarios_are_no_part_of_the_bundle(tmp_path: Path) -> None:
    folder = folder_with({**shipped(), "processes/referral/scenarios/one.toml": b"", "README.md": b""}, tmp_path)
    assert files_under(folder) == shipped()


def test_a_running_instance_stays_on_its_models_and_the_next_one_starts_on_the_new(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="referred")
    second = publish_by_two(at, changed())
    do(authority=at, case=case, task="decide_response", response="assessment")
    with database.read() as connection:
        rows = connection.execute(select(Instance.process, Instance.bundle_hash)).all()
    assert {(row.process, row.bundle_hash) for row in rows} == {
        ("referral", bundle_hash(shipped())),
        ("assessment", second),
    }
    assert "plan_assessment" in open_items(database=database, case=case)


def test_before_the_first_bundle_nothing_can_start(database: Database) -> None:
    with pytest.raises(NotPossible, match="No processes have been published"):
        start_process(database, SYSTEM_HERE, MONDAY, "referral", {})


def test_a_bundle_is_parsed_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    add_authority_row(database=database)
    name = publish_shipped(database, SYSTEM_HERE, MONDAY, ROOT)
    with database.read() as connection:
        first = models.model(connection, name)
        monkeypatch.setattr(models, "read_bundle", None)
        assert models.model(connection, name) is first


def test_no_more_models_are_kept_than_are_needed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "KEPT", 2)
    monkeypatch.setattr(models, "_read", {})
    at = authority(database=database)
    for title in ("a", "b", "c"):
        name = publish_by_two(at, changed(title))
        with database.read() as connection:
            assert models.model(connection, name).hash == name
    assert len(models._read) == 2


def test_a_stored_file_that_was_changed_is_not_read_as_what_it_was(database: Database) -> None:
    """A bundle is known by its hash; what lies under it now is something else."""
    add_authority_row(database=database)
    name = publish_shipped(database, SYSTEM_HERE, MONDAY, ROOT)
    with database.transaction() as connection:
        take_triggers_away(connection)
        connection.execute(update(BundleFile).where(BundleFile.path == DECIDE).values(content=changed()[DECIDE]))
    models._read.pop(name, None)
    with database.read() as connection, pytest.raises(BadModel, match="is not what was published"):
        models.model(connection, name)
