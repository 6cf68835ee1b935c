"""Every command: one transaction, committed once; on a refusal nothing has happened but an entry of who was refused."""

import ast
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, insert

from engine.base.database import Database
from engine.base.errors import NotAllowed, NotFound, NotPossible, Refusal, RefusalCode
from engine.commands import (
    accounts,
    cases,
    checkpointing,
    drafts,
    exports,
    handing_over,
    looks,
    publishing,
    sessions,
    timers,
)
from engine.commands import working_days_and_limits as authority_commands
from engine.people.command import COMMANDS, CommandRight, Work, command
from engine.people.identity import PUBLIC, SYSTEM
from engine.record.chain import lines
from engine.tables import Team
from tests.builders import (
    HERE,
    MONDAY,
    RECORD,
    ROOT,
    all_rows,
    authority,
    case_at,
)
from tests.engine.commands.calls import CALLS

MODULES = (
    *(authority_commands, cases, checkpointing, drafts, exports, handing_over, looks),
    *(publishing, accounts, sessions, timers),
)


@contextmanager
def commits(database: Database) -> Generator[list[str]]:
    """One line for each time that the database is told meanwhile to keep what was done."""
    said: list[str] = []

    def committed(_connection: Any) -> None:
        said.append("commit")

    event.listen(database.engine, "commit", committed)
    yield said
    event.remove(database.engine, "commit", committed)


