"""Whatever a page or a pack says of a case, there is a row that makes it true.

Stories are played, every page of their cases is read by four people and both packs are made. Each block of text is a
label, which claims nothing, or a sentence of the table, whose statement must find a row (tests/truth/sentences). What
the code and the templates could say stands in the table as well, or below with the reason why nobody hears it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from engine.scenario.databases import Fresh, temporary
from engine.scenario.running import story_files
from tests import amount
from tests.builders import ROOT
from tests.truth.beside import BESIDE
from tests.truth.long_run import IN_THE_LONG_RUN
from tests.truth.makers import pieces
from tests.truth.reading import told_by
from tests.truth.sayings import KINDS, LABELS, untrue

# Stories in which kinds of sentences are said, and when they are read.
STORIES = {
    "referral/scenarios/acknowledged_by_email": ("half-way", "at its end"),
    "initial_conference/scenarios/called_off_enquiry_reopened": ("half-way",),
    "referral/scenarios/an_alarm_goes_on": ("half-way",),
    "initial_conference/scenarios/arranged_beyond_the_limit": ("at its end",),
    "immediate_protection/scenarios/a_discussion_of_one": ("half-way",),
    "initial_conference/scenarios/before_birth": ("at its end",),
    "referral/scenarios/acknowledged_by_hand_before_the_letter": ("at its end",),
    "immediate_protection/scenarios/while_protection_lasts": ("half-way",),
    "referral/scenarios/nothing_further": ("at its end",),
}
BOTH = ("half-way", "at its end")
ROUNDS = 6
"""So many rounds of the long run read every story."""
NEVER_SAID = {
    "On the page of the actions of a case, and of what was erased (tests/webapp/test_actions.py).": (
        *("It is open after all", "It was said what became of an action"),
    ),
    "Shown by a script alone, where it walks to a step that has no shape.": (
        "This step belongs to the case as a whole and stands on no drawing.",
    ),
    "Of what a second person decides, and of no case (tests/engine/reads/lists/test_waiting_elsewhere.py).": (
        "Waiting for you elsewhere",
    ),
    "Of a person, an authority or the installation: pages and packs tell the chains of cases.": (
        *("Looked at a page:", "Made an audit pack", "Signed in", "Signed out", "A limit was set"),
        *("Signed in by single sign-on", "An account was linked with single sign-on"),
        *(
            "A text was set that is signed before the door opens",
            "Said why they opened very many cases in a short time",
        ),
        *("An organisation signed the agreement on sharing information", "Agreed to the code of conduct"),
        *("An account is linked with single sign-on no more", "Sessions were ended by who administers"),
        *("Models were put in force", "An authority was added", "A telephone number was set", "A team was added"),
        *("An organisation was added", "An account was added", "An account was disabled", "A role was given"),
        *("An organisation was renamed", "A team was renamed", "The duty team was chosen"),
        *("An account was enabled again", "The name or email address of an account was changed"),
        *("The end of a role was set", "A role was proposed, which takes two to give", "A proposed role was not given"),
        *("Somebody is to act for a colleague who is away", "The end of acting for a colleague was set"),
        *("A closure day was added", "A closure day was removed", "A checkpoint was taken", "The record was verified"),
        *("Somebody was put on the duty list", "Somebody was taken off the duty list", "The duty list was changed"),
        *("A service was added", "A service was changed", "A service was taken out"),
        *("A part in a case was asked for", "A request for a part in a case was decided"),
        "It was asked why somebody looked",
        *("Minutes of an alarm were set", "The keys were noted", "A backup was made", "A backup was put back"),
        "What was kept in a file while nothing could be written was taken in (",
        ". The file was not as it was written:",
        *("Made a story from the case", "A draft of the pathway", "was approved", "was returned to whoever made it"),
        *("by a second person", "A draft of the pathway was begun", "A draft of the pathway was opened again"),
        *("A draft of the pathway was given to a second person", "A draft of the pathway was dropped"),
        "A draft of the pathway was brought up to what is in force",
        "A day was set from which a draft of the pathway holds",
        "A draft of the pathway could not be put in force on its day",
        "A trial of a draft of the pathway was started",
        "All that ran on other models was to go over to these",
        "A second person agreed that all that ran on other models goes over",
        "What had not gone over to other models yet was to stay",
        *("A case was marked as well known", "A case was no longer marked as well known"),
        *("A code was made for the first administrator", "A link was made to choose a password"),
        "A second administrator gave a code for the link to choose a password",
        "A password was taken away: they choose another by a link",
        *("A password was chosen", "A second factor was set up", "A second factor was removed"),
        *("A second factor was taken away", "Recovery codes were made", "A recovery code was used"),
        "Ended sessions of their own",
        *("Somebody was barred from a child", "It was asked to end a bar", "A bar was not ended", "A bar was ended"),
        *("A case was restricted", "It was changed who may know of a restricted case"),
        *("A case is restricted no longer", "Break glass was used", "A use of break glass was looked at"),
        *("A rule was added for how long cases are kept", "A rule for how long cases are kept was ended"),
        *("A case was put on legal hold", "The legal hold on a case was lifted", "It was proposed to erase a case"),
        *("A case was not erased, as a second person decided", "A case was erased, as two people decided"),
        *("Somebody asked for what is held of a child", "A request for what is held takes two months longer"),
        *("It was decided what of a child’s record is given", "The pack of what is held of a child was made"),
        *("A request for what is held of a child was closed", "It was set how long drafts are kept"),
        *("The time was confirmed to be right", "beside them had passed", "doubt was", "doubts were", "sha256"),
    ),
    "Of colleagues who left or are away, and of what was given, which no story reads: test_giving_tasks.py, "
    "test_responsibility.py, test_team.py.": (
        *("to see, soon or overdue.", "Away until", "to see, soon or overdue", ". Away until"),
        *("One colleague who is away or has left has", "colleagues who are away or have left have", "cases or tasks"),
        *(
            "No child waits to be seen who should have been seen by now.",
            "led it and works here no longer",
            "Colleagues who are away or have left",
        ),
        ", away until",
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
        *("before it ran out", "after it ran out", "not in this team, or not any more"),
        *("See the step where it was done", "See the step where it was stopped", "See the step where it ran out"),
        "See the step where it went on in another case",
        *("See where it began", "(last name not known)", "(first name not known)", "Name not known", "17 years, 18 in"),
        *("One look", "{:,} looks", "One thing was late", "{} was told"),
        *("This called for {}, which began", "This called for {}, which was under way already"),
        *("Alarm: nobody is {place} on duty", "Alarm: it is not known that a letter to {whom} has left"),
        "Alarm: a letter to {whom} had left, and nobody opened the case in time",
        "The alarm is over: somebody of the team took a task of the case",
        "The alarm is over: somebody of the team completed a task of the case",
    ),
    "Of decision tables, of which the shipped pathway has none: tests/test_deciding.py holds them to their rows.": (
        *("” was decided by the table “", "whatever was answered"),
    ),
    "Of a process that went over to other models, which no story lets it: test_told_by_the_models_of_their_day.py.": (
        ", on models",
    ),
    "Of what a publication changed, which no story makes: tests/engine/facts/test_publication_news.py.": (
        *("Changed on", "see all that changed then", "This task has changed since you last did one"),
        *("I have read this", "What changed in the pathway", "Read what changed for your role"),
        "What runs already goes on as it began, unless somebody carries it over.",
    ),
    "Of a case that goes to another team, which no story lets it: tests/engine/commands/test_moving_cases.py.": (
        *("The case went to another team", "There is no other team in which somebody works."),
        (
            "has it now. From then on the other team sees it and works on it, and this team does not. What people here "
            "have taken is handed back. If the lead social worker does not work in the other team, its managers choose "
            "a new one."
        ),
    ),
    "Of whoever acts for a colleague who is away, which no story has: tests/engine/commands/test_covering.py.": (
        *(", acting for", ", for whom you act"),
    ),
    "Of what is kept from somebody, which is in no story: tests/engine/commands/test_keeping.py.": (
        *("The list of bars", "A bar of the child", "The list of restricted cases", "The list of uses of break glass"),
        *("Who may know of the restricted case", "A use of break glass", "break glass", "use of break glass"),
        "who may know of the case",
        *("The form that decides who may know of the case", "Not everybody was told who would else have been"),
        "The lead social worker leads the case no longer",
        "Somebody opened the case in an emergency, without having a part in it",
        "This case is restricted: of other organisations those alone know of it who are named.",
    ),
    "Of what somebody says is wrong, which no story has: tests/engine/commands/test_noting_disputes.py.": (
        *("Said to be wrong", "Said to be wrong by", "Written down by", "Somebody says that an answer is wrong"),
        *("Somebody says that an answer is wrong (", "The form that keeps what somebody says is wrong"),
    ),
    "Of what was put right, which none of these stories has: tests/engine/commands/test_correcting_answers.py.": (
        *("Corrected", "Corrected by", "no answer", "” were corrected"),
        "” rests on an answer that was corrected, and is looked at again",
        *("” was looked at again and is still right", "The case was opened again, as it had been closed by mistake"),
        *("goes on again", "Clock counted from a corrected answer", "met on", "stopped on"),
        *("The form that corrects answers", "What rests on a corrected answer", "The form that opens a case again"),
        *("answers to correct", "what rests on a corrected answer", "a case to open again"),
        "A case that had been joined to this one was separated again, as it is another child’s",
        "The case was separated again from the one to which it had been joined, as that is another child’s",
        *(f"Clock {how} on another day, as an answer was corrected" for how in ("met", "stopped")),
    ),
    "Of proceeding differently, which none of these stories has: engine/commands/test_proceeding_differently.py.": (
        *("“{}” is not done as drawn", "“{}” is done once more", "“{}” is done out of order"),
        *("a step", "“{}” goes otherwise", "(a manager agreed)", "A manager was asked to agree that"),
        *("A manager did not agree that", "” was left undone, and the process went on"),
        "(not done: what the process went on by)",
        *("proceeding differently", "other steps of a case", "a request to proceed differently"),
        *("The form on which somebody proceeds differently", "The steps that may be opened or repeated"),
        "A request to proceed differently",
    ),
    "Of pages on which somebody gives tasks or looks at what was shared, which no story opens: tests/webapp.": (
        *("The list of tasks to share out", "The form that gives a task to somebody", "share out tasks", "give a task"),
        *("What was shared, and what is wished about that", "The list of what was shared with one agency"),
        *("The form that records what was shared", "A wish about sharing", "what was shared with one"),
        "wish about sharing",
        "What has changed for the child, and where it is recorded",
    ),
    "Of the people around a child, on pages that no story opens: tests/webapp/test_people_around.py.": (
        *("The people around the child", "The form about somebody around the child"),
        "Something about the child",
    ),
    "Of a request for what is held of a child, which no story has: tests/webapp/test_subject_access.py.": (
        *("The list of requests for what is held of a child", "A request for what is held of the child"),
        *("What is held of the child, for whoever asked for it", "requests for what is held"),
        *("request for what is held", "what is held of a child", "what is said to be wrong"),
    ),
    "A name in the code.": (
        *("coming of age", "Matches", "ProcessRun", "NarratedProcess", "tuple[NarratedProcess, ...]"),
        "Mapping[str, Any]",
    ),
    "Of a look of those who review looks, which no story takes: tests/webapp/test_privacy.py.": (
        "A list of looks, by reference",
    ),
    "The list of those who looked, narrowed down to nobody.": ("Everybody", "Nobody like this has looked."),
}
NOT_HEARD = {
    "Beside a form that agrees on more while something is open: tests/webapp/test_actions.py.": (
        "an action that is open already",
    ),
    "Of children who were not seen in time, at no moment when these stories are read: "
    "tests/engine/reads/lists/test_responsibility.py.": (
        *("how many were not seen", "how many were not seen, at the head"),
    ),
    "Of a step that none of the steps happens to be which are opened by themselves: the page of a case and the packs "
    "say it too, tests/webapp/test_cases.py.": ("why it was late", "how the step is marked"),
    "Of requests for a part, which no story makes: tests/webapp/test_part_requests.py.": (
        "how many requests for a part wait",
    ),
    "Of a form beside its questions, which is not read here: tests/webapp/test_subject_access.py.": (
        "how long such is kept",
    ),
    "Where a case begins without a clock, which by the shipped models it never does.": ("no clock has run, in a pack",),
}


@pytest.fixture
def fresh() -> Iterator[Fresh]:
    with temporary(ROOT) as made:
        yield made


@pytest.mark.one_python
def test_every_sentence_has_its_row(fresh: Fresh, tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    for name, when in STORIES.items():
        assert list(_untrue_in(name, when, fresh, tmp_path, seen)) == []
    elsewhere = {one for kinds in (*IN_THE_LONG_RUN.values(), *BESIDE.values(), *NOT_HEARD.values()) for one in kinds}
    assert {kind.name for kind in KINDS} - seen.keys() - elsewhere == set(), "give it a story, or take it away"


def _of_this_round() -> list[str]:
    if amount.ROUND is None:
        return []
    files = story_files([ROOT / "processes"])
    names = [file.relative_to(ROOT / "processes").with_suffix("").as_posix() for file in files]
    return sorted({*IN_THE_LONG_RUN, *names[amount.ROUND % ROUNDS :: ROUNDS]})


@pytest.mark.parametrize("name", _of_this_round())
def test_every_sentence_of_other_stories_has_its_row(name: str, fresh: Fresh, tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    assert list(_untrue_in(name, BOTH, fresh, tmp_path, seen)) == []
    assert set(IN_THE_LONG_RUN.get(name, ())) - seen.keys() == set(), "they are to be heard here"


def _untrue_in(name: str, when: Iterable[str], fresh: Fresh, folder: Path, seen: Counter[str]) -> Iterator[str]:
    for readings, rows in told_by(fresh, ROOT / "processes" / f"{name}.toml", folder, when):
        yield from (f"{name}: {one}" for one in untrue(readings, rows, seen))


def test_whatever_could_be_said_is_in_the_table() -> None:
    said = (*LABELS, *(f"{kind.whole}\n{kind.rows}" for kind in KINDS))
    # Nothing is found half in one of them and half in the next: they stand in no order.
    known = "\0".join(" ".join(one.split()) for one in said).casefold()
    never = {piece for several in NEVER_SAID.values() for piece in several}
    missing = [(file, piece) for file, piece in pieces() if piece.strip(" .,:·;()“”–|").casefold() not in known]
    assert [one for one in missing if one[1] not in never] == []
    assert never - {piece for _, piece in missing} == set(), "these are said nowhere, or stand in the table by now"
