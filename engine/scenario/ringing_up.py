"""Whoever refers a child and may not know of the open case rings up, and a duty worker writes the call down there."""

from engine.base.errors import NotFound
from engine.commands.deciding_parts import add_organisation_to_case
from engine.facts.part_decisions import organisations_to_add
from engine.people.identity import Actor
from engine.people.who_knows import must_know
from engine.scenario.stage import StoryWorld


def knows(stage: StoryWorld, actor: Actor, case: str) -> bool:
    with stage.database.read() as connection:
        try:
            must_know(connection, actor, case)
        except NotFound:
            return False
    return True


def confirm(stage: StoryWorld, worker: Actor, caller: Actor, case: str) -> None:
    """Whoever took the call down knows who rang, and decides that their organisation has a part."""
    with stage.database.read() as connection:
        offered = {one.id for one in organisations_to_add(connection, worker.within, case)}
    for organisation in offered.intersection(caller.partners):
        answers = {"organisation": organisation, "reason": "They rang up about this child."}
        add_organisation_to_case(stage.database, worker, stage.now, case, answers)
