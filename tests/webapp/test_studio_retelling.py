"""A story made from a recorded case on a page: by who may know of the case, read through, and put in the draft."""

from collections.abc import Callable

import pytest

from engine.commands.giving_roles import give_role
from engine.reads.audit.who_looked import looks
from engine.record.chain import lines
from engine.scenario.story import parse
from tests.builders import MONDAY, Authority, account, case_at, child, reference
from tests.engine.commands.calls_of_drafts import begun
from tests.webapp.visitor import Visitor
from webapp.studio_retelling import NO_CASE

As = Callable[..., Visitor]
SAID = "He hides under the table when the door opens"


@pytest.fixture
def owner(world: Authority, as_a: As) -> Visitor:
    """Somebody who changes the pathway and manages the team as well."""
    manager = account(role="team_manager")
    give_role(world.database, world.actor("administrator"), MONDAY, manager, "process_owner", "social_care")
    return as_a("team_manager")


def test_a_case_becomes_a_story_of_the_draft_once_somebody_has_read_it(world: Authority, owner: Visitor) -> None:
    case = case_at(
        authority=world, point="deciding", children=[child(given_name="Maisie", family_name="Thorn")], concerns=SAID
    )
    change = begun(world)
    stories = owner.get(f"/studio/changes/{change}/stories")
    ask = owner.get(stories.link("Make a story from a recorded case"))
    typed = {"reference": reference(authority=world, case=case).lower()}
    page = owner.send(ask, typed, button="Make the story")
    text = page.value("text")
    assert page.heading == "Read the story through"
    assert not any(said in page.response.text for said in ("Maisie", "Thorn", SAID, typed["reference"].upper()))
    assert parse(text, "made.toml").steps
    rows = [[" ".join(cell.text_content().split()) for cell in row] for row in page.tree.xpath("//main//tbody/tr")]
    assert rows[0][0].startswith("1. ")
    assert "What are you worried about?" in rows[0][2]
    with world.database.read() as live:
        seen = [one.page for one in looks(live, world.actor("auditor"), MONDAY, case).rows]
    assert sorted(seen) == ["A story without names was made from the case", "The page that makes a story of the case"]
    again = owner.send(page, {"name": "!"}, status=400)
    assert again.errors == [
        "Give the story a name of a few words, such as “A referral at night”",
        "Confirm that you have read the story through",
    ]
    assert (again.value("text"), len(again.tree.xpath("//main//tbody/tr"))) == (text, len(rows))
    kept = owner.send(again, {"name": "A referral at night", "read": "yes"})
    assert "The story is saved in the draft." in kept.text
    assert kept.path.endswith("/stories/processes/referral/scenarios/a_referral_at_night.toml")
    assert (kept.value("text"), kept.errors) == (text, [])
    twice = owner.send(again, {"name": "A referral, at night", "read": "yes"}, status=400)
    assert twice.errors == ["There is a story of this name already: choose another"]


def test_who_may_not_know_a_case_learns_no_more_than_of_one_that_is_not_there(world: Authority, as_a: As) -> None:
    change, visitor = begun(world), as_a("process_owner")
    case = case_at(authority=world, point="deciding")
    ask = visitor.get(f"/studio/changes/{change}/story-of-case")
    told = [
        visitor.send(ask, {"reference": one}, button="Make the story", status=400)
        for one in (reference(authority=world, case=case), "ZZZZ-ZZZZ", "")
    ]
    assert {tuple(page.errors) for page in told} == {(NO_CASE,)}
    with world.database.read() as live:
        refused = lines(live, world.actor("process_owner").chain, ["refused"])
        assert looks(live, world.actor("auditor"), MONDAY, case).rows == ()
    assert len(refused) == len(told)
    as_a("pathway_approver").get(f"/studio/changes/{change}/story-of-case", status=403)
