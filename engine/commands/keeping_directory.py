"""The directory of services: administrators and whoever manages a team keep it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import insert, update

from engine.base.database import one_at_a_time
from engine.base.errors import NotFound
from engine.base.identifiers import new_id
from engine.facts.directory import END, ENDED_BECAUSE, SAID, must_keep_directory, name_taken, service_form, services
from engine.facts.models import in_force
from engine.facts.sharing_forms import agencies_to_tell
from engine.forms import check
from engine.forms.action_block import NO_AGENCY
from engine.people.command import CommandRight, Work, command
from engine.tables import Service

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.KEEPS_DIRECTORY)
def add_service(work: Work, answers: Mapping[str, Any]) -> str:
    """From answers to `service_form`; gives the service's id. Raises NotAllowed, BadAnswers."""
    values, service = _checked(work, answers), new_id()
    row = {"id": service, "authority_id": work.authority, **values, **_by(work)}
    work.connection.execute(insert(Service).values(**row, ended_at=None, ended_because=""))
    work.record_settled("service_added", {"service": service, **values})
    return service


@command(may=CommandRight.KEEPS_DIRECTORY)
def change_service(work: Work, service: str, answers: Mapping[str, Any]) -> None:
    """Raises NotAllowed, NotFound where it is not in the directory any more, BadAnswers."""
    values = _checked(work, answers, but=service)
    work.connection.execute(update(Service).where(Service.id == service).values(**values, **_by(work)))
    work.record_settled("service_changed", {"service": service, **values})


@command(may=CommandRight.KEEPS_DIRECTORY)
def end_service(work: Work, service: str, answers: Mapping[str, Any]) -> None:
    """From answers to END. Raises NotAllowed, NotFound where it is not in the directory any more, BadAnswers."""
    must_keep_directory(work.connection, work.actor)
    one_at_a_time(work.connection, f"directory of {work.authority}")
    _must_be_there(work, service)
    because = check(END, answers, _NO_CIRCUMSTANCES, work.now)[ENDED_BECAUSE]
    ended = {"ended_at": work.now, ENDED_BECAUSE: because}
    work.connection.execute(update(Service).where(Service.id == service).values(**ended, **_by(work)))
    work.record_settled("service_ended", {"service": service, "reason": because})


def _checked(work: Work, answers: Mapping[str, Any], but: str = "") -> dict[str, Any]:
    """The columns that are said; `but` is the service that is changed."""
    must_keep_directory(work.connection, work.actor)
    one_at_a_time(work.connection, f"directory of {work.authority}")
    if but:
        _must_be_there(work, but)
    others = [one for one in services(work.connection, work.authority) if one.id != but]
    form = service_form(agencies_to_tell(in_force(work.connection, work.authority)), "")
    found = check(form, answers, _NO_CIRCUMSTANCES, work.now, against=partial(name_taken, others))
    said = {name: found.get(name, "") for name in SAID}
    agency = "" if found["agency"] == NO_AGENCY else found["agency"]
    return {**said, "agency": agency, "takes_requests": found["takes_requests"] == "yes"}


def _must_be_there(work: Work, service: str) -> None:
    listed = services(work.connection, work.authority)
    if not any(one.id == service and one.ended_at is None for one in listed):
        raise NotFound


def _by(work: Work) -> dict[str, Any]:
    return {"changed_at": work.now, "changed_by": work.actor.signature}
