"""Models that a story puts in force on its way, and processes that it carries over to them.

They are those in force with some texts of their files changed, so that a story holds all that it needs.
"""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from sqlalchemy import select

from engine.base.errors import BadModel
from engine.commands.migrating_instances import migrate_instance
from engine.commands.publishing import publish_shipped
from engine.facts.models import files, in_force
from engine.people.identity import SYSTEM, Actor
from engine.process.bundle import Model, read_bundle
from engine.scenario.finding import Unplayable
from engine.scenario.misspelt_words import shown, unknown
from engine.scenario.stage import StoryWorld
from engine.scenario.story import PUBLISH, BadStory, Story, StoryFault, StoryStep
from engine.tables import Instance

Files = Mapping[str, bytes]
WHY = "The story says so."


def put_in_force_by(story: Story, at_first: Files) -> Mapping[int, Model]:
    """By the number of the step that puts them in force. Raises BadStory where one of them cannot be."""
    found: dict[int, Model] = {}
    stand = at_first
    for step in (one for one in story.steps if one.verb == PUBLISH):
        try:
            stand = _changed(stand, step)
            found[step.number] = read_bundle(stand)
        except (Unplayable, BadModel) as fault:
            raise BadStory([StoryFault(story.file, step.number, str(fault))]) from None
    return found


def _changed(stand: Files, step: StoryStep) -> Files:
    """Raises Unplayable."""
    made = dict(stand)
    for path, changes in step.answers.items():
        if path not in made:
            raise Unplayable(unknown("file of the models", path, made))
        if not isinstance(changes, dict):
            raise Unplayable(f'texts are changed like {{ "from" = "to" }}, not {shown(changes)}')
        for before, after in cast("dict[str, Any]", changes).items():
            text = made[path].decode(errors="surrogateescape")
            if text.count(before) != 1 or not isinstance(after, str):
                words = f"{path} has {shown(before)} {text.count(before)} times"
                raise Unplayable(f"{words}; a text becomes another text where it is there once")
            made[path] = text.replace(before, after).encode(errors="surrogateescape")
    return made


def publish(stage: StoryWorld, step: StoryStep) -> None:
    """As a new release of the program does it. Raises BadModel."""
    authority = stage.cast.authority
    with stage.database.read() as connection:
        stand = files(connection, in_force(connection, authority).hash)
    with TemporaryDirectory(prefix="throughline-published-") as folder:
        for path, content in _changed(stand, step).items():
            Path(folder, path).parent.mkdir(parents=True, exist_ok=True)
            Path(folder, path).write_bytes(content)
        publish_shipped(stage.database, SYSTEM.at(authority), stage.now, Path(folder))
    stage.cast.go_by(stage.model, stage.now)


def migrate(stage: StoryWorld, step: StoryStep, actor: Actor, case: str) -> None:
    """The newest of this process that runs in the case goes over to what is in force."""
    of_it = (Instance.case_id == case, Instance.process == step.target, Instance.status == "running")
    with stage.database.read() as connection:
        newest = select(Instance.id).where(*of_it).order_by(Instance.number.desc()).limit(1)
        instance = connection.scalar(newest)
    if instance is None:
        raise Unplayable(f"{step.target} does not run in this case")
    reason, hands_back = step.answers.get("reason", WHY), step.answers.get("hands_back", False)
    now_in_force = stage.model.hash
    migrate_instance(stage.database, actor, stage.now, instance, now_in_force, reason, hands_back=hands_back)
