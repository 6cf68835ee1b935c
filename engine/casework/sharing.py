"""What was shared is kept with the case, and so is what the child or a parent wishes about sharing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from engine.base.identifiers import new_id
from engine.casework.case_rows import InstanceRow
from engine.casework.corrected_clocks import Corrected
from engine.casework.disputing import AnswersPlace
from engine.casework.locked_case import CaseWork
from engine.forms.sharing_block import Recipients, Share, shared_by
from engine.people.identity import Actor
from engine.tables import SharedInformation, SharingWish
from engine.timescales.calendar import day_of

WISH = ("whose", "who", "against", "agencies", "others", "what", "why")
"""What a wish says, by its columns."""


@dataclass(frozen=True, slots=True)
class SharingTask:
    """The task by which something was shared, and which time it was done."""

    instance: InstanceRow
    element: str
    occurrence: int


def keep_share(
    casework: CaseWork, share: Share, by: Actor, *, on: date | None = None, task: SharingTask | None = None
) -> None:
    """The row and its entry, still to be written. `on` is the day, else that on which what was done happened."""
    new, day = new_id(), on or day_of(casework.happened_at)
    said = share_columns(share)
    casework.changes.add(
        SharedInformation,
        new,
        id=new,
        case_id=casework.case.id,
        instance_id=task.instance.id if task else None,
        element=task.element if task else "",
        occurrence=task.occurrence if task else 1,
        **said,
        shared_on=day,
        recorded_at=casework.now,
        account_id=by.account,
    )
    place: dict[str, Any] = {"element": task.element, "occurrence": task.occurrence} if task else {}
    payload = {**said, "shared_on": day.isoformat()}
    casework.note("shared", task.instance if task else None, **place, payload=payload)


def correct_share(casework: CaseWork, said: Corrected, place: AnswersPlace) -> None:
    """What a task shared is what its answers say now: what they said before stays beside them. The rows are written."""
    was = casework.connection.execute(select(SharedInformation.id).filter_by(**place.as_columns)).scalar_one_or_none()
    share, on = shared_by(said.form, said.after), day_of(said.happened[1])
    if share is None:
        casework.connection.execute(delete(SharedInformation).where(SharedInformation.id == was))
    elif was is None:
        task = SharingTask(said.instance, place.element, place.occurrence)
        keep_share(casework, share, casework.work.actor, on=on, task=task)
    else:
        casework.changes.change(SharedInformation, was, **share_columns(share), shared_on=on)
    casework.write_rows()


def share_columns(share: Share) -> dict[str, Any]:
    """As a row of `shared_information` has it, in JSON."""
    said = {**asdict(share), "agencies": [*share.to.agencies], "others": share.to.others}
    said.pop("to")
    return said


def keep_wish(casework: CaseWork, wish: str, said: Mapping[str, Any]) -> None:
    """`wish` is its id. `said`: as a row of `sharing_wish` has it, in JSON; `ends`: the wish that holds no longer, of
    this or another case of the child.
    """
    casework.changes.add(
        SharingWish,
        wish,
        id=wish,
        case_id=casework.case.id,
        ends_id=said["ends"],
        withdrawn=said["withdrawn"],
        **{name: said[name] for name in WISH},
        said_on=date.fromisoformat(said["said_on"]),
        source=said["source"],
        recorded_at=casework.now,
        account_id=casework.work.actor.account,
    )
    casework.note("sharing_wish", payload={"wish": wish, **said})
    casework.write_record()


def keep_again(casework: CaseWork, kind: str, said: Mapping[str, Any]) -> None:
    """As an entry `shared` or `sharing_wish` says that it was kept, by a command of its own."""
    rest = {**said}
    if kind == "sharing_wish":
        keep_wish(casework, rest.pop("wish"), rest)
        return
    to, on = Recipients(tuple(rest.pop("agencies")), rest.pop("others")), date.fromisoformat(rest.pop("shared_on"))
    keep_share(casework, Share(to=to, **rest), casework.work.actor, on=on)
    casework.write_record()
