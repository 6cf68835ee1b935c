"""The families of an authority: who they are, and when they are referred. From the seed alone, so always the same."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

from engine.simulate.chance import Office, one_of, stream
from engine.simulate.rates import BegunByHand, Rates
from engine.timescales.calendar import day_of, in_months, start_of

INVENTED = Path(__file__).parent / "invented.toml"
PREGNANCY = 280
YEAR = 365


@dataclass(frozen=True, slots=True)
class InventedChild:
    """`born` may lie after a referral: then the child was expected on that day."""

    given_name: str
    family_name: str
    born: date
    address: str

    def told(self, on: date) -> dict[str, str]:
        """What a referral of this day says of the child, by roles of answers."""
        day = {"born": self.born.isoformat()} if self.born <= on else {"expected": self.born.isoformat()}
        address = {"address": self.address} if self.address else {}
        return {"given_name": self.given_name, "family_name": self.family_name, **day, **address}


@dataclass(frozen=True, slots=True)
class FamilyReferred:
    """`name` is by which its chance is known; `begins` the process that is begun, None for the one open to anyone."""

    at: datetime
    name: str
    children: tuple[InventedChild, ...]
    in_danger: bool
    begins: BegunByHand | None = None


@cache
def invented() -> Mapping[str, Sequence[str]]:
    return tomllib.loads(INVENTED.read_text(encoding="utf-8"))


def referred(
    rates: Rates, office: Office, seed: int, authority: str, children: int, since: date, months: int
) -> list[FamilyReferred]:
    """All referrals of these months, in order of time; among them those that come again, if they come so soon."""
    until = start_of(in_months(since, months))
    found: list[FamilyReferred] = []
    left, number = children, 0
    while left:
        number += 1
        random = stream(seed, authority, "family", number)
        family = _family(rates, office, random, f"family {number}", left, since, months)
        left -= len(family.children)
        found += (family, *_again(rates, office, random, family))
    return sorted((one for one in found if one.at < until), key=lambda one: (one.at, one.name))


def _family(
    rates: Rates, office: Office, random: Random, name: str, most: int, since: date, months: int
) -> FamilyReferred:
    drawn = one_of(random, rates.referrals["together"]["shares"])
    weights = rates.referrals["months"]["weights"]
    month = one_of(random, {number: weights[in_months(since, number).month - 1] for number in range(months)})
    in_danger = random.random() < rates.referrals["danger"]["share"]
    at = _moment(rates, office, random, in_months(since, month or 0), in_danger=in_danger)
    opening = [one for one in rates.begins if not one.in_case]
    begins = next((one for one in opening if random.random() < one.share), None)
    children = tuple(_children(rates, random, min(int(drawn or 1), most), day_of(at)))
    return FamilyReferred(at, name, children, in_danger and begins is None, begins)


def _moment(rates: Rates, office: Office, random: Random, month: date, *, in_danger: bool) -> datetime:
    """In the month that begins then: most while offices are open, emergencies most of all at night."""
    day = month + timedelta(days=random.randrange((in_months(month, 1) - month).days))
    shares = rates.referrals["out_of_hours"]
    if random.random() < shares["in_danger" if in_danger else "share"]:
        return office.out_of_hours(random, day)
    opened = office.next_open(random, start_of(day))
    return office.any_time(random, day_of(opened))


def _children(rates: Rates, random: Random, count: int, referred_on: date) -> Iterator[InventedChild]:
    lists = invented()
    family_name, street = random.choice(lists["family_names"]), random.choice(lists["streets"])
    known = random.random() < rates.referrals["address_given"]["share"]
    address = f"{random.randrange(1, 120)} {street}" if known else ""
    unborn = random.random() < rates.referrals["unborn"]["share"]
    youngest, oldest = rates.referrals["youngest_to_oldest"]["years"]
    for given_name in random.sample(lists["given_names"], count):
        days = -random.randrange(7, PREGNANCY - 7) if unborn else random.randrange(youngest * YEAR + 1, oldest * YEAR)
        unborn = False
        yield InventedChild(given_name, family_name, referred_on - timedelta(days=days), address)


def _again(rates: Rates, office: Office, random: Random, family: FamilyReferred) -> Iterator[FamilyReferred]:
    again = rates.referrals["again"]
    if family.begins is None and random.random() < again["share"]:
        later = day_of(family.at) + timedelta(days=random.randrange(*again["days"]))
        at = office.any_time(random, day_of(office.next_open(random, start_of(later))))
        yield FamilyReferred(at, f"{family.name} again", family.children, False)
