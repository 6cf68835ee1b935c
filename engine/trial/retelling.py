"""A story made from a recorded case, with nothing in it of whom it was about: to be kept beside the drawings as a test.

It is played before anybody has it, on the models of the case, and ends where it stops coming out as the record says.
That it was taken is in the record of whoever took it, before they have it.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, cast

from sqlalchemy import Connection, select
from structlog.testing import capture_logs

from engine.base.database import Database
from engine.base.errors import NotPossible, RefusalCode
from engine.commands.exports import record_story
from engine.facts.models import files
from engine.facts.models import model as model_of
from engine.people.identity import Actor
from engine.people.who_knows import must_see_all
from engine.record.chain import RecordedEntry, case_chain, lines
from engine.rerun.rerunning import read_case, why_not
from engine.scenario.databases import put_files, temporary
from engine.scenario.player import Result
from engine.scenario.running import play_on
from engine.scenario.story import BadStory, parse
from engine.scenario.written import written
from engine.tables import Account, Deadline, Membership, WorkItem
from engine.trial.moved_days import moved_days
from engine.trial.retold_answers import BIRTHS, RetoldAnswers, StepCompared
from engine.trial.retold_people import RetoldPeople
from engine.trial.retold_steps import RetoldSteps

FILE = "story.toml"
FROM_RECORD = "Made from a recorded case. Decisions, days and choices are the record’s; names and words are not."
ON_SEVERAL = "The case ran on several models: the story is told on those on which it began last."


@dataclass(frozen=True, slots=True)
class RetoldCase:
    """`text` is the file; `steps` of the case that it tells, of `of` that people did. `process` is the one with which
    it begins, `compared` what became of the answers step by step.
    """

    text: str
    steps: int
    of: int
    remarks: tuple[str, ...]
    process: str
    compared: tuple[StepCompared, ...]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def story_of_case(database: Database, actor: Actor, now: datetime, case: str, random: Random) -> RetoldCase:
    """Raises NotFound and NotAllowed (`who_knows.must_see_all`), and NotPossible where nothing of it can be told."""
    with database.snapshot() as live:
        must_see_all(live, actor, case)
        chain = lines(live, case_chain(case))
        if reason := why_not(chain):
            raise _not_possible(reason)
        told, content = _told(live, case, chain, random)
    made = _as_far_as_it_plays(told, content)
    record_story(database, actor, now, case, made.sha256)
    return made


def _told(
    live: Connection, case: str, chain: Sequence[RecordedEntry], random: Random
) -> tuple[RetoldSteps, Mapping[str, bytes]]:
    recorded = read_case(live, case, chain)
    bundle = [line.bundle for line in chain if line.kind == "started" and line.bundle][-1]
    model = model_of(live, bundle)
    born, expected = (_days(recorded.chains[case].child, name) for name in BIRTHS)
    days = moved_days(_moments(live, case, chain), born, expected, random)
    people = RetoldPeople(model, _roles(live, recorded.authority))
    steps = RetoldSteps(
        model=model,
        chain=recorded.chains[case],
        days=days,
        people=people,
        answers=RetoldAnswers(model, days, people.chosen, frozenset(_words([line.payload for line in chain]))),
        agencies=_agencies(live, case),
    )
    steps.tell()
    return steps, files(live, bundle)


def _moments(live: Connection, case: str, chain: Sequence[RecordedEntry]) -> list[datetime]:
    """When anything happened, and the days of all clocks."""
    due = live.scalars(select(Deadline.due_at).where(Deadline.case_id == case)).all()
    return [*(line.at for line in chain), *due]


def _days(child: Mapping[str, Any], name: str) -> list[date]:
    return [date.fromisoformat(child[name])] if child.get(name) else []


def _words(value: Any) -> Iterator[str]:
    """Every word that stands in it, in small letters."""
    if isinstance(value, str):
        yield from re.findall(r"\w+", value.casefold())
    elif isinstance(value, Mapping):
        yield from _words([*cast("Mapping[str, Any]", value).values()])
    elif isinstance(value, list):
        for one in cast("list[Any]", value):
            yield from _words(one)


def _roles(live: Connection, authority: str) -> Mapping[str, Sequence[str]]:
    held: dict[str, list[str]] = {}
    ours = select(Membership.account_id, Membership.role).join(Account, Account.id == Membership.account_id)
    for account, role in live.execute(ours.where(Account.authority_id == authority).order_by(Membership.id)):
        held.setdefault(account, []).append(role)
    return held


def _agencies(live: Connection, case: str) -> Mapping[tuple[str, str, int], str]:
    columns = (WorkItem.instance_id, WorkItem.element, WorkItem.occurrence, WorkItem.agency_id)
    rows = live.execute(select(*columns).where(WorkItem.case_id == case))
    return {(row.instance_id, row.element, row.occurrence): row.agency_id or "" for row in rows}


def _as_far_as_it_plays(told: RetoldSteps, content: Mapping[str, bytes]) -> RetoldCase:
    """Raises NotPossible where not even its first step comes out."""
    steps, ended_by = told.steps, told.ended_by
    with TemporaryDirectory(prefix="throughline-story-") as folder, capture_logs():
        put_files(Path(folder), content)
        with temporary(Path(folder)) as fresh:
            while any("as" in step for step in steps):
                remarks = _remarks(told, ended_by)
                text = written(_story(told, steps), remarks)
                result = _played(text, fresh())
                if result.passed:
                    return RetoldCase(
                        text,
                        sum(not step.keys().isdisjoint(("start", "do")) for step in steps),
                        told.acts_of_people,
                        remarks,
                        told.processes()[0],
                        tuple(one for one in told.compared if one.number <= len(steps)),
                    )
                failure = result.failures[0]
                steps, ended_by = (
                    steps[: failure.step - 1],
                    f"{failure.what}: the record says {failure.expected}, and played it is {failure.found}",
                )
    raise _not_possible(ended_by or "nobody did anything in it")


def _played(text: str, database: Database) -> Result:
    """Raises NotPossible."""
    try:
        return play_on(parse(text, FILE), database)
    except BadStory as fault:
        raise _not_possible(str(fault)) from None


def _remarks(told: RetoldSteps, ended_by: str) -> tuple[str, ...]:
    several = [ON_SEVERAL] if told.ran_on_several else []
    ends = [f"The record goes on, and the story ends here: {ended_by}."] if ended_by else []
    return (FROM_RECORD, *told.days.remarks(), *several, *ends)


def _story(told: RetoldSteps, steps: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    named = [told.model.drawings[one].name for one in told.processes() if one in told.model.drawings]
    child = {told.child["given_name"].casefold().replace(" ", "_"): told.child}
    return {"title": f"A recorded case: {', '.join(named)}", "child": child, "step": steps}


def _not_possible(why: str) -> NotPossible:
    return NotPossible(f"No story can be made of this case: {why}.", code=RefusalCode.NO_STORY)
