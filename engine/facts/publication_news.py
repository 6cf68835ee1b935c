"""What changed in words for somebody who does tasks: of each publication that they have not read about yet.

It is told of the models on which the very task runs, and against those by which the person did such a task last: a case
goes on as it began, so that what is in force need not hold for it. Whoever is new is told nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, String, bindparam, func, select
from sqlalchemy.orm import aliased

from engine.people.identity import Actor
from engine.tables import Account, Answers, Instance, NamedRow, NewsRead, Publication, models_then

IN_LISTS = ""
"""What was read at the head of the lists of tasks, of any task."""
MOST = 5
"""Publications of which is told at once, the newest."""


@dataclass(frozen=True, slots=True)
class PublicationNews:
    """`words` are whole sentences; `change` is the draft that it came from, None for what came with the product."""

    number: int
    at: datetime
    words: Sequence[str]
    change: str | None


def subject_of(process: str, task: str) -> str:
    return f"{process}.{task}"


def news_of_task(
    connection: Connection, actor: Actor, process: str, task: str, bundle: str
) -> tuple[PublicationNews, ...]:
    """Of a task that runs on these models, the oldest first; one statement. None for whoever never did such a task."""
    subject = subject_of(process, task)
    asked = {"authority": actor.within, "account": actor.account, "process": process, "task": task, "bundle": bundle}
    rows = connection.execute(_of_task(), {**asked, "subject": subject})
    return _told(rows, lambda one: subject in one["tasks"])


def news_of_role(connection: Connection, actor: Actor) -> tuple[PublicationNews, ...]:
    """Of what touches a role that the actor holds, the newest first; of no publication before they had an account."""
    if not actor.roles:
        return ()
    rows = connection.execute(_of_account(), {"account": actor.account, "subject": IN_LISTS})
    return _told(rows, lambda one: not actor.roles.isdisjoint(one["roles"]))


def _told(rows: Iterable[NamedRow], concerns: Callable[[Mapping[str, Any]], bool]) -> tuple[PublicationNews, ...]:
    told = ((row, [one["words"] for one in row.words if concerns(one)]) for row in rows)
    return tuple(PublicationNews(row.number, row.published_at, words, row.change_id) for row, words in told if words)


_COLUMNS = (Publication.number, Publication.published_at, Publication.words, Publication.change_id)
_READ = (
    select(func.coalesce(func.max(NewsRead.number), 0))
    .where(NewsRead.account_id == bindparam("account"), NewsRead.subject == bindparam("subject"))
    .scalar_subquery()
)


@cache
def _of_task() -> Select[*tuple[Any, ...]]:
    """Later than the models by which the person did such a task last, and no later than those on which this one runs.
    What was put in force twice counts from the last time.
    """
    again, first = aliased(Publication), aliased(Publication)
    ours = bindparam("authority", type_=String())
    last = (
        select(models_then(Answers))
        .join(Instance, Instance.id == Answers.instance_id)
        .where(Answers.account_id == bindparam("account"))
        .where(Answers.process == bindparam("process"), Answers.element == bindparam("task"))
        .order_by(Answers.at.desc())
        .limit(1)
        .scalar_subquery()
    )
    done = select(func.max(first.number)).where(first.authority_id == ours, first.bundle_hash == last)
    runs = select(func.max(again.number)).where(again.authority_id == ours, again.bundle_hash == bindparam("bundle"))
    return (
        select(*_COLUMNS)
        .where(Publication.authority_id == ours, Publication.words.is_not(None))
        .where(Publication.number > done.scalar_subquery(), Publication.number > _READ)
        .where(Publication.number <= runs.scalar_subquery())
        .order_by(Publication.number)
    )


@cache
def _of_account() -> Select[*tuple[Any, ...]]:
    return (
        select(*_COLUMNS)
        .join(Account, Account.authority_id == Publication.authority_id)
        .where(Account.id == bindparam("account"), Publication.published_at > Account.created_at)
        .where(Publication.words.is_not(None), Publication.number > _READ)
        .order_by(Publication.number.desc())
        .limit(MOST)
    )
