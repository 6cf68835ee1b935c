"""What a draft asks of whoever gives it on and of its second person, and how the list of drafts tells them apart."""

from collections.abc import Callable

from tests.builders import Authority, shipped
from tests.drafts import approved, publish_by_two
from tests.engine.commands.calls_of_drafts import FORM, begun, otherwise
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]
NO_REASON = "Say why: the reason is kept in the record"
NO_WORDS = "Say what they should know: it is kept in the record"
RENAMED = shipped()[FORM].replace(b"Decide the response", b"Say what follows", 1)


def test_a_reason_that_is_missing_is_asked_for_beside_its_question(as_a: As, world: Authority) -> None:
    change = begun(world, otherwise())
    owner = as_a("process_owner")
    page = owner.get(f"/studio/changes/{change}")
    for button, what, said in (
        ("Give it to a second person", "submit", NO_WORDS),
        ("Close the draft", "drop", NO_REASON),
    ):
        asked = owner.send(page, {"reason": " "}, button=button, status=400)
        assert asked.errors == [said]
        assert asked.tree.xpath(f"normalize-space(//p[@id='reason-{what}-error'])") == f"Error: {said}"
    sent = owner.send(page, {"reason": "Please look"}, button="Give it to a second person")
    assert owner.send(sent, {"reason": ""}, button="Open it again", status=400).errors == [NO_REASON]


def test_each_doubt_is_answered_by_itself_and_all_answers_are_kept(as_a: As, world: Authority) -> None:
    """Two choices more, which no way out of the decision takes."""
    first = b'{ "const": "immediate_protection"'
    more = b'{ "const": "one", "title": "One" }, { "const": "two", "title": "Two" }, ' + first
    change = begun(world, {**shipped(), FORM: shipped()[FORM].replace(first, more, 1)})
    owner, second = as_a("process_owner"), as_a("pathway_approver")
    page = owner.get(f"/studio/changes/{change}")
    assert "2 doubts" in page.text
    assert page.link("Referral, “Which response?”").endswith(f"/{change}/draw/referral")
    owner.send(page, {"reason": "Please look"}, button="Give it to a second person")
    asked = second.get(f"{page.path}/judge")
    assert "Please look" in asked.text
    one, two = asked.tree.xpath("//textarea[starts-with(@name, 'doubt-')]/@name")
    given = {"verdict": "approve", "reason": "Agreed", "confirmed": "yes", one: "Meant so"}
    missing = second.send(asked, given, button="Say so", status=400)
    assert missing.errors == ["Say why it may be so in spite of the doubt: Referral, “Which response?”"]
    said = second.send(missing, {**given, two: "This as well"}, button="Say so")
    assert "Is that meant? Meant so" in said.text
    assert "Is that meant? This as well" in said.text


def test_drafts_that_are_old_say_so_and_closed_ones_are_apart(as_a: As, world: Authority) -> None:
    begun(world, otherwise())
    new = begun(world)
    publish_by_two(world, {**shipped(), FORM: RENAMED})
    owner = as_a("process_owner")
    rows = owner.get("/studio").tree.xpath("//section[@aria-labelledby='drafts']//tbody/tr")
    assert len(rows) == 2
    assert all("has to take over first" in row.text_content() for row in rows)
    owner.send(owner.get(f"/studio/changes/{new}"), {"reason": "Not wanted"}, button="Close the draft")
    library = owner.get("/studio").tree
    assert len(library.xpath("//section[@aria-labelledby='drafts']//tbody/tr")) == 1
    assert "Closed drafts (2)" in library.xpath("string(//section[@aria-labelledby='drafts']//summary)")


def test_whoever_approves_is_told_what_still_stands_against_it(as_a: As, world: Authority) -> None:
    story = {"processes/referral/scenarios/one.toml": b""}
    owner, second = as_a("process_owner"), as_a("pathway_approver")
    for stories, said in ((story, "Its stories have to be played first."), ({}, "It can be put in force now.")):
        page = owner.get(f"/studio/changes/{begun(world, {**otherwise(), **stories})}")
        owner.send(page, {"reason": "Please look"}, button="Give it to a second person")
        asked = second.get(f"{page.path}/judge")
        given = {"verdict": "approve", "reason": "Agreed", "confirmed": "yes"}
        assert f"The draft is approved. {said}" in second.send(asked, given, button="Say so").text


def test_what_cannot_be_put_in_force_yet_says_why_before_it_is_tried(as_a: As, world: Authority) -> None:
    story = {"processes/referral/scenarios/one.toml": b""}
    change = approved(world, otherwise(), stories=story)
    owner = as_a("process_owner")
    page = owner.get(f"/studio/changes/{change}")
    assert "Its stories have to be played first" in page.text
    assert "Its stories have to be played first" in owner.get(f"{page.path}/publish").text
