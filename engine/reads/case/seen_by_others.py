"""What others would see of a case: an organisation that has a part in it, or whoever is written to.

For those who see all of it. They look at it, and nobody else: the look is theirs.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.base.errors import NotFound, NotPossible, RefusalCode
from engine.facts.models import in_force
from engine.people.identity import Actor, Held
from engine.people.who_knows import knows, must_know, must_see_all
from engine.process.bundle import Model
from engine.reads.authority.people import ChildView
from engine.reads.case.case_page import CaseView
from engine.reads.case.case_page import case as case_page
from engine.reads.case.earlier import EarlierAnswers
from engine.reads.case.shown_sections import ShownSection, shown_sections
from engine.tables import Case, Organisation

RESTRICTED = "This case is restricted: of other organisations those alone know of it who are named."


@dataclass(frozen=True, slots=True)
class SeenByOthers:
    """`who` is the name of the organisation, or of the group that letters are written to, of which `view` is None: no
    page is theirs.
    """

    id: str
    reference: str
    child: ChildView
    who: str
    view: CaseView | None
    shown: tuple[ShownSection, ...]
    cases_shown: tuple[str, ...]


def seen_by_others(connection: Connection, actor: Actor, now: datetime, case: str, reader: str) -> SeenByOthers:
    """`reader` is the id of an organisation or of a group of letters. Raises NotFound where the case is none of which
    the actor may know, or there is no such reader of it, NotAllowed for who does not see all of the case, and
    NotPossible of a restricted case: of an organisation those know of it who are named.
    """
    must_see_all(connection, actor, case)
    its_model, own = in_force(connection, actor.within), case_page(connection, actor, now, case)
    group = its_model.groups.get(reader)
    if group and group.letters:
        shown = shown_sections(connection, EarlierAnswers(connection, actor, case, letters=group.id))
        return SeenByOthers(own.id, own.reference, own.child, group.name, None, shown, own.cases_shown)
    somebody = _somebody_at(connection, actor, its_model, reader)
    if any(one.organisation == reader for one in own.parts.held) and not _knows(connection, somebody, case):
        raise NotPossible(RESTRICTED, code=RefusalCode.NAMED_ALONE)
    must_know(connection, somebody, case)
    view = case_page(connection, somebody, now, case)
    shown_to_both = tuple(dict.fromkeys((*own.cases_shown, *view.cases_shown)))
    return SeenByOthers(own.id, own.reference, own.child, somebody.name, view, view.shown, shown_to_both)


def _knows(connection: Connection, somebody: Actor, case: str) -> bool:
    return connection.scalar(select(Case.id).where(Case.id == case, knows(somebody))) is not None


def _somebody_at(connection: Connection, actor: Actor, its_model: Model, organisation: str) -> Actor:
    """Nobody who exists: of this organisation, in the role in which its agency does what is asked of it."""
    row = connection.execute(
        select(Organisation.name, Organisation.agency).where(
            Organisation.id == organisation, Organisation.authority_id == actor.authority, ~Organisation.leads
        )
    ).one_or_none()
    if row is None or row.agency not in its_model.agencies:
        raise NotFound
    held = Held(its_model.agencies[row.agency].role, organisation, row.agency)
    return Actor(None, row.name, (held,), actor.authority, actor.moment)
