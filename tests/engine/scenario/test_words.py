"""The format is documented once, in the words that the parser reads."""

import re
from pathlib import Path

from engine.people.command import COMMANDS
from engine.scenario.expectations import CHECKS
from engine.scenario.running import play_on
from engine.scenario.story import parse
from engine.scenario.story_words import EXPECTATIONS, VERBS, described
from tests.builders import ROOT
from tests.engine.scenario.conftest import Fresh

DOCS = ROOT / "docs" / "scenarios.md"
COMMAND_OF = {
    "record": "record_share",
    "act": "tell_of_action",
    "start": "start_process",
    "do": "complete_task",
    "holiday": "add_closure_day",
    "send": "claim_letter",
    "duty": "add_duty_turn",
    "look": "_look",
    "correct": "correct_answers",
    "reopen": "reopen_case",
    "depart": "skip_step",
    "separate": "separate_case",
    "life": "start_process",
    "take_over": "take_over_child",
    "publish": "publish_shipped",
    "migrate": "migrate_instance",
    "reassign": "give_task",
}


def between_marks(path: Path) -> str:
    found = re.search(r"<!-- words: .*? -->(.*?)<!-- end of words -->", path.read_text(), re.DOTALL)
    assert found
    return found[1].strip()


def test_the_docs_have_every_word() -> None:
    assert between_marks(DOCS) == described(), "write it anew with `throughline scenario --words`"


def test_every_verb_is_a_command() -> None:
    assert {COMMAND_OF.get(verb.name, verb.name) for verb in VERBS} <= COMMANDS.keys()


def test_every_expectation_is_checked() -> None:
    assert {word.name for word in EXPECTATIONS} == CHECKS.keys() | {"data", "duty", "lead", "around"}


def test_the_example_in_the_docs_can_be_played(fresh: Fresh) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", DOCS.read_text(), re.DOTALL)
    result = play_on(parse(example, "docs/scenarios.md"), fresh())
    assert result.passed, result.failures