def declared(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and any("command(" in ast.unparse(one) for one in node.decorator_list):
            yield node.name


def test_every_command_is_known_by_a_name_of_its_own() -> None:
    assert len({module.__name__ for module in MODULES}) == len(MODULES)
    found = Counter(name for path in (ROOT / "engine").rglob("*.py") for name in declared(path.read_text()))
    assert [name for name, count in found.items() if count > 1] == []
    assert set(found) == set(COMMANDS) == set(CALLS)


@pytest.mark.parametrize("name", sorted(CALLS))
def test_a_command_commits_exactly_once(database: Database, name: str) -> None:
    at = authority(database=database)
    give: Any = CALLS[name](at, case_at(authority=at))
    before = all_rows(database=database)
    with commits(database) as said:
        give()
    assert said == ["commit"]
    assert all_rows(database=database) != before or name in NOTHING_TO_WRITE


# These models are in force already; what would come of a migration is only judged.
NOTHING_TO_WRITE = {"publish_shipped", "judge_instance"}
IN_SOCIAL_CARE = {"authority_id": HERE, "organisation_id": "social_care"}


def test_a_command_that_commits_twice_is_found(database: Database) -> None:
    """The planted fault: half of it stands whatever happens to the other half."""
    authority(database=database)
    with commits(database) as said:
        for name in ("first", "second"):
            with database.transaction() as connection:
                connection.execute(insert(Team).values(id=name, **IN_SOCIAL_CARE, name=name, duty=False))
    assert said != ["commit"]


@pytest.mark.parametrize("refusal", [NotFound, NotAllowed, NotPossible])
def test_whatever_a_refused_command_did_has_not_happened(database: Database, refusal: type[Refusal]) -> None:
    at = authority(database=database)
    before = all_rows(database=database, but=RECORD)
    worker = at.actor("social_worker")
    with commits(database) as said, pytest.raises(refusal):
        refused_command(refusal)(database, worker, MONDAY)
    assert all_rows(database=database, but=RECORD) == before
    remembered = refusal in (NotFound, NotAllowed)
    assert said == ["commit"] * remembered
    with database.read() as connection:
        entries = lines(connection, worker.chain)
    said_of_it = {"command": "planted", "refusal": refusal.__name__, "code": "role"}
    assert [line.payload for line in entries] == [said_of_it] * remembered


def refused_command(refusal: type[Refusal]) -> Callable[..., object]:
    def planted(work: Work) -> None:
        work.connection.execute(insert(Team).values(id="planted", **IN_SOCIAL_CARE, name="Planted", duty=False))
        raise refusal("Planted.", code=RefusalCode.ROLE)

    try:
        return command(may=CommandRight.SIGNED_IN)(planted)
    finally:
        del COMMANDS["planted"]


EXPECTED_RIGHTS = {
    CommandRight.SYSTEM: (("system", True), ("administrator", False), ("public", False)),
    CommandRight.ADMINISTRATOR: (
        ("administrator", True),
        ("system", True),
        ("process_owner", False),
        ("public", False),
    ),
    CommandRight.PROCESS_OWNER: (
        ("process_owner", True),
        ("system", True),
        ("administrator", False),
        ("public", False),
    ),
    CommandRight.CHANGES_PATHWAY: (
        ("process_owner", True),
        ("pathway_writer", True),
        ("pathway_approver", False),
        ("public", False),
    ),
    CommandRight.PUTS_IN_FORCE: (
        ("process_owner", True),
        ("pathway_approver", True),
        ("pathway_writer", False),
        ("public", False),
    ),
    CommandRight.APPROVES_PATHWAY: (
        ("pathway_approver", True),
        ("process_owner", False),
        ("administrator", False),
        ("public", False),
    ),
    CommandRight.STUDIO: (
        ("process_owner", True),
        ("pathway_approver", True),
        ("pathway_writer", True),
        ("administrator", False),
        ("public", False),
    ),
    CommandRight.PRIVACY_OFFICER: (
        ("privacy_officer", True),
        ("system", True),
        ("administrator", False),
        ("auditor", False),
        ("public", False),
    ),
    CommandRight.SECOND_FOR_BARS: (
        ("privacy_officer", True),
        ("administrator", True),
        ("system", True),
        ("auditor", False),
        ("public", False),
    ),
    CommandRight.REVIEWS_LOOKS: (
        ("privacy_officer", True),
        ("auditor", True),
        ("system", True),
        ("administrator", False),
        ("public", False),
    ),
    CommandRight.KEEPS_RETENTION: (
        ("privacy_officer", True),
        ("administrator", True),
        ("system", True),
        ("auditor", False),
        ("public", False),
    ),
    CommandRight.OVERSIGHT: (("auditor", True), ("system", True), ("administrator", False), ("public", False)),
    CommandRight.SIGNED_IN: (("auditor", True), ("public", False)),
    CommandRight.BREAKS_GLASS: (
        ("auditor", True),
        ("social_worker", True),
        ("administrator", False),
        ("public", False),
    ),
    CommandRight.HOLDS_TASK: (
        ("auditor", True),
        ("public", True),
    ),  # asked once the case is known: it may not be known of
    CommandRight.TEAM_OF_CASE: (("auditor", True), ("public", True)),  # likewise
    CommandRight.GAVE_ANSWERS: (("auditor", True), ("public", True)),  # likewise
    CommandRight.TELLS_OF_ACTION: (("auditor", True), ("public", True)),  # likewise
    CommandRight.DEPARTS: (("auditor", True), ("public", True)),  # likewise
    CommandRight.MANAGES_CASE: (("auditor", True), ("public", True)),  # likewise
    CommandRight.ANYONE: (("auditor", True), ("public", True)),
    CommandRight.KEEPS_DUTY_LIST: (("auditor", True), ("public", True)),  # asked once its models are read
    CommandRight.KEEPS_DIRECTORY: (("auditor", True), ("public", True)),  # likewise
    CommandRight.MANAGES_DUTY_TEAM: (("auditor", True), ("public", True)),  # likewise
    CommandRight.STARTS_PROCESS: (("auditor", True), ("public", True)),
}


@pytest.mark.parametrize("may", list(CommandRight))
def test_who_may_at_all_is_asked_before_a_transaction_begins(database: Database, may: CommandRight) -> None:
    at = authority(database=database)

    def planted(_work: Work) -> str:
        return "done"

    give = command(may=may)(planted)
    del COMMANDS["planted"]
    for who, allowed in EXPECTED_RIGHTS[may]:
        actor = {"system": SYSTEM, "public": PUBLIC}.get(who) or at.actor(who)
        if allowed:
            assert give(database, actor, MONDAY) == "done"
        else:
            with pytest.raises(NotAllowed):
                give(database, actor, MONDAY)
