"""Who may give each command, as commands.csv says. Where a role alone decides, the right that the command declares is
asked of everybody; where it depends on a case, the command is given by everybody. The short run gives some of those.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, delete

from engine.base.database import Database
from engine.base.errors import NotAllowed, NotFound, Refusal
from engine.commands.correcting_answers import correct_answers
from engine.commands.deciding_parts import end_part_in_case
from engine.facts.corrected_forms import REASON
from engine.people import command, identity
from engine.people.command import COMMANDS, CommandRight
from engine.people.identity import Actor
from engine.tables import DutyTurn, Outbox
from tests.access.asking import nothing_kept
from tests.access.policy import (
    GIVEN,
    NOT_FOUND,
    PEOPLE,
    REFUSED,
    Person,
    Row,
    expected,
    is_given,
    roles_unknown,
    rows_of,
    to_row,
)
from tests.access.standing import Standing, case_for_all, stand
from tests.amount import LONG, random_of
from tests.builders import MONDAY, SYSTEM_HERE, Authority, do
from tests.engine.commands.calls import CALLS
from tests.engine.commands.calls_of_corrections import given_to
from tests.engine.commands.calls_of_letters_and_backups import LETTER

TABLE = [*map(to_row, rows_of("commands.csv"))]
WHERE = "add each to tests/access/commands.csv, from what docs/access.md says"
PRODUCT = Person("the product itself", "nothing", frozenset({"the product itself"}), "")
# Decided by a role alone, before anything of a case is asked.
BY_ROLE = {*command.ROLES, CommandRight.SYSTEM, CommandRight.BREAKS_GLASS}
GIVES = [one for one in PEOPLE if one.relation not in ("nobody", "joined")]
SHORT, SHORT_SEED = 6, 3
# To call these the case is restricted first, and names nobody who is asked.
RESTRICTS: Mapping[str, str] = {"change_named": "restricted", "end_restriction_of_case": "restricted"}
# Of what is about nobody else each may give it, and no other is asked.
FOR_ALL = (("signed in",), ("everybody",))


@pytest.fixture
def world(database: Database) -> Standing:
    return stand(database)


def test_every_command_has_a_row_and_what_each_says_is_understood() -> None:
    assert sorted(COMMANDS.keys() - {row.what for row in TABLE}) == [], WHERE
    assert sorted({row.what for row in TABLE} - COMMANDS.keys()) == [], "commands.csv names what is not there"
    known = {"the product itself", "whoever has taken it"}
    assert roles_unknown(TABLE) - known == set()


def test_a_command_of_a_role_is_refused_to_every_other(world: Standing) -> None:
    actors = {one.who: actor_of(world.at, one) for one in (*GIVES, PRODUCT)}
    assert wrong_of_roles(actors) == []
    assert wrong_of_roles(actors, lambda _actor, _may: None), "the planted fault: nobody is asked"


def wrong_of_roles(actors: dict[str, Actor], ask: Callable[[Actor, CommandRight], None] | None = None) -> list[str]:
    asked, found = ask or getattr(command, "_may_at_all"), list[str]()  # noqa: B009
    for row in TABLE:
        may = COMMANDS[row.what].may
        for person in (*GIVES, PRODUCT) if may in BY_ROLE else ():
            said = answer(lambda actor=actors[person.who], may=may: asked(actor, may))
            wanted = GIVEN if is_given(row, person) else REFUSED
            found += [f"{row.what} by {person.who}: {said}, and should be {wanted}"] * (said != wanted)
    return found


def test_a_command_about_a_case_is_for_whom_the_policy_says(world: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row for row in TABLE if COMMANDS[row.what].may not in BY_ROLE and row.may not in FOR_ALL]
    tried = rows if LONG else random_of(SHORT_SEED).sample(rows, SHORT)
    assert [one for number, row in enumerate(tried) for one in wrong(world, row, number, monkeypatch)] == []


def wrong(world: Standing, row: Row, number: int, patch: pytest.MonkeyPatch) -> Iterator[str]:
    """Each gives it in a case of its own, and nothing of it is kept."""
    case = case_for_all(world, 40 + number)
    give: Any = OF_ITS_OWN.get(row.what, CALLS[row.what])(world.at, case)
    for person in GIVES:
        with patch.context() as patched, nothing_kept(world.at.database):
            given_by(patched, actor_of(world.at, person))
            said = answer(give)
        wanted = expected(row, person, RESTRICTS.get(row.what, "open"), there=True)
        if said != wanted:
            yield f"{row.what} by {person.who}: {said}, and should be {wanted}"
    with world.at.database.transaction() as connection:
        connection.execute(delete(Outbox).where(Outbox.id == LETTER))  # the next call writes one of the same id,
        connection.execute(delete(DutyTurn))  # or is on duty at the same time


def ends_part(at: Authority, case: str) -> Callable[[], object]:
    """That of one of those that have a part in a case of this folder."""
    by, why = at.actor("team_manager"), {"reason": "It is done."}
    return lambda: end_part_in_case(at.database, by, MONDAY, case, f"health-{case}", why)


def corrects_decision(at: Authority, case: str) -> Callable[[], object]:
    """Answers of the team, and not those of whoever referred: these know of their own, and are refused."""
    do(authority=at, case=case, task="decide_response", response="assessment")
    given, answers = given_to(at, case, "decide_response")
    said = {**answers, "response": "no_further_action", REASON: "It was mistyped."}
    return lambda: correct_answers(at.database, at.actor("team_manager"), MONDAY, case, given, 0, said)


OF_ITS_OWN: Mapping[str, Callable[[Authority, str], Callable[[], object]]] = {
    "end_part_in_case": ends_part,
    "correct_answers": corrects_decision,
}


def given_by(patch: pytest.MonkeyPatch, somebody: Actor) -> None:
    """Whatever command is given now is given by somebody else than it says."""
    work, may_at_all = command.Work, getattr(command, "_may_at_all")  # noqa: B009

    def works(connection: Connection, _actor: Actor, now: datetime) -> command.Work:
        return work(connection, somebody, now)

    def asked(_actor: Actor, may: CommandRight) -> None:
        may_at_all(somebody, may)

    patch.setattr(command, "Work", works)
    patch.setattr(command, "_may_at_all", asked)


def answer(give: Callable[[], object]) -> str:
    """A refusal for another reason than who it is comes after that."""
    try:
        give()
    except NotFound:
        return NOT_FOUND
    except NotAllowed:
        return REFUSED
    except Refusal:
        return GIVEN
    return GIVEN


def actor_of(at: Authority, person: Person) -> Actor:
    if person is PRODUCT:
        return SYSTEM_HERE
    with at.database.read() as connection:
        return identity.actor(connection, person.account, MONDAY)
