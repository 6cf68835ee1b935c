"""Whether everything that was acknowledged is there, once, and nothing else has come of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from sqlalchemy import Connection, func, select

from engine.base.database import Database
from engine.record.checkpoints import source
from engine.record.verifier import verify
from engine.tables import Act, Case, Draft, Person, WorkItem
from tests.faults.consistency import inconsistencies
from tests.faults.mixed_load import Answer, Deed, Fate, Kind

NOBODYS = frozenset({"subject"})
Looks = Mapping[str, int]


def faults(database: Database, place: Path, answers: Iterable[Answer], looks_before: Looks) -> list[str]:
    """In words. `place` is where checkpoints lie, `looks_before` how often each person had looked before."""
    answers = [*answers]
    with database.snapshot() as connection:
        found = [*_of_answers(connection, answers), *_of_looks(connection, answers, looks_before)]
    with database.read() as connection:
        found += [f"verify: {fault.where}: {fault.what}" for fault in verify(source(connection, place)).faults]
    return found + inconsistencies(database)


def looks(database: Database) -> Looks:
    """How often each person has looked."""
    with database.read() as connection:
        rows = connection.execute(select(Act.chain, func.count()).where(Act.kind == "viewed").group_by(Act.chain)).all()
    return {chain.removeprefix("person:"): number for chain, number in rows}


def _of_answers(connection: Connection, answers: Iterable[Answer]) -> Iterator[str]:
    for answer in answers:
        deed, done = answer.deed, answer.fate is Fate.ACKNOWLEDGED
        if deed.kind is Kind.REFERRED:
            cases = _cases(connection, deed.what)
            if cases != done:
                yield f"{answer.fate.value}, and there are {cases} cases of {deed.what}"
        elif done and not _is_there(connection, deed):
            yield f"lost: {deed.kind.value}: {deed.what} by {deed.account}"


def _cases(connection: Connection, name: str) -> int:
    of_child = select(func.count()).select_from(Case).join(Person, Person.id == Case.person_id)
    return connection.execute(of_child.where(Person.given_name == name)).scalar_one()


def _is_there(connection: Connection, deed: Deed) -> bool:
    item = connection.execute(select(WorkItem.__table__).where(WorkItem.id == deed.what)).one()
    if deed.kind is Kind.COMPLETED:
        return (item.closed_how, item.closed_by) == ("completed", deed.account)
    if deed.kind is Kind.DRAFTED and item.closed_at is None:
        mine = (Draft.account_id == deed.account, Draft.subject == deed.what)
        kept = connection.scalar(select(Draft.answers).where(*mine))
        return kept == {name: list(text) for name, text in (deed.typed or {}).items() if name not in NOBODYS}
    return True


def _of_looks(connection: Connection, answers: Iterable[Answer], before: Looks) -> Iterator[str]:
    """No entry, no page."""
    asked = Counter(
        one.deed.account for one in answers if (one.deed.kind, one.fate) == (Kind.LOOKED, Fate.ACKNOWLEDGED)
    )
    for account, pages in asked.items():
        chain = (Act.chain == f"person:{account}", Act.kind == "viewed")
        entries = connection.execute(select(func.count()).select_from(Act).where(*chain)).scalar_one()
        if entries - before.get(account, 0) < pages:
            yield f"{account} read {pages} pages, of which {entries} are in the record"
