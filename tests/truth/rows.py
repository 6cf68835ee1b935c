"""The rows of a database, for whoever holds a sentence against them: in SQL, by nothing that the product reads with.

Beside the product's own tables there are, made here from the bytes that are stored: `entry`, each entry of the chain
of a case; `look`, who was shown a case or took it out; `answer`, each single answer of an entry; `called`, the names
that models have for what they define; `joined`, each case (`case_id`) that is told in another; and `of_child`, for
each case (`of_case`) every one of its child, an `other` one by name. Moments are written as the product's tables
write them.
"""

import json
import re
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, cast

import holidays

from engine.base.clock import LONDON
from tests.truth.leaves import leaves
from tests.truth.names import names_in

TABLES = (Path(__file__).parent / "tables.sql").read_text(encoding="utf-8")
WHOLE = (Path(__file__).parent / "whole.sql").read_text(encoding="utf-8")
"""The record of each case with those of the cases that were joined to it, numbered through: what auditors read."""
OF_WHOLE = re.compile(r"\b(FROM|JOIN) (entry|answer|asked|look)\b")
OWN = (
    "SELECT written_in AS case_id, own_number AS number, own_act AS act, at, actor, kind, instance, element, "
    "occurrence, flows, said, erased FROM"
)
"""An entry as it stands in its own chain."""
ACTS = (
    "SELECT a.chain, a.number, a.body, p.body AS said FROM act a "
    "LEFT JOIN payload p ON p.chain = a.chain AND p.number = a.number"
)
ACT = b"throughline-act/2\n"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d|Z)")
BANK_HOLIDAYS = holidays.country_holidays("GB", subdiv="ENG")
Values = Mapping[str, Any]


