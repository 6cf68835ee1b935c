"""What cannot be played as it is written is said before anything is played, with the step and the nearest name."""

from pathlib import Path

import pytest

from engine.scenario.story import BadStory, Story, parse, read
from tests.engine.scenario.conftest import CHILD, REFERRED

TWO = CHILD + "[child.ben]\nborn = 2013-01-01\n"

TAKES_ANSWERS = (
    "start or do or release or reassign or duty or holiday or publish or migrate or record or correct or depart "
    "or life or separate or take_over"
)
MAY = (
    "start or do or claim or release or reassign or send or look or duty or record or act or holiday or publish "
    "or correct or depart or take_over or life or separate or reopen or migrate"
)


def faults(text: str) -> list[tuple[int, str]]:
    with pytest.raises(BadStory) as caught:
        parse(text, "story.toml")
    return [(fault.step, fault.message) for fault in caught.value.faults]


def steps(*tables: str) -> str:
    return CHILD + REFERRED + "".join(f"[[step]]\n{table}\n" for table in tables)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("whith = { response = 'assessment' }", "there is no key 'whith'; the nearest is 'with'"),
        ("expect.opne = []", "there is no key 'expect.opne'; the nearest is 'expect.open'"),
        ("at = '2013-09-02'", "at is written like 2013-09-02T10:15:00, not '2013-09-02'"),
        ("at = 2013-09-02", "at is written like 2013-09-02T10:15:00, not 2013-09-02"),
        ("at = 2013-09-02T10:00:00", "at = 2013-09-02T10:00:00 is earlier than the step before"),
        ("outage = 1", "outage is written like true, not 1"),
        ("expect.departures = true", "expect.departures is written like 0, not true"),
        ("expect.due = { a = 'monday' }", "expect.due.a is a date or a date with a time, not 'monday'"),
        ("expect.open = [3]", "expect.open lists names, not 3"),
        ("expect.case = 'shut'", "there is no state of a case 'shut'; the nearest is 'closed'"),
        ("do = 'decide_response'", 'do needs a person: as = "social_worker"'),
        ("as = 'social_worker'", f"as needs something that is done; a step may {MAY}"),
        ("as = 'social_worker'\ndo = 'a'\nclaim = 'a'", "a step does one thing, not do and claim"),
        ("as = 'a'\nclaim = 'a'\nwith = {}", f"with goes with {TAKES_ANSWERS}, not with claim"),
        ("as = 'a'\nduty = 'third'", "there is no place on the duty list 'third'; the nearest is 'first'"),
        (
            "as = 'a'\nstart = 'a'\nfor = 'police'",
            "for goes with do or claim or release or reassign or depart, not with start",
        ),
        ("as = 'a'\nreassign = 'a'", 'reassign says who is to do it: to = "social_worker.2"'),
        ("as = 'a'\ndo = 'a'\nto = 'b'", "to goes with reassign, not with do"),
        ("as = 'a'\ndo = 'a'\nrefused = 'Refused'", "there is no refusal 'Refused'; the nearest is 'NotFound'"),
        ("as = 'a'\ndo = 'a'\nrefused = 'NotFound'\nfields = ['b']", 'fields goes with refused = "BadAnswers"'),
        ("case = 'adda'", "there is no child 'adda'; the nearest is 'ada'"),
        ("case = 'ada.1'", "a later case is written like ada.2, not 'ada.1'"),
        ("cases = ['adda']", "there is no child 'adda'; the nearest is 'ada'"),
        ("cases = []", 'cases names the children whom the step serves: cases = ["ada", "ben"]'),
        ("cases = ['ada', 'ada.2']", "cases names each child once"),
        ("cases = ['ada']\ncase = 'ada'", "a step is about one case or about several: case or cases"),
        (
            "as = 'a'\ndo = 'a'\neach.ada = {}",
            'each says what is answered for one of several children: cases = ["ada", "ben"]',
        ),
        (
            "as = 'a'\ndo = 'a'\ncases = ['ada']\neach.bea = {}",
            "there is no case among those of the step called 'bea'; the nearest is 'ada'",
        ),
        ("as = 'a'\nclaim = 'a'\ncases = ['ada']", "cases goes with start or do or life, not with claim"),
        ("as = 'a'\ndepart = 'see_child'\nhow = 'jump'", 'depart says how: how = "skip", "repeat" or "open"'),
        ("as = 'a'\nlife = 'deaths'", "there is no event of a life 'deaths'; the nearest is 'record_death'"),
        ("as = 'a'\ndo = 'a'\non = 2014-03-08", "on goes with life, not with do"),
    ],
)  # fmt: skip
def test_a_fault_in_a_step_is_named_with_the_step(step: str, said: str) -> None:
    assert faults(steps(step)) == [(2, said)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["a story needs a child: [child.ada]", "a story needs a step: [[step]]"]),
        (CHILD + "step = []", ["a story needs a step: [[step]]"]),
        (CHILD + REFERRED + "[chld.ben]", ["there is no key 'chld'; the nearest is 'child'"]),
        ("strict = 'yes'\n" + CHILD + REFERRED, ["strict is written like true, not 'yes'"]),
        ("child.ada = 1\n" + REFERRED, ["a child is a table, [child.ada], not 1"]),
        ('[child."ada.2"]\n' + REFERRED, ["a child's name has no full stop: 'ada.2'"]),
        ("[child.ada]\nborn = 'June'\n" + REFERRED, ["child.ada.born is written like 2011-06-03, not 'June'"]),
        (CHILD + "[[step]]\ncase = 'ada'", ["the first step says when: at = 2013-09-02T10:15:00"]),
    ],
)
def test_a_fault_in_the_story_as_a_whole(text: str, said: list[str]) -> None:
    assert [message for _, message in faults(text)] == said


@pytest.mark.parametrize(
    "step",
    [
        "expect.case = 'open'",
        "as = 'public'\ndo = 'decide_response'",
        "as = 'public'\nstart = 'referral'\nwith.children = ['ada']\nrefused = 'BadAnswers'\nexpect.case = 'open'",
    ],
)
def test_with_several_children_a_step_says_whose_case(step: str) -> None:
    text = TWO + REFERRED.replace("with =", "case = 'ada'\nwith =") + f"[[step]]\n{step}\n"
    assert faults(text) == [(2, "with several children a step says whose case: case = 'ada'")]


def test_all_faults_are_said_at_once() -> None:
    assert [step for step, _ in faults(steps("nonsense = 1", "outage = 1", "at = 2013-01-01T00:00:00"))] == [2, 3, 4]


def test_what_is_not_toml_is_said_with_its_line() -> None:
    assert "it cannot be read as it is written" in faults("[child.ada\n")[0][1]
    assert "line 1" in faults("[child.ada\n")[0][1]


def test_what_is_not_text_is_said(tmp_path: Path) -> None:
    path = tmp_path / "story.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadStory, match="not a text in UTF-8"):
        read(path)


def test_a_story_reads_as_it_was_written() -> None:
    story: Story = parse("title = 'Ada'\n" + steps("expect.case = 'open'"), "story.toml")
    first, second = story.steps
    assert (story.title, story.strict, list(story.children)) == ("Ada", False, ["ada"])
    assert (first.verb, first.target, first.person) == ("start", "referral", "health_practitioner")
    assert second.at == first.at
    assert first.at.isoformat() == "2013-09-02T09:15:00+00:00", "written as London's summer time"


def test_a_child_needs_no_more_than_a_name() -> None:
    story = parse("[child.ada]\n" + REFERRED, "story.toml")
    assert dict(story.children["ada"].facts) == {"given_name": "Ada", "family_name": "Example"}
