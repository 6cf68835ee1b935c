"""Which processes of a case run, on which models, and which of them were carried over to those."""

from dataclasses import dataclass

from sqlalchemy import Connection

from engine.reads.case.case_facts import instances


@dataclass(frozen=True, slots=True)
class OnModels:
    """A process that runs. `is_carried_over`: it was, whether or not it was taken back since."""

    instance: str
    name: str
    bundle: str
    is_carried_over: bool


def on_models(connection: Connection, case: str) -> tuple[OnModels, ...]:
    """Oldest first."""
    running = (run for run in instances(connection, case).values() if run.status == "running")
    return tuple(OnModels(run.id, run.name, run.model.hash, run.has_gone_over) for run in running)
