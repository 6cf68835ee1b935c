"""Somebody has read what a publication changed, and is not told it again."""

from sqlalchemy import insert, select, update

from engine.base.database import one_at_a_time
from engine.base.errors import NotFound
from engine.facts.publication_news import IN_LISTS, subject_of
from engine.people.command import CommandRight, Work, command
from engine.people.who_knows import must_know
from engine.people.who_may import sees_task
from engine.tables import Case, NewsRead, Publication, WorkItem

_WHOSE = (WorkItem.role, WorkItem.also, WorkItem.agency_id, Case.team_id)


@command(may=CommandRight.SIGNED_IN)
def note_news_read(work: Work, number: int) -> None:
    """At the head of the lists, of this publication and those before it. Raises NotFound where there is none."""
    _keep(work, IN_LISTS, number)


@command(may=CommandRight.SIGNED_IN)
def note_news_of_task_read(work: Work, work_item: str, number: int) -> None:
    """At a task, of this kind of task. Raises NotFound for a task that the actor may not know of, too."""
    its = select(WorkItem.case_id, WorkItem.process, WorkItem.element, *_WHOSE)
    item = work.connection.execute(its.join(Case, Case.id == WorkItem.case_id).where(WorkItem.id == work_item))
    found = item.one_or_none()
    if found is None:
        raise NotFound
    must_know(work.connection, work.actor, found.case_id)
    if not sees_task(work.actor, found.role, found.also, found.agency_id, found.team_id):
        raise NotFound
    _keep(work, subject_of(found.process, found.element), number)


def _keep(work: Work, subject: str, number: int) -> None:
    ours = (Publication.authority_id == work.authority, Publication.number == number)
    if work.actor.account is None or work.connection.scalar(select(Publication.number).where(*ours)) is None:
        raise NotFound
    one_at_a_time(work.connection, f"news of {work.actor.account}")
    mine = (NewsRead.account_id == work.actor.account, NewsRead.subject == subject)
    known = work.connection.scalar(select(NewsRead.number).where(*mine))
    if known is None:
        row = {"account_id": work.actor.account, "subject": subject, "number": number}
        work.connection.execute(insert(NewsRead).values(**row))
    elif known < number:
        work.connection.execute(update(NewsRead).where(*mine).values(number=number))
