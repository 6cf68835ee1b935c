"""Conditions in words: every part of the language of expressions, and where a path finds its question."""

import pytest

from engine.process.condition_words import condition_in_words, listed, value_in_words
from tests.builders import shipped_model

ASKED = "“Which agencies do you ask to contribute?”"
DANGER = "“Is a child in danger right now?”"
LEFT = "how many working days are left then before the eighteenth birthday, that day included"
SAID = {
    ("assessment", "", 'write_assessment.finding == "no_support_needed"'): (
        "“What do you find?” is “No support from social care is needed”"
    ),
    ("assessment", "", 'strategy_discussion_concluded.decision == "hold_another"'): (
        "“What is decided?” (as a message says) is “Another strategy discussion”"
    ),
    ("discontinuation", "", 'start.ground == "died"'): "“What has happened?” is “The child has died”",
    ("discontinuation", "", '(plan_ended.ground if case.unborn else start.ground) == "died"'): (
        "(“What has happened?” (as a message says) is “The child has died”, where the child is not yet born, and "
        "otherwise “What has happened?” is “The child has died”)"
    ),
    ("assessment", "", "1 < count(plan_assessment.contributors) <= 3 or not case.plan_in_force"): (
        f"(1 is less than the number of {ASKED} and the number of {ASKED} is at most 3) or no child protection plan is "
        "in force"
    ),
    ("assessment", "write_assessment", "open.see_child and not done.interview_family and running.assessment"): (
        "“See the child” still waits for somebody and “Interview the family” has not been done and the time limit "
        "“Complete and authorise the assessment” runs"
    ),
    ("core_group", "hold_core_group", "child.answered.assessment.authorise_assessment.authorised.yes"): (
        "“Do you authorise this assessment?” was answered with “Yes” in “Assessment”, in this or another case of the "
        "child"
    ),
    ("core_group", "hold_core_group", "child.working_days_to_18 + 1 > 30 and not has(child.working_days_to_18)"): (
        f"{LEFT} plus 1 is more than 30 and it is not known {LEFT}"
    ),
    ("assessment", "", "see_child.seen_at is not None"): "“When did you see the child?” is known",
    ("assessment", "", "True"): "always",
    ("referral", "", 'not (has(start.immediate_danger) and start.immediate_danger == "yes")'): (
        f"{DANGER} is not answered or {DANGER} is not “Yes”"
    ),
    ("referral", "", 'has(start.immediate_danger) and start.immediate_danger == "yes" or case.unborn'): (
        f"{DANGER} is “Yes” or the child is not yet born"
    ),
    ("referral", "", 'not start.reply_by in ["telephone", "email", "post"]'): (
        "“How should we reply?” is none of “By telephone”, “By email” or “By post”"
    ),
    ("referral", "", "not (case.unborn or case.plan_in_force and not case.case_closed)"): (
        "the child is born and (no child protection plan is in force or the case is closed)"
    ),
    ("assessment", "", "not (1 < 2 < 3) and not running.assessment and not open.see_child"): (
        "it is not so that (1 is less than 2 and 2 is less than 3) and the time limit “Complete and authorise the "
        "assessment” does not run and “See the child” waits for nobody"
    ),
    ("referral", "inform_family", 'not late and not every(told, "told", "all") and not count(told) > 0'): (
        "it is not so that completing the task now would meet one of its clocks late and it is not so that each time "
        "“Have you told them?” is “All” and “Whom have you told what happens next?” names nobody"
    ),
    ("no_process", "", "no_task.no_field and "): "`no_task.no_field and `",
}


@pytest.mark.parametrize("asked", SAID)
def test_a_condition_is_said_in_the_titles_of_what_it_reads(asked: tuple[str, str, str]) -> None:
    assert condition_in_words(shipped_model(), *asked) == SAID[asked]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("agencies_of(plan_assessment.contributors)", f"the agencies of {ASKED}"),
        ('added([["police"], plan_assessment.contributors])', f"those of “Police” that are not in {ASKED}"),
        (
            '"social_worker" if case.unborn else "health"',
            "“Social worker” where the child is not yet born, and otherwise “Health”",
        ),
        ("{}", "`{}`"),
    ],
)
def test_a_value_is_said_in_the_titles_of_what_it_names(source: str, words: str) -> None:
    assert value_in_words(shipped_model(), "assessment", "", source) == words


def test_a_list_has_one_and() -> None:
    letters = ["a", "b", "c"]
    assert [listed(letters[:count]) for count in range(3)] == ["", "a", "a and b"]
    assert listed(letters, "or") == "a, b or c"
