"""What runs on earlier models, and what was carried over to those in force: page for process owners."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from engine.facts.models import in_force
from engine.people.identity import PATHWAY_APPROVER, STUDIO, Actor
from engine.people.who_knows import is_open_to
from engine.people.who_may import must_hold
from engine.reads.authority.carry_overs import CameOfIt, CarryOverRow, carry_over, carry_over_called, carry_overs
from engine.reads.list_page import Wanted
from engine.reads.studio.draft_rights import changes_all
from engine.tables import Case, Instance, Publication


@dataclass(frozen=True, slots=True)
class CarryingOverPage:
    """`elsewhere` counts the processes that run on other models than those in force."""

    bundle: str
    elsewhere: int
    done: Sequence[CarryOverRow]
    may_change: bool
    cases_shown: tuple[str, ...] = ()

    @property
    def is_under_way(self) -> bool:
        return any(one.waits for one in self.done)


@dataclass(frozen=True, slots=True)
class CameOfItPage:
    """Cases are named by their references alone; of the children nothing is said. `models`: when and why the models to
    which it goes over were put in force here last.
    """

    id: str
    found: CameOfIt
    models: tuple[datetime, str]
    may_agree: bool
    may_take_back: bool
    cases_shown: tuple[str, ...] = ()


def carrying_over_page(connection: Connection, actor: Actor, _now: datetime) -> CarryingOverPage:
    """Raises NotAllowed for whoever has nothing to do with the pathway."""
    must_hold(actor, STUDIO)
    bundle = in_force(connection, actor.within).hash
    elsewhere = connection.execute(
        select(func.count())
        .select_from(Instance)
        .join(Case, Case.id == Instance.case_id)
        # of cases that are kept from the reader nothing is said
        .where(
            Case.authority_id == actor.within,
            is_open_to(actor),
            Instance.status == "running",
            Instance.bundle_hash != bundle,
        )
    ).scalar_one()
    return CarryingOverPage(bundle, elsewhere, carry_overs(connection, actor), changes_all(actor))


def came_of_it(connection: Connection, actor: Actor, now: datetime, number: int, wanted: Wanted) -> CameOfItPage:
    """Raises NotAllowed, and NotFound where there is none of this number."""
    must_hold(actor, STUDIO)
    asked = carry_over_called(connection, actor.within, number)
    found = carry_over(connection, actor, now, number, wanted)
    is_second = PATHWAY_APPROVER in actor.roles and actor.account != asked.asked_by
    models = _put_in_force(connection, actor.within, found.asked.bundle)
    may_agree = is_second and found.asked.waits_for_second
    return CameOfItPage(asked.id, found, models, may_agree, changes_all(actor))


def _put_in_force(connection: Connection, authority: str, bundle: str) -> tuple[datetime, str]:
    """When last, and why. What is asked for goes to models that were put in force in the authority."""
    ours = (Publication.authority_id == authority, Publication.bundle_hash == bundle)
    said = select(Publication.in_force_from, Publication.reason).where(*ours)
    row = connection.execute(said.order_by(Publication.number.desc()).limit(1)).one()
    return row.in_force_from, row.reason
