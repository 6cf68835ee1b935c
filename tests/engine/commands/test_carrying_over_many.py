"""What runs goes over to other models each by itself; what was stopped is gone on with, and what came of it is read."""

from dataclasses import replace
from typing import Any

import pytest

from engine.base.database import Database
from engine.base.errors import CaseBroken, NotAllowed, NotPossible
from engine.casework.locked_case import CaseWork
from engine.commands import carrying_over_many, cases
from engine.commands.carrying_over_many import (
    agree_to_carry_over,
    ask_to_carry_over,
    carry_over_next,
    carry_over_waiting,
    go_on_carrying_over,
    stop_carrying_over,
)
from engine.people.identity import SYSTEM
from engine.reads.authority.carry_overs import carry_over, carry_overs
from engine.record.chain import authority_chain, case_chain, lines
from tests.builders import HERE, MONDAY, Authority, authority, case_at, child, open_items, publish, shipped
from tests.engine.commands.calls_of_carrying_over import agreed, asks_to_carry_over
from tests.engine.commands.test_migrating_instances import for_the_manager, renamed


def two_cases(database: Database) -> tuple[Authority, str, str, str]:
    """One that goes over, one that is refused as somebody has taken what is for another now; and the models."""
    at = authority(database=database)
    goes = case_at(authority=at)
    stays = case_at(authority=at, children=[child(given_name="Bea")])
    item = open_items(database=database, case=stays)["decide_response"]
    cases.claim(database, at.actor("social_worker"), MONDAY, item.id)
    return at, goes, stays, publish(database=database, files=for_the_manager(renamed(shipped())))


def test_what_was_stopped_half_way_is_gone_on_with_and_judged_as_it_stands(database: Database) -> None:
    at, goes, stays, new = two_cases(database)
    owner = at.actor("process_owner")
    asked = agreed(at, ask_to_carry_over(database, owner, MONDAY, new, "The manager decides."))
    item = open_items(database=database, case=stays)["decide_response"]
    cases.release(database, at.actor("social_worker"), MONDAY, item.id)  # it is free for whoever may do it now
    next(carry_over_waiting(database, lambda: MONDAY, asked))
    with database.read() as connection:
        asked_for = carry_over(connection, owner, MONDAY, 1).asked
    assert (asked_for.carried, asked_for.waits) == (1, 1)
    assert ask_to_carry_over(database, owner, MONDAY, new, "Another reason.") == asked
    assert len([*carry_over_waiting(database, lambda: MONDAY, asked)]) == 1
    with database.read() as connection:
        came = carry_over(connection, owner, MONDAY, 1)
        assert carry_overs(connection, owner) == (came.asked,)
    assert (came.asked.carried, came.asked.waits, came.refused) == (2, 0, ())
    assert {one.case for one in came.instances.rows} == {goes, stays}


def asked_for(database: Database) -> tuple[Authority, str, str]:
    """What a process owner asked for, and the instance that it is about."""
    at = authority(database=database)
    ask, instance = asks_to_carry_over(at, case_at(authority=at))
    return at, ask(), instance


def test_nothing_goes_over_before_somebody_else_has_agreed(database: Database) -> None:
    at, asked, instance = asked_for(database)
    owner, second = at.actor("process_owner"), at.actor("pathway_approver")
    assert go_on_carrying_over(database, lambda: MONDAY) == 0
    with pytest.raises(NotPossible, match="has not agreed"):
        carry_over_next(database, owner, MONDAY, asked, instance)
    with pytest.raises(NotAllowed):
        agree_to_carry_over(database, owner, MONDAY, asked)
    both = replace(owner, held=(*owner.held, *second.held))
    for alone in (both, SYSTEM.at(HERE)):
        with pytest.raises(NotAllowed, match="somebody else agrees"):
            agree_to_carry_over(database, alone, MONDAY, asked)
    for _ in range(2):  # agreed to twice it is agreed to once
        agree_to_carry_over(database, second, MONDAY, asked)
    assert go_on_carrying_over(database, lambda: MONDAY) == 1
    with database.read() as connection:
        (row,) = carry_overs(connection, at.actor("process_owner"))
        said = [one for one in lines(connection, authority_chain(HERE)) if one.kind == "all_may_go_over"]
    assert (row.agreed_by, row.carried) == (second.name, 1)
    assert [(one.actor, one.payload) for one in said] == [(second.account, {"number": 1})]


def test_what_was_stopped_stays_and_may_be_asked_for_again(database: Database) -> None:
    at, asked, instance = asked_for(database)
    agreed(at, asked)
    stop_carrying_over(database, at.actor("pathway_approver"), MONDAY, asked, "The board wants to see it first")
    owner = at.actor("process_owner")
    carry_over_next(database, owner, MONDAY, asked, instance)  # its turn had come, a moment too late
    assert go_on_carrying_over(database, lambda: MONDAY) == 0
    with database.read() as connection:
        came = carry_over(connection, owner, MONDAY, 1)
        assert not [one for one in lines(connection, case_chain(came.instances.rows[0].case)) if one.kind == "migrated"]
    assert (came.asked.left_out, came.asked.waits) == (1, 0)
    assert ask_to_carry_over(database, owner, MONDAY, came.asked.bundle, "It was seen") != asked


def test_one_that_does_not_fit_together_keeps_no_other_from_going(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, goes, stays, new = two_cases(database)
    carry = carrying_over_many.carry_over

    def breaks(casework: CaseWork, *given: Any, **named: Any) -> object:
        if casework.case.id == stays:
            raise CaseBroken(stays, ("planted",))
        return carry(casework, *given, **named)

    monkeypatch.setattr(carrying_over_many, "carry_over", breaks)
    agreed(at, ask_to_carry_over(database, at.actor("process_owner"), MONDAY, new, "Why", hands_back=True))
    assert go_on_carrying_over(database, lambda: MONDAY) == 2
    with database.read() as connection:
        came = carry_over(connection, at.actor("process_owner"), MONDAY, 1)
    assert [(one.case, one.verdict) for one in came.instances.rows] == [(stays, "refused"), (goes, "carried")]
    assert came.refused == ((carrying_over_many.NOT_SOUND, 1),)
