"""The stories of a draft: by process with how they came out; each is opened, changed and saved."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from engine.base.database import Database
from engine.commands.publishing import keep_played
from engine.commands.saving_changes import save_file, start_change
from engine.commands.trials import begin_trial, note_trial, stop_trial
from engine.facts.models import stories_under
from engine.facts.stories_played import STORY_HASHES, Played, story_hashes
from engine.importing.story_titles import story_title
from engine.people.identity import SYSTEM, Actor
from engine.process.bundle import bundle_hash
from engine.trial import running_trial
from engine.trial.running_trial import work_on
from tests.builders import MONDAY, ROOT, Authority, shipped
from tests.engine.commands.calls_of_drafts import FORM
from tests.second import MISTOLD, TOLD, second
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Page, Visitor
from webapp import studio_stories

As = Callable[..., Visitor]
STORIES = dict(sorted(stories_under(ROOT).items())[:3])
FIRST, SECOND, THIRD = STORIES
EXPECT = "Let them expect the days and what is open as it came out"


@pytest.fixture
def change(world: Authority) -> str:
    owner = world.actor("process_owner")
    return start_change(world.database, owner, MONDAY, "Other words", "The council agreed", {**shipped(), **STORIES})


def saved(visitor: Visitor, change: str, path: str = FIRST) -> bytes:
    return visitor.client.get(f"/studio/changes/{change}/files/{path}").data


def with_other_day(text: str) -> tuple[str, str]:
    """What a day of a story came out as, and its text as it expects that."""
    first = re.search(r"expect\.due = \{ (\w+) = (\d{4}-\d\d-\d\d)", text)
    assert first
    name, written = first.groups()
    number = text[: first.start()].count("[[step]]")
    line = f"step {number} (2013-04-15T09:00): due.{name}: expected {written}, found 2013-01-02T23:59"
    return line, text[: first.start(2)] + "2013-01-02" + text[first.end(2) :]


def played(world: Authority, change: str, failed: Mapping[str, Sequence[str]], **found: object) -> None:
    """As a trial in the background leaves it."""
    keep_played(world.database, world.system, MONDAY, shipped(), STORIES, Played(MONDAY, 3 - len(failed), failed))
    trial = begin_trial(world.database, world.actor("process_owner"), MONDAY, change, "stories").id
    hashes = {"stories": bundle_hash(STORIES), STORY_HASHES: story_hashes(STORIES)}
    note_trial(world.database, SYSTEM, MONDAY, trial, 3, 3, {**hashes, "not_passed": {}, **found}, over=True)


def table(page: Page, caption: str) -> list[list[str]]:
    rows = page.tree.xpath(f"//table[caption[normalize-space()='{caption}']]/tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in rows]


def test_they_stand_by_process_with_how_they_came_out(world: Authority, as_a: As, change: str) -> None:
    visitor = as_a("pathway_approver")
    page = visitor.get(visitor.get(f"/studio/changes/{change}").link("Stories"))
    assert "has not been played with its stories as they stand now" in page.text
    assert {row[1] for row in table(page, "Changed, added or taken out")} == {"Not played yet"}
    failed = {SECOND: ["step 1 (2013): open: expected one, found two"]}
    keep_played(world.database, world.system, MONDAY, shipped(), STORIES, Played(MONDAY, 2, failed))
    page = visitor.get(f"/studio/changes/{change}/stories")
    assert "2 came out right, 1 did not" in page.text
    [wrong] = table(page, "Not as they expect")
    came_out = "Step 1, 2013: tasks that are open. Expected: one. Found: two."
    assert wrong[1].endswith(came_out)
    story = visitor.get(page.link(wrong[0].removesuffix(" Added")))
    assert f"It does not come out as it expects: {came_out}" in story.text
    assert came_out in visitor.get(f"/studio/changes/{change}").text
    assert not story.tree.xpath("//textarea")
    as_a("social_worker").get(f"/studio/changes/{change}/stories", status=403)


def test_they_can_expect_the_days_and_what_is_open_as_they_came_out(world: Authority, as_a: As, change: str) -> None:
    """All in one go; a story of which more came out otherwise is named, for a person to mend."""
    refused = "step 1 (2013-04-15T09:00): act: expected to be done, found no"
    told = {path: with_other_day(STORIES[path].decode()) for path in (FIRST, SECOND)}
    failed = {path: [line] for path, (line, _) in told.items()} | {THIRD: [refused]}
    played(world, change, failed)
    owner = as_a("process_owner")
    page = owner.get(f"/studio/changes/{change}/stories")
    after = owner.send(page, {}, button=EXPECT)
    assert "2 stories expect what came out. Play them again." in after.text
    third = story_title(STORIES[THIRD], THIRD)
    assert f"More than days and what is open came out otherwise. Mend that in the story: “{third}”." in after.text
    for path, (_, now) in told.items():
        assert saved(owner, change, path).decode() == now
    assert "Let them expect" not in as_a("pathway_approver").get(f"/studio/changes/{change}/stories").text


def test_they_can_do_what_the_draft_adds_as_was_tried(world: Authority, as_a: As, change: str) -> None:
    """As long as the draft and its stories stand as they were when they were played."""
    owner, added = as_a("process_owner"), STORIES[FIRST].decode() + "\n# and then\n"
    played(world, change, {FIRST: ["step 1: no"], SECOND: ["step 1: no"]}, catching_up={FIRST: added})
    assert "Let them do" not in as_a("pathway_approver").get(f"/studio/changes/{change}/stories").text
    page = owner.get(f"/studio/changes/{change}/stories")
    assert "One of them does not know yet what the draft adds." in page.text
    assert "1 story does what the draft adds." in owner.send(page, {}, button="Let them do what the draft adds").text
    assert saved(owner, change).decode() == added
    assert "0 stories do" in owner.send(page, {}, button="Let them do what the draft adds").text


def test_what_was_not_changed_keeps_how_it_came_out(world: Authority, as_a: As, change: str) -> None:
    """As long as the draft stays as it was played."""
    owner, path = as_a("process_owner"), f"/studio/changes/{change}/stories"
    played(world, change, {FIRST: ["step 1: no"], SECOND: ["step 1: no"]})
    save_file(world.database, world.actor("process_owner"), MONDAY, change, FIRST, STORIES[FIRST] + b"\n", 1)
    page = owner.get(path)
    assert "has not been played with its stories as they stand now" in page.text
    assert "What is said of 2 of them came out" in page.text
    assert [row[0].startswith(story_title(STORIES[SECOND], SECOND)) for row in table(page, "Not as they expect")] == [
        True
    ]
    assert {row[1][:3] for row in table(page, "Changed, added or taken out")} == {"Not", "Rig"}
    assert "has not been played" in owner.get(f"{path}/{FIRST}").text
    assert "It does not come out as it expects" in owner.get(f"{path}/{SECOND}").text
    assert "It comes out right" in owner.get(f"{path}/{THIRD}").text
    other = shipped()[FORM].replace(b'"title"', b'"title" ', 1)
    save_file(world.database, world.actor("process_owner"), MONDAY, change, FORM, other, 0)
    assert "What is said of" not in owner.get(path).text


def test_what_fails_is_tried_after_all_were_played(world: Authority, as_a: As, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not called playing them; where it is stopped, how they came out is kept."""
    owner, visitor, seen = world.actor("process_owner"), as_a("process_owner"), list[str]()
    told = {"processes/look/scenarios/wrong.toml": MISTOLD.encode()}
    draft = start_change(world.database, owner, MONDAY, "Another", "The council agreed", {**second(), **told})
    trial = begin_trial(world.database, owner, MONDAY, draft, "stories").id

    def stopped(*given: Any) -> dict[str, str]:
        seen.append(visitor.get(f"/studio/changes/{draft}/stories").text)
        stop_trial(world.database, owner, MONDAY, trial)
        monkeypatch.setattr(running_trial, "SECONDS", 0)
        given[-1]()
        return {}

    monkeypatch.setattr(running_trial, "caught_up", stopped)
    work_on(world.database, trial, lambda: MONDAY, lambda: False)
    assert "All have been played. Those that failed are tried with what the draft adds" in seen[0]
    assert "They are being played" not in seen[0]
    page = visitor.get(f"/studio/changes/{draft}/stories")
    assert "0 came out right, 1 did not" in page.text
    assert "was not tried to its end" in page.text
    assert page.tree.xpath("//button[contains(., 'Play the stories')]")
    save_file(world.database, owner, MONDAY, draft, min(told), told[min(told)] + b"\n", 1)
    assert "was stopped before" not in visitor.get(page.path).text


