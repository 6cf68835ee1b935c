"""A story as it stands in its file, checked for shape. Whether its names exist in the models is asked in names.py."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

from engine.base.clock import LONDON
from engine.forms.answer_roles import ACTION_STATES
from engine.forms.departure_rules import HOWS
from engine.process.vocabulary import LIFE_EVENTS
from engine.scenario import story_words
from engine.scenario.misspelt_words import misspelt, not_dates, not_texts, shown, unknown
from engine.scenario.story_cases import faults_of_case
from engine.scenario.story_faults import BadStory, StoryFault
from engine.scenario.story_words import ACT, ON, RECORD, TAKE_OVER
from engine.tables.alarm_tables import ON_DUTY

Table = Mapping[str, Any]
# Verbs that are about the authority, not about a case: a day as its target, what the mail server says, a place.
HOLIDAY, SEND, DUTY, LOOK = "holiday", "send", "duty", "look"
PUBLISH, MIGRATE, CORRECT, REOPEN, REASSIGN = "publish", "migrate", "correct", "reopen", "reassign"
DEPART, SEPARATE, LIFE = "depart", "separate", "life"
# To whom a task may be given beside people, and whom a case may have as its lead.
TEAM, NOBODY = "team", "nobody"
# Whose verbs these are: the product itself does them.
BY_ITSELF = {SEND: "letters leave by themselves", PUBLISH: "a release puts its models in force by itself"}
ITSELF = "system"


@dataclass(frozen=True, slots=True)
class StoryChild:
    """`facts` are what a referral says of the child, by the names of the referral form."""

    name: str
    facts: Table


@dataclass(frozen=True, slots=True)
class StoryStep:
    """One step. `verb` is empty where only time passes, `case` where the step leaves it out; `at` is in UTC.

    `cases` are those of several children who are served at once: `each` has by child what is answered for it alone.
    """

    number: int
    at: datetime
    person: str = ""
    verb: str = ""
    target: str = ""
    case: str = ""
    cases: tuple[str, ...] = ()
    answers: Table = field(default_factory=dict[str, Any])
    each: Mapping[str, Table] = field(default_factory=dict[str, Table])
    agency: str | None = None
    to: str = ""
    refused: str = ""
    fields: tuple[str, ...] = ()
    outage: bool = False
    reason: str = ""
    occurrence: int = 0
    state: str = ""
    why: str = ""
    how: str = ""
    approved_by: str = ""
    on: date | None = None
    expect: Table = field(default_factory=dict[str, Any])

    @property
    def of_each(self) -> tuple["StoryStep", ...]:
        """The step as it is for the case of each child: that alone which its own answers say, and what all have."""
        return tuple(
            replace(self, case=case, cases=(), answers={**self.answers, **self.each.get(case, {})}, each={})
            for case in self.cases
        ) or (self,)


@dataclass(frozen=True, slots=True)
class Story:
    file: str
    title: str
    strict: bool
    children: Mapping[str, StoryChild]
    steps: tuple[StoryStep, ...]


def read(path: Path) -> Story:
    """Raises BadStory."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadStory([StoryFault(str(path), 0, "this is not a text in UTF-8")]) from None
    return parse(text, str(path))


