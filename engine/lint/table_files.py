"""The tables of a bundle as the linter needs them."""

import csv
import io
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from engine.base.errors import BadModel, Problem
from engine.process.bundle import ANY_AGENCY
from engine.process.duty_table import NOW
from engine.timescales.rules import Clock, Event
from engine.timescales.timescale_table import parse_timescales, read_events

MESSAGES = "processes/messages.csv"
TIMESCALES = "processes/timescales.csv"
DUTIES = "processes/duties.csv"
ROLES = "processes/roles.toml"
EDITION = "processes/edition.toml"
LARGEST_TABLE = 500_000
MESSAGE_COLUMNS = ["message", "thrown_by", "starts", "if_one_runs", "until", "in_plan", "payload"]


@dataclass(frozen=True)
class MessageRow:
    name: str
    starts: str
    if_one_runs: str
    until: tuple[Event, ...]
    in_plan: str
    payload: tuple[str, ...]
    line: int
    effects: tuple[str, ...] = ()
    alerts: str = ""
    alert_words: str = ""
    news: str = ""


@dataclass(frozen=True)
class Tables:
    """`roles` map the id of a lane to the name that people read, `clock_lines` a clock to its line in the file.

    `delivered` are the duties that are to be judged now, with their lines in duties.csv.
    `role_rows` are the roles as roles.toml has them, with their flags, `groups` those who may read an answer;
    `leading_agencies` should be one.
    """

    messages: tuple[MessageRow, ...]
    clocks: Mapping[str, Clock]
    clock_lines: Mapping[str, int]
    duties: frozenset[str]
    delivered: Mapping[str, int]
    roles: Mapping[str, str]
    agencies: frozenset[str]
    role_rows: Mapping[str, Mapping[str, Any]]
    leading_agencies: tuple[str, ...]
    groups: Mapping[str, Mapping[str, Any]]
    edition: str

    def started_by(self, process: str) -> MessageRow | None:
        return next((row for row in self.messages if row.starts == process), None)

    def message(self, name: str) -> MessageRow | None:
        return next((row for row in self.messages if row.name == name), None)


def read_tables(files: Mapping[str, bytes]) -> Tables:
    """Raises BadModel with every reason why one of them cannot be read."""
    read: dict[str, Any] = {}
    problems: list[Problem] = []
    for path, reader in _READERS.items():
        try:
            read[path] = reader(_content(files, path), path)
        except BadModel as error:
            problems.extend(error.problems)
    if problems:
        raise BadModel(problems)
    lines = {row["id"]: line for line, row in _rows(files[TIMESCALES], TIMESCALES, ["id"])}
    roles, agencies, rows, leading, groups = read[ROLES]
    duties, delivered = read[DUTIES]
    return Tables(
        messages=read[MESSAGES],
        clocks=read[TIMESCALES],
        clock_lines=lines,
        duties=duties,
        delivered=delivered,
        roles=roles,
        agencies=agencies,
        role_rows=rows,
        leading_agencies=leading,
        groups=groups,
        edition=read[EDITION],
    )


def _content(files: Mapping[str, bytes], path: str) -> bytes:
    if path not in files:
        raise _unreadable(path, 0, "This file is missing from the bundle: add it.")
    if len(files[path]) > LARGEST_TABLE:
        raise _unreadable(path, 0, f"The file is larger than {LARGEST_TABLE} bytes.")
    return files[path]


