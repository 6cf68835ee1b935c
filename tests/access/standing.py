"""One database in which everybody stands to the cases as people.csv says, and a case for each state of knowing.csv."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from engine.base.database import Database
from engine.tables import (
    Account,
    Answers,
    Case,
    Cover,
    Instance,
    Membership,
    Organisation,
    Outbox,
    Part,
    PossibleMatch,
    RestrictedCase,
    WorkItem,
)
from tests.access.kept_beside import act, asks, know, share
from tests.access.policy import PEOPLE, STATES, Person
from tests.builders import (
    DAY,
    HOUR,
    LONG_BEFORE,
    MONDAY,
    Authority,
    authority,
    case_at,
    child,
    membership,
    own_id,
)
from tests.engine.people.test_kept_from import bar, break_glass, person_of, restrict

THERE = "there"
# Whom a restricted case names, and for whom others act: nobody who is asked.
AWAY, AWAY_MANAGER = "social_worker.2", "team_manager.2"
# From whom a child is kept in every case, and who once opened it in an emergency: nobody who is asked.
BARRED, OPENED_IT = "auditor.2", "housing_officer.2"
# Of joined cases; who works with an organisation of theirs alone is no partner of the others.
JOINED = "joined_school"
MARKER = re.compile(rb"Marker(\d+)x")
BY_A_JOIN = "restriction-of-another-case"


@dataclass(frozen=True)
class Standing:
    """`cases` by state; `things` are the ids of what each has, by the name of the argument in an address. In
    what each case holds stands a word of its own.
    """

    at: Authority
    cases: Mapping[str, str]
    things: Mapping[str, Mapping[str, str]]

    def named_in(self, told: bytes) -> set[str]:
        """The states of the cases of which something stands there, by their children's names; empty for one that
        nobody knows of.
        """
        numbers = {int(found) for found in MARKER.findall(told)}
        return {STATES[number] if number < len(STATES) else "" for number in numbers}


def stand(database: Database) -> Standing:
    at = authority(database=database, host="localhost")
    authority(database=database, id=THERE)
    cases = {state: _case(at, number) for number, state in enumerate([*STATES, "joined", "barred first"])}
    joined = cases.pop("joined")
    first = cases.pop("barred first")
    with database.transaction() as connection:
        connection.execute(delete(PossibleMatch))
        for person in PEOPLE:
            _add(connection, at, person)
        parts = [_parts(connection, case, state) for state, case in cases.items()]
        assert all(parts)
        connection.execute(delete(Part).where(Part.case_id == joined))  # else those know what came of it
        connection.execute(insert(Part).values(**_part(joined, JOINED, "education", None)))
        went = Instance.case_id.in_(cases.values()), Instance.ended_at.is_not(None)
        connection.execute(update(Instance).where(*went).values(came_from_id=joined))
        accounts = [one.account for one in PEOPLE if one.relation != "nobody"]
        for number, account in enumerate(accounts):
            bar(connection, at, person_of(connection, first), account, f"first {number}")
        made = {state: _put(connection, at, state, case, accounts) for state, case in cases.items()}
        _join(connection, at, cases, first, joined)
        connection.execute(update(Case).where(Case.id.in_(cases.values())).values(lead_account_id="lead"))
        made["restricted by a join"]["restriction"] = BY_A_JOIN
        things = {state: {**_things(connection, case), **made[state]} for state, case in cases.items()}
    return Standing(at, cases, things)


def case_for_all(world: Standing, number: int) -> str:
    """One more that is open, to which everybody stands as to the others, but for joined cases."""
    case = _case(world.at, number, "deciding")
    with world.at.database.transaction() as connection:
        connection.execute(delete(PossibleMatch))
        _parts(connection, case, "open")
        connection.execute(update(Case).where(Case.id == case).values(lead_account_id="lead"))
    return case


def _case(at: Authority, number: int, point: str = "planned") -> str:
    named = child(
        given_name=f"Given{number}",
        family_name=f"Marker{number}x",
        born=f"{2011 + number // 28}-06-{number % 28 + 1:02}",
    )
    return case_at(authority=at, point=point, children=[named], concerns=f"Seen by Marker{number}x.")


def _add(connection: Connection, at: Authority, person: Person) -> None:
    if not person.roles and person.relation == "nobody":
        return
    account, here = person.account, THERE if person.relation == "elsewhere" else at.id
    named = {"id": account, "name": person.who.title(), "email": f"{account}@example.org"}
    over = {"disabled_at": MONDAY - DAY} if person.relation == "nobody" else {}
    connection.execute(insert(Account).values(**named, authority_id=here, created_at=LONG_BEFORE, **over))
    for role in sorted(person.roles):
        connection.execute(insert(Membership).values(**_membership(connection, at, person, role)))


def _membership(connection: Connection, at: Authority, person: Person, role: str) -> dict[str, Any]:
    agency, team = _agency_of(person, role), None
    if person.relation == "elsewhere":
        team = own_id("duty_team", THERE) if agency else None
        return membership(account=person.account, role=_id(role), agency=agency, team=team, authority=THERE)
    if person.place in ("duty team", "other team") and agency:
        team = at.team if person.place == "duty team" else at.other_team
    row = membership(account=person.account, role=_id(role), agency=agency, team=team)
    if person.relation in ("cover", "cover over"):
        _cover(connection, at, person)
        row["role"] = "social_worker"  # of their own; the other one is held for whoever is away
    if person.relation == "role over":
        row["held_until"] = MONDAY - DAY
    if person.relation in ("part", "without part", "ended part", "joined"):
        row["organisation_id"] = _organisation(connection, at, person)
    return row


def _agency_of(person: Person, role: str) -> str | None:
    if person.place in ("duty team", "other team", "another authority"):
        outside = ("auditor", "privacy officer", "administrator", "process owner")
        return None if role in outside else "social_care"
    return person.place or None


def _id(role: str) -> str:
    return role.lower().replace(" ", "_").replace("disagreement", "partnership")


def _organisation(connection: Connection, at: Authority, person: Person) -> str:
    if person.relation == "part":
        return person.place
    made = JOINED if person.relation == "joined" else f"{person.place}.{person.relation}".replace(" ", "_")
    row = {"id": made, "authority_id": at.id, "agency": person.place, "name": made.title(), "leads": False}
    connection.execute(insert(Organisation).values(**row))
    return made


def _cover(connection: Connection, at: Authority, person: Person) -> None:
    absent = AWAY_MANAGER if "team manager" in person.roles else AWAY
    until = MONDAY if person.relation == "cover over" else MONDAY + DAY
    who = {"absent_id": absent, "covering_id": person.account, "team_id": at.team}
    held = {"held_from": MONDAY - DAY, "held_until": until}
    connection.execute(insert(Cover).values(id=person.account, authority_id=at.id, **who, **held))


def _parts(connection: Connection, case: str, state: str) -> int:
    """Of each organisation that has one or had one; they are over where the case was closed long ago."""
    connection.execute(delete(Part).where(Part.case_id == case))
    those = [one for one in PEOPLE if one.relation in ("part", "ended part")]
    for one in those:
        organisation = one.place if one.relation == "part" else f"{one.place}.ended_part"
        is_over = one.relation == "ended part"
        until = MONDAY - HOUR if is_over or state == "closed long ago" else None
        connection.execute(insert(Part).values(**_part(case, organisation, one.place, until, 1 + is_over)))
    return len(those)


def _part(case: str, organisation: str, agency: str, until: Any, number: int = 1) -> dict[str, Any]:
    named = {"id": f"{organisation}-{case}", "case_id": case, "agency_id": agency, "organisation_id": organisation}
    return {**named, "number": number, "deed": "asked", "held_from": LONG_BEFORE, "held_until": until}


def _put(connection: Connection, at: Authority, state: str, case: str, accounts: Iterable[str]) -> dict[str, str]:
    """The case as the state says, to everybody; gives what was made."""
    key = state.replace(" ", "-")
    made = {"bar": f"bar-{key}", "use": f"use-{key}"}
    bar(connection, at, person_of(connection, case), BARRED, made["bar"])
    break_glass(connection, at, case, OPENED_IT, MONDAY - HOUR, made["use"])
    # Nobody has a task: the tables say who may take and hand back, not whose it is.
    connection.execute(update(WorkItem).where(WorkItem.case_id == case).values(owner_id=None, is_given=False))
    if state.startswith("closed"):
        connection.execute(update(Case).where(Case.id == case).values(closed_at=MONDAY - HOUR))
    if "named" in state or state in ("restricted", "glass and restricted"):
        made["restriction"] = f"restriction-{key}"
        names = [AWAY, AWAY_MANAGER, *(accounts if "named" in state else ())]
        restrict(connection, at, [case], names, made["restriction"])
    for number, account in enumerate(accounts):
        if state in ("barred", "barred and named", "glass and barred"):
            bar(connection, at, person_of(connection, case), account, f"{key}-{number}")
        if "glass" in state:
            until = MONDAY if "over" in state else MONDAY + HOUR
            break_glass(connection, at, case, account, until, f"{key}-{number}")
    return made


def _join(connection: Connection, at: Authority, cases: Mapping[str, str], barred: str, restricted: str) -> None:
    """One may be the child from whom everybody is barred, one is; and one was joined to a case that is restricted."""
    person = person_of(connection, barred)
    likely = person_of(connection, cases["may be a barred child"])
    both = [{"person_id": person, "known_id": likely}, {"person_id": likely, "known_id": person}]
    connection.execute(insert(PossibleMatch), both)
    same = cases["joined to a barred child"]
    connection.execute(update(Case).where(Case.id == same).values(same_person_id=person))
    restrict(connection, at, [restricted], [AWAY, AWAY_MANAGER], BY_A_JOIN)
    row = {"restriction_id": BY_A_JOIN, "case_id": cases["restricted by a join"]}
    connection.execute(insert(RestrictedCase).values(**row))


def _things(connection: Connection, case: str) -> dict[str, str]:
    items = select(WorkItem.id).where(WorkItem.case_id == case, WorkItem.closed_at.is_(None)).order_by(WorkItem.id)
    item = connection.scalars(items.where(WorkItem.role == "social_worker")).first()
    theirs = connection.scalars(items.where(WorkItem.agency_id == "health")).first()
    letter = connection.scalars(select(Outbox.id).where(Outbox.case_id == case)).first()
    given = connection.scalars(select(Answers.id).where(Answers.case_id == case)).first()
    share(connection, case)
    act(connection, case)
    know(connection, case)
    run = connection.scalars(
        select(Instance.id).where(Instance.case_id == case, Instance.process == "referral")
    ).first()
    asks(connection, case, run or "")
    found = {
        "instance": run,
        "element": "feed_back_to_referrer",
        "how": "repeat",
        "departure": f"departure-{case}",
        "case": case,
        "wish": f"wish-{case}",
        "action": f"action-{case}",
        "about": f"fact-{case}",
        "what": "risk",
        "fact": f"fact-{case}",
        "given": given,
        "item": item,
        "item of a partner": theirs,
        "letter": letter,
        "part": f"health-{case}",
    }
    return {name: value or f"no {name}" for name, value in found.items()}
