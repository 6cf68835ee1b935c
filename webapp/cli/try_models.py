"""`throughline models try`: what a draft of the models would have done in the recorded cases."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import orjson

from engine.base.clock import now
from engine.base.database import Database
from engine.base.errors import BadModel
from engine.facts.authority import settled
from engine.facts.models import files as models_files
from engine.facts.models import files_under, in_force
from engine.forms.checks import KNOWN_CHECKS
from engine.lint import lint as problems_in
from engine.people.identity import Actor
from engine.process.bundle import Model, read_bundle
from engine.simulate.rates import rates
from engine.trial.limits import limit_effects
from engine.trial.recorded_rates import recorded_rates
from engine.trial.running_cases import RunningGroup, running_groups, total_of_running
from engine.trial.synthetic_year import both_lived
from engine.trial.trial_findings import CaseTried, Group, grouped, in_json
from engine.trial.trying import cases_of, tried
from engine.trial.words import Words, total_in_words
from engine.trial.years_compared import compared_years, years_in_json, years_in_words
from webapp.cli.options import authority_option, database_option, json_option, known_database, settings, system_of

SHOWN = 5


@click.command("try")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--cases", "most", type=click.IntRange(1), help="Of so many at most, spread over all.  [default: all]")
@click.option("--synthetic", is_flag=True, help="On years that are made up, not on the recorded cases.")
@click.option("--seed", type=int, default=1, show_default=True, help="With --synthetic: of the first run.")
@click.option(
    "--runs", type=click.IntRange(1, 50), default=3, show_default=True, help="With --synthetic: on each side."
)
@click.option(
    "--children", type=click.IntRange(1), default=20, show_default=True, help="With --synthetic: in each run."
)
@json_option
@authority_option
@database_option
@click.pass_context
def try_models(
    context: click.Context,
    path: Path,
    most: int | None,
    as_json: bool,
    authority: str | None,
    database_url: str | None,
    **years: int,
) -> None:
    """Say what the models of a folder would have done in every case of the record.

    Each case is done again from its record, with what people did and when, as far as these models ask for it. Nothing
    is written. With --synthetic years that are made up are lived on the models in force and on these. The exit status
    is 1 where anything would have been otherwise, or the models are unsound.
    """
    database = known_database(settings(database_url))
    files = files_under(path)
    if faults := [one for one in problems_in(files, known_checks=KNOWN_CHECKS) if one.level == "fault"]:
        raise BadModel(faults)
    here = system_of(database, authority).within
    if years["synthetic"]:
        seeds = range(years["seed"], years["seed"] + years["runs"])
        differs = _live_years(database, here, files, years["children"], seeds, as_json=as_json)
        context.exit(1 if differs else 0)
    differs = _try_cases(database, system_of(database, authority), files, most, as_json=as_json)
    context.exit(1 if differs else 0)


def _try_cases(
    database: Database, system: Actor, files: Mapping[str, bytes], most: int | None, *, as_json: bool
) -> bool:
    """Whether anything would have been otherwise in a case of the record."""
    here = system.within
    cases = cases_of(database, here, most)
    with click.progressbar(tried(database, files, cases), len(cases), label="Cases", file=sys.stderr) as progress:
        done = list(progress)
    with database.read() as connection:
        before, draft = in_force(connection, here), read_bundle(files)
        effects = limit_effects(done, before, draft, settled(connection, here))
    running = running_groups(database, system, now(), draft)
    words, groups = Words(before, draft), grouped(done)
    if as_json:
        said = {group.cause: words.of(group, len(done)) for group in groups}
        beside = {"limits": [one.in_json() for one in effects], "running": [one.in_json() for one in running]}
        click.echo(orjson.dumps({**in_json(done, groups, said), **beside}))
    else:
        for effect in effects:
            click.echo(effect.in_words())
        _print(done, groups, words)
        _print_running(running, draft)
    return bool(groups)


def _live_years(
    database: Database, here: str, draft: Mapping[str, bytes], children: int, seeds: range, *, as_json: bool
) -> bool:
    """Whether anything differs."""
    with database.read() as connection:
        before = in_force(connection, here)
        old = models_files(connection, before.hash)
    drawn = recorded_rates(database, here, before, rates())
    with click.progressbar(length=2 * len(seeds), label="Runs", file=sys.stderr) as progress:
        both = both_lived(old, draft, drawn, children, seeds, lambda _done, _total: progress.update(1))
    figures = compared_years(both, before, read_bundle(draft))
    if as_json:
        click.echo(orjson.dumps(years_in_json(both, figures)))
    else:
        for line in years_in_words(both, figures):
            click.echo(line)
    return any(one.differs for one in figures)


def _print(done: Sequence[CaseTried], groups: Sequence[Group], words: Words) -> None:
    for group in groups:
        click.echo(words.of(group, len(done)))
        shown = [f"{case} (entry {entry})" if entry else case for case, entry in group.cases.items()][:SHOWN]
        more = len(group.cases) - len(shown)
        click.echo(f"    {', '.join(shown)}{f' and {more} more' if more else ''}")
    click.echo(total_in_words(done))
    if not groups:
        click.echo("These models would have done the same in each.")


def _print_running(running: Sequence[RunningGroup], draft: Model) -> None:
    """What of all that runs now could go over, and what not, with the first of its cases."""
    if not running:
        return
    click.echo(total_of_running(running))
    for group in running:
        more = len(group.cases) - SHOWN
        click.echo(group.in_words(draft))
        click.echo(f"    {', '.join(group.cases[:SHOWN])}{f' and {more} more' if more > 0 else ''}")
