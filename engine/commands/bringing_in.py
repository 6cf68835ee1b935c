"""Models from elsewhere on their way to a draft: the file is kept while somebody looks at what comes of it and says
which process it becomes and whose its lanes are; then a draft is made of it. Nothing of it is published.
"""

import zlib
from datetime import timedelta

from sqlalchemy import delete, insert, update

from engine.base.database import one_at_a_time
from engine.base.errors import BadAnswers, BadModel, NotPossible, RefusalCode
from engine.base.identifiers import new_id
from engine.commands.saving_changes import (
    begin_change,
    must_be_person,
    open_change,
    problems_of_start,
    save_all,
)
from engine.importing.drawing_import import NOTHING_CHOSEN
from engine.importing.import_report import Chosen, in_json
from engine.people.command import CommandRight, Work, command
from engine.reads.studio.brought_in import brought_in_row, what_comes, what_comes_of
from engine.tables import BroughtIn

KEPT_FOR = timedelta(days=7)
"""How long a file waits of which no draft is made."""
_LONGEST_NAME = 200


@command(may=CommandRight.PROCESS_OWNER)
def bring_in(work: Work, content: bytes, name: str, title: str, why: str, change: str | None = None) -> str:
    """Keeps a file until somebody has looked at what comes of it; gives the id by which it is found. With `change` it
    is to be put into that draft, else `title` and `why` are those of the draft that is to be made.

    Raises BadAnswers, by "file", "title" and "why"; NotFound, and NotPossible for a draft that is not open.
    """
    must_be_person(work)
    if change is not None:
        open_change(work, change)
    problems = problems_of_start(title, why) if change is None else {}
    try:
        what_comes(work.connection, work.authority, change, content, name)
    except BadModel as bad:
        problems["file"] = bad.problems[0].message
    if problems:
        raise BadAnswers(problems)
    _forget_old_ones(work)
    brought = new_id()
    begins = {"title": title.strip(), "why": why.strip()} if change is None else {"title": "", "why": ""}
    who = {"authority_id": work.authority, "brought_by": work.actor.account, "brought_at": work.now}
    file = {"name": name[:_LONGEST_NAME], "packed": zlib.compress(content)}
    work.connection.execute(insert(BroughtIn).values(id=brought, change_id=change, **begins, **who, **file))
    return brought


@command(may=CommandRight.PROCESS_OWNER)
def make_draft_of(work: Work, brought: str, standing: str, chosen: Chosen = NOTHING_CHOSEN) -> str:
    """Makes the draft, or puts what differs into the one it was meant for; gives its id, also where that is done
    already. `standing` says over what it was looked at (`WhatComes`). What was said of it stays with the draft.

    Raises NotFound, and NotPossible where something stands in the way, or what it is laid over has changed since.
    """
    must_be_person(work)
    one_at_a_time(work.connection, f"brought in {brought}")
    row = brought_in_row(work.connection, work.authority, brought)
    if row.packed is None and row.change_id is not None:
        return row.change_id
    change = open_change(work, row.change_id) if row.change_id else None
    comes = what_comes_of(work.connection, work.authority, row, chosen)
    if comes.standing != standing:
        words = "What this is laid over has changed since you looked, so nothing was done. Look at it once more."
        raise NotPossible(words, code=RefusalCode.LOOKED_AT_ANOTHER)
    if comes.imported.refused:
        raise NotPossible("Something in the file stands in the way of a draft.", code=RefusalCode.BAD_FILE)
    change = change or begin_change(work, row.title, row.why)
    save_all(work, change, comes.imported.draft)
    made = {"change_id": change.id, "packed": None, "report": in_json(comes.imported)}
    work.connection.execute(update(BroughtIn).where(BroughtIn.id == brought).values(**made))
    return change.id


@command(may=CommandRight.PROCESS_OWNER)
def forget_brought_in(work: Work, brought: str) -> None:
    """A file of which no draft is to be made. Raises NotFound, and NotPossible where one was made."""
    one_at_a_time(work.connection, f"brought in {brought}")
    if brought_in_row(work.connection, work.authority, brought).packed is None:
        raise NotPossible("A draft was made of this file already.", code=RefusalCode.BAD_FILE)
    work.connection.execute(delete(BroughtIn).where(BroughtIn.id == brought))


def _forget_old_ones(work: Work) -> None:
    waiting = (BroughtIn.authority_id == work.authority, BroughtIn.packed.is_not(None))
    work.connection.execute(delete(BroughtIn).where(*waiting, BroughtIn.brought_at < work.now - KEPT_FOR))
