"""Which sequence flows a story takes. Whoever plays one keeps what it took, for who measures them all: the workers of
one run share a folder.
"""

import json
from collections import Counter
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select

from engine.base.database import Database
from engine.record.chain import case_chain, lines
from engine.tables import Case, Instance

Taken = Counter[tuple[str, str]]
"""How often each flow was taken, by process and id."""


def taken_in(database: Database) -> Taken:
    """What the record of every case says of the way through the drawings."""
    with database.read() as connection:
        process = {row.id: row.process for row in connection.execute(select(Instance.id, Instance.process))}
        chains = [case_chain(case) for case in connection.scalars(select(Case.id))]
        entries = [line for chain in chains for line in lines(connection, chain)]
    return Counter((process[line.instance], flow) for line in entries if line.instance for flow in line.flows)


def keep(folder: Path, story: Path, taken: Taken) -> None:
    """Of a story that was told to its end; whole, or not at all."""
    written = _kept(folder, story).with_suffix(".part")
    written.write_text(json.dumps([[process, flow, times] for (process, flow), times in taken.items()]))
    written.replace(_kept(folder, story))


def kept(folder: Path, story: Path) -> Taken | None:
    """None where nobody has told it yet in this run."""
    file = _kept(folder, story)
    if not file.exists():
        return None
    return Counter({(process, flow): times for process, flow, times in json.loads(file.read_text())})


def _kept(folder: Path, story: Path) -> Path:
    return folder / f"flows-{sha256(str(story).encode()).hexdigest()}.json"
