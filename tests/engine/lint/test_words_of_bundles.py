"""What a process owner reads whose bundle is broken: which answer, role or row, and what to do about it."""

import pytest

from tests.second import Files, changed, problems, second, without

ROLES, WORRY, GIVE = "processes/roles.toml", "processes/worry/worry.bpmn", "forms/worry/give_worker.json"
LEAD = "The system uses this answer to make the lead social worker of the case"
ASK = "ask it in this form, as a question about a person (x-role: lead)."
BROKEN: dict[str, tuple[Files, str]] = {
    "a role is missing": (changed(GIVE, ('"x-role": "lead",', "")), f"{LEAD}, and nobody asks it: {ASK}"),
    "another kind": (changed(GIVE, ('"kind": "person"', '"kind": "long_text"')), f"keeper: {LEAD}: {ASK}"),
    "an unknown role": (changed(GIVE, ('"lead"', '"leader"')), "Did you mean lead?"),
    "an unknown effect": (changed(WORRY, ('"allocates"', '"allocate"')), "allocate is no effect of a task. Did you"),
    "an unknown property": (changed(WORRY, ('"effect"', '"effects"')), "A userTask has no property effects. Did you"),
    "an unknown flag": (changed(ROLES, ("supervises", "superviser")), "A role has no flag superviser. Did you mean"),
    "a flag that is text": (
        changed(ROLES, ("chairs = true", 'chairs = "yes"')),
        "Write chairs = true, or take it out.",
    ),
    "an account that is text": (changed(ROLES, ("= false", '= "no"')), "The role public: write account = false where"),
    "an agency that is not there": (
        changed(ROLES, ('agency = "constables"', 'agency = "police"')),
        "The role constable is of the agency police, which is not in this file.",
    ),
    "nobody chairs": (changed(ROLES, ("chairs = true\n", "")), "head_named: Nobody could be chosen here: say chairs"),
    "two agencies lead": (
        changed(ROLES, ('role = "constable"', 'role = "constable"\nleads = true')),
        "Exactly one agency has the cases (leads = true); here island_care, constables do.",
    ),
    "a date in quotation marks": (
        changed("processes/edition.toml", ("2020-01-01", '"2020-01-01"')),
        "`in_force` a date without quotation marks",
    ),
    "a clock protects what is unknown": (
        changed("processes/timescales.csv", (",police,", ",court,")),
        'constable_hold: protects: "court" means nothing here: write police, order or nothing.',
    ),
    "an alert without words": (
        changed("processes/messages.csv", ("A shield was lowered", "")),
        "shield_lowered: With the effect alerts the system tells somebody: fill in alert_words.",
    ),
    "words without an alert": (
        changed("processes/messages.csv", ("ends_plan alerts", "ends_plan")),
        "alerts is filled in, but nobody is told: say alerts in the column effect, or empty alerts.",
    ),
    "news that stays in its case": (
        changed("processes/messages.csv", (",alert_words", ",news")),
        "news is filled in, but stays in its case: say reaches_child in the column effect, or empty news.",
    ),
    "a known choice is missing": (
        changed("forms/haven/note_haven.json", ('"order_made"', '"sealed"')),
        "and knows the choice order_made: offer it.",
    ),
    "a form is missing": (without(GIVE), "give_worker: It has no form yet: begin it (forms/worry/give_worker.json)."),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_fault_is_said_in_words(name: str) -> None:
    files, words = BROKEN[name]
    assert any(words in problem for problem in problems(files)), problems(files)


def test_one_fault_is_said_once() -> None:
    assert len(problems(BROKEN["another kind"][0])) <= 2  # the kind, and choices that no long text has
    assert problems(second()) == []
