"""How the questions of a form are really answered here: in counts alone, so that nobody can be recognised in them.

No text that anybody wrote is given. A count below six is said as that, and every other is rounded down to sixes: the
difference of two of them tells nothing of one person. Cases that are kept from the reader are not counted.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Connection, and_, bindparam, or_, select

from engine.people.identity import Actor
from engine.people.kept_from import KNOWN_ACCOUNT, nothing_keeps_from_whom_it_is_asked
from engine.reads.authority.told_numbers import FEWEST
from engine.tables import Answers, Case, Membership

NEWEST = 1000
NO_ACCOUNT = ""
"""Stands for whoever answered without an account: the public, or the system."""


@dataclass(slots=True)
class QuestionAnswered:
    """How often a question was answered, with which values, and by the holders of which roles."""

    times: int = 0
    values: Counter[str] = field(default_factory=Counter[str])
    roles: Counter[str] = field(default_factory=Counter[str])


@dataclass(frozen=True, slots=True)
class FormAnswered:
    """`times` is how often the form was sent, of the newest that were looked at; `questions` are by their ids."""

    times: int
    questions: Mapping[str, QuestionAnswered]

    @property
    def says_nothing(self) -> bool:
        """So few that anything more said of them would be about somebody."""
        return self.times < FEWEST


def in_words(count: int) -> str:
    """“never”, “fewer than 5 times”, “about 42 times”."""
    if not count:
        return "never"
    return f"fewer than {FEWEST} times" if count < FEWEST else f"about {count - count % FEWEST:,} times"


def form_answered(connection: Connection, actor: Actor, process: str, task: str) -> FormAnswered:
    """Of the newest `NEWEST` forms that were sent in the actor’s authority, in one statement over an index."""
    given = {"process": process, "task": task, "authority": actor.authority, KNOWN_ACCOUNT: actor.account}
    rows = connection.execute(_NEWEST_OF, given).all()
    sent = {row.id: row.answers for row in rows}
    roles: dict[str, set[str]] = {}
    for row in rows:
        roles.setdefault(row.id, set()).add(row.role or NO_ACCOUNT)
    questions: dict[str, QuestionAnswered] = {}
    for each, answers in sent.items():
        for name, answer in answers.items():
            if answer not in ("", [], None):
                _count(questions.setdefault(name, QuestionAnswered()), answer, roles[each])
    return FormAnswered(len(sent), questions)


def _count(answered: QuestionAnswered, answer: Any, roles: Iterable[str]) -> None:
    answered.times += 1
    answered.values.update(_chosen(answer))
    answered.roles.update(roles)


def _chosen(answer: Any) -> set[str]:
    several = cast(list[Any], answer) if isinstance(answer, list) else [answer]
    return {one for one in several if isinstance(one, str)}


def _newest_of() -> Any:
    form = (Answers.process == bindparam("process"), Answers.element == bindparam("task"))
    here = (Case.id == Answers.case_id) & (Case.authority_id == bindparam("authority"))
    sent = (
        select(Answers.id, Answers.answers, Answers.account_id, Answers.at)
        .join(Case, here)
        .where(*form, nothing_keeps_from_whom_it_is_asked())
    )
    newest = sent.order_by(Answers.at.desc()).limit(NEWEST).subquery()
    held = and_(
        Membership.account_id == newest.c.account_id,
        Membership.held_from <= newest.c.at,
        or_(Membership.held_until.is_(None), Membership.held_until > newest.c.at),
    )
    return select(newest.c.id, newest.c.answers, Membership.role).outerjoin(Membership, held)


_NEWEST_OF = _newest_of()
