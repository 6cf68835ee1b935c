"""A CSV file of organisations and staff: its columns, and each line as it is understood or why it is not."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine.likeness.folding import fold
from engine.process.bundle import Model

COLUMNS = ("agency", "organisation", "team", "name", "email", "role", "first_day", "last_day")
LONGEST_FILE, MOST_LINES, LONGEST_CELL = 1_000_000, 2_000, 300
_DAYS = ("%Y-%m-%d", "%d/%m/%Y")


@dataclass(frozen=True, slots=True)
class LineFault:
    """`line` counts from 1, the line of the names of the columns."""

    line: int
    said: str


@dataclass(frozen=True, slots=True)
class PeopleLine:
    """A line as it was understood: an organisation of an agency, perhaps a team of it, perhaps somebody, perhaps with a
    role there. What is not said is empty.
    """

    line: int
    agency: str
    organisation: str
    team: str
    name: str
    email: str
    role: str
    first_day: date | None
    last_day: date | None


@dataclass(frozen=True, slots=True)
class RoleToWrite:
    """What a role is called in the file, and where it is held: no `agency` for one that is held in no organisation."""

    name: str
    agency: str = ""
    in_team: bool = False


def roles_to_write(model: Model, roles: Mapping[str, str]) -> tuple[RoleToWrite, ...]:
    """`roles` are names by id."""
    return tuple(_to_write(model, role, name) for role, name in roles.items())


def _to_write(model: Model, role: str, name: str) -> RoleToWrite:
    agency = model.roles[role].agency if role in model.roles else None
    if agency is None:
        return RoleToWrite(name)
    return RoleToWrite(name, model.agencies[agency].name, model.agencies[agency].leads)


def example(roles: Sequence[RoleToWrite]) -> str:
    """A whole file, with somebody in a team, somebody in another organisation and somebody in none."""
    in_team = next((one for one in roles if one.in_team), None)
    elsewhere = next((one for one in roles if one.agency and not one.in_team), None)
    nowhere = next((one for one in roles if not one.agency), None)
    written = io.StringIO(newline="")
    file = csv.writer(written, lineterminator="\n")
    file.writerow(COLUMNS)
    for one, organisation, team, person in (
        (in_team, "Example Council", "First team", ("Ann Ames", "ann.ames@council.example")),
        (elsewhere, "Example Partner", "", ("Bea Bond", "bea.bond@partner.example")),
        (nowhere, "", "", ("Cy Cole", "cy.cole@council.example")),
    ):
        if one is not None:
            file.writerow((one.agency, organisation, team, *person, one.name, "", ""))
    return written.getvalue()


def read_lines(content: bytes, model: Model, roles: Mapping[str, str]) -> tuple[list[PeopleLine], list[LineFault]]:
    """`roles` are names by id. A line with a fault is among the faults alone."""
    if problem := _not_a_file(content):
        return [], [LineFault(1, problem)]
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    try:
        header = [fold(name).replace(" ", "_") for name in next(rows, list[str]())]
        given = [(rows.line_num, row) for row in rows if any(cell.strip() for cell in row)]
    except csv.Error as error:
        return [], [LineFault(rows.line_num, f"This is not CSV: {error}")]
    if problem := _not_columns(header) or (
        "There are too many lines: make two files" if len(given) > MOST_LINES else ""
    ):
        return [], [LineFault(1, problem)]
    lines, faults = list[PeopleLine](), list[LineFault]()
    for number, row in given:
        _take_in(lines, faults, number, _Cells(header, row), model, roles)
    return lines, faults


def _not_a_file(content: bytes) -> str:
    if not content.strip():
        return "The file is empty"
    if len(content) > LONGEST_FILE:
        return f"The file is larger than {LONGEST_FILE // 1_000_000} MB: make several of it"
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "The file is not in UTF-8: save it as “CSV UTF-8”"
    return "The file holds a character that cannot be kept" if "\0" in text else ""


def _not_columns(header: Sequence[str]) -> str:
    if unknown := [name for name in header if name and name not in COLUMNS]:
        return f"There is no column called “{unknown[0][:LONGEST_CELL]}”. There is: {', '.join(COLUMNS)}"
    if twice := [name for name in COLUMNS if header.count(name) > 1]:
        return f"The column “{twice[0]}” is there twice"
    if "organisation" not in header and "email" not in header:
        return f"The first line names the columns: {', '.join(COLUMNS)}"
    return ""


class _Cells:
    """Of one row, by the names of the columns."""

    def __init__(self, header: Sequence[str], row: Sequence[str]) -> None:
        self.too_many = any(cell.strip() for cell in row[len(header) :])
        self.given = {name: cell.strip() for name, cell in zip(header, row, strict=False) if name}

    def __getitem__(self, name: str) -> str:
        return self.given.get(name, "")


def _take_in(
    lines: list[PeopleLine],
    faults: list[LineFault],
    number: int,
    cells: _Cells,
    model: Model,
    roles: Mapping[str, str],
) -> None:
    problems = [*_problems(cells, model, roles)]
    if problems:
        faults.extend(LineFault(number, problem) for problem in problems)
        return
    role = _known(cells["role"], roles)
    agency = _known(cells["agency"], {one.id: one.name for one in model.agencies.values()})
    lines.append(
        PeopleLine(
            line=number,
            agency=agency or (model.roles[role].agency or "" if role in model.roles else ""),
            organisation=cells["organisation"],
            team=cells["team"],
            name=cells["name"],
            email=cells["email"],
            role=role,
            first_day=_day(cells["first_day"]),
            last_day=_day(cells["last_day"]),
        )
    )


def _problems(cells: _Cells, model: Model, roles: Mapping[str, str]) -> Iterator[str]:
    if cells.too_many:
        yield "There are more cells than columns: a cell with a comma stands in quotation marks"
    if long := next((name for name, cell in cells.given.items() if len(cell) > LONGEST_CELL), None):
        yield f"“{long}” must be {LONGEST_CELL} characters or fewer"
    agencies = {one.id: one.name for one in model.agencies.values()}
    for name, known in (("agency", agencies), ("role", roles)):
        if cells[name] and not _known(cells[name], known):
            yield f"There is no {name} “{cells[name][:LONGEST_CELL]}”. There is: {', '.join(known.values())}"
    bad_days = (name for name in ("first_day", "last_day") if cells[name] and _day(cells[name]) is None)
    yield from (f"“{name}” must be a day like 2026-03-27 or 27/03/2026" for name in bad_days)
    yield from _missing(cells)
    if role := _known(cells["role"], roles):
        yield from _of_role(cells, role, model, agencies)


def _missing(cells: _Cells) -> Iterator[str]:
    if not cells["email"] and (cells["name"] or cells["role"]):
        yield "“email” is missing: it says who is meant"
    if not cells["role"] and (cells["first_day"] or cells["last_day"]):
        yield "“role” is missing: days are those of a role"
    if cells["team"] and not cells["organisation"]:
        yield "“organisation” is missing: a team is of one"
    if cells["organisation"] and not cells["agency"] and not cells["role"]:
        yield "“agency” is missing: it says what kind of organisation this is"


def _of_role(cells: _Cells, role: str, model: Model, agencies: Mapping[str, str]) -> Iterator[str]:
    kind = model.roles.get(role)
    agency = kind.agency if kind else None
    if agency is None:
        if cells["organisation"] or cells["agency"]:
            yield f"“{cells['role']}” is held in no organisation: leave agency, organisation and team empty"
        return
    if not cells["organisation"]:
        yield f"“organisation” is missing: “{cells['role']}” is held in one"
    if model.agencies[agency].leads and not cells["team"]:
        yield f"“team” is missing: “{cells['role']}” is held in one"
    if (named := _known(cells["agency"], agencies)) and named != agency:
        yield f"“{cells['role']}” is of {agencies[agency]}, and not of {agencies[named]}"


def _known(typed: str, names: Mapping[str, str]) -> str:
    """The id, by which or by whose name it was called; empty for none."""
    if typed in names:
        return typed
    return next((one for one, name in names.items() if typed and fold(name) == fold(typed)), "")


def _day(typed: str) -> date | None:
    for form in _DAYS:
        try:
            return datetime.strptime(typed, form).date()  # noqa: DTZ007 - a day has no time
        except ValueError:
            continue
    return None
