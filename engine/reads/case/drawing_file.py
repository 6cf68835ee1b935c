"""A drawing as it was published: BPMN, for the browser to draw. Its lanes bear the names of the roles."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, exists, select

from engine.base.errors import NotFound
from engine.facts.models import model
from engine.people.identity import Actor
from engine.process.drawing import with_names_of_lanes
from engine.tables import BundleFile, Publication


@dataclass(frozen=True, slots=True)
class DrawingFile:
    content: bytes
    cases_shown: tuple[str, ...] = ()


def drawing(connection: Connection, actor: Actor, _now: datetime, bundle: str, process: str) -> DrawingFile:
    """Raises NotFound where the reader's authority has published no such bundle, or there is no such process in it."""
    path = f"processes/{process}/{process}.bpmn"
    content = connection.execute(
        select(BundleFile.content).where(BundleFile.bundle_hash == bundle, BundleFile.path == path, _ours(actor))
    ).scalar_one_or_none()
    if content is None:
        raise NotFound
    return DrawingFile(with_names_of_lanes(content, model(connection, bundle).drawings[process]))


def _ours(actor: Actor) -> ColumnElement[bool]:
    """How another authority works is not ours to read."""
    published = (Publication.bundle_hash == BundleFile.bundle_hash, Publication.authority_id == actor.within)
    return exists().where(*published)
