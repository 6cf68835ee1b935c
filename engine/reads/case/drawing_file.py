"""A drawing as it was published: BPMN, for the browser to draw."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.base.errors import NotFound
from engine.people.identity import Actor
from engine.tables import BundleFile


@dataclass(frozen=True, slots=True)
class DrawingFile:
    content: bytes
    cases_shown: tuple[str, ...] = ()


def drawing(connection: Connection, _actor: Actor, _now: datetime, bundle: str, process: str) -> DrawingFile:
    """Raises NotFound where there is no such bundle, or no such process in it."""
    path = f"processes/{process}/{process}.bpmn"
    content = connection.execute(
        select(BundleFile.content).where(BundleFile.bundle_hash == bundle, BundleFile.path == path)
    ).scalar_one_or_none()
    if content is None:
        raise NotFound
    return DrawingFile(content)
