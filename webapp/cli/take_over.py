"""`throughline take-over`: what runs in another system goes on here, by the CSV files of a folder."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from engine.base.clock import now
from engine.commands.taking_over_cases import ChildTaken, ClockFrom
from engine.commands.taking_over_folders import FolderTaken, take_over_folder
from engine.facts.elsewhere_columns import CHILDREN, columns_of_files, open_places, templates
from engine.facts.elsewhere_files import ChildElsewhere
from engine.facts.models import in_force
from engine.timescales.calendar import day_of
from webapp.cli.options import authority_option, database_option, json_option, open_database, system_of

NOT_TAKEN = (
    "Who may not see a case, or is barred from it, in the other system is not taken over. Restrict those cases and set "
    "those bars here before their people sign in: docs/taking_over.md says how."
)


@click.command(name="take-over")
@click.argument(
    "folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="[FOLDER]"
)
@click.option("--templates", "shows_templates", is_flag=True, help="Print which files there are, with their columns.")
@click.option("--dry-run", is_flag=True, help="Say what would be done and what does not fit, and change nothing.")
@authority_option
@database_option
@json_option
def take_over(
    folder: Path | None,
    shows_templates: bool,
    dry_run: bool,
    authority: str | None,
    database_url: str | None,
    as_json: bool,
) -> None:
    """Let cases that run in another system go on here, by the CSV files in FOLDER.

    Each child is done by itself or not at all. What does not fit is listed by file and line, and the exit status is
    then 1. The same folder again does nothing twice. Folders hold what is known of children: keep them as you keep a
    backup, and remove them when all is done.
    """
    database = open_database(database_url)
    system = system_of(database, authority)
    if shows_templates:
        with database.read() as connection:
            places = open_places(in_force(connection, system.within))
        found = {file: (text, columns_of_files(places)[file]) for file, text in templates(places).items()}
        click.echo("\n\n".join(f"{file}\n{text}{_described(columns)}" for file, (text, columns) in found.items()))
        return
    if folder is None:
        raise click.UsageError("Name the folder with the files, or ask for --templates.")
    files = {one.name: one.read_bytes() for one in sorted(folder.iterdir()) if one.suffix.lower() == ".csv"}
    came = take_over_folder(database, system, now, files, dry=dry_run)
    click.echo(json.dumps(_in_json(came, dry=dry_run)) if as_json else "\n".join(_lines(came, dry=dry_run)))
    if came.faults:
        click.get_current_context().exit(1)


def _described(columns: tuple[Any, ...]) -> str:
    return "\n".join(f"  {one.name}: {one.hint}{'. Always needed' if one.needed else ''}" for one in columns)


def _lines(came: FolderTaken, *, dry: bool) -> Iterator[str]:
    for child, taken in came.children:
        place = f"{CHILDREN}:{child.line}: {child.reference}"
        if taken.outcome == "taken over":
            yield f"{place}: {'would go on here' if dry else f'goes on in case {taken.case}'}: {', '.join(taken.tasks)}"
            yield from (f"    {_clock(one)}" for one in taken.clocks)
            if taken.alike:
                yield f"    May be a child who is known here: {', '.join(taken.alike)}. Look before you go on"
        elif taken.outcome == "here already":
            yield f"{place}: is here already, as case {taken.case}"
    for fault in came.faults:
        yield f"{fault.file}:{fault.line}: {fault.said}" if fault.line else f"{fault.file}: {fault.said}"
    yield _counted(came, dry=dry)
    yield NOT_TAKEN


def _clock(one: ClockFrom) -> str:
    late = ". It had run out before" if one.late_before else ""
    return f"{one.title}: due {day_of(one.due_at)}, counted from {day_of(one.counted_from)}{late}"


def _counted(came: FolderTaken, *, dry: bool) -> str:
    by = {outcome: [one for _, one in came.children if one.outcome == outcome] for outcome in _OUTCOMES}
    new, known = len(by["taken over"]), len(by["here already"])
    return (
        f"{new} {'would be taken over' if dry else 'taken over'}, {known} here already, "
        f"{len(came.held_back) + len(by['changed since'])} not done, "
        f"{len(came.faults)} {'fault' if len(came.faults) == 1 else 'faults'}."
    )


_OUTCOMES = ("taken over", "here already", "changed since")


def _in_json(came: FolderTaken, *, dry: bool) -> dict[str, Any]:
    return {
        "dry_run": dry,
        "children": [_child_in_json(child, taken, dry=dry) for child, taken in came.children],
        "held_back": [*came.held_back],
        "faults": [{"file": one.file, "line": one.line, "said": one.said} for one in came.faults],
    }


def _child_in_json(child: ChildElsewhere, taken: ChildTaken, *, dry: bool) -> dict[str, Any]:
    made_up = dry and taken.outcome == "taken over"
    return {
        "reference": child.reference,
        "line": child.line,
        "process": child.process,
        "outcome": taken.outcome,
        "case": None if made_up else taken.case,
        "tasks": [*taken.tasks],
        "alike": [*taken.alike],
        "clocks": [
            {
                "title": one.title,
                "counted_from": one.counted_from.isoformat(),
                "due_at": one.due_at.isoformat(),
                "late_before": one.late_before,
            }
            for one in taken.clocks
        ],
    }
