"""What somebody did in a try by hand, as the table of a story in JSON: its moments are texts, in London as stories
write them, and `begins_at` says when it begins. Nothing here reads or writes; each function gives a new table.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from engine.base.clock import LONDON
from engine.process.bundle import START, Model
from engine.scenario.fields import children_of, inside, roles_in
from engine.scenario.story import Story, from_table, instant
from engine.scenario.story_cases import OTHER
from engine.trial.retold_answers import BIRTHS

Told = Mapping[str, Any]
FILE = "try"
CHILD_FACTS = ("given_name", "family_name", *BIRTHS)
A_MINUTE = timedelta(minutes=1)
"""What each step takes: so the record of a try has one order."""


def begun(at: datetime) -> dict[str, Any]:
    return {"begins_at": in_words_of_stories(at), "child": {}, "step": []}


def in_words_of_stories(moment: datetime) -> str:
    """To the minute; with its zone in the hour that comes twice in autumn."""
    local = moment.astimezone(LONDON).replace(second=0, microsecond=0)
    plain = local.replace(tzinfo=None, fold=0)
    return (plain if instant(plain) == local.astimezone(UTC) else local).isoformat(timespec="minutes")


def moment_of(told: Told, steps: int | None = None) -> datetime:
    """When it stands, or stood after so many steps."""
    done = told["step"][:steps]
    return instant(datetime.fromisoformat(done[-1]["at"] if done else told["begins_at"]))


def next_moment(told: Told) -> datetime:
    """When the next thing is done."""
    return moment_of(told) + A_MINUTE


def story_of(told: Told) -> Story:
    """To be played as it is: nothing is filled in. Raises BadStory."""
    return from_table({**tables_of(told), "strict": True}, FILE)


def tables_of(told: Told) -> dict[str, Any]:
    """As TOML has them."""
    children = {
        name: {fact: date.fromisoformat(one) if fact in BIRTHS and one else one for fact, one in facts.items()}
        for name, facts in told["child"].items()
    }
    steps = [{**step, "at": datetime.fromisoformat(step["at"])} for step in told["step"]]
    return {"child": children, "step": steps}


def with_step(told: Told, step: Mapping[str, Any], children: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """With one thing more done. `children` are those that it names for the first time."""
    at = step.get("at", next_moment(told))
    written = {"at": in_words_of_stories(at), **{name: one for name, one in step.items() if name != "at" and one}}
    return {**told, "child": {**told["child"], **(children or {})}, "step": [*told["step"], written]}


def without_from(told: Told, number: int) -> dict[str, Any]:
    """Without that step and all that come after it, nor the children that they alone brought. The first is 1."""
    steps = told["step"][: number - 1]
    named = set(_named(steps))
    return {**told, "child": {name: one for name, one in told["child"].items() if name in named}, "step": steps}


def _named(steps: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Each child whom a step brought in, and more."""
    for step in steps:
        for answer in step.get("with", {}).values() if "start" in step else ():
            listed = cast("list[object]", answer) if isinstance(answer, list) else ()
            yield from (one for one in listed if isinstance(one, str))


def referring(
    told: Told, model: Model, process: str, answers: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The step of a start form that opens cases, and the children whom it names for the first time.

    A child who is said to be just as one of the story, and comes alone, is that one: a second case opens for them.
    """
    field, item = children_of(model.form(process, START) or {})
    facts = [_facts(item, one) for one in cast("Sequence[Mapping[str, Any]]", answers.get(field, ()))]
    known = {name: one for name, one in told["child"].items() if one in facts}
    step: dict[str, Any] = {"start": process}
    new: dict[str, Any] = {}
    if len(facts) == 1 and known:
        names = [min(known)]
        step["case"] = f"{names[0]}.{1 + _cases_of(told, names[0])}"
    else:
        for one in facts:
            new[_name(str(one.get("given_name", "")), {*told["child"], *new})] = one
        names = [*new]
    return {**step, "with": {**answers, field: names}}, new


def _facts(item: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    roles = {field: role for role, field in roles_in(item).items()}
    known = {roles[name] if roles.get(name) in CHILD_FACTS else name: one for name, one in answers.items()}
    # What a story leaves out of a child's name stands for something; here nothing was said.
    names = {role: "" for role in ("given_name", "family_name") if role in roles.values()}
    return {**names, **{name: one for name, one in known.items() if name in CHILD_FACTS or name in inside(item)}}


def _cases_of(told: Told, child: str) -> int:
    """How many cases its referrals have opened."""
    return sum(child in _named([step]) for step in told["step"])


def _name(given: str, taken: set[str]) -> str:
    plain = re.sub("[^a-z0-9_]+", "_", given.casefold()).strip("_") or "child"
    number, name = 1, plain
    while name in taken or name == OTHER:
        number += 1
        name = f"{plain}_{number}"
    return name
