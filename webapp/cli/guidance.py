"""`throughline guidance`: a case held beside the guidance, duty by duty."""

from dataclasses import asdict

import click
import orjson

from engine.base.clock import now
from engine.commands.looks import look
from engine.facts.which_authority import authority_of
from engine.people.identity import SYSTEM
from engine.reads.audit.duties_shown import DutiesOfCase, DutyShown, StepAsked, duties_of_case
from engine.rerun.rerunning import cases
from webapp.cli.options import database_option, known_database, settings


@click.command()
@click.argument("case")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with every step that was asked.")
@database_option
def guidance(case: str, as_json: bool, database_url: str | None) -> None:
    """Say of each duty of the guidance what became of it in a case: done, done otherwise, not done, open, or never
    called for, with what was answered.

    CASE is its reference or its id. That somebody looked is written into the record, as on the page.
    """
    database = known_database(settings(database_url))
    found = cases(database, case)[0]
    with database.read() as connection:
        system = SYSTEM.at(authority_of(connection, found))
    seen = look(database, system, now(), "guidance", duties_of_case, found)
    click.echo(orjson.dumps(_described(seen), option=orjson.OPT_INDENT_2) if as_json else _said(seen))


def _described(seen: DutiesOfCase) -> dict[str, object]:
    duties = [
        {"id": one.duty.id, "duty": one.duty.duty, "source": one.duty.source, "state": one.state, "late": one.late}
        | {"asked": [asdict(step) for step in one.asked]}
        for one in seen.duties
    ]
    return {"case": seen.reference, "guidance": seen.edition, "duties": duties}


def _said(seen: DutiesOfCase) -> str:
    return "\n".join(line for one in seen.duties for line in _lines(one))


def _lines(one: DutyShown) -> list[str]:
    late = ", late" if one.late else ""
    return [f"{one.duty.id}: {one.state}{late}. {one.duty.duty}", *(f"    {_step(step)}" for step in one.asked)]


def _step(step: StepAsked) -> str:
    reasons = f" Why: {' '.join(step.reasons)}" if step.reasons else ""
    return f"{step.state}: {step.title} ({step.process}), entry {step.number}.{reasons}"
