"""The whole table of sentences, and how one that was read is held against the rows."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from tests.truth.patterns import MOMENT, Kind, kinds_in, span
from tests.truth.rows import OF_WHOLE, OWN, Rows, written

SENTENCES = Path(__file__).parent / "sentences"
KINDS: tuple[Kind, ...] = tuple(kind for file in sorted(SENTENCES.glob("*.sql")) for kind in kinds_in(file))
PAGES = ("case", "task", "tasks", "team", "cases", "replay", "step", "guidance", "looks", "pack", "part", "start")
# What stands within another sentence is said of the rows that the other was found by: under which name, of which kind.
WITHIN = {
    "entry": ("e", "entry"),
    **{name: ("d", name) for name in ("state", "ending", "how", "knew", "pack_state")},
    "tags": ("t", "tags"),
}
ACT = re.compile(rf"(?P<at>{MOMENT})(?: · (?P<by>.+?)(?: ‹\(act (?P<act>\d+)(?:, in case [^)]+)?\)›)?)?")
# Words that claim nothing of a row: headings, buttons, names of questions, guidance.
# Where auditors and packs read the record of a case and of those that were joined to it as one.
READ_AS_ONE = ("replay", "step", "guidance", "pack")
WHOLE = (*READ_AS_ONE, *(f"act-of-{name}" for name in READ_AS_ONE), "steps.csv", "clocks.csv", "duties.csv")
LABELS = frozenset((Path(__file__).parent / "labels.txt").read_text(encoding="utf-8").splitlines())


@dataclass(frozen=True)
class Reading:
    """Something that was said, and where. `given` is what its statement may ask for: the case, the reader, the moment;
    of a timeline its act as well. `under` is the nearest heading.
    """

    page: str
    text: str
    now: datetime
    given: Mapping[str, Any] = field(default_factory=dict[str, Any])


def untrue(readings: Iterable[Reading], rows: Rows, seen: Counter[str]) -> Iterator[str]:
    """What no row makes true, and what is no sentence of the table. `seen` counts the kinds that were true."""
    found: set[tuple[Any, ...]] = set()
    for one in readings:
        if one.text in LABELS:
            continue
        matching = _matching(one.page, one.text, one.now)
        names = sorted({name for kind, _ in matching for name in _asked(kind.rows)})
        again = (one.page, one.text, *(one.given.get(name) for name in names))
        if again in found:
            continue
        if not matching:
            yield f"{one.page}: not in the table: {one.text}"
        elif any(_is_true(kind, said, one, rows, seen) for kind, said in matching):
            found.add(again)
        else:
            yield f"{one.page}: no row makes it true ({', '.join(kind.name for kind, _ in matching)}): {one.text}"


@lru_cache(maxsize=100_000)
def _matching(page: str, text: str, now: datetime) -> tuple[tuple[Kind, Mapping[str, Any]], ...]:
    said = ((kind, kind.said_in(text, now)) for kind in _of(page))
    return tuple((kind, values) for kind, values in said if values is not None)


@cache
def _of(page: str) -> tuple[Kind, ...]:
    return tuple(kind for kind in KINDS if (kind.where == "*" and page in PAGES) or page in kind.where.split(" "))


def _is_true(kind: Kind, said: Mapping[str, Any], one: Reading, rows: Rows, seen: Counter[str]) -> bool:
    given = {**dict.fromkeys(_asked(kind.rows)), **one.given, "now": written(one.now), **said}
    if not rows.all(_over(kind.rows, one), **given):
        return False
    for name, (alias, page) in WITHIN.items():
        text = said.get(name)
        if text is not None and not _is_true_within(kind, given, alias, Reading(page, text, one.now), rows, seen, one):
            return False
    seen[kind.name] += 1
    return True


def _over(statement: str, where: Reading) -> str:
    return OF_WHOLE.sub(r"\1 whole_\2", statement) if where.page in WHOLE else statement


def _is_true_within(
    outer: Kind, given: Mapping[str, Any], alias: str, one: Reading, rows: Rows, seen: Counter[str], where: Reading
) -> bool:
    for kind, said in _matching(one.page, one.text, one.now):
        asked = {**dict.fromkeys(_asked(kind.rows)), "now": given["now"], "case": given.get("case"), **said}
        inner, found = re.sub(r":(\w+)", r":in_\1", kind.rows), _over(outer.rows, where)
        if where.page in WHOLE:
            found = f"{OWN} ({found})" if alias == "e" else found
            inner = inner if alias == "e" else _over(inner, where)
        statement = f"WITH {alias} AS ({found}) {inner}"
        if rows.all(statement, **given, **{f"in_{name}": value for name, value in asked.items()}):
            seen[kind.name] += 1
            return True
    return False


@cache
def _asked(statement: str) -> tuple[str, ...]:
    return tuple(re.findall(r":(\w+)", statement))


def said_above(row: str, now: datetime) -> dict[str, Any]:
    """Of what stands above an act: its moment and who it was, and in a pack its number."""
    head = ACT.fullmatch(row)
    if head is None:
        return {"row": row, **({"step": int(row[5:])} if re.fullmatch(r"step \d+", row) else {})}
    return {
        "row": row,
        "row_at": span(head["at"], now),
        "row_by": head["by"],
        "row_act": head["act"] and int(head["act"]),
    }
