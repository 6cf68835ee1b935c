"""Two who changed one drawing: what touches different elements is made one, and what touches one is asked for."""

from collections.abc import Callable

import pytest

from engine.merging.drawings_in_one import drawing_in_one
from engine.merging.three_way import CannotMerge, InOne, Keep, Sides
from tests.amount import random_of, seeds
from tests.builders import shipped
from tests.engine.merging.drawing_edits import Edited, also_on_to, at_will, moved, renamed, taken_out, units_of

# Those in which somebody has something to do: edits are made at such a step.
DRAWINGS = {path: content for path, content in shipped().items() if path.endswith(".bpmn") and b"userTask" in content}
ONE = DRAWINGS["processes/referral/referral.bpmn"]
STEP, OTHER = "inform_family", "acknowledge_referral"
NOTHING: Keep = {}


def in_one(mine: bytes, theirs: bytes, base: bytes = ONE, keep: Keep = NOTHING) -> InOne:
    return drawing_in_one(Sides(base, mine, theirs), "a drawing", keep)


@pytest.mark.parametrize("path", DRAWINGS)
def test_a_side_that_stands_alone_is_taken_to_the_byte(path: str) -> None:
    """And a drawing made one with itself is itself."""
    base = DRAWINGS[path]
    edited = Edited(base, at_will(random_of(len(path)), base, 1)).content
    assert edited != base
    for mine, theirs in ((edited, base), (base, edited), (edited, edited)):
        assert in_one(mine, theirs, base) == InOne(edited, ())


def one_after_the_other(seed: int, made_one: Callable[[bytes, bytes, bytes], InOne]) -> None:
    """Some pairs of changes that touch different elements."""
    random = random_of(seed)
    base = DRAWINGS[random.choice([*DRAWINGS])]
    units = units_of(base)
    for _ in range(4):
        mine, theirs = (at_will(random, base, number) for number in (1, 2))
        sides = [Edited(base, act) for act in (mine, theirs)]
        touched = [{units.get(one, one) for one in side.touched} for side in sides]
        if not touched[0] & touched[1]:
            both = Edited(sides[1].content, mine).content
            assert made_one(sides[0].content, sides[1].content, base) == InOne(both, ())


@pytest.mark.parametrize("seed", seeds(10, 400))
def test_changes_of_different_elements_come_to_both_one_after_the_other(seed: int) -> None:
    """To the byte, also in the picture."""
    one_after_the_other(seed, in_one)


def test_a_side_that_is_lost_is_seen() -> None:
    with pytest.raises(AssertionError):
        one_after_the_other(1, lambda mine, _theirs, _base: InOne(mine, ()))


def test_an_element_that_both_changed_is_asked_for_and_taken_from_the_side_that_is_chosen() -> None:
    mine = Edited(ONE, lambda root: renamed(root, STEP, 1) | renamed(root, OTHER, 1)).content
    theirs = Edited(ONE, lambda root: renamed(root, STEP, 2)).content
    assert in_one(mine, theirs).asked == (STEP,)
    assert in_one(mine, theirs, keep={STEP: True}).content == mine
    kept = in_one(mine, theirs, keep={STEP: False}).content
    assert kept == Edited(theirs, lambda root: renamed(root, OTHER, 1)).content


def test_what_one_changed_and_the_other_took_out_is_asked_for() -> None:
    step, base = "authorise_assessment", DRAWINGS["processes/assessment/assessment.bpmn"]
    mine, theirs = (Edited(base, lambda root, act=act: act(root, step, 1)).content for act in (renamed, taken_out))
    if theirs != mine:
        assert step in in_one(mine, theirs, base).asked


def test_the_ways_out_of_a_decision_are_one_part_with_it() -> None:
    """Two conditions that are sound each alone may decide otherwise together."""
    mine = ONE.replace(b'decide_response.response == "strategy_discussion"', b'decide_response.response == "other"')
    theirs = ONE.replace(b'name="Discussion"', b'name="They talk"').replace(b'name="Assessment"', b'name="They assess"')
    assert mine != ONE != theirs
    made = in_one(mine, theirs)
    assert made.asked == ("which_response",)
    assert made.content == theirs


def test_where_both_moved_one_shape_both_moves_count_and_arrows_go_along() -> None:
    """Nobody is asked where it lies: nothing hangs on it."""
    mine = Edited(ONE, lambda root: moved(root, STEP, 1)).content
    theirs = Edited(ONE, lambda root: moved(root, STEP, 3)).content
    assert in_one(mine, theirs) == InOne(Edited(theirs, lambda root: moved(root, STEP, 1)).content, ())
    bent = ((785, 475), (818, 475), (818, 493))
    theirs = Edited(ONE, lambda root: also_on_to(root, STEP, "family_told", bent)).content
    drawn = b"".join(b'        <di:waypoint x="%d" y="%d" />\n' % at for at in ((795, 482), (818, 482), (818, 493)))
    assert drawn in in_one(mine, theirs).content


@pytest.mark.parametrize(
    ("before", "now", "why"),
    [
        ("  <bpmn:", "   <bpmn:", "not written as the editor writes it"),
        ("<bpmn:message ", "<!-- a note --><bpmn:message ", "not written as"),
        ("</bpmn:definitions>", "", "cannot be read"),
        ("laneSet", "otherSet", "not a process with its roles"),
        ('id="inform_family"', 'id="acknowledge_referral"', "not written as"),
    ],
)
def test_what_the_editor_did_not_write_is_left_as_it_is(before: str, now: str, why: str) -> None:
    made_otherwise = ONE.replace(before.encode(), now.encode())
    for sides in ((made_otherwise, ONE), (ONE, made_otherwise)):
        with pytest.raises(CannotMerge, match=why):
            in_one(*sides)


def test_two_other_orders_of_what_stood_are_not_guessed_at() -> None:
    first, second, third = (b'<bpmn:message id="%s"' % one for one in (b"a", b"b", b"c"))
    base = ONE.replace(
        b"<bpmn:message id=", first + b" />\n  " + second + b" />\n  " + third + b" />\n  <bpmn:message id=", 1
    )
    mine, theirs = (base.replace(first, b"@").replace(one, first).replace(b"@", one) for one in (second, third))
    with pytest.raises(CannotMerge, match="another order"):
        in_one(mine, theirs, base)