def parse(text: str, file: str) -> Story:
    """Raises BadStory."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadStory([StoryFault(file, 0, f"it cannot be read as it is written: {error}")]) from None
    return from_table(table, file)


def from_table(table: Table, file: str) -> Story:
    """The story that the tables of a TOML file tell. Raises BadStory."""
    faults = [StoryFault(file, 0, sentence) for sentence in _faults_of_story(table)]
    if faults:
        raise BadStory(faults)
    faults = [
        StoryFault(file, number, sentence)
        for number, step in enumerate(table["step"], 1)
        for sentence in _faults_of_step(step, table["child"])
    ]
    steps = tuple(_steps(table["step"], file, faults))
    if faults:
        raise BadStory(faults)
    children = {name: StoryChild(name, _facts(name, facts)) for name, facts in table["child"].items()}
    return Story(file, table.get("title", Path(file).stem), table.get("strict", False), children, steps)


def _faults_of_story(table: Table) -> Iterator[str]:
    yield from misspelt(table, story_words.STORY)
    children, steps = table.get("child"), table.get("step")
    if not children:
        yield "a story needs a child: [child.ada]"
    if not steps:
        yield "a story needs a step: [[step]]"
    for name, child in cast(Table, children if isinstance(children, dict) else {}).items():
        yield from _faults_of_child(name, child)
    if isinstance(steps, list) and not all(isinstance(step, dict) for step in cast(list[object], steps)):
        yield "every step is a table: [[step]]"


def _faults_of_child(name: str, child: object) -> Iterator[str]:
    if not isinstance(child, dict):
        yield f"a child is a table, [child.{name}], not {shown(child)}"
        return
    if "." in name:
        yield f"a child's name has no full stop: {name!r}"
    # Whatever else the referral form asks about a child may stand here too: names.py knows the form.
    facts = cast(Table, child)
    yield from misspelt({key: facts[key] for key in facts if key in _CHILD_WORDS}, story_words.CHILD, f"child.{name}.")


def _faults_of_step(step: Table, children: Table) -> Iterator[str]:
    yield from misspelt(step, (*story_words.STEP, *story_words.VERBS))
    yield from _faults_of_verb(step)
    yield from _faults_of_refusal(step)
    yield from _faults_of_state(step)
    yield from faults_of_case(step, children)
    if isinstance(step.get("expect"), dict):
        yield from _faults_of_expectations(step["expect"])


def _faults_of_verb(step: Table) -> Iterator[str]:
    verbs = [verb.name for verb in story_words.VERBS if verb.name in step]
    if not verbs:
        idle = [key for key in _NEEDS_VERB if key in step]
        yield from (f"{key} needs something that is done; a step may {_VERB_NAMES}" for key in idle)
        return
    if len(verbs) > 1:
        yield f"a step does one thing, not {' and '.join(verbs)}"
    if "as" not in step:
        yield f'{verbs[0]} needs a person: as = "social_worker"'
    if REASSIGN in step and "to" not in step:
        yield f'{REASSIGN} says who is to do it: to = "social_worker.2"'
    if DEPART in step and step.get("how") not in HOWS:
        yield f'{DEPART} says how: how = "skip", "repeat" or "open"'
    yield from _faults_of_target(step)
    misplaced = [key for key, takers in _GOES_WITH.items() if key in step and verbs[0] not in takers]
    yield from (f"{key} goes with {' or '.join(_GOES_WITH[key])}, not with {verbs[0]}" for key in misplaced)


def _faults_of_target(step: Table) -> Iterator[str]:
    """Of the verbs whose targets are not of the models."""
    for verb, words in BY_ITSELF.items():
        if verb in step and step.get("as", ITSELF) != ITSELF:
            yield f'{words}: as = "{ITSELF}"'
    for verb, (what, known) in _TARGETS.items():
        if verb in step and step[verb] not in known:
            yield unknown(what, step[verb], known)


def _faults_of_state(step: Table) -> Iterator[str]:
    if isinstance(step.get("state"), str) and step["state"] not in ACTION_STATES:
        yield unknown("state of an action", step["state"], ACTION_STATES)


def _faults_of_refusal(step: Table) -> Iterator[str]:
    refused = step.get("refused")
    if isinstance(refused, str) and refused not in story_words.REFUSALS:
        yield unknown("refusal", refused, story_words.REFUSALS)
    if "fields" in step and refused != "BadAnswers":
        yield 'fields goes with refused = "BadAnswers"'
    if isinstance(step.get("fields"), list):
        yield from not_texts("fields", step["fields"])


def _faults_of_expectations(expect: Table) -> Iterator[str]:
    yield from misspelt(expect, story_words.EXPECTATIONS, "expect.")
    for key, value in expect.items():
        if isinstance(value, list):
            yield from not_texts(f"expect.{key}", cast(list[object], value))
        elif isinstance(value, dict) and key in ("due", "met"):
            yield from not_dates(f"expect.{key}", cast(Table, value))
    yield from _faults_of_counts(expect.get("actions"))
    if isinstance(expect.get("alarm"), str) and expect["alarm"] not in story_words.ALARMS:
        yield unknown("state of an alarm", expect["alarm"], story_words.ALARMS)
    if isinstance(expect.get("case"), str) and expect["case"] not in ("open", "closed"):
        yield unknown("state of a case", expect["case"], ("open", "closed"))


def _faults_of_counts(by_state: object) -> Iterator[str]:
    for state, number in cast(Table, by_state if isinstance(by_state, dict) else {}).items():
        if state not in ACTION_STATES:
            yield unknown("state of an action", state, ACTION_STATES)
        elif isinstance(number, bool) or not isinstance(number, int):
            yield f"expect.actions.{state} is a number, not {shown(number)}"


def _steps(tables: Sequence[Table], file: str, faults: list[StoryFault]) -> Iterator[StoryStep]:
    """With the times resolved; a time that cannot be is added to the faults."""
    before: datetime | None = None
    for number, table in enumerate(tables, 1):
        written = table.get("at")
        at = instant(written) if isinstance(written, datetime) else before
        if at is None:
            faults.append(StoryFault(file, number, "the first step says when: at = 2013-09-02T10:15:00"))
            return
        if before is not None and at < before:
            faults.append(StoryFault(file, number, f"at = {shown(written)} is earlier than the step before"))
        before = at
        if not faults:
            yield _step(number, at, table)


def instant(written: datetime) -> datetime:
    """A time as a story writes it: without an offset it is London's."""
    return (written if written.tzinfo else written.replace(tzinfo=LONDON)).astimezone(UTC)


