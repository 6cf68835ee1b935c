"""Questions about the duty list: what is asked of a turn, and what speaks against it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, exists, select

from engine.base.clock import LONDON
from engine.base.errors import NotAllowed, RefusalCode
from engine.facts.managing import teams_managed
from engine.forms.findings import Finding
from engine.forms.questions import Schema
from engine.people.identity import Actor
from engine.tables import Account, DutyTurn, Membership, Team, enabled_at, held_at

ADMINISTRATOR = "administrator"
# Longer, or further away, is a slip of the keyboard: nobody is on duty for so long, or plans it so far ahead.
LONGEST_TURN, FURTHEST_AHEAD = timedelta(days=31), timedelta(days=2 * 366)
LONGEST_ADDRESS = 254
LEAST_MINUTES, MOST_MINUTES = 1, 60
PLACE_WORDS = {"first": "First", "second": "Second, where the first does not open it"}
MINUTES: Schema = {
    "title": "How long an alarm waits",
    "properties": {
        "minutes": {
            "type": "integer",
            "title": "Minutes",
            "description": "An alarm that nobody has opened for so long goes to the next.",
            "minimum": LEAST_MINUTES,
            "maximum": MOST_MINUTES,
        }
    },
    "required": ["minutes"],
}


@dataclass(frozen=True, slots=True)
class Turn:
    """`address` is empty where the account's own is used."""

    id: str
    account: str
    name: str
    place: str
    starts_at: datetime
    ends_at: datetime
    address: str


def keeps_duty_list(connection: Connection, actor: Actor) -> bool:
    """An administrator, and whoever manages a team that referrals reach."""
    if actor.is_system or ADMINISTRATOR in actor.roles:
        return True
    teams = teams_managed(connection, actor)
    of_duty = select(exists().where(Team.id.in_(teams), Team.duty))
    return bool(teams) and connection.execute(of_duty).scalar_one()


def must_keep_duty_list(connection: Connection, actor: Actor) -> None:
    """Raises NotAllowed."""
    if not keeps_duty_list(connection, actor):
        words = "Administrators, and those who manage the duty team, keep the duty list."
        raise NotAllowed(words, code=RefusalCode.ROLE)


def may_be_on_duty(connection: Connection, authority: str, now: datetime) -> dict[str, str]:
    """Names by account: whoever works in a team that referrals reach, for nobody else could open them."""
    rows = connection.execute(
        select(Account.id, Account.name)
        .distinct()
        .join(Membership, Membership.account_id == Account.id)
        .join(Team, Team.id == Membership.team_id)
        .where(Account.authority_id == authority, Team.duty, held_at(now), enabled_at(now))
        .order_by(Account.name, Account.id)
    )
    return {row.id: row.name for row in rows}


def turns(connection: Connection, authority: str, since: datetime) -> tuple[Turn, ...]:
    """Those that end after a moment, in order of their beginning."""
    rows = connection.execute(
        select(DutyTurn.__table__, Account.name)
        .join(Account, Account.id == DutyTurn.account_id)
        .where(DutyTurn.authority_id == authority, DutyTurn.ends_at > since)
        .order_by(DutyTurn.starts_at, DutyTurn.place, DutyTurn.id)
    )
    return tuple(
        Turn(
            id=row.id,
            account=row.account_id,
            name=row.name,
            place=row.place,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            address=row.address,
        )
        for row in rows
    )


def turn_form(people: Mapping[str, str], title: str) -> Schema:
    def choices(named: Mapping[str, str]) -> list[Schema]:
        return [{"const": value, "title": words} for value, words in named.items()]

    return {
        "title": title,
        "properties": {
            "person": {"type": "string", "title": "Who is on duty?", "oneOf": choices(people)},
            "place": {"type": "string", "title": "In which place?", "oneOf": choices(PLACE_WORDS)},
            "starts_at": {"type": "string", "format": "date-time", "title": "From"},
            "ends_at": {"type": "string", "format": "date-time", "title": "Until"},
            "address": {
                "type": "string",
                "title": "Email address during this turn",
                "description": "If it is not the one with which they sign in.",
                "maxLength": LONGEST_ADDRESS,
            },
        },
        "required": ["person", "place", "starts_at", "ends_at"],
    }


def speaks_against(listed: tuple[Turn, ...], now: datetime, answers: Mapping[str, Any]) -> Iterator[Finding]:
    """`listed` are the other turns. What is no date or no person at all is said by the form."""
    address = answers.get("address", "")
    if address and not _is_address(address):
        yield Finding(("address",), "Email address must be like name@example.org")
    starts_at, ends_at = (_moment(answers.get(name)) for name in ("starts_at", "ends_at"))
    if starts_at is None or ends_at is None:
        return
    if problem := _why_not_until(starts_at, ends_at, now):
        yield Finding(("ends_at",), problem)
        return
    for turn in listed:
        if turn.account == answers.get("person") and turn.starts_at < ends_at and starts_at < turn.ends_at:
            span = f"{_in_words(turn.starts_at)} to {_in_words(turn.ends_at)}"
            yield Finding(("starts_at",), f"{turn.name} is on duty already from {span}")
            return


def _why_not_until(starts_at: datetime, ends_at: datetime, now: datetime) -> str:
    if ends_at <= starts_at:
        return "Until must be later than From"
    if ends_at <= now:
        return "Until must be in the future"
    if ends_at - starts_at > LONGEST_TURN:
        return f"Until must be at most {LONGEST_TURN.days} days after From"
    return "Until must be within the next two years" if ends_at - now > FURTHEST_AHEAD else ""


def _is_address(text: str) -> bool:
    name, at, domain = text.partition("@")
    return (
        bool(name and at and domain) and "@" not in domain and not any(one.isspace() or one in "<>,;:" for one in text)
    )


def _moment(answer: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(answer) if isinstance(answer, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _in_words(moment: datetime) -> str:
    here = moment.astimezone(LONDON)
    return f"{here.day} {here:%B %Y}, {here:%H:%M}"


def uncovered(
    listed: Iterable[Turn], place: str, since: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """The times from one moment until another in which nobody stands in the place, in their order."""
    covered_to = since
    for turn in sorted((one for one in listed if one.place == place), key=lambda one: one.starts_at):
        if turn.starts_at > covered_to:
            yield covered_to, min(turn.starts_at, until)
        covered_to = max(covered_to, turn.ends_at)
        if covered_to >= until:
            return
    yield covered_to, until
