"""A draft of the pathway that somebody tries by hand: what they did so far is kept with the draft.

Nothing of it is an entry of the record: the people and children of a try are invented, and it can be dropped at any
time. What is kept is the table of a story; engine/trial/hand_scratch.py plays it.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import delete, insert, select, update

from engine.base.database import one_at_a_time
from engine.base.errors import NotAllowed, NotPossible, RefusalCode
from engine.facts.change_files import change_row
from engine.people.command import CommandRight, Work, command
from engine.tables import TryByHand

MOST_STEPS, LARGEST = 100, 400_000
"""Steps, and bytes of all that was answered."""


@command(may=CommandRight.CHANGES_PATHWAY)
def begin_try(work: Work, change: str, told: Mapping[str, Any], change_hash: str) -> None:
    """In place of the one that they may have of this draft. `change_hash` is of the files on which it begins.

    Raises NotFound, and NotPossible where the draft is closed.
    """
    _lock(work, change)
    if change_row(work.connection, work.authority, change).state in ("published", "dropped"):
        raise NotPossible("This draft is closed, so it is not tried any more.", code=RefusalCode.CHANGE_NOT_OPEN)
    key = {"change_id": change, "account_id": work.actor.account}
    began = {"began_at": work.now, "version": 1, "change_hash": change_hash, "told": told}
    work.connection.execute(delete(TryByHand).filter_by(**key))
    work.connection.execute(insert(TryByHand).values(**key, **began))


@command(may=CommandRight.CHANGES_PATHWAY)
def go_on_with_try(work: Work, change: str, told: Mapping[str, Any], change_hash: str, version: int) -> None:
    """`told` is all of it, in place of what was read as `version`.

    Raises NotPossible where it is not at that version any more, or is longer than one may be.
    """
    _lock(work, change)
    if len(told["step"]) > MOST_STEPS or len(orjson.dumps(told)) > LARGEST:
        words = f"A try has {MOST_STEPS} steps at most. Keep it as a story, or take steps back."
        raise NotPossible(words, code=RefusalCode.TRY_TOO_LONG)
    stands = (TryByHand.change_id == change, TryByHand.account_id == work.actor.account)
    seen = work.connection.scalar(select(TryByHand.version).where(*stands))
    if seen != version:
        words = "Your try went on in another window since, or was dropped there. Look at where it stands now."
        raise NotPossible(words, code=RefusalCode.TRY_WENT_ON)
    values = {"told": told, "change_hash": change_hash, "version": version + 1}
    work.connection.execute(update(TryByHand).where(*stands).values(**values))


@command(may=CommandRight.CHANGES_PATHWAY)
def drop_try(work: Work, change: str) -> None:
    """Their own. One that is gone already stays so."""
    stands = (TryByHand.change_id == change, TryByHand.account_id == work.actor.account)
    work.connection.execute(delete(TryByHand).where(*stands))


def _lock(work: Work, change: str) -> None:
    if work.actor.account is None:
        raise NotAllowed("Only a person tries a draft by hand.", code=RefusalCode.SIGN_IN_FIRST)
    one_at_a_time(work.connection, f"try of {change} by {work.actor.account}")