def written(at: datetime) -> str:
    """A moment as SQLite holds it."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _day(at: str | None) -> str | None:
    return None if at is None else _in_london(at.partition("/")[0]).date().isoformat()


def _in_london(at: str) -> datetime:
    return datetime.fromisoformat(at).replace(tzinfo=UTC).astimezone(LONDON)


def _days(begin: str | None, end: str | None) -> int | None:
    return (_in_london(end).date() - _in_london(begin).date()).days if begin and end else None


def _minutes(begin: str | None, end: str | None) -> int | None:
    if not begin or not end:
        return None
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)) // timedelta(minutes=1)


def _age(born: str | None, expected: str | None, now: str) -> str:
    """As people count: years from the second birthday on, months before it, days in the first month."""
    if born is None:
        return "not yet born" if expected else ""
    birth, today = date.fromisoformat(born), _in_london(now).date()
    years = today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
    months = (today.year - birth.year) * 12 + today.month - birth.month - (today.day < birth.day)
    grown = date(birth.year + 18, 3, 1) if (birth.month, birth.day) == (2, 29) else birth.replace(year=birth.year + 18)
    left = (grown - today).days
    if 0 < left <= 90:
        return f"17 years, 18 in {_several(left, 'day')}"
    if years >= 2:
        return f"{years} years"
    days = (today - birth).days
    return _several(months, "month") if months > 0 else _several(days, "day") if days else "newborn"


def _in_words(value: str | None) -> str | None:
    """What was typed, on one line; a day and a moment as people say them."""
    if value is None:
        return None
    if value in ("yes", "no"):
        return value.capitalize()
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        day = date.fromisoformat(value)
        return f"{day.day} {day:%B %Y}"
    if MOMENT.fullmatch(value):
        at = datetime.fromisoformat(value).astimezone(LONDON)
        return f"{at.day} {at:%B %Y}" + (f" at {at:%H:%M}" if at.time() != time.min else "")
    return " ".join(value.split())


def _during(at: str | None, span: str | None) -> bool | None:
    if at is None or span is None:
        return None
    return any(begin <= at < end for begin, _, end in (one.partition("/") for one in span.split(";")))


def _runs(met: str | None, stopped: str | None) -> bool:
    return met is None and stopped is None


def _words(text: str) -> int:
    return len(text.split())


def _missed(ended: str | None, due: str | None, now: str, before: int | None) -> bool:
    """A clock was met late, or was stopped, went on elsewhere or is running after it had run out; not one that had run
    out `before` its case was taken over from another system.
    """
    return due is not None and (ended or now) > due and not before


def _is_called(given: str, family: str, said: str | None) -> bool:
    """A name of which a part is not known is said in words of its own."""
    if said is None:
        return False
    known = [name for name in (given, family) if name.casefold() not in ("", "not known")]
    return (
        " ".join(known).strip() == said if len(known) > 1 else (known[0] in said if known else said == "Name not known")
    )


def _several(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


FUNCTIONS: tuple[tuple[str, int, Callable[..., Any]], ...] = (
    ("day", 1, _day),
    ("days", 2, _days),
    ("minutes", 2, _minutes),
    ("age", 3, _age),
    ("in_words", 1, _in_words),
    ("during", 2, _during),
    ("runs", 2, _runs),
    ("missed", 4, _missed),
    ("is_called", 3, _is_called),
    ("words", 1, _words),
)


class Rows:
    """Of a file of SQLite, as it stands now. `one` says whether a statement finds a row."""

    def __init__(self, file: Path) -> None:
        self._open = sqlite3.connect(f"file:{file}?mode=ro", uri=True, isolation_level=None)
        self._open.row_factory = sqlite3.Row
        for name, count, function in FUNCTIONS:
            self._open.create_function(name, count, function, deterministic=True)
        self._open.create_function("working_days", 2, self._working_days)
        self._open.executescript(TABLES)
        self._closed = {row["day"] for row in self.all("SELECT day FROM closure_day")}
        self._open.execute("BEGIN")
        self._open.executemany("INSERT INTO called VALUES (?, ?, ?)", dict.fromkeys(self._names()))
        self._read_record(ACTS)
        self._open.execute("COMMIT")
        self.read_whole()

    def close(self) -> None:
        self._open.close()

    def all(self, statement: str, **given: Any) -> list[sqlite3.Row]:
        return self._open.execute(statement, given).fetchall()

    def read_whole(self) -> None:
        """As it is by now."""
        self._open.executescript(WHOLE)

    def change(self, statement: str, **given: Any) -> None:
        """Of what was made here; the file itself is only read."""
        self._open.execute(statement, given)

    def _working_days(self, begin: str | None, end: str | None) -> int | None:
        """Those after the one day, until the other and with it."""
        if not begin or not end:
            return None
        day, last, count = date.fromisoformat(begin), date.fromisoformat(end), 0
        while day < last:
            day += timedelta(days=1)
            free = day.isoweekday() > 5 or day in BANK_HOLIDAYS or day.isoformat() in self._closed
            count += not free
        return count

    def keep_up(self) -> None:
        """With what came to cases since: whoever opens the page of one may end an alarm by it."""
        self._open.execute("BEGIN")
        self._read_record(f"{ACTS} JOIN newest n ON n.chain = a.chain AND n.number < a.number")
        self._open.execute("COMMIT")
        self.read_whole()

    def look_again(self) -> None:
        """At who has looked by now."""
        self._open.execute("BEGIN")
        self._open.execute("DELETE FROM look")
        self._read_record(f"{ACTS} WHERE a.chain NOT LIKE 'case:%'")
        self._open.execute("COMMIT")

    def _names(self) -> Iterator[tuple[str, str, str]]:
        for row in self.all("SELECT DISTINCT hash FROM bundle"):
            files = self.all("SELECT path, content FROM bundle_file WHERE bundle_hash = :hash", hash=row["hash"])
            yield from names_in(tuple((file["path"], file["content"]) for file in files))

    def _read_record(self, acts: str) -> None:
        for row in self.all(acts):
            act = json.loads(_unpacked(row["body"]).removeprefix(ACT))
            carried = iter(json.loads(_unpacked(row["said"])) if row["said"] else ())
            self._read_act(row, act, carried)

    def _read_act(self, row: sqlite3.Row, act: Any, carried: Iterator[Any]) -> None:
        at, first = written(datetime.fromisoformat(act["at"])), act["number"] - len(act["entries"]) + 1
        for number, entry in enumerate(act["entries"], first):
            said = next(carried, None) if entry.get("carries") else None
            if row["chain"].startswith("case:"):
                self._keep(row["chain"][5:], number, first, at, act["actor"], entry, said)
            elif entry["kind"] in ("viewed", "exported"):
                carries = cast("dict[str, Any]", said or {})
                page = carries.get("page") or carries.get("form")
                self._open.execute(
                    "INSERT INTO look SELECT substr(shown_case.name, 6), :at, :actor, :kind, :page, "
                    ":chain || ' ' || :number FROM shown s "
                    "JOIN chain shown_case ON shown_case.id = s.case_id "
                    "JOIN chain looker ON looker.id = s.chain_id "
                    "WHERE looker.name = :chain AND s.number = :number",
                    {"at": at, "actor": act["actor"], "kind": entry["kind"], "page": page, "chain": row["chain"]}
                    | {"number": row["number"]},
                )

    def _keep(self, case: str, number: int, act: int, at: str, actor: str, entry: Any, said: Any) -> None:
        flows = " ".join(entry.get("flows", ()))
        where = (entry["kind"], entry.get("instance"), entry.get("element"), entry.get("occurrence"), flows)
        told = json.dumps(_as_rows(said), ensure_ascii=False)
        erased = bool(entry.get("carries")) and said is None
        kept = (case, number, act, at, actor, *where, told, erased)
        self._open.execute("INSERT INTO entry VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", kept)
        answers: Any = cast("dict[str, Any]", said or {}).get("answers") or {}
        for field, value in leaves(answers, ""):
            self._open.execute(
                "INSERT INTO answer SELECT :case, :number, i.process, :element, :field, :value "
                "FROM instance i WHERE i.id = :instance UNION ALL "
                "SELECT i.case_id, NULL, i.process, :element, :field, :value "
                "FROM instance i WHERE i.id = :instance AND i.case_id != :case",
                {"case": case, "number": number, "element": entry.get("element") or "start", "field": field}
                | {"value": value, "instance": entry.get("instance")},
            )


def _unpacked(stored: bytes) -> bytes:
    return zlib.decompress(stored) if stored.startswith(b"x") else stored


def _as_rows(said: Any) -> Any:
    if isinstance(said, dict):
        return {name: _as_rows(value) for name, value in cast("dict[str, Any]", said).items()}
    if isinstance(said, list):
        return [_as_rows(one) for one in cast("list[Any]", said)]
    if isinstance(said, str) and MOMENT.fullmatch(said):
        return written(datetime.fromisoformat(said))
    return said
