"""The command line. Each command reads what was typed, calls the engine, and says what came of it."""

import os
import sys
from functools import partial
from typing import Any

import click

from engine.base.database_faults import DatabaseUnavailable
from engine.base.errors import BadModel, Refusal
from engine.base.settings import BadSetting, logs_as_json
from engine.scenario.story import BadStory
from webapp import logs
from webapp.cli.account import account
from webapp.cli.agreement_commands import agreements
from webapp.cli.authority_commands import authority
from webapp.cli.backup import backup, restore_backup
from webapp.cli.could_see import who_could_see
from webapp.cli.docs import docs
from webapp.cli.due import due
from webapp.cli.export_case import export
from webapp.cli.guidance import guidance
from webapp.cli.listening import CannotListen
from webapp.cli.match import match
from webapp.cli.models import db, lint, models
from webapp.cli.organisation_commands import organisation
from webapp.cli.read_only import read_only
from webapp.cli.rerun import rerun
from webapp.cli.scenario import scenario
from webapp.cli.serve import demo, scheduler, serve
from webapp.cli.signing_in import sessions
from webapp.cli.simulate import simulate
from webapp.cli.status import show_status
from webapp.cli.take_over import take_over
from webapp.cli.verify import checkpoint, verify
from webapp.cli.workers import NoWorker

# Whatever is written, by this process and those that it starts, is for whoever runs it alone.
FOR_OTHERS_NOTHING = 0o077


class WrongUse(click.ClickException):
    """What was asked or set cannot be: the exit status is 2, as for an option that is not there. 1 says that something
    is not well.
    """

    exit_code = 2


class PlainErrors(click.Group):
    """What a person can put right is said in its own words; anything else is a fault of ours and shows where it was."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (Refusal, BadModel, BadStory, BadSetting, DatabaseUnavailable, CannotListen, NoWorker) as error:
            raise WrongUse(str(error)) if isinstance(error, BadSetting) else click.ClickException(str(error)) from None
        except OSError as error:
            if error.filename is None:  # not about a file or a folder that was named
                raise
            raise click.ClickException(f"{error.filename}: {error.strerror}.") from None


@click.group(cls=PlainErrors, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="throughline")
@click.pass_context
def main(context: click.Context) -> None:
    """Throughline runs England's child protection pathway.

    Settings come from the environment, with an option for what changes from one call to the next: docs/running.md has
    them all.
    """
    context.call_on_close(partial(os.umask, os.umask(FOR_OTHERS_NOTHING)))
    logs.configure(sys.stderr, as_json=logs_as_json())


for command in (
    *(serve, demo, scheduler, scenario, simulate, lint, docs, rerun, export, match, guidance),
    *(who_could_see, due, sessions, agreements, take_over),
    *(authority, organisation, account, models, db, checkpoint, verify, backup, restore_backup, show_status, read_only),
):
    main.add_command(command)
