"""Two cases of one child, what somebody says of them, and what stands in their rows then."""

from typing import Any

from sqlalchemy import Row, select

from engine.people.identity import PUBLIC
from engine.record.chain import case_chain, lines
from engine.record.checkpoints import source
from engine.record.verifier import verify
from engine.tables import Case
from tests.builders import DAY, HERE, MONDAY, Authority, child, do, refer
from tests.rerun.rerunning import differing
from tests.walks.test_walks import NOWHERE

TUESDAY = MONDAY + DAY
YES = {"same_child": "yes", "same_child_reason": "The mother says so."}
FORM: dict[str, Any] = {"reply_by": "email", "referrer_email": "a@b.example", "submission": "mine"}


def rows(world: Authority, table: Any, *where: Any) -> list[Row[Any]]:
    with world.database.read() as connection:
        return list(connection.execute(select(table.__table__).where(*where)))


def row(world: Authority, case: str) -> Row[Any]:
    return rows(world, Case, Case.id == case)[0]


def kinds(world: Authority, case: str) -> list[str]:
    with world.database.read() as connection:
        return [line.kind for line in lines(connection, case_chain(case))]


def must_be_sound(world: Authority) -> None:
    """Each case is what its record says, and the record is whole."""
    assert differing(database=world.database) == []
    with world.database.read() as connection:
        assert verify(source(connection, NOWHERE)).faults == []


def same(world: Authority, case: str, other: str, **more: Any) -> None:
    """It is said in the first that its child is that of the second."""
    person = row(world, other).person_id
    do(authority=world, case=case, task="clarify_referral", now=TUESDAY, **YES, known_person=person, **more)


def by_form(world: Authority) -> Any:
    return refer(authority=world, sender=PUBLIC.at(HERE), now=TUESDAY, children=[child()], **FORM)