def _step(number: int, at: datetime, table: Table) -> StoryStep:
    verb = next((verb.name for verb in story_words.VERBS if verb.name in table), "")
    return StoryStep(
        number=number,
        at=at,
        person=table.get("as", ""),
        verb=verb,
        target=str(table.get(verb, "")),
        case=table.get("case", "") or str(table.get(SEPARATE, "")),
        cases=tuple(table.get("cases", ())),
        answers=table.get("with", {}),
        each=table.get("each", {}),
        agency=table.get("for"),
        to=table.get("to", ""),
        refused=table.get("refused", ""),
        fields=tuple(table.get("fields", ())),
        outage=table.get("outage", False),
        reason=table.get("reason", ""),
        occurrence=table.get("occurrence", 0),
        state=table.get("state", ""),
        why=table.get("why", ""),
        how=table.get("how", ""),
        approved_by=table.get("approved_by", ""),
        on=table.get(ON),
        expect=table.get("expect", {}),
    )


def _facts(name: str, written: Table) -> Table:
    return {"given_name": name.capitalize(), "family_name": "Example"} | dict(written)


_CHILD_WORDS = frozenset(word.name for word in story_words.CHILD)
_VERB_NAMES = " or ".join(verb.name for verb in story_words.VERBS)
_NEEDS_VERB = (
    *("as", "with", "for", "to", "refused", "fields", "reason", "occurrence", "state", "why", "how", "approved_by", ON),
)
_TARGETS = {
    SEND: ("answer of a mail server", story_words.MAIL_SERVER),
    DUTY: ("place on the duty list", ON_DUTY),
    LOOK: ("page", ("case",)),
    RECORD: ("thing to record", story_words.RECORDS),
    LIFE: ("event of a life", LIFE_EVENTS),
}
_BY_HAND = (MIGRATE, RECORD, CORRECT, DEPART, LIFE, SEPARATE, TAKE_OVER)
_GOES_WITH = {
    "with": (*("start", "do", "release", REASSIGN, DUTY, HOLIDAY, PUBLISH), *_BY_HAND),
    "for": ("do", "claim", "release", REASSIGN, DEPART),
    **dict.fromkeys(("cases", "each"), ("start", "do", LIFE)),
    "reason": (CORRECT, REOPEN, DEPART, SEPARATE),
    "to": (REASSIGN,),
    ON: (LIFE,),
    "occurrence": (CORRECT,),
    **dict.fromkeys(("state", "why"), (ACT,)),
    **dict.fromkeys(("how", "approved_by"), (DEPART,)),
}
