"""Reads `processes/duties.csv`: what the guidance asks, one duty a row."""

import csv
import io
from dataclasses import dataclass

DUTIES = "processes/duties.csv"
NOW = "now"
"""What `delivered` says of a duty that this edition of the product answers for."""
_COLUMNS = ("id", "process", "actor", "duty", "limit", "clock_id", "delivered", "source")


@dataclass(frozen=True, slots=True)
class Duty:
    """A row of duties.csv. `limit` is in words, `clock` the id of a clock or empty; `delivered` is now or later."""

    id: str
    process: str
    actor: str
    duty: str
    limit: str
    clock: str
    delivered: str
    source: str


def parse_duties(content: bytes) -> dict[str, Duty]:
    """By id, in the order of the file; empty where a column is missing. Raises ValueError, KeyError without ids."""
    rows = csv.DictReader(io.StringIO(content.decode("utf-8")))
    return {row["id"]: Duty(*(row.get(name) or "" for name in _COLUMNS)) for row in rows}
