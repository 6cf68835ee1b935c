"""What is renamed consistently in drawings, forms, tables and stories works; renamed in one place, it is refused."""

import re
from pathlib import Path

import pytest

from engine.base.database import Database
from engine.forms.checks import KNOWN_CHECKS
from engine.lint import lint
from engine.scenario.running import play_on
from tests.builders import ROOT, publish, shipped
from tests.renaming import renamed, renamed_story
from tests.test_scenarios import LONG_BEFORE

STORIES = ROOT / "processes"
EXTENDED = STORIES / "immediate_protection/scenarios/an_order_extended_once.toml"
POLICE = STORIES / "immediate_protection/scenarios/an_order_after_the_police_acted.toml"
FIRST_AND_LATER = STORIES / "core_group/scenarios/first_and_later.toml"
MEETS_AGAIN = STORIES / "review_conference/scenarios/meets_again.toml"
CLOSED = STORIES / "case_closure/scenarios/closed_by_a_manager.toml"
OTHER_CHILD = STORIES / "immediate_protection/scenarios/an_order_refused.toml"
ANOTHER_CHAIR = STORIES / "review_conference/scenarios/another_chair.toml"
RENAMED = (
    ("emergency_protection_order", "urgent_order", EXTENDED),
    ("order_ends_at", "until", EXTENDED),
    ("record_emergency_action", "note_what_was_done", EXTENDED),
    ("order_made_at", "made_on_the", POLICE),
    ("first_core_group", "opening_core_group", FIRST_AND_LATER),
    ("late_reason", "why_so_late", STORIES / "core_group/scenarios/late.toml"),
    ("held_at", "took_place_at", MEETS_AGAIN),
    ("appoint_chair", "name_the_chair", MEETS_AGAIN),
    ("hold_conference", "meet_in_conference", ANOTHER_CHAIR),
    ("close_case", "file_away", CLOSED),
    ("case_closure", "filing", CLOSED),
    ("allocate_social_worker", "choose_worker", CLOSED),
    ("lead_social_worker", "worker", CLOSED),
    ("immediate_danger", "in_danger_now", CLOSED),
    ("protection_plan_started", "plan_begun", FIRST_AND_LATER),
    ("analyse_enquiry", "weigh_findings", FIRST_AND_LATER),
    ("police_protection", "held_by_police", POLICE),
    ("other_children", "siblings", OTHER_CHILD),
    ("social_care", "island_care", CLOSED),
    ("team_manager", "head_of_team", CLOSED),
)


@pytest.mark.parametrize(("old", "new", "story"), RENAMED, ids=lambda one: one if isinstance(one, str) else "")
def test_a_bundle_with_another_name_in_it_tells_the_same_story(
    old: str, new: str, story: Path, database: Database
) -> None:
    files = renamed(shipped(), old, new)
    assert files != shipped()
    assert [str(problem) for problem in lint(files, known_checks=KNOWN_CHECKS)] == []
    publish(database=database, files=files, now=LONG_BEFORE)
    result = play_on(renamed_story(story, old, new), database)
    assert [*map(str, result.faults), *map(str, result.failures)] == []
    assert result.passed


@pytest.mark.parametrize(
    ("path", "old"),
    [
        ("processes/timescales.csv", "first_core_group"),
        ("forms/core_group/hold_core_group.json", "first_core_group"),
        ("forms/review_conference/hold_review_conference.json", "meet_family"),
        ("forms/section_47_enquiry/analyse_enquiry.json", "outcome"),
        ("forms/section_47_enquiry/analyse_enquiry.json", "substantiated_continuing_risk"),
        ("forms/immediate_protection/consult_home_authority.json", "confirmed_on"),
        ("forms/strategy_discussion/hold_strategy_discussion.json", "police"),
        ("forms/discontinuation/notify_agencies.json", "arrange_conference"),
        ("forms/immediate_protection/record_emergency_action.json", "order_extended"),
    ],
)
def test_what_is_renamed_in_one_place_only_is_refused(path: str, old: str) -> None:
    files = shipped()
    text = re.sub(rf"\b{old}\b", "another_name", files[path].decode())
    assert lint({**files, path: text.encode()}, known_checks=KNOWN_CHECKS)
