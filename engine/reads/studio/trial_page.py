"""A trial of a draft in the background, as whoever waits for it sees it: how far it has come, and what was found.

A case is shown by its reference alone, with its process and step in words; the child is named to who may know of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.facts.change_files import change_row, files_of_change
from engine.facts.trial_states import FAULT, TrialState, trial_state
from engine.people.identity import STUDIO, Actor
from engine.people.who_knows import is_open_to, knows
from engine.people.who_may import must_hold
from engine.process.bundle import bundle_hash
from engine.reads.authority.people import names_of_accounts
from engine.tables import Case, NamedRow, Person, Trial
from engine.tables.studio_tables import TRIAL_KINDS

CASES = TRIAL_KINDS[0]


@dataclass(frozen=True, slots=True)
class CaseOfTrial:
    """`id` and `child` are empty for who may not know of the case; `entry` is where it shows first in its record."""

    reference: str
    entry: int
    id: str = ""
    child: str = ""


@dataclass(frozen=True, slots=True)
class GroupOfTrial:
    """What would be otherwise for one cause, in words; in how many cases, of which not all need be named."""

    words: str
    number: int
    cases: tuple[CaseOfTrial, ...]


@dataclass(frozen=True, slots=True)
class TrialShown:
    """The newest of its kind. `is_of_these`: of the draft as it stands now. `lines` are what it came to as a whole,
    `running` what of that which runs now could go over, the whole first.
    """

    id: str
    kind: str
    state: TrialState
    is_of_these: bool
    started_by: str
    started_at: datetime
    seen_at: datetime
    done: int
    total: int
    fault: str
    lines: tuple[str, ...]
    running: tuple[str, ...]
    groups: tuple[GroupOfTrial, ...]
    cases_shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrialsShown:
    """By kind, those that there are."""

    trials: Mapping[str, TrialShown]

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(case for one in self.trials.values() for case in one.cases_shown))


@dataclass(frozen=True, slots=True)
class TriedOnCases:
    """What the newest trial on recorded cases came to as a whole, and for what runs now. `is_of_these`: of the draft as
    it stands now.
    """

    state: TrialState
    is_of_these: bool
    lines: tuple[str, ...]


def tried_on_cases(connection: Connection, now: datetime, change: str, stands: str) -> TriedOnCases | None:
    """None where it has not been tried; `stands` is the hash of the draft now. No case is named."""
    row = _newest(connection, change, CASES)
    if row is None:
        return None
    found: Mapping[str, Any] = row.result or {}
    state = trial_state(now, row)
    whole = [found["words"]] if "words" in found else []
    return TriedOnCases(state, row.change_hash == stands, (*whole, *found.get("lines", ())[:1]))


def trials_of_change(connection: Connection, actor: Actor, now: datetime, change: str) -> TrialsShown:
    """Raises NotFound, and NotAllowed for who has nothing to do with drafts."""
    must_hold(actor, STUDIO)
    row = change_row(connection, actor.within, change)
    stands = bundle_hash(files_of_change(connection, actor.within, row).models)
    by_kind = {kind: row for kind in TRIAL_KINDS if (row := _newest(connection, change, kind))}
    return TrialsShown({kind: _shown(connection, actor, now, one, stands) for kind, one in sorted(by_kind.items())})


def _newest(connection: Connection, change: str, kind: str) -> NamedRow | None:
    of_kind = select(Trial.__table__).where(Trial.change_id == change, Trial.kind == kind)
    return connection.execute(of_kind.order_by(Trial.started_at.desc(), Trial.id.desc()).limit(1)).one_or_none()


def _shown(connection: Connection, actor: Actor, now: datetime, row: NamedRow, stands: str) -> TrialShown:
    found: Mapping[str, Any] = row.result or {}
    groups: Sequence[Mapping[str, Any]] = found.get("groups", ())
    named = tuple(dict.fromkeys(one["case"] for group in groups for one in group["cases"]))
    cases = _open_to(connection, actor, named)
    children = _children(connection, actor, cases)
    limits = [one["words"] for one in found.get("limits", ())]
    whole = [found["words"]] if "words" in found else []
    said: Sequence[str] = found.get("lines", ())
    return TrialShown(
        id=row.id,
        kind=row.kind,
        state=trial_state(now, row),
        is_of_these=row.change_hash == stands,
        started_by=names_of_accounts(connection, [row.started_by]).get(row.started_by, ""),
        started_at=row.started_at,
        seen_at=row.seen_at,
        done=row.done,
        total=row.total,
        fault=found.get(FAULT, ""),
        lines=(*whole, *limits, *(() if row.kind == CASES else said)),
        running=tuple(said) if row.kind == CASES else (),
        groups=tuple(_group(group, cases, children) for group in groups),
        cases_shown=cases,
    )


def _group(group: Mapping[str, Any], open_to: Sequence[str], children: Mapping[str, str]) -> GroupOfTrial:
    cases = (_case(one, children) for one in group["cases"] if one["case"] in open_to)
    return GroupOfTrial(group["words"], group["number"], tuple(cases))


def _open_to(connection: Connection, actor: Actor, cases: Sequence[str]) -> tuple[str, ...]:
    """In their order, those that are not kept from the reader: by now somebody may be barred who was not then."""
    open_to = select(Case.id).where(Case.id.in_(cases), is_open_to(actor))
    there = {*connection.scalars(open_to)} if cases else set[str]()
    return tuple(one for one in cases if one in there)


def _case(one: Mapping[str, Any], children: Mapping[str, str]) -> CaseOfTrial:
    if one["case"] not in children:
        return CaseOfTrial(one["reference"], one["entry"])
    return CaseOfTrial(one["reference"], one["entry"], one["case"], children[one["case"]])


def _children(connection: Connection, actor: Actor, cases: Sequence[str]) -> Mapping[str, str]:
    """By case, of those of which the actor may know."""
    named = select(Case.id, Person.given_name, Person.family_name).join(Person, Person.id == Case.person_id)
    rows = connection.execute(named.where(Case.id.in_(cases), knows(actor))) if cases else ()
    return {row.id: f"{row.given_name} {row.family_name}".strip() for row in rows}
