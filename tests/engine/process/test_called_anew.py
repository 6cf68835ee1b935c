"""Where an instance stands is the same under new names, and the way back leads to the same bytes."""

from dataclasses import replace

import pytest

from engine.process.called_anew import CalledAnew, called_anew
from engine.process.renames import BundleRenames, parse_renames
from engine.process.run import standing
from tests.amount import random_of, seeds
from tests.builders import shipped
from tests.engine.process.redrawn import MODEL
from tests.engine.process.test_migrating import PROCESSES, half_way, place

A_ROUND = 400


@pytest.mark.parametrize("seed", seeds(8, A_ROUND))
def test_an_instance_stands_under_the_new_names_where_it_stood(seed: int) -> None:
    random = random_of(seed)
    process = random.choice(PROCESSES)
    drawing, position = MODEL.drawings[process], half_way(process, random)
    names = {one: f"{one}_anew" for one in drawing.elements if random.random() < 0.4}
    there = CalledAnew(process, names, {}, {})
    back = CalledAnew(process, {new: old for old, new in names.items()}, {}, {})
    new = there.model(MODEL, shipped()[drawing.file])
    state = there.state(position.state)
    after = standing(new, process, state)
    tasks, waits = place(position)
    assert place(after) == (sorted((names.get(task, task), times, agency) for task, times, agency in tasks), waits)
    assert back.state(state) == position.state


def test_only_what_has_the_old_name_here_and_the_new_one_there_is_called_otherwise() -> None:
    content = shipped()[MODEL.drawings["referral"].file].replace(b"decide_response", b"settle_response")
    told = '[task]\n"referral.decide_response" = "settle_response"\n"referral.inform_family" = "tell_family"\n'
    settled = CalledAnew("referral", {"decide_response": "settle_response"}, {}, {}).model(MODEL, content)
    new = replace(settled, renames=parse_renames(told.encode()))
    assert called_anew(MODEL, new, "referral").tasks == {"decide_response": "settle_response"}
    assert called_anew(new, MODEL, "referral").tasks == {"settle_response": "decide_response"}


def test_two_steps_do_not_become_one() -> None:
    drawing, both = MODEL.drawings["referral"], ("decide_response", "inform_family")
    kept = {name: one for name, one in drawing.elements.items() if name not in both}
    elements = {**kept, "settle": replace(drawing.elements["decide_response"], id="settle")}
    drawings = {**MODEL.drawings, "referral": replace(drawing, elements=elements)}
    new = replace(MODEL, drawings=drawings, renames=BundleRenames({f"referral.{one}": "settle" for one in both}))
    with pytest.raises(ValueError, match="settle"):
        called_anew(MODEL, new, "referral")
