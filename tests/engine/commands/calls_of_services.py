"""How each command is called that keeps the directory of services."""

from collections.abc import Callable

from engine.base.identifiers import new_id
from engine.commands import keeping_directory
from tests.builders import MONDAY, Authority

SERVICE = {
    "name": "Family Links",
    "run_by": "Northmoor Children’s Trust",
    "agency": "voluntary",
    "contact": "01632 960 377, weekdays 9 to 5",
    "for_whom": "Children under 12 and their parents",
    "offers": "Play sessions, and help with routines at home",
    "waiting_time": "About six weeks",
    "takes_requests": "yes",
}


def serves(at: Authority, **said: str) -> str:
    """The id of a service that the directory has from then on, by a name that no other has."""
    named = {**SERVICE, "name": f"Service {new_id()}", **said}
    return keeping_directory.add_service(at.database, at.system, MONDAY, named)


def _changes(at: Authority, _case: str) -> Callable[[], object]:
    service, said = serves(at), {**SERVICE, "name": "Changed", "takes_requests": "no"}
    return lambda: keeping_directory.change_service(at.database, at.actor("team_manager"), MONDAY, service, said)


def _ends(at: Authority, _case: str) -> Callable[[], object]:
    service, why = serves(at), {"ended_because": "It closed in March."}
    return lambda: keeping_directory.end_service(at.database, at.actor("administrator"), MONDAY, service, why)


def _adds(at: Authority, _case: str) -> Callable[[], object]:
    return lambda: keeping_directory.add_service(at.database, at.actor("administrator"), MONDAY, SERVICE)


CALLS_OF_SERVICES = {
    "add_service": _adds,
    "change_service": _changes,
    "end_service": _ends,
}
