"""Questions about the directory of services: what is asked of one, who keeps it, and which there are."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.base.errors import NotAllowed, RefusalCode
from engine.facts.managing import teams_managed
from engine.forms.action_block import NO_AGENCY
from engine.forms.findings import Finding
from engine.forms.questions import Schema
from engine.people.identity import ADMINISTRATOR, Actor
from engine.tables import Service

TITLE = "Add a service"
ENDED_BECAUSE = "ended_because"
END: Schema = {
    "title": "Take a service out of the directory",
    "properties": {
        ENDED_BECAUSE: {
            "type": "string",
            "title": "Why is it there no longer?",
            "description": "This is kept, and shown beside it.",
            "maxLength": 500,
            "x-ui": {"kind": "long_text", "rows": 2},
        }
    },
    "required": [ENDED_BECAUSE],
}


@dataclass(frozen=True, slots=True)
class DirectoryService:
    """`agency` is empty where nobody of it answers here. `ended_at` is None while it is there."""

    id: str
    name: str
    run_by: str
    agency: str
    contact: str
    for_whom: str
    offers: str
    waiting_time: str
    takes_requests: bool
    changed_at: datetime
    ended_at: datetime | None
    ended_because: str

    @property
    def words(self) -> str:
        return f"{self.name} {self.run_by} {self.contact} {self.for_whom} {self.offers} {self.waiting_time}"


SAID = ("name", "run_by", "agency", "contact", "for_whom", "offers", "waiting_time", "takes_requests")
"""What is said of a service, by the columns of its row."""


def keeps_directory(connection: Connection, actor: Actor) -> bool:
    """An administrator, and whoever manages a team that has cases: they know what a service has become."""
    if actor.is_system or ADMINISTRATOR in actor.roles:
        return True
    return bool(teams_managed(connection, actor))


def must_keep_directory(connection: Connection, actor: Actor) -> None:
    """Raises NotAllowed."""
    if not keeps_directory(connection, actor):
        words = "Administrators, and those who manage a team, keep the directory of services."
        raise NotAllowed(words, code=RefusalCode.ROLE)


def services(connection: Connection, authority: str) -> tuple[DirectoryService, ...]:
    """All of them, also those that have ended, by their names."""
    names = (*DirectoryService.__dataclass_fields__,)
    rows = connection.execute(
        select(*(Service.__table__.c[name] for name in names)).where(Service.authority_id == authority)
    )
    found = (DirectoryService(**{name: getattr(row, name) for name in names}) for row in rows)
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id)))


def called(listed: Iterable[DirectoryService], name: str) -> DirectoryService | None:
    """That which is there by this name, however it is typed."""
    wanted = folded(name)
    return next((one for one in listed if one.ended_at is None and folded(one.name) == wanted), None)


def folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def service_form(agencies: Mapping[str, str], title: str) -> Schema:
    """`agencies` are the names of those that can be asked, by id."""

    def line(title: str, length: int, hint: str = "") -> Schema:
        return {"type": "string", "title": title, "maxLength": length, **({"description": hint} if hint else {})}

    def lines(title: str, hint: str = "") -> Schema:
        return {**line(title, 1000, hint), "x-ui": {"kind": "long_text", "rows": 3}}

    asked = [{"const": value, "title": words} for value, words in agencies.items()]
    return {
        "title": title,
        "properties": {
            "name": line("Name of the service", 120),
            "run_by": line("Which organisation runs it?", 200, "Leave this empty if none does."),
            "agency": {
                "type": "string",
                "title": "Of which agency are its people?",
                "description": "People of this agency who sign in answer requests themselves.",
                "oneOf": [*asked, {"const": NO_AGENCY, "title": "None: social care records what it answers"}],
            },
            "contact": lines("How is it reached?", "Who to ask for, telephone number, email address, opening hours."),
            "for_whom": lines("Whom is it for?", "For example: children from 5 to 11, and their parents."),
            "offers": lines("What does it offer?"),
            "waiting_time": line("How long is the wait?", 200, "As it was last told. For example: about six weeks."),
            "takes_requests": {
                "type": "string",
                "title": "Does it take requests now?",
                "x-ui": {"kind": "yes_no"},
            },
        },
        "required": ["name", "agency", "contact", "for_whom", "offers", "takes_requests"],
    }


def name_taken(listed: Iterable[DirectoryService], answers: Mapping[str, Any]) -> Iterator[Finding]:
    """`listed` are the other services."""
    name = answers.get("name")
    if isinstance(name, str) and called(listed, name):
        yield Finding(("name",), "A service of this name is in the directory already. Change that one.")


def said_of(one: DirectoryService) -> dict[str, Any]:
    """As the form has it."""
    said = {name: getattr(one, name) for name in SAID}
    return {**said, "agency": one.agency or NO_AGENCY, "takes_requests": "yes" if one.takes_requests else "no"}
