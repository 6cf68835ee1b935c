"""The verifier of docs/record.md, which sees the rows of the record and nothing else."""

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from engine.database import Database
from engine.tables import Entry, Payload
from tests.builders import ROOT

DOCUMENT = ROOT / "docs" / "record.md"
Rows = list[tuple[Any, ...]]
Payloads = dict[tuple[str, int], bytes]


def verifier() -> str:
    found = re.search(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert found
    return found.group(1)


def faults_found() -> Callable[[Rows, Payloads], list[tuple[Any, ...]]]:
    """The faults that the verifier of the document finds."""
    names: dict[str, Any] = {"__name__": "verify"}
    exec(verifier(), names)  # noqa: S102 (the program printed in our own document)
    return lambda rows, payloads: [found for found in names["faults"](rows, payloads) if found[0] == "FAULT"]


def stored(database: Database) -> tuple[Rows, Payloads]:
    with database.read() as connection:
        entries = connection.execute(
            select(Entry.chain, Entry.number, Entry.hash, Entry.body, Entry.kind, Entry.at).order_by(
                Entry.chain, Entry.number
            )
        )
        rows = [tuple(row) for row in entries]
        payloads = connection.execute(select(Payload.chain, Payload.number, Payload.salt, Payload.body))
        return rows, {(chain, number): salt + body for chain, number, salt, body in payloads}
