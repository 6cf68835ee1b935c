"""Who may know of a case that is restricted, from which somebody is barred, or that was opened in an emergency: judged
by a table written from the policy (tests/access), and by a random machine that is held against plain sets.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Connection, insert, select, true, update

from engine.base.database import Database
from engine.base.errors import NotFound
from engine.people import identity, who_knows
from engine.people.identity import Actor
from engine.reads.lists.case_list import cases
from engine.tables import (
    Account,
    Bar,
    BrokenGlass,
    Case,
    Cover,
    Instance,
    Membership,
    NamedAccount,
    Part,
    RestrictedCase,
    Restriction,
)
from tests.access.policy import KNOWING, KNOWS, NOTHING, READS
from tests.builders import DAY, HOUR, MONDAY, Authority, authority, case_at, membership, refer

# Who stands in each relation of tests/access/knowing.csv, which says what each lets somebody do as a case stands: know
# of it, read it by its address alone, nothing. A glass cannot be broken by those who work for nobody
# (test_breaking_glass.py); were it there all the same, it would open the case.
WHO = {
    "social_worker.1": "team",
    "covers.1": "cover",
    "covered.1": "cover over",
    "elsewhere.1": "other team",
    "police_officer.1": "without part",
    "health_practitioner.1": "part",
    "housing_officer.1": "ended part",
    "education_practitioner.1": "joined",
    "auditor.1": "oversight",
    "administrator.1": "nothing",
    "privacy_officer.1": "nothing",
    "process_owner.1": "nothing",
}
# Those of one case, without another beside it.
STATES = (
    *("open", "closed", "restricted", "named", "barred", "barred and named"),
    *("glass", "glass over", "glass and restricted", "glass and barred"),
)


LOOKS_AT_LISTS = ("social_worker.1", "covers.1", "health_practitioner.1", "auditor.1")


def cells() -> Iterator[tuple[str, str, str]]:
    for account, relation in WHO.items():
        yield from ((account, state, KNOWING[relation][state]) for state in STATES)


def standing(connection: Connection, at: Authority) -> str:
    """A case to which everybody stands as WHO says; with one that was joined to it."""
    older, newer = connection.scalars(select(Case.id).order_by(Case.opened_at)).all()
    for account in ("elsewhere.1", "covers.1", "covered.1"):
        row = membership(account=account, role="social_worker", agency="social_care", team=at.other_team)
        connection.execute(insert(Account).values(_account(account, at.id)))
        connection.execute(insert(Membership).values(row))
    for account, until in (("covers.1", MONDAY + DAY), ("covered.1", MONDAY)):
        # A restricted case names the one who is away: whoever acts for them is not named by that.
        who = {"absent_id": "social_worker.2", "covering_id": account, "team_id": at.team}
        held = {"held_from": MONDAY - DAY, "held_until": until}
        connection.execute(insert(Cover).values(id=account, authority_id=at.id, **who, **held))
    for organisation, case, until in (("housing", older, MONDAY - DAY), ("education", newer, None)):
        part = {"id": organisation, "case_id": case, "agency_id": organisation, "organisation_id": organisation}
        held = {"held_from": MONDAY - DAY, "held_until": until}
        connection.execute(insert(Part).values(**part, number=9, deed="asked", **held))
    went = {"came_from_id": newer, "case_id": older, "number": Instance.number + 9}
    connection.execute(update(Instance).where(Instance.case_id == newer).values(**went))
    connection.execute(update(Case).where(Case.id == newer).values(joined_to_id=older, closed_at=MONDAY))
    return older


def _account(account: str, authority: str) -> dict[str, Any]:
    named = {"id": account, "authority_id": authority, "name": account, "email": f"{account}@example.org"}
    return {**named, "password_hash": None, "created_at": MONDAY, "disabled_at": None}


def put(connection: Connection, at: Authority, state: str, case: str, account: str) -> None:
    """The case as the state says."""
    if state == "closed":
        connection.execute(update(Case).where(Case.id == case).values(closed_at=MONDAY - HOUR))
    if "restricted" in state or "named" in state:
        restrict(connection, at, [case], [account] if "named" in state else ["social_worker.2"])
    if "barred" in state:
        bar(connection, at, person_of(connection, case), account)
    if "glass" in state:
        until = MONDAY if "over" in state else MONDAY + HOUR
        break_glass(connection, at, case, account, until)


def restrict(connection: Connection, at: Authority, held: Iterable[str], named: Iterable[str], key: str = "r") -> None:
    first, *_ = held = [*held]
    by = {"reason": "", "restricted_by": "", "restricted_at": MONDAY, "ending_reason": ""}
    connection.execute(insert(Restriction).values(id=key, authority_id=at.id, case_id=first, **by))
    connection.execute(insert(RestrictedCase), [{"restriction_id": key, "case_id": case} for case in held])
    for account in named:
        connection.execute(insert(NamedAccount).values(restriction_id=key, account_id=account))


def bar(connection: Connection, at: Authority, person: str, account: str, key: str = "b") -> None:
    by = {"reason": "", "barred_by": "", "barred_at": MONDAY, "ending_reason": ""}
    row = {"id": key, "authority_id": at.id, "person_id": person, "account_id": account}
    connection.execute(insert(Bar).values(**row, **by))


def break_glass(connection: Connection, at: Authority, case: str, account: str, until: Any, key: str = "g") -> None:
    row = {"id": key, "authority_id": at.id, "account_id": account, "case_id": case, "reason": "", "review": ""}
    connection.execute(insert(BrokenGlass).values(**row, broken_at=MONDAY - HOUR, until=until))


def person_of(connection: Connection, case: str) -> str:
    return connection.execute(select(Case.person_id).where(Case.id == case)).scalar_one()


def found(connection: Connection, actor: Actor, case: str) -> str:
    """What of the three it is: by the rule and by the address; and whether the lists say the same."""
    known = _may(who_knows.must_know, connection, actor, case)
    rule = KNOWS if known else READS if _may(who_knows.must_read, connection, actor, case) else NOTHING
    if actor.account not in LOOKS_AT_LISTS:
        return rule
    reference = connection.execute(select(Case.reference).where(Case.id == case)).scalar_one()
    listed = (case in {one.case for one in cases(connection, actor, MONDAY, name).rows} for name in ("", reference))
    return rule if {*listed} == {known} else f"{rule}, but not in lists"


def _may(rule: Any, connection: Connection, actor: Actor, case: str) -> bool:
    try:
        rule(connection, actor, case)
    except NotFound:
        return False
    return True


@pytest.fixture
def world(database: Database) -> Authority:
    at = authority(database=database)
    case_at(authority=at)
    refer(authority=at, now=MONDAY + timedelta(minutes=1), children=[{"given_name": "Bo", "family_name": "Other"}])
    return at


def wrong(at: Authority, *accounts: str) -> list[str]:
    """The cells of the table in which the program says otherwise."""
    differing: list[str] = []
    for account, state, cell in cells():
        if account not in (accounts or WHO):
            continue
        with at.database.engine.connect() as connection:  # nothing of it is kept
            case = standing(connection, at)
            put(connection, at, state, case, account)
            is_now = found(connection, identity.actor(connection, account, MONDAY), case)
        differing += [f"{account} {state}: {is_now}, and should be {cell}"] if is_now != cell else []
    return differing


def test_everybody_knows_what_the_policy_says(world: Authority) -> None:
    assert wrong(world) == []


@pytest.mark.parametrize("rule", ["nobody_bars", "nothing_keeps_from"])
def test_without_a_half_of_the_rule_cells_are_wrong(
    world: Authority, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault that the table must find."""

    def nothing(_account: object) -> ColumnElement[bool]:
        return true()

    monkeypatch.setattr(who_knows, rule, nothing)
    assert wrong(world, "social_worker.1", "elsewhere.1")
    assert wrong(world, "covers.1")
