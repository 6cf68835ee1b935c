"""A fact of a child, or of somebody around the child, is kept: a row and its entry."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.base.identifiers import new_id
from engine.casework.locked_case import CaseWork
from engine.facts.personal_forms import AS_THEIR_COLUMNS, PERSON
from engine.tables import PersonalFact

_DAYS = ("holds_from", "holds_until", "known_on", "ended_on")


@dataclass(frozen=True, slots=True)
class FactEnd:
    """`ends_id` is the fact that holds no longer, `ended_as` what became of it, `ended_on` since when, where it ever
    was so. `only`: nothing takes its place.
    """

    ends_id: str | None = None
    ended_as: str = ""
    ended_on: str | None = None
    only: bool = False


@dataclass(frozen=True, slots=True)
class NewFact:
    """`about` is empty for somebody who is named for the first time. `answers` are those to the form of its kind."""

    kind: str
    about: str
    name: str
    answers: Mapping[str, Any]
    end: FactEnd = field(default_factory=FactEnd)

    def as_columns(self, new: str) -> dict[str, Any]:
        """As a row of `personal_fact` has it, in JSON; `new` is its id."""
        given = self.answers
        asked_of_end = {"ended_as", "ended_on"} if self.end.ends_id else set[str]()
        return {
            "about": self.about or new,
            "ends_id": self.end.ends_id,
            "ended_as": self.end.ended_as,
            "ended_on": self.end.ended_on,
            "only_ends": self.end.only,
            "kind": self.kind,
            "name": given.get("name", self.name) if self.kind == PERSON else self.name,
            "said": {name: value for name, value in given.items() if name not in (*AS_THEIR_COLUMNS, *asked_of_end)},
            "holds_from": given.get("from_day"),
            "holds_until": given.get("until_day"),
            "known_on": given["known_on"],
            "source": given["source"],
        }


def keep_facts(casework: CaseWork, facts: Iterable[NewFact]) -> None:
    """Each with its row and entry, in one act: what is said of somebody who is named in the first is of them."""
    whose = ""
    for one in facts:
        new = new_id()
        said = one.as_columns(new)
        said["about"] = one.about or whose or new
        whose = said["about"]
        _keep(casework, new, said)
    casework.write_record()


def keep_facts_again(casework: CaseWork, said: Iterable[Mapping[str, Any]]) -> None:
    """As entries `personal_fact` of one act say that they were kept."""
    for one in said:
        rest = {**one}
        _keep(casework, rest.pop("fact"), rest)
    casework.write_record()


def _keep(casework: CaseWork, new: str, said: Mapping[str, Any]) -> None:
    days = {name: date.fromisoformat(said[name]) if said[name] else None for name in _DAYS}
    casework.changes.add(
        PersonalFact,
        new,
        id=new,
        case_id=casework.case.id,
        **{**said, **days},
        recorded_at=casework.now,
        account_id=casework.work.actor.account,
    )
    casework.note("personal_fact", payload={"fact": new, **said})
