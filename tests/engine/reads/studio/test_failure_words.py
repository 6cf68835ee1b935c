"""What a story expected and what came out, as a process owner reads it."""

import pytest

from engine.reads.studio.failure_words import failures_told
from tests.builders import shipped_model

AT = "(2013-09-03T10:15)"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            f"step 3 {AT}: open: expected referral.decide_response, clarify_referral, found nothing",
            (
                "Step 3, 3 September 2013 at 10:15: tasks that are open. "
                "Expected: “Decide the response” of “Referral”, “Clarify the concerns”. Found: nothing."
            ),
        ),
        (
            f"step 4 {AT}: due.response_decision: expected 2013-09-03, found 2013-09-04T23:59",
            (
                "Step 4, 3 September 2013 at 10:15: when “Decide how to respond to the referral” is due. "
                "Expected: 3 September 2013. Found: 4 September 2013 at 23:59."
            ),
        ),
        (
            f"step 5 {AT}: do decide_response: expected done, found NotAllowed: A referral is for others.",
            (
                "Step 5, 3 September 2013 at 10:15: doing “Decide the response”. "
                "Expected: done. Found: not allowed: A referral is for others."
            ),
        ),
        (
            f"step 6 {AT}: data.decide_response.response: expected 'assessment', found not decided",
            (
                "Step 6, 3 September 2013 at 10:15: the answer “What does this child need from us?”. "
                "Expected: 'assessment'. Found: not decided."
            ),
        ),
        (
            f"step 7 {AT}: not_running: expected no referral, found referral (running), assessment (ended)",
            (
                "Step 7, 3 September 2013 at 10:15: a process that does not go on. "
                "Expected: no “Referral”. Found: “Referral” (running), “Assessment” (ended)."
            ),
        ),
        ("the 3 steps after step 4 were not played", "the 3 steps after step 4 were not played"),
    ],
)
def test_names_and_days_are_said(line: str, told: str) -> None:
    assert failures_told({"one": [line]}, shipped_model()) == {"one": (told,)}


def test_a_name_that_several_tasks_have_is_given_to_none_of_them() -> None:
    """The step does not say which of them is meant."""
    several = {
        drawing.elements["contribute"].name
        for drawing in shipped_model().drawings.values()
        if "contribute" in drawing.elements
    }
    assert len(several) > 1
    line = f"step 1 {AT}: has: expected contribute(police), found nothing"
    (told,) = failures_told({"one": [line]}, shipped_model())["one"]
    assert "Expected: “Contribute” for Police." in told


def test_without_a_model_the_words_of_the_file_stand() -> None:
    line = f"step 1 {AT}: has: expected decide_response, found nothing"
    assert failures_told({"one": [line]}, None) == {"one": [line]}