def test_they_are_played_in_the_background_and_what_none_passes_is_named(
    world: Authority, as_a: As, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, visitor = world.actor("process_owner"), as_a("pathway_approver")
    told = {
        "processes/look/scenarios/good.toml": TOLD.encode(),
        "processes/look/scenarios/wrong.toml": MISTOLD.encode(),
    }
    change = start_change(world.database, owner, MONDAY, "Another", "The council agreed", {**second(), **told})

    def begin(database: Database, actor: Actor, at: datetime, change: str, kind: str) -> str:
        begun.append(begin_trial(database, actor, at, change, kind).id)
        return begun[-1]

    begun: list[str] = []
    monkeypatch.setattr(studio_stories, "start_trial", begin)
    page = visitor.send(visitor.get(f"/studio/changes/{change}/stories"), button="Play the stories")
    assert "They are being played: 0 so far." in page.text
    page = visitor.send(page, button="Stop playing them")
    work_on(world.database, begun[-1], lambda: MONDAY, lambda: False)
    page = visitor.get(f"/studio/changes/{change}/stories")
    assert "Playing them was stopped before it was over." in page.text
    clock.move(timedelta(minutes=1))
    page = visitor.send(page, button="Play the stories")
    work_on(world.database, begun[-1], lambda: MONDAY, lambda: False)
    page = visitor.get(f"/studio/changes/{change}/stories")
    assert "1 came out right, 1 did not" in page.text
    left = " ".join(page.tree.xpath("string(//section[@aria-labelledby='not-passed'])").split())
    assert "A worry about a child “Sift the worry” (task)“Make the child safe now” (send a message)" in left
    assert not page.tree.xpath("//button[contains(., 'Play the stories')]")
    save_file(world.database, owner, MONDAY, change, min(told), told[max(told)], 1)
    page = visitor.get(f"/studio/changes/{change}/stories")
    assert "What no story passes" not in page.text
    assert page.tree.xpath("//button[contains(., 'Play the stories')]")


def test_a_story_is_changed_and_what_is_wrong_in_it_stands_beside_what_was_saved(as_a: As, change: str) -> None:
    visitor = as_a("process_owner")
    form = visitor.get(f"/studio/changes/{change}/stories/{FIRST}")
    assert form.value("text").encode() == STORIES[FIRST]
    assert "Nothing was changed." in visitor.send(form).text
    longer = f'{form.value("text")}\n[[step]]\nat = 2040-01-01T10:00:00\nas = "nobody_known"\ndo = "see_the_moon"\n'
    page = visitor.send(form, {"text": longer})
    assert page.tree.xpath("normalize-space(//h2[@id='said-1'])") == "To be mended"
    assert "It cannot be played as it is written." in page.text
    assert "Done" not in page.tree.xpath("string(//main)")
    assert any("see_the_moon" in error for error in page.errors)
    assert saved(visitor, change) == longer.encode()
    page = visitor.send(page, {"text": longer.replace("[[step]]", "[[step", 1)})
    assert "it cannot be read as it is written" in page.errors[0]
    checks = visitor.get(f"/studio/changes/{change}").tree.xpath("normalize-space(//li[contains(., 'is no story')])")
    assert checks.startswith("Fault: It cannot be read as it is written, so it is no story.")
    stale = visitor.send(page, {"csrf_token": "old", "text": "mine"}, status=400)
    assert stale.value("text") == "mine"
    assert "open for too long" in stale.errors[0]


def test_what_somebody_saved_meanwhile_stands_beside_mine(world: Authority, as_a: As, change: str) -> None:
    visitor, owner = as_a("process_owner"), world.actor("process_owner")
    form = visitor.get(f"/studio/changes/{change}/stories/{FIRST}")
    save_file(world.database, owner, MONDAY, change, FIRST, STORIES[SECOND], 1)
    page = visitor.send(form, {"text": STORIES[THIRD].decode()}, status=409)
    assert "saved this story since you opened it" in page.errors[0]
    assert page.tree.xpath("string(//pre)").encode() == STORIES[SECOND]
    assert saved(visitor, change) == STORIES[SECOND]
    visitor.send(page)
    assert saved(visitor, change) == STORIES[THIRD]


def test_a_file_that_is_no_story_or_no_text_is_not_edited(world: Authority, as_a: As, change: str) -> None:
    visitor, owner = as_a("process_owner"), world.actor("process_owner")
    save_file(world.database, owner, MONDAY, change, SECOND, b"\xff\xfe", 1)
    assert "This file is no text" in visitor.get(f"/studio/changes/{change}/stories/{SECOND}").text
    for path in ("processes/timescales.csv", "processes/referral/scenarios/none.toml"):
        visitor.get(f"/studio/changes/{change}/stories/{path}", status=404)
