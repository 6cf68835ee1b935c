"""A random machine of all that changes who may know of a case, held against plain sets after each step.

`THROUGHLINE_ROUND=0` takes 100,000 steps, each other round as many of other seeds. A run goes on where it was stopped:
each seed is a test of its own (`pytest -k 'sets_say and (17 or 18)'` with the same round), whose steps are the same.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from engine.base.database import Database
from engine.base.errors import NotFound
from engine.casework.joining_cases import restrict_both
from engine.people import identity, kept_from, who_knows
from engine.tables import (
    Account,
    Bar,
    BrokenGlass,
    Case,
    Cover,
    Membership,
    NamedAccount,
    Part,
    PossibleMatch,
    Restriction,
)
from tests.amount import LONG, random_of, seeds
from tests.builders import HOUR, LONG_BEFORE, MONDAY, Authority, authority, membership, refer
from tests.engine.people.plain_sets import FOR_EVER, Away, Plain
from tests.engine.people.test_kept_from import bar, break_glass, restrict

STEPS = 1_000 if LONG else 500
WORKERS = ("social_worker.1", "social_worker.2", "social_worker.3")
PEOPLE = (*WORKERS, "health_practitioner.1", "police_officer.1", "auditor.1")
CASES = 5


class Machine:
    def __init__(self, connection: Connection, at: Authority, seed: int) -> None:
        self.connection, self.at, self.chance, self.number = connection, at, random_of(seed), 0
        rows = connection.execute(select(Case.id, Case.person_id, Case.team_id)).all()
        self.cases = [row.id for row in rows]
        self.plain = Plain({row.id: row.team_id for row in rows}, {row.id: row.person_id for row in rows})
        self.plain.teams = {(one, at.team): FOR_EVER for one in WORKERS[:2]} | {(WORKERS[2], at.other_team): FOR_EVER}
        parts = connection.execute(select(Part.organisation_id, Part.case_id))
        self.plain.parts = {(row.organisation_id or "", row.case_id): FOR_EVER for row in parts}

    def key(self) -> str:
        self.number += 1
        return f"k{self.number}"

    def one(self) -> tuple[str, str]:
        return self.chance.choice(PEOPLE), self.chance.choice(self.cases)

    def step(self) -> str:
        steps = [name for name in dir(self) if name.startswith("do_")]
        name = self.chance.choice(steps)
        getattr(self, name)()
        return name

    def until(self) -> datetime | None:
        """Some rights end by themselves."""
        return self.plain.now + self.chance.randint(1, 9) * HOUR if self.chance.random() < 0.5 else None

    def do_team(self) -> None:
        """Somebody joins a team, or leaves it."""
        account = self.chance.choice(WORKERS)
        team = self.chance.choice([self.at.team, self.at.other_team])
        if self.plain.teams.pop((account, team), None):
            ours = Membership.account_id == account, Membership.team_id == team
            self.connection.execute(delete(Membership).where(*ours))
            return
        until = self.until()
        self.plain.teams[account, team] = until or FOR_EVER
        row = membership(account=account, role="social_worker", agency="social_care", team=team, held_until=until)
        self.connection.execute(insert(Membership).values({**row, "id": self.key()}))

    def do_oversight(self) -> None:
        until = self.until()
        self.plain.oversees = until or FOR_EVER
        its = Membership.account_id == "auditor.1"
        self.connection.execute(update(Membership).where(its).values(held_until=until))

    def do_account(self) -> None:
        """One is disabled, or enabled again."""
        account = self.chance.choice(PEOPLE)
        self.plain.disabled ^= {account}
        at = self.plain.now if account in self.plain.disabled else None
        self.connection.execute(update(Account).where(Account.id == account).values(disabled_at=at))

    def do_cover(self) -> None:
        absent, covering = self.chance.sample(WORKERS, 2)
        begins = self.plain.now + self.chance.randint(-2, 1) * HOUR
        team = self.chance.choice(sorted(self.plain.own_teams(absent)) or [self.at.team])
        ends = begins + self.chance.randint(1, 9) * HOUR
        away, key = Away(absent, covering, team, begins, ends), self.key()
        self.plain.covers[key] = away
        of = {"absent_id": absent, "covering_id": covering, "team_id": team}
        held = {"held_from": begins, "held_until": ends}
        self.connection.execute(insert(Cover).values(id=key, authority_id=self.at.id, **of, **held))

    def do_end_cover(self) -> None:
        if self.plain.covers:
            key = self.chance.choice(sorted(self.plain.covers))
            one = self.plain.covers[key]
            self.plain.covers[key] = replace(one, ends=max(one.begins, min(one.ends, self.plain.now)))
            ends = self.plain.covers[key].ends
            self.connection.execute(update(Cover).where(Cover.id == key).values(held_until=ends))

    def do_move(self) -> None:
        """The case goes to the other team."""
        case = self.chance.choice(self.cases)
        team = self.at.other_team if self.plain.team_of[case] == self.at.team else self.at.team
        self.plain.team_of[case] = team
        self.connection.execute(update(Case).where(Case.id == case).values(team_id=team))

    def do_part(self) -> None:
        organisation, case = self.chance.choice(["health", "police"]), self.chance.choice(self.cases)
        its = Part.organisation_id == organisation, Part.case_id == case
        if self.plain.parts.pop((organisation, case), None):
            self.connection.execute(delete(Part).where(*its))
            return
        until = self.until()
        self.plain.parts[organisation, case] = until or FOR_EVER
        row = {"id": self.key(), "case_id": case, "agency_id": organisation, "organisation_id": organisation}
        held = {"held_from": MONDAY, "held_until": until}
        self.connection.execute(insert(Part).values(**row, **held, number=self.number, deed="asked"))

    def do_restrict(self) -> None:
        names = {one for one in PEOPLE if self.chance.random() < 0.5}
        case, key = self.chance.choice(self.cases), self.key()
        restrict(self.connection, self.at, [case], names, key)
        self.plain.restrictions[key] = ({case}, names)

    def do_lift(self) -> None:
        if self.plain.restrictions:
            key = self.chance.choice(sorted(self.plain.restrictions))
            del self.plain.restrictions[key]
            self.connection.execute(update(Restriction).where(Restriction.id == key).values(ended_at=MONDAY))

    def do_name(self) -> None:
        if self.plain.restrictions:
            key, account = self.chance.choice(sorted(self.plain.restrictions)), self.chance.choice(PEOPLE)
            names = self.plain.restrictions[key][1]
            its = NamedAccount.restriction_id == key, NamedAccount.account_id == account
            self.connection.execute(delete(NamedAccount).where(*its))
            if account in names:
                names.discard(account)
            else:
                names.add(account)
                self.connection.execute(insert(NamedAccount).values(restriction_id=key, account_id=account))

    def do_bar(self) -> None:
        account, case = self.one()
        person = self.plain.person_of[case]
        its = Bar.account_id == account, Bar.person_id == person
        if (account, person) in self.plain.bars:
            self.plain.bars.discard((account, person))
            self.connection.execute(update(Bar).where(*its).values(ended_at=MONDAY))
        else:
            self.plain.bars.add((account, person))
            bar(self.connection, self.at, person, account, self.key())

    def do_glass(self) -> None:
        (account, case), until = self.one(), self.plain.now + self.chance.randint(1, 9) * HOUR
        break_glass(self.connection, self.at, case, account, until, self.key())
        self.plain.glass[account, case] = max(until, self.plain.glass.get((account, case), MONDAY))

    def do_wait(self) -> None:
        self.plain.now += timedelta(minutes=self.chance.randint(1, 200))

    def do_match(self) -> None:
        """Two persons may be one child; said to be none, the next time."""
        p, q = self.chance.sample(sorted(self.plain.person_of.values()), 2)
        both = [(p, q), (q, p)]
        if frozenset((p, q)) in self.plain.pairs:
            self.plain.pairs.discard(frozenset((p, q)))
            for a, b in both:
                its = PossibleMatch.person_id == a, PossibleMatch.known_id == b
                self.connection.execute(delete(PossibleMatch).where(*its))
        else:
            self.plain.pairs.add(frozenset((p, q)))
            self.connection.execute(insert(PossibleMatch), [{"person_id": a, "known_id": b} for a, b in both])

    def do_link(self) -> None:
        """A case is of the child of another one, joined with it; or it is not any more."""
        one, other = self.chance.sample(self.cases, 2)
        person, known = self.plain.person_of[one], self.plain.person_of[other]
        linked = person in self.plain.links
        self.connection.execute(update(Case).where(Case.id == one).values(same_person_id=None if linked else known))
        if linked:
            del self.plain.links[person]
            return
        self.plain.links[person] = known
        restrict_both(self.connection, one, other)
        for held, _ in self.plain.restrictions.values():
            if held & {one, other}:
                held |= {one, other}

    def differences(self) -> list[str]:
        """Which cases each of them knows of, and what one of them reads and is kept out of."""
        found: list[str] = []
        there = [one for one in PEOPLE if one not in self.plain.disabled]
        actors = [identity.actor(self.connection, account, self.plain.now) for account in there]
        for account, actor in zip(there, actors, strict=True):
            known = {*self.connection.scalars(select(Case.id).where(who_knows.knows(actor)))}
            for case in self.cases:
                found += [f"{account} knows of {case}"] * ((case in known) != self.plain.knows(account, case))
        return found + (self._of_one(self.chance.choice(actors)) if actors else [])

    def _of_one(self, actor: identity.Actor) -> list[str]:
        account, case = actor.account or "", self.chance.choice(self.cases)
        reads = self._reads(actor, case)
        is_kept = self.plain.theirs(account, case) and not self.plain.knows(account, case)
        is_out = bool(kept_from.kept_out(self.connection, case, [account]))
        wrong = [f"{account} is kept out of {case}"] * (is_kept and not is_out)
        return wrong + [f"{account} reads {case}"] * (reads != self.plain.reads(account, case))

    def _reads(self, actor: identity.Actor, case: str) -> bool:
        try:
            who_knows.must_read(self.connection, actor, case)
        except NotFound:
            return False
        return True


@pytest.fixture
def world(database: Database) -> Authority:
    at = authority(database=database)
    for number in range(CASES):
        name = {"given_name": f"Child {number}", "family_name": "Example"}
        refer(authority=at, children=[name], now=MONDAY + timedelta(minutes=number))
    with database.transaction() as connection:
        connection.execute(delete(PossibleMatch))
        connection.execute(delete(BrokenGlass))
        third = {"id": WORKERS[2], "authority_id": at.id, "name": "Third", "email": "third@example.org"}
        connection.execute(insert(Account).values(**third, created_at=LONG_BEFORE))
        connection.execute(
            insert(Membership).values(
                membership(account=WORKERS[2], role="social_worker", agency="social_care", team=at.other_team)
            )
        )
    return at


def run(at: Authority, seed: int) -> str:
    """The step after which something differs; empty for none. Nothing of it is kept."""
    with at.database.engine.connect() as connection:
        machine = Machine(connection, at, seed)
        for number in range(STEPS):
            name = machine.step()
            if found := machine.differences():
                return f"seed {seed}, step {number}, {name}: {', '.join(found)}"
    return ""


@pytest.mark.parametrize("seed", seeds(4, 100))
def test_whatever_happens_everybody_knows_what_the_sets_say(world: Authority, seed: int) -> None:
    assert run(world, seed) == ""


def alone(_plain: Plain, person: str) -> set[str]:
    return {person}


def nobody_acts(plain: Plain, account: str) -> set[str]:
    return plain.own_teams(account)


def nothing_ends(plain: Plain, account: str) -> set[str]:
    return {team for who, team in plain.teams if who == account}


@pytest.mark.parametrize(
    ("rule", "planted"), [("child", alone), ("teams_of", nobody_acts), ("own_teams", nothing_ends)]
)
def test_a_machine_that_forgets_a_rule_is_found_out(
    world: Authority, rule: str, planted: Callable[[Plain, str], set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: program and sets differ in which persons are one child, who acts for whom, or what ended."""
    monkeypatch.setattr(Plain, rule, planted)
    assert any(run(world, seed) for seed in range(4))