def _text(content: bytes, path: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _unreadable(path, line, "The file is not UTF-8 text: save it as UTF-8.") from None


def _messages(content: bytes, path: str) -> tuple[MessageRow, ...]:
    return tuple(_message(line, row, path) for line, row in _rows(content, path, MESSAGE_COLUMNS))


def _message(line: int, row: dict[str, str], path: str) -> MessageRow:
    try:
        until = read_events(row["until"])
    except ValueError as error:
        raise _unreadable(path, line, f"until: {error}") from None
    payload = tuple(row["payload"].split())
    effects = tuple(row.get("effect", "").split())
    told = [row.get(name, "") for name in ("alerts", "alert_words", "news")]
    row_of = (row["message"], row["starts"], row["if_one_runs"], until, row["in_plan"], payload, line)
    return MessageRow(*row_of, effects, *told)


def _duties(content: bytes, path: str) -> tuple[frozenset[str], Mapping[str, int]]:
    """All, and with their lines those that are delivered now."""
    rows = _rows(content, path, ["id"])
    delivered = {row["id"]: line for line, row in rows if row.get("delivered") == NOW}
    return frozenset(row["id"] for _, row in rows), delivered


def _rows(content: bytes, path: str, columns: list[str]) -> list[tuple[int, dict[str, str]]]:
    """The rows below the first with the line on which each ends; the first must begin with `columns`."""
    reader = csv.reader(io.StringIO(_text(content, path), newline=""), strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        names = next(reader, list[str]())
        if names[: len(columns)] != columns:
            raise _unreadable(path, 1, f"The first row must name the columns: {','.join(columns)}")
        for cells in reader:
            if cells and len(cells) != len(names):
                raise _unreadable(path, reader.line_num, f"The row has {len(cells)} cells instead of {len(names)}.")
            if cells:
                rows.append((reader.line_num, dict(zip(names, cells, strict=True))))
    except csv.Error as error:
        raise _unreadable(path, reader.line_num, f"The row is not comma-separated values: {error}.") from None
    return rows


def _toml(content: bytes, path: str) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(content, path))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _unreadable(path, 0, f"The file cannot be read as it is written: {error}.") from None


_Rows = Mapping[str, Mapping[str, Any]]


def _roles(content: bytes, path: str) -> tuple[Mapping[str, str], frozenset[str], _Rows, tuple[str, ...], _Rows]:
    """The lanes with their names, the agencies, the roles as they stand in the file, the agencies that have the cases,
    and the groups that may read answers, as they stand.
    """
    table = _toml(content, path)
    try:
        roles = {str(role): str(row["name"]) for role, row in table["role"].items()}
        acting = {str(agency): str(row["role"]) for agency, row in table["agency"].items()}
    except (KeyError, TypeError, AttributeError):
        raise _unreadable(path, 0, "Every [role.id] needs a name, every [agency.id] a name and a role.") from None
    for agency, role in acting.items():
        if role not in roles:
            raise _unreadable(path, 0, f"The agency {agency} names the role {role}, which is not in this file.")
    _must_fit(table["role"], acting, path)
    leading = tuple(str(agency) for agency, row in table["agency"].items() if row.get("leads") is True)
    lanes = {**roles, ANY_AGENCY[0]: ANY_AGENCY[1]}
    return lanes, frozenset(table["agency"]), table["role"], leading, _groups(table, path)


def _groups(table: Mapping[str, Any], path: str) -> _Rows:
    groups = table.get("group", {})
    if not isinstance(groups, dict) or not all(isinstance(row, dict) for row in cast(dict[str, Any], groups).values()):
        raise _unreadable(path, 0, 'A group is a table of its own: [group.core_group], with name = "the core group".')
    return cast(_Rows, groups)


def _must_fit(rows: Mapping[str, Mapping[str, Any]], agencies: Mapping[str, str], path: str) -> None:
    for role, row in rows.items():
        if row.get("agency", "") not in {"", *agencies}:
            raise _unreadable(path, 0, f"The role {role} is of the agency {row['agency']}, which is not in this file.")
        if not isinstance(row.get("account", True), bool):
            raise _unreadable(path, 0, f"The role {role}: write account = false where nobody signs in, or take it out.")


def _edition(content: bytes, path: str) -> str:
    """Its name."""
    table = _toml(content, path)
    if not {"name", "in_force"} <= table.keys():
        raise _unreadable(path, 0, "The edition needs a name and the date `in_force`.")
    if not isinstance(table["in_force"], date) or not isinstance(table["name"], str):
        raise _unreadable(path, 0, "`name` is a text, and `in_force` a date without quotation marks: 2013-04-15.")
    words = table.get("words", {})
    if not isinstance(words, dict) or not all(isinstance(one, str) for one in cast(dict[str, Any], words).values()):
        raise _unreadable(path, 0, '`words` is a table of texts: words = { lead = "keeper" }.')
    return table["name"]


def _unreadable(path: str, line: int, message: str) -> BadModel:
    return BadModel([Problem(path, "", line, message)])


_READERS: Mapping[str, Callable[[bytes, str], object]] = {
    MESSAGES: _messages,
    TIMESCALES: parse_timescales,
    DUTIES: _duties,
    ROLES: _roles,
    EDITION: _edition,
}
TABLE_FILES = frozenset(_READERS)
