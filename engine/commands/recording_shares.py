"""Somebody who works in a case records what was shared with whom, or what is wished about that."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from engine.base.errors import NotPossible, RefusalCode
from engine.base.identifiers import new_id
from engine.casework.locked_case import CaseWork
from engine.casework.locking import lock_known_case
from engine.casework.sharing import WISH, keep_share, keep_wish, share_columns
from engine.facts.beginnings import GOES_ON_ELSEWHERE
from engine.facts.sharing_forms import (
    WITHDRAW_WISH,
    agencies_to_tell,
    recipients_in,
    share_form,
    wish_form,
    with_somebody,
)
from engine.facts.sharing_wishes import go_against, wish_that_holds, wishes_of
from engine.forms import check
from engine.forms.sharing_block import AGAINST_WISHES, Share, share_of
from engine.people.command import CommandRight, Work, command
from engine.people.who_knows import must_see_all, must_take_part
from engine.tables import SharedInformation, SharingWish

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.TEAM_OF_CASE)
def record_share(work: Work, case: str, answers: Mapping[str, Any]) -> None:
    """From answers to `share_form`. What stands there already is kept once.

    Raises NotFound, NotAllowed for who does not see all answers of the case or only oversees it, NotPossible
    where the case goes on in another, BadAnswers: also where it goes against a wish that the actor can read, and it is
    not said why.
    """
    casework = _lock(work, case)
    agencies = _agencies(casework)
    against = go_against(wishes_of(work.connection, work.actor, case), recipients_in(agencies, answers))
    holding = frozenset({AGAINST_WISHES} if against else ())
    form = share_form(agencies)
    said = check(form, answers, holding, work.now, against=with_somebody(form))
    share = share_of(said["what"], recipients_in(agencies, said), said["why"], said)
    if not _is_kept(work, case, share, said["shared_on"]):
        keep_share(casework, share, work.actor, on=date.fromisoformat(said["shared_on"]))
        casework.write_record()


@command(may=CommandRight.TEAM_OF_CASE)
def record_wish(work: Work, case: str, answers: Mapping[str, Any], replaces: str | None = None) -> None:
    """From answers to `wish_form`; `replaces` is the wish, of this or another case of the child, that holds no longer.

    Raises NotFound, NotAllowed, NotPossible as `record_share`, AlreadyDone where that wish holds no longer, BadAnswers.
    """
    casework = _lock(work, case)
    if replaces:
        wish_that_holds(work.connection, work.actor, case, replaces)
    said = check(wish_form(_agencies(casework)), answers, _NO_CIRCUMSTANCES, work.now)
    wish = {name: said.get(name, [] if name == "agencies" else "") for name in WISH}
    when = {"said_on": said["said_on"], "source": said["source"]}
    if not replaces and _is_wished(work, case, {**wish, **when}):
        return
    keep_wish(casework, new_id(), {**wish, **when, "ends": replaces, "withdrawn": False})


@command(may=CommandRight.TEAM_OF_CASE)
def withdraw_wish(work: Work, case: str, wish: str, answers: Mapping[str, Any]) -> None:
    """From answers to `WITHDRAW_WISH`: it holds no longer, and stays to be read.

    Raises NotFound, NotAllowed, NotPossible as `record_share`, AlreadyDone where it holds no longer, BadAnswers.
    """
    casework = _lock(work, case)
    ended = wish_that_holds(work.connection, work.actor, case, wish)
    said = check(WITHDRAW_WISH, answers, _NO_CIRCUMSTANCES, work.now)
    of_wish = {name: getattr(ended, name) for name in WISH}
    keep_wish(casework, new_id(), {**of_wish, "agencies": [*ended.agencies], "ends": wish, "withdrawn": True, **said})


def _lock(work: Work, case: str) -> CaseWork:
    must_see_all(work.connection, work.actor, case)
    must_take_part(work.connection, work.actor, case)
    casework = lock_known_case(work, case)
    if casework.case.is_joined:
        raise NotPossible(GOES_ON_ELSEWHERE, code=RefusalCode.CASE_CLOSED)
    return casework


def _agencies(casework: CaseWork) -> Mapping[str, str]:
    return agencies_to_tell(casework.model_in_force)


def _is_kept(work: Work, case: str, share: Share, on: str) -> bool:
    """The same of the same person, to the last word: the form was sent twice, and nobody can take one out."""
    same = (SharedInformation.case_id == case, SharedInformation.account_id == work.actor.account)
    rows = work.connection.execute(select(SharedInformation.__table__).where(*same)).mappings()
    said = {**share_columns(share), "shared_on": date.fromisoformat(on)}
    return any(all(row[name] == told for name, told in said.items()) for row in rows)


def _is_wished(work: Work, case: str, wish: Mapping[str, Any]) -> bool:
    """As `_is_kept`, of a wish that holds."""
    standing = [one.id for one in wishes_of(work.connection, work.actor, case) if one.holds and one.by]
    rows = work.connection.execute(select(SharingWish.__table__).where(SharingWish.id.in_(standing))).mappings()
    said = {**wish, "said_on": date.fromisoformat(wish["said_on"])}
    return any(all(row[name] == told for name, told in said.items()) for row in rows)
