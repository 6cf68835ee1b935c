"""Who knows of which case, in plain sets: what the random machine of test_keeping_machine.py is held against."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.builders import MONDAY

FOR_EVER = MONDAY + timedelta(days=3650)


@dataclass(frozen=True)
class Away:
    absent: str
    covering: str
    team: str
    begins: datetime
    ends: datetime


@dataclass
class Plain:
    """What is so, in sets. `teams` by account, `parts` of organisations by case, each with its end; `oversees` is the
    end of who does; `pairs` are unanswered matches of persons, `links` say which are one.
    """

    team_of: dict[str, str]
    person_of: dict[str, str]
    now: datetime = MONDAY
    teams: dict[tuple[str, str], datetime] = field(default_factory=dict[tuple[str, str], datetime])
    parts: dict[tuple[str, str], datetime] = field(default_factory=dict[tuple[str, str], datetime])
    oversees: datetime = FOR_EVER
    disabled: set[str] = field(default_factory=set[str])
    covers: dict[str, Away] = field(default_factory=dict[str, Away])
    bars: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    restrictions: dict[str, tuple[set[str], set[str]]] = field(default_factory=dict[str, tuple[set[str], set[str]]])
    pairs: set[frozenset[str]] = field(default_factory=set[frozenset[str]])
    links: dict[str, str] = field(default_factory=dict[str, str])
    glass: dict[tuple[str, str], datetime] = field(default_factory=dict[tuple[str, str], datetime])

    def child(self, person: str) -> set[str]:
        found = {person}
        while more := {b for a, b in self._both_ways() if a in found} - found:
            found |= more
        return found

    def _both_ways(self) -> set[tuple[str, str]]:
        return {pair for a, b in self.links.items() for pair in ((a, b), (b, a))}

    def barred(self, account: str, case: str) -> bool:
        own: set[str] = set()
        for who, person in self.bars:
            own |= self.child(person) if who == account else set()
        likely = {q for p in own for q in self.person_of.values() if frozenset((p, q)) in self.pairs and p != q}
        return self.person_of[case] in own | {q for q in likely if q not in self.links}

    def own_teams(self, account: str) -> set[str]:
        return {team for (who, team), until in self.teams.items() if who == account and until > self.now}

    def teams_of(self, account: str) -> set[str]:
        """Whoever works for social care, and acts for a colleague who is away, has the team of that one as well."""
        own = self.own_teams(account)
        acted = {
            one.team
            for one in self.covers.values()
            if one.covering == account and one.begins <= self.now < one.ends and one.absent not in self.disabled
            if one.team in self.own_teams(one.absent)
        }
        return own | acted if own else own

    def theirs(self, account: str, case: str) -> bool:
        if account.startswith("auditor"):
            return self.oversees > self.now
        organisation = {"health": "health", "police": "police"}.get(account.partition("_")[0], "")
        has_part = self.parts.get((organisation, case), MONDAY) > self.now
        return self.team_of[case] in self.teams_of(account) or has_part

    def knows(self, account: str, case: str) -> bool:
        named = all(account in names for held, names in self.restrictions.values() if case in held)
        return self.theirs(account, case) and named and not self.barred(account, case)

    def reads(self, account: str, case: str) -> bool:
        broken = self.glass.get((account, case), MONDAY) > self.now and not self.barred(account, case)
        return self.knows(account, case) or broken
