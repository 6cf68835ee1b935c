"""Whatever a page or a pack says of a case, there is a row that makes it true.

Stories are played, every page of their cases is read by four people and both packs are made. Each block of text is a
label, which claims nothing, or a sentence of the table, whose statement must find a row (tests/truth/sentences). What
the code and the templates could say stands in the table as well, or below with the reason why nobody hears it.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.scenario.databases import Fresh, temporary
from engine.scenario.running import story_files
from tests import amount
from tests.builders import ROOT
from tests.truth.makers import pieces
from tests.truth.reading import told_by
from tests.truth.sayings import KINDS, LABELS, untrue

# Stories in which each kind of sentence is said, and when they are read; the long run reads all of them, twice each.
STORIES = {
    "referral/scenarios/acknowledged_by_hand_before_the_letter": ("half-way", "at its end"),
    "discontinuation/scenarios/eighteen_on_29_february": ("at its end",),
    "immediate_protection/scenarios/a_decision_overtaken": ("at its end",),
    "immediate_protection/scenarios/while_protection_lasts": ("half-way",),
    "scenarios/closure_days": ("at its end",),
    "referral/scenarios/replied_by_post": ("half-way",),
    "initial_conference/scenarios/called_off_enquiry_reopened": ("half-way",),
    "referral/scenarios/an_alarm_goes_on": ("at its end",),
    "referral/scenarios/immediate_danger": ("half-way",),
    "discontinuation/scenarios/one_child_in_two_cases": ("at its end",),
    "professional_disagreement/scenarios/after_closure": ("at its end",),
    "child_in_need_plan/scenarios/a_plan_in_another_case": ("at its end",),
}
NEVER_SAID = {
    "Of a person, an authority or the installation: pages and packs tell the chains of cases.": (
        *("Looked at a page:", "Made an audit pack", "Was refused", "Signed in", "Signed out", "A limit was set"),
        *("Models were put in force", "An authority was added", "A telephone number was set", "A team was added"),
        *("An organisation was added", "An account was added", "An account was disabled", "A role was given"),
        *("A closure day was added", "A closure day was removed", "A checkpoint was taken", "The record was verified"),
        *("Somebody was put on the duty list", "Somebody was taken off the duty list", "The duty list was changed"),
        *("Minutes of an alarm were set", "The keys were noted", "A backup was made", "A backup was put back"),
        "What was kept in a file while nothing could be written was taken in (",
        ". The file was not as it was written:",
        *("The time was confirmed to be right", "beside them had passed", "sha256"),
    ),
    "For what a newer version of the product wrote, which this one cannot name.": (
        *("A page that is no longer named", "An audit pack was made", "An agency", "A process", "A clock"),
        *("Clock changed", "Which way?", "the next step", "A step of an alarm"),
    ),
    "To whoever chooses a known child: why one cannot be chosen.": (
        "It was said before that these two are not the same child.",
        "The birth dates differ by more than a slip.",
    ),
    "A part of a sentence that stands in the table with its other parts.": (
        *("before it ran out", "after it ran out", "taken by you", "not in this team, or not any more"),
        *("See the step where it was done", "See the step where it was stopped", "See the step where it ran out"),
        "See the step where it went on in another case",
        *("See where it began", "(last name not known)", "(first name not known)", "Name not known", "17 years, 18 in"),
        *("One look", "{:,} looks", "One thing was late", "one case", "one task taken", "{} was told"),
        *("This called for {}, which began", "This called for {}, which was under way already"),
        *("Alarm: nobody is {place} on duty", "Alarm: it is not known that a letter to {whom} has left"),
        "Alarm: a letter to {whom} had left, and nobody opened the case in time",
        "The alarm is over: somebody of the team took a task of the case",
        "The alarm is over: somebody of the team completed a task of the case",
    ),
    "A name in the code.": ("coming of age", "Matches"),
    "The list of those who looked, narrowed down to nobody.": ("Everybody", "Nobody like this has looked."),
}
# Heard where all stories are read.
IN_THE_LONG_RUN = frozenset(
    (
        *("a plan is in force", "all that was late, and why", "days left", "further steps of a duty", "no other clock"),
        *("process withdrawn", "a list of which nothing was filled in"),
        *("nobody knew", "who knew", "a child not yet born", "whose page, not born", "in danger"),
        *("it is closed", "how many finished there are", "a task is done just now", "what is open now"),
        *("the case is closed just now", "known children may be this one", "a known child", "another case"),
        *("a letter refused", "a letter unknown", "time left, in hours", "clock met after all"),
        *("clock resumed", "case closed", "letter taken", "letter refused", "letter unknown"),
        *("the way went on from a task", "how many a list has", "it was completed by itself"),
        *("a letter did not do it", "filled in from", "how many were not taken on"),
        *("which page of a list",),
    )
)
# Read with their own pages by tests of their own (tests/webapp).
NOT_IN_STORIES = {
    "What people do beside the steps of a story: take tasks, type without sending, narrow lists down.": (
        *("task taken", "task handed back", "your tasks", "a colleague has taken it"),
        *("what somebody has taken", "what somebody leads", "what somebody typed before", "a draft"),
        *("typed, and cannot be sent any more", "a process cannot begin in a joined case"),
        *("a case is open now", "nothing was found", "nothing stands in a list", "some of the steps"),
        "a process has begun just now",
    ),
    "Of a case that is joined to another while one of its clocks has run out.": (
        *("it goes on elsewhere and is not done", "went on elsewhere late in the end"),
    ),
    "Between two moments at which stories are read.": (
        *("a letter handing_over", "time left, in minutes", "time over, in hours", "time over, in minutes"),
        *("time over, in days and hours", "protected, its end not recorded", "a process waits"),
        *("nothing goes on", "no clock has run", "no clock has run, in a pack"),
    ),
    "Of lists that are wanted for themselves and have got empty, or are longer than in a story.": (
        *("every alarm was opened", "no clock has ended", "there is no other case", "how many processes run"),
        "some of the processes stand there",
        "more children whom we know",
    ),
    "What people decide of the part of an organisation, and what two organisations of one agency bring.": (
        *("agency is to become part", "who is to have a part", "agency has no part any more"),
        *("whose part may be ended", "since when it has had a part", "everybody has a part"),
    ),
    "To whoever may not know of the case in which it goes on, and of a process that gives way to one in that case.": (
        *("a case goes on elsewhere", "process goes on in another", "news of a clock of the child"),
        "it is read on elsewhere",
    ),
    "A fault, an erasure, a letter that somebody decides about: what stories do not tell.": (
        *(
            "what fails in it by itself",
            "set aside",
            "process set aside",
            "a case of a team",
            "what is erased",
            "nobody is to be told",
        ),
        *("letter sent again", "letter confirmed", "letter put aside"),
        *("a step whose process was set aside", "a duty whose process was set aside"),
    ),
    "Shapes that the shipped drawings do not have, or pass together with others.": (
        *("happened", "what went on came together", "the way went on", "passed a shape"),
        "this step and the drawing",
    ),
    "Of a child or a form as in no story at these moments.": (
        *("a child whose birth nobody knows", "whose page, not known", "nothing had to be answered"),
        *("a known child, in short", "it came back", "news of the child"),
    ),
}


@pytest.fixture
def fresh() -> Iterator[Fresh]:
    with temporary(ROOT) as made:
        yield made


@pytest.mark.one_python
def test_every_sentence_has_its_row(fresh: Fresh, tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    for name, when in _stories():
        for readings, rows in told_by(fresh, ROOT / "processes" / f"{name}.toml", tmp_path, when):
            assert [f"{name}: {one}" for one in untrue(readings, rows, seen)] == []
    elsewhere = {name for several in NOT_IN_STORIES.values() for name in several}
    unheard = {kind.name for kind in KINDS} - seen.keys() - elsewhere
    assert unheard - (frozenset() if amount.LONG else IN_THE_LONG_RUN) == set(), "give it a story, or take it away"


def _stories() -> Iterator[tuple[str, tuple[str, ...]]]:
    if not amount.LONG:
        yield from STORIES.items()
        return
    for file in story_files([ROOT / "processes"]):
        yield file.relative_to(ROOT / "processes").with_suffix("").as_posix(), ("half-way", "at its end")


def test_whatever_could_be_said_is_in_the_table() -> None:
    said = (*LABELS, *(f"{kind.whole}\n{kind.rows}" for kind in KINDS))
    # Nothing is found half in one of them and half in the next: they stand in no order.
    known = "\0".join(" ".join(one.split()) for one in said).casefold()
    never = {piece for several in NEVER_SAID.values() for piece in several}
    missing = [(file, piece) for file, piece in pieces() if piece.strip(" .,:·;()“”–|").casefold() not in known]
    assert [one for one in missing if one[1] not in never] == []
    assert never - {piece for _, piece in missing} == set(), "these are said nowhere, or stand in the table by now"
