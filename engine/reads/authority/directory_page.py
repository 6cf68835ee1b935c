"""The directory of services as it stands: whoever is signed in may read it, and some may change it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.base.errors import NotFound
from engine.facts.directory import (
    END,
    TITLE,
    DirectoryService,
    folded,
    keeps_directory,
    must_keep_directory,
    said_of,
    service_form,
    services,
)
from engine.facts.models import in_force
from engine.facts.sharing_forms import agencies_to_tell
from engine.people.identity import Actor
from engine.reads.list_page import ListPart, Wanted, part_of
from engine.reads.task.form_view import FormView, asked_plainly

DIRECTORY = "services"


@dataclass(frozen=True, slots=True)
class Directory:
    """`wanted` are the words that were searched for; `agencies` the names by id. `ended` are those that are there no
    longer, the last of them first. `keeps`: the reader may change it.
    """

    services: ListPart[DirectoryService]
    ended: tuple[DirectoryService, ...]
    wanted: str
    agencies: dict[str, str]
    keeps: bool
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewService:
    form: FormView
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceToKeep:
    """One that is changed, or taken out."""

    service: DirectoryService
    form: FormView
    cases_shown: tuple[str, ...] = ()


def directory(connection: Connection, actor: Actor, _now: datetime, wanted: str, page: int) -> Directory:
    """Of each service all words that are wanted stand somewhere in what is said of it; what is found is shown whole."""
    parts = folded(wanted).split()
    found = [one for one in services(connection, actor.within) if all(part in folded(one.words) for part in parts)]
    there = [one for one in found if one.ended_at is None]
    return Directory(
        services=ListPart(tuple(there), len(there)) if parts else part_of(there, Wanted(DIRECTORY, page)),
        ended=tuple(one for one in found if one.ended_at is not None),
        wanted=" ".join(wanted.split()),
        agencies=agencies_to_tell(in_force(connection, actor.within)),
        keeps=keeps_directory(connection, actor),
    )


def service_to_add(connection: Connection, actor: Actor, _now: datetime) -> NewService:
    """Raises NotAllowed for who does not keep the directory."""
    must_keep_directory(connection, actor)
    agencies = agencies_to_tell(in_force(connection, actor.within))
    return NewService(asked_plainly(service_form(agencies, TITLE), {}))


def service_to_change(connection: Connection, actor: Actor, _now: datetime, service: str) -> ServiceToKeep:
    """Raises NotAllowed for who does not keep the directory, NotFound where it is not in it or has ended."""
    found = _there(connection, actor, service)
    agencies = agencies_to_tell(in_force(connection, actor.within))
    return ServiceToKeep(found, asked_plainly(service_form(agencies, "Change a service"), said_of(found)))


def service_to_end(connection: Connection, actor: Actor, _now: datetime, service: str) -> ServiceToKeep:
    """Raises as `service_to_change`."""
    return ServiceToKeep(_there(connection, actor, service), asked_plainly(END, {}))


def _there(connection: Connection, actor: Actor, service: str) -> DirectoryService:
    must_keep_directory(connection, actor)
    listed = services(connection, actor.within)
    found = next((one for one in listed if one.id == service and one.ended_at is None), None)
    if found is None:
        raise NotFound
    return found
