"""How fast a record is verified: whole entries with their payloads, read from the database as they are stored."""

import secrets
import time
from pathlib import Path
from random import Random

from engine.base.database import Database
from engine.record.chain import NewEntry, append, case_chain
from engine.record.checkpoints import source
from engine.record.verifier import verify
from tests.amount import sized
from tests.benchmarks.conftest import Shows
from tests.benchmarks.measuring import Amount
from tests.builders import MONDAY, publish

ENTRIES = sized(300_000, 1_000)
CASES = sized(2_000, 20)
AT_ONCE = 10  # entries of one command


def write_a_record(database: Database) -> None:
    """As cases do: a few entries of this one, then of another; every second entry carries some hundred bytes."""
    bundle = publish(database=database)
    choose = Random(0)  # noqa: S311 (the same record each time)
    cases = [secrets.token_hex(13) for _ in range(CASES)]
    with database.transaction() as connection:
        for _ in range(ENTRIES // AT_ONCE):
            case = choose.choice(cases)
            facts = [
                NewEntry(
                    "completed" if number % 2 else "passed",
                    case,
                    case,
                    "decide_response",
                    number,
                    bundle,
                    ("decide_response_to_assessment",),
                    {"reason": "x" * choose.randrange(400)} if number % 2 else None,
                )
                for number in range(AT_ONCE)
            ]
            append(connection, case_chain(case), "social_worker.1", MONDAY, facts)


def test_verifying(database: Database, tmp_path: Path, shows: Shows) -> None:
    write_a_record(database)
    with database.read() as connection:
        worked = time.process_time()
        found = verify(source(connection, tmp_path / "checkpoints"))
        worked = time.process_time() - worked
    assert found.faults == []
    assert found.counts["entries"] > ENTRIES
    rate = found.counts["entries"] / worked
    where = database.engine.dialect.name
    shows(Amount(f"Verifying {ENTRIES:,} entries", where, f"{rate:,.0f} for each second of this process’s CPU"))
