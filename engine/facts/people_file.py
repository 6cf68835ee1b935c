"""A CSV file of organisations and staff: its columns, and each line as it is understood or why it is not."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.facts.csv_lines import NO_DAY, TOO_MANY_CELLS, Cells, LineFault, day_typed, id_typed, read_cells
from engine.process.bundle import Model

COLUMNS = ("agency", "organisation", "team", "name", "email", "role", "first_day", "last_day")
MOST_LINES, LONGEST_CELL = 2_000, 300


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
    given, faulty = read_cells(content, COLUMNS, ("organisation", "email"), MOST_LINES)
    if faulty:
        return [], faulty
    lines, faults = list[PeopleLine](), list[LineFault]()
    for number, cells in given:
        _take_in(lines, faults, number, cells, model, roles)
    return lines, faults


def _take_in(
    lines: list[PeopleLine],
    faults: list[LineFault],
    number: int,
    cells: Cells,
    model: Model,
    roles: Mapping[str, str],
) -> None:
    problems = [*_problems(cells, model, roles)]
    if problems:
        faults.extend(LineFault(number, problem) for problem in problems)
        return
    role = id_typed(cells["role"], roles)
    agency = id_typed(cells["agency"], {one.id: one.name for one in model.agencies.values()})
    lines.append(
        PeopleLine(
            line=number,
            agency=agency or (model.roles[role].agency or "" if role in model.roles else ""),
            organisation=cells["organisation"],
            team=cells["team"],
            name=cells["name"],
            email=cells["email"],
            role=role,
            first_day=day_typed(cells["first_day"]),
            last_day=day_typed(cells["last_day"]),
        )
    )


def _problems(cells: Cells, model: Model, roles: Mapping[str, str]) -> Iterator[str]:
    if cells.too_many:
        yield TOO_MANY_CELLS
    if long := next((name for name, cell in cells.given.items() if len(cell) > LONGEST_CELL), None):
        yield f"“{long}” must be {LONGEST_CELL} characters or fewer"
    agencies = {one.id: one.name for one in model.agencies.values()}
    for name, known in (("agency", agencies), ("role", roles)):
        if cells[name] and not id_typed(cells[name], known):
            yield f"There is no {name} “{cells[name][:LONGEST_CELL]}”. There is: {', '.join(known.values())}"
    bad_days = (name for name in ("first_day", "last_day") if cells[name] and day_typed(cells[name]) is None)
    yield from (f"“{name}” {NO_DAY}" for name in bad_days)
    yield from _missing(cells)
    if role := id_typed(cells["role"], roles):
        yield from _of_role(cells, role, model, agencies)


def _missing(cells: Cells) -> Iterator[str]:
    if not cells["email"] and (cells["name"] or cells["role"]):
        yield "“email” is missing: it says who is meant"
    if not cells["role"] and (cells["first_day"] or cells["last_day"]):
        yield "“role” is missing: days are those of a role"
    if cells["team"] and not cells["organisation"]:
        yield "“organisation” is missing: a team is of one"
    if cells["organisation"] and not cells["agency"] and not cells["role"]:
        yield "“agency” is missing: it says what kind of organisation this is"


def _of_role(cells: Cells, role: str, model: Model, agencies: Mapping[str, str]) -> Iterator[str]:
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
    if (named := id_typed(cells["agency"], agencies)) and named != agency:
        yield f"“{cells['role']}” is of {agencies[agency]}, and not of {agencies[named]}"
