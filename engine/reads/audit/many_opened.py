"""How many cases somebody has opened in the last hour, and whether they have said why."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, select
from sqlalchemy.orm import aliased

from engine.facts.keeping_forms import WHY_MANY
from engine.people.identity import Actor
from engine.reads.audit.looks_of_days import acts, of_person
from engine.reads.audit.who_looked import opened_not_listed
from engine.reads.task.form_view import FormView, asked_plainly
from engine.tables import Act, Chain, Shown

SHORT = timedelta(hours=1)
EXPLAINED = "many_opened_explained"
# For so long whoever has said why is not asked again: a day of work.
HOLDS = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class WhyMany:
    """`number` is how many different cases were on the pages that the reader opened within the hour."""

    number: int
    form: FormView
    cases_shown: tuple[str, ...] = ()


def must_say_why(connection: Connection, actor: Actor, now: datetime, most: int) -> bool:
    """Before they open one more than `most` in an hour."""
    return opened_in_hour(connection, actor, now) >= most and not _has_said(connection, actor, now)


def why_many(connection: Connection, actor: Actor, now: datetime) -> WhyMany:
    """Of the reader."""
    return WhyMany(opened_in_hour(connection, actor, now), asked_plainly(WHY_MANY, {}))


def opened_in_hour(connection: Connection, actor: Actor, now: datetime) -> int:
    looker = aliased(Chain)
    counted = acts(func.count(Shown.case_id.distinct())).join(looker, looker.name == Act.chain)
    shown = counted.join(Shown, and_(Shown.chain_id == looker.id, Shown.number == Act.number))
    looked = (Act.at > now - SHORT, Act.kind == "viewed", of_person(actor.account or ""), opened_not_listed())
    return connection.execute(shown.where(*looked)).scalar_one()


def _has_said(connection: Connection, actor: Actor, now: datetime) -> bool:
    said = (Act.at > now - HOLDS, Act.kind == EXPLAINED, of_person(actor.account or ""))
    return connection.scalar(select(Act.number).where(*said).limit(1)) is not None
