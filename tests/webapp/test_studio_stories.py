"""The stories of a draft: by process with how they came out; each is opened, changed and saved."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from engine.base.database import Database
from engine.commands.publishing import keep_played
from engine.commands.saving_changes import save_file, start_change
from engine.commands.trials import begin_trial, note_trial
from engine.facts.models import stories_under
from engine.facts.stories_played import Played
from engine.people.identity import SYSTEM, Actor
from engine.process.bundle import bundle_hash
from engine.trial.running_trial import work_on
from tests.builders import MONDAY, ROOT, Authority, shipped
from tests.second import MISTOLD, TOLD, second
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Page, Visitor
from webapp import studio_stories

As = Callable[..., Visitor]
STORIES = dict(sorted(stories_under(ROOT).items())[:3])
FIRST, SECOND, THIRD = STORIES


@pytest.fixture
def change(world: Authority) -> str:
    owner = world.actor("process_owner")
    return start_change(world.database, owner, MONDAY, "Other words", "The council agreed", {**shipped(), **STORIES})


def saved(visitor: Visitor, change: str) -> bytes:
    return visitor.client.get(f"/studio/changes/{change}/files/{FIRST}").data


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
    """In one go; a story of which more came out otherwise stays for a person to mend."""
    text = STORIES[FIRST].decode()
    first = re.search(r"expect\.due = \{ (\w+) = (\d{4}-\d\d-\d\d)", text)
    assert first
    name, written = first.groups()
    number = text[: first.start()].count("[[step]]")
    came = f"step {number} (2013-04-15T09:00): due.{name}: expected {written}, found 2013-01-02T23:59"
    failed = {FIRST: [came], SECOND: ["step 1 (2013-04-15T09:00): act: expected to be done, found no"]}
    keep_played(world.database, world.system, MONDAY, shipped(), STORIES, Played(MONDAY, 1, failed))
    owner = as_a("process_owner")
    page = owner.get(f"/studio/changes/{change}/stories")
    after = owner.send(page, {}, button="Let them expect the days and what is open as it came out")
    assert "1 story expects what came out. Play them again." in after.text
    assert saved(owner, change).decode() == text[: first.start(2)] + "2013-01-02" + text[first.end(2) :]
    assert "Let them expect" not in as_a("pathway_approver").get(f"/studio/changes/{change}/stories").text


def test_they_can_do_what_the_draft_adds_as_was_tried(world: Authority, as_a: As, change: str) -> None:
    """As long as the draft and its stories stand as they were when they were played."""
    owner, added = as_a("process_owner"), STORIES[FIRST].decode() + "\n# and then\n"
    keep_played(world.database, world.system, MONDAY, shipped(), STORIES, Played(MONDAY, 2, {FIRST: ["step 1: no"]}))
    trial = begin_trial(world.database, world.actor("process_owner"), MONDAY, change, "stories").id
    result = {"stories": bundle_hash(STORIES), "not_passed": {}, "catching_up": {FIRST: added}}
    note_trial(world.database, SYSTEM, MONDAY, trial, 3, 3, result, over=True)
    assert "Let them do" not in as_a("pathway_approver").get(f"/studio/changes/{change}/stories").text
    page = owner.get(f"/studio/changes/{change}/stories")
    assert "One of them does not know yet what the draft adds." in page.text
    assert "1 story does what the draft adds." in owner.send(page, {}, button="Let them do what the draft adds").text
    assert saved(owner, change).decode() == added
    assert "0 stories do" in owner.send(page, {}, button="Let them do what the draft adds").text


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
    assert "The story is saved in the draft." in page.text
    assert any("see_the_moon" in error for error in page.errors)
    assert saved(visitor, change) == longer.encode()
    page = visitor.send(page, {"text": longer.replace("[[step]]", "[[step", 1)})
    assert "this is not TOML" in page.errors[0]
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
