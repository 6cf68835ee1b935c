"""The record is a chain that nobody can change unseen: checked by the verifier of docs/record.md, not by our code."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from engine import record
from engine.database import Database
from engine.record import Fact, append, lines
from engine.tables import Case, Entry, Family, Person, Team
from tests.builders import MONDAY, ROOT, authority, case_at
from tests.verifying import DOCUMENT, Payloads, Rows, faults_found, stored, verifier


@dataclass(frozen=True, repr=False)
class Stored:
    """The two tables as a verifier reads them; too long to be shown when a test fails."""

    rows: Rows
    payloads: Payloads


@pytest.fixture(scope="module")
def faults() -> Callable[[Rows, Payloads], list[tuple[Any, ...]]]:
    """The faults that the verifier of the document finds; it sees rows and nothing else."""
    return faults_found()


def write(database: Database, *facts: Fact, chain: str = "case:1", at: datetime = MONDAY) -> None:
    with database.transaction() as connection:
        append(connection, chain, "social_worker.1", at, facts)


def test_the_record_of_a_whole_case_verifies(database: Database, faults: Any) -> None:
    case = case_at(authority=authority(database=database), point="closed")
    rows, payloads = stored(database)
    assert len([row for row in rows if row[0] == f"case:{case}"]) > 80
    assert payloads
    assert faults(rows, payloads) == []


def test_the_verifier_runs_by_itself_on_a_database_file(tmp_path: Path, sqlite_template: Path) -> None:
    file = tmp_path / "throughline.db"
    file.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{file}")
    case_at(authority=authority(database=database), point="accepted")
    database.dispose()
    (tmp_path / "verify.py").write_text(verifier())
    said = subprocess.run(
        [sys.executable, "-I", "verify.py", file.name], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "FAULT" not in said.stdout
    assert said.stdout.count("head") == len({row[0] for row in stored(Database(f"sqlite:///{file}"))[0]})


def test_the_verifier_is_short_enough_to_be_believed() -> None:
    code = [line for line in verifier().splitlines() if line.strip()]
    assert len(code) < 30
    assert "engine" not in verifier()


@pytest.fixture(scope="module")
def whole_case(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Stored:
    file = tmp_path_factory.mktemp("record") / "throughline.db"
    file.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{file}")
    case_at(authority=authority(database=database), point="in_need")
    found = Stored(*stored(database))
    database.dispose()
    return found


def flipped(content: bytes, place: int) -> bytes:
    at = place % len(content)
    return content[:at] + bytes([content[at] ^ (1 << place % 8)]) + content[at + 1 :]


def with_cell(rows: Rows, number: int, column: int, value: Any) -> Rows:
    changed = (*rows[number][:column], value, *rows[number][column + 1 :])
    return [*rows[:number], changed, *rows[number + 1 :]]


def tampered(kind: str, rows: Rows, payloads: Payloads, one: int, other: int) -> tuple[Rows, Payloads]:
    places = sorted(payloads)
    first, second = places[one % len(places)], places[other % len(places)]
    number, later = one % len(rows), other % len(rows)
    changes: dict[str, Callable[[], tuple[Rows, Payloads]]] = {
        "a flipped bit in a body": lambda: (with_cell(rows, number, 3, flipped(rows[number][3], other)), payloads),
        "a flipped bit in a hash": lambda: (with_cell(rows, number, 2, flipped(rows[number][2], other)), payloads),
        "another kind": lambda: (with_cell(rows, number, 4, "viewed!"), payloads),
        "another time": lambda: (with_cell(rows, number, 5, rows[number][5] - timedelta(days=1)), payloads),
        "an entry less": lambda: (rows[:number] + rows[number + 1 :], payloads),
        "an entry twice": lambda: ([*rows[:number], rows[number], *rows[number:]], payloads),
        "two bodies exchanged": lambda: exchanged(rows, number, later, payloads),
        "two payloads exchanged": lambda: (
            rows,
            {**payloads, first: payloads[second], second: payloads[first]},
        ),
        "a flipped bit in a payload": lambda: (rows, {**payloads, first: flipped(payloads[first], other)}),
        "a payload too many": lambda: (rows, {**payloads, ("case:none", 1): b"x"}),
    }
    return changes[kind]()


def exchanged(rows: Rows, one: int, other: int, payloads: Payloads) -> tuple[Rows, Payloads]:
    content = [row[2:] for row in rows]
    content[one], content[other] = content[other], content[one]
    return [(*row[:2], *new) for row, new in zip(rows, content, strict=True)], payloads


TAMPERING = (
    "a flipped bit in a body",
    "a flipped bit in a hash",
    "another kind",
    "another time",
    "an entry less",
    "an entry twice",
    "two bodies exchanged",
    "two payloads exchanged",
    "a flipped bit in a payload",
    "a payload too many",
)


@pytest.mark.parametrize("kind", TAMPERING)
@given(one=st.integers(0, 10**6), other=st.integers(0, 10**6))
def test_every_change_is_found(kind: str, whole_case: Stored, faults: Any, one: int, other: int) -> None:
    rows, payloads = whole_case.rows, whole_case.payloads
    changed, carried = tampered(kind, rows, payloads, one, other)
    cut_at_its_end = kind == "an entry less" and rows[one % len(rows)] in {row[0]: row for row in rows}.values()
    assume((changed, carried) != (rows, payloads) and not cut_at_its_end)
    assert faults(changed, carried)


def test_an_erased_payload_leaves_the_chain_whole(whole_case: Stored, faults: Any) -> None:
    rows, payloads = whole_case.rows, whole_case.payloads
    assert faults(rows, dict(list(payloads.items())[::2])) == []
    assert faults(rows, {}) == []


def test_a_chain_written_anew_from_one_point_is_whole_and_has_another_head(whole_case: Stored, faults: Any) -> None:
    """What the document says the record cannot show by itself."""
    rows = whole_case.rows
    cut = [row for row in rows if row[0] != rows[0][0] or row[1] < rows[-1][1] - 1]
    assert faults(cut, {}) == []
    assert cut != rows


def test_what_is_said_of_a_child_is_in_payloads_alone(database: Database) -> None:
    child = {"given_name": "Zebedee", "family_name": "Quillfeather", "born": "2015-01-02"}
    case_at(authority=authority(database=database), point="accepted", children=[child], concerns="Bruises")
    rows, payloads = stored(database)
    bodies = b"".join(bytes(row[3]) for row in rows)
    for private in (b"Zebedee", b"Quillfeather", b"Bruises", b"2015-01-02"):
        assert private not in bodies
        assert any(private in body for body in payloads.values())


def test_the_same_answers_have_another_digest_each_time(database: Database) -> None:
    write(database, Fact("completed", payload={"same_child": "no"}), Fact("completed", payload={"same_child": "no"}))
    (first, *_), (second, *_) = [[row[3].partition(b'"payload":"')[2][:64]] for row in stored(database)[0]]
    assert first != second


def test_entries_are_numbered_in_order_of_each_chain(database: Database) -> None:
    write(database, Fact("opened"), Fact("passed"))
    write(database, Fact("viewed"), chain="person:1")
    write(database, Fact("completed"), at=MONDAY - timedelta(days=1))
    assert [row[:2] for row in stored(database)[0]] == [("case:1", 1), ("case:1", 2), ("case:1", 3), ("person:1", 1)]


def test_the_table_refuses_a_second_entry_in_one_place(database: Database) -> None:
    write(database, Fact("opened"))
    row = {"chain": "case:1", "number": 1, "hash": b"", "body": b"", "at": MONDAY, "kind": "opened"}
    with pytest.raises(IntegrityError), database.transaction() as connection:
        connection.execute(insert(Entry), [row])


def test_nothing_to_say_writes_nothing(database: Database) -> None:
    write(database)
    assert stored(database) == ([], {})


def test_lines_give_back_what_was_written(database: Database) -> None:
    at = datetime(2026, 3, 2, 10, 0, 0, 123456, tzinfo=UTC)
    fact = Fact("completed", "1", "i", "see_child", 2, "b" * 64, ("a_to_b",), {"seen_at": "é"})
    write(database, fact, Fact("passed"), at=at)
    with database.read() as connection:
        (first, second) = lines(connection, "case:1")
        assert lines(connection, "case:1", ["passed"]) == (second,)
    assert (first.at, first.actor, first.kind, first.flows) == (at, "social_worker.1", "completed", ("a_to_b",))
    assert (first.case, first.instance, first.element, first.occurrence) == ("1", "i", "see_child", 2)
    assert (first.payload, second.payload) == ({"seen_at": "é"}, None)


def test_a_look_says_which_cases_it_showed(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(insert(Family).values(id="f", created_at=MONDAY))
        person = {"id": "p", "given_name": "A", "family_name": "B", "address": "", "match_name": "a b"}
        connection.execute(insert(Person).values(**person))
    authority(database=database)
    with database.transaction() as connection:
        team = connection.execute(select(Team.id).where(Team.duty)).scalar_one()
        for case in ("c1", "c2"):
            row = {"id": case, "reference": case, "person_id": "p", "family_id": "f", "team_id": team}
            connection.execute(insert(Case).values(**row, opened_at=MONDAY))
    write(database, Fact("viewed", cases_shown=("c1", "c2")), chain="person:1")
    with database.read() as connection:
        rows = connection.execute(select(record.EntryCase.case_id).order_by(record.EntryCase.case_id))
        assert list(rows.scalars()) == ["c1", "c2"]


def kinds_in(text: str) -> Iterator[str]:
    """The kinds that Fact(...), note(...) and _record(work, ...) are given; the trace names three more."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("Fact", "note", "_record"):
            yield from (
                one.value for one in node.args[:2] if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )


def test_every_kind_of_entry_stands_in_the_document() -> None:
    written = {kind for path in (ROOT / "engine").rglob("*.py") for kind in kinds_in(path.read_text())}
    assert {"opened_case", "claimed", "role_given", "published"} <= written
    listed = set(re.findall(r"`(\w+)`", DOCUMENT.read_text().partition("## Kinds of entry")[2].partition("##")[0]))
    assert written | {"opened", "withdrawn", "passed"} == listed - {"what"}
