"""What somebody says is wrong in an answer is kept beside it. The answer stays as it was given."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from engine.base.identifiers import new_id
from engine.casework.locked_case import CaseWork
from engine.record.chain import NewEntry
from engine.tables import DisputeNote


class AnswersPlace(NamedTuple):
    """By what the answers to a form are known: the run, its task or `start`, and which time that was done."""

    instance: str
    element: str
    occurrence: int

    @property
    def as_columns(self) -> dict[str, Any]:
        return {"instance_id": self.instance, "element": self.element, "occurrence": self.occurrence}


def keep_dispute(casework: CaseWork, where: AnswersPlace, said: Mapping[str, Any]) -> None:
    """`said`: of which question (`field`), who says so, in which words, and when they said it."""
    new, case = new_id(), casework.case.id
    casework.changes.add(
        DisputeNote,
        new,
        id=new,
        case_id=case,
        **where.as_columns,
        field=said["field"],
        said_by=said["said_by"],
        words=said["words"],
        said_on=date.fromisoformat(said["said_on"]),
        written_at=casework.now,
        account_id=casework.work.actor.account,
    )
    told = {name: said[name] for name in ("field", "said_by", "words", "said_on")}
    casework.entries.append(NewEntry("disputed", case=case, **where._asdict(), payload=told))
    casework.write_record()
