"""Renaming for ever by its page alone: what is rewritten is shown first, and what cannot be is said in words."""

from collections.abc import Callable

from engine.commands.saving_changes import save_file
from engine.facts.change_files import change_row, files_of_change
from tests.builders import MONDAY, Authority, shipped
from tests.engine.commands.calls_of_drafts import FORM, begun, submitted
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]
STEP, QUESTION = "referral.decide_response", "referral.decide_response.response"


def page(change: str, path: str) -> str:
    return f"/studio/changes/{change}/rename/{path}"


def whole(world: Authority, change: str) -> dict[str, bytes]:
    within = world.actor("process_owner").within
    with world.database.read() as connection:
        return dict(files_of_change(connection, within, change_row(connection, within, change)).now)


def test_a_step_is_renamed_from_the_list_of_steps_and_taken_back(as_a: As, world: Authority) -> None:
    owner, change = as_a("process_owner"), begun(world)
    drawing = owner.get(f"/studio/changes/{change}/draw/referral")
    assert page(change, STEP) in drawing.tree.xpath("//a/@href")
    assert page(change, "referral.start") not in drawing.tree.xpath("//a/@href")
    asked = owner.get(page(change, STEP))
    assert "is called decide_response in files" in asked.text
    assert owner.get(f"{page(change, STEP)}?new=+", status=400).errors == ["Enter the new name in files"]
    refused = owner.get(f"{page(change, STEP)}?new=Decide it", status=400)
    assert "small letters and digits" in refused.text
    shown = owner.get(f"{page(change, STEP)}?new=settle_response")
    assert "which becomes forms/referral/settle_response.json" in shown.text
    assert whole(world, change) == shipped()
    done = owner.send(shown, button="Rename it in all these places")
    assert "It is called “settle_response” now" in done.text
    assert f"/studio/changes/{change}/rename/referral.settle_response" in done.tree.xpath("//a/@href")
    draft = owner.get(f"/studio/changes/{change}")
    assert "is the same step under another id" in draft.text
    words = (" ".join(one.text_content().split()) for one in draft.tree.xpath("//button"))
    owner.send(draft, button=next(one for one in words if one.startswith("Take back the save of ")))
    assert whole(world, change) == shipped()


def test_a_question_and_an_answer_are_renamed_from_their_page(as_a: As, world: Authority) -> None:
    owner, change = as_a("process_owner"), begun(world)
    asked = owner.get(f"/studio/changes/{change}/questions/referral/decide_response/question/response")
    assert {page(change, QUESTION), page(change, f"{QUESTION}.assessment")} <= {*asked.tree.xpath("//a/@href")}
    shown = owner.get(f"{page(change, f'{QUESTION}.assessment')}?new=assess")
    owner.send(shown, button="Rename it in all these places")
    assert "is kept as `assess` now; before: `assessment`" in owner.get(f"/studio/changes/{change}").text


def test_what_was_saved_since_is_looked_at_first_and_who_only_approves_renames_nothing(
    as_a: As, world: Authority
) -> None:
    owner, change = as_a("process_owner"), begun(world)
    shown = owner.get(f"{page(change, STEP)}?new=settle_response")
    save_file(world.database, world.actor("process_owner"), MONDAY, change, FORM, shipped()[FORM] + b" ", 0)
    refused = owner.send(shown, button="Rename it in all these places", status=400)
    assert "Something was saved in this draft since you looked" in refused.text
    owner.send(refused, button="Rename it in all these places")
    as_a("pathway_approver").get(page(change, STEP), status=403)
    owner.get(page(change, "referral.no_such_step"), status=404)
    closed, _ = submitted(world)
    still = owner.get(f"{page(closed, STEP)}?new=settle_response")
    assert "nothing can be changed in it" in owner.send(still, button="Rename it in all these places", status=400).text


SEE_CHILD = "forms/assessment/see_child.json"


def test_what_is_not_rewritten_is_said_before_it_is_done(as_a: As, world: Authority) -> None:
    """That other forms have the same question with the same answers, and stories in which another step may be meant."""
    plain = shipped()[SEE_CHILD].replace(b'"x-role": "child_seen",', b"")  # else the system knows the answers
    owner, change = as_a("process_owner"), begun(world, {**shipped(), SEE_CHILD: plain})
    shown = owner.get(f"{page(change, 'assessment.see_child.child_seen.no')}?new=not_seen")
    assert "What the checks will say then" in shown.text
    assert "make them the same" in shown.text
