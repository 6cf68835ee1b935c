"""`throughline take-over`: what would go on here, what does not fit, and nothing twice."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result

from engine.base.clock import LONDON, now
from webapp.cli.take_over import NOT_TAKEN

Run = Callable[..., Result]
LEAD = "sam@council.example"


@pytest.fixture
def folder(run: Run, tmp_path: Path) -> Path:
    run("authority", "add", "here", "Here")
    person = ("--name", "Sam Stone", "--email", LEAD, "--role", "social_worker", "--team", "Duty team")
    assert run("account", "create", *person).exit_code == 0
    found = tmp_path / "elsewhere"
    found.mkdir()
    soon = (now().astimezone(LONDON) + timedelta(days=30)).date()
    people = f"reference,lead,given_name,family_name\nLL-1,{LEAD},Ada,Green\nLL-2,nobody@council.example,Ben,Brown\n"
    (found / "children.csv").write_text(people)
    plans = f"reference,plan_from,plan_agreed,review_date\nLL-1,2020-01-02,yes,{soon}\nLL-2,2020-01-02,no,\n"
    (found / "child_in_need_plan.csv").write_text(plans)
    (found / "notes.txt").write_text("This is none of the files.")
    return found


def test_a_dry_run_says_it_and_leaves_it_to_be_done_once(run: Run, folder: Path) -> None:
    dry = run("take-over", str(folder), "--dry-run")
    assert (dry.exit_code, dry.stderr) == (1, "")
    assert (
        "children.csv:2: LL-1: would go on here: Review the plan\n    Review the child in need plan: due" in dry.stdout
    )
    assert "children.csv:3: “lead”: Nobody has an account here as nobody@council.example" in dry.stdout
    assert "1 would be taken over, 0 here already, 1 not done, 1 fault.\n" in dry.stdout
    assert dry.stdout.endswith(f"{NOT_TAKEN}\n")
    done = json.loads(run("take-over", str(folder), "--json").stdout)
    (child,) = done["children"]
    assert (child["outcome"], child["tasks"], done["held_back"]) == ("taken over", ["Review the plan"], ["LL-2"])
    again = run("take-over", str(folder))
    assert f"LL-1: is here already, as case {child['case']}" in again.stdout
    assert run("rerun", "--all").exit_code == 0


def test_without_a_fault_the_exit_status_is_0(run: Run, folder: Path) -> None:
    for file in ("children.csv", "child_in_need_plan.csv"):
        path = folder / file
        path.write_text("".join(path.read_text().splitlines(keepends=True)[:2]))
    assert run("take-over", str(folder)).exit_code == 0


@pytest.mark.usefixtures("folder")
def test_the_templates_are_files_that_can_be_filled_in(run: Run) -> None:
    shown = run("take-over", "--templates").stdout
    assert "children.csv\nreference,family,lead,team,given_name," in shown
    assert "plan_agreed: Has the plan been agreed? (yes or no). Always needed" in shown
    assert run("take-over").exit_code == 2
