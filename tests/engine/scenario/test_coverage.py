"""What no story passes: each step and each way that is left out is named, and nothing else is."""

from engine.scenario.coverage import MEETING, NotPassed, all_passed, not_passed, passed_in
from engine.scenario.databases import Fresh
from engine.scenario.player import play
from engine.scenario.stage import stage_on
from engine.scenario.story import parse
from tests.builders import shipped_model
from tests.engine.scenario.conftest import CHILD, REFERRED

MODEL = shipped_model()
EVERYTHING = {
    process: frozenset((*drawing.elements, *(flow.id for flow in drawing.flows)))
    for process, drawing in MODEL.drawings.items()
}


def without(process: str, *ids: str) -> dict[str, NotPassed]:
    return dict(not_passed(MODEL, {**EVERYTHING, process: EVERYTHING[process] - {*ids}}))


def test_each_step_and_each_way_that_is_left_out_is_named_and_nothing_else() -> None:
    assert not_passed(MODEL, EVERYTHING) == {}
    assert not_passed(MODEL, {}).keys() == MODEL.drawings.keys()
    for process, drawing in MODEL.drawings.items():
        for flow in drawing.flows:
            parts = len(drawing.outgoing(flow.source)) > 1
            assert without(process, flow.id) == ({process: NotPassed((), (flow.id,))} if parts else {})
        for one in drawing.elements.values():
            into = [flow.id for flow in drawing.incoming(one.id)]
            found = without(process, one.id, *into).get(process, NotPassed((), ()))
            assert found.steps == (() if one.kind in MEETING else (one.id,))
            assert one.kind in MEETING or found.ways == ()


def test_a_story_passes_what_was_done_and_not_what_was_only_opened(fresh: Fresh) -> None:
    database = fresh()
    text = f'{CHILD}{REFERRED}\n[[step]]\nas = "social_worker"\ndo = "acknowledge_referral"\n'
    story = parse(text, "a.toml")
    assert play(story, stage_on(database, story.steps[0].at)).passed
    ids = all_passed([passed_in(database), {}])["referral"]
    assert "acknowledge_referral" in ids
    assert "begin_to_clarify_referral" in ids
    assert "clarify_referral" not in ids
